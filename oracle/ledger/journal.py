"""The ledger's journal of transactions: what was meant to be sent, and every hash tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, func, insert, select, update

from oracle.chain.calls import Call
from oracle.ledger.schema import attempts, refused_attempts, transactions
from oracle.ledger.scope import Scope
from oracle.ledger.transaction import Attempt, TransactionRecord, TxStatus

_SETTLED = tuple(status.value for status in TxStatus if status.is_settled)
_SAME_ATTEMPT = and_(
    *(
        attempts.c[name] == refused_attempts.c[name]
        for name in ("chain_id", "contract", "key", "number")
    )
)


class TransactionJournal:
    """Transactions of one contract on one chain. Every method is one database transaction."""

    def __init__(
        self,
        engine: Engine,
        scope: Scope,
        clock: Callable[[], float],
        prove_writer: Callable[[Connection], None] = lambda connection: None,
    ) -> None:
        """`prove_writer` raises, in an attempt's own transaction, when another process sends."""
        self._engine = engine
        self._scope = scope
        self._clock = clock
        self._prove_writer = prove_writer

    def record_intent(self, record: TransactionRecord) -> None:
        """Writes a new intent, or plans a settled or renumbered one anew under its key."""
        values: dict[str, Any] = {
            "sender": record.sender,
            "receiver": record.call.to,
            "data": record.call.data,
            "value_wei": str(record.call.value_wei),
            "deadline": record.deadline,
            "gas": record.gas,
            "nonce": record.nonce,
            "status": record.status.value,
            "reason": record.reason,
            "recorded_at": self._clock(),
        }
        where = self._scope.where(transactions, key=record.key)
        with self._engine.begin() as connection:
            if not connection.execute(update(transactions).where(*where).values(values)).rowcount:
                key = self._scope.key(key=record.key)
                connection.execute(insert(transactions).values({**key, **values}))

    def record_attempt(self, key: str, attempt: Attempt) -> None:
        """Writes a signed transaction down, before it is broadcast. Raises WriterLost."""
        with self._engine.begin() as connection:
            self._prove_writer(connection)
            number = len(self._attempts(connection, key)) + 1
            connection.execute(
                insert(attempts).values(
                    **self._scope.key(key=key, number=number),
                    nonce=attempt.nonce,
                    hash=attempt.hash,
                    raw=attempt.raw,
                    max_fee_wei=str(attempt.max_fee_wei),
                    priority_fee_wei=str(attempt.priority_fee_wei),
                    recorded_at=attempt.recorded_at,
                    cancels=attempt.cancels,
                )
            )

    def record_refusal(self, key: str, words: str) -> None:
        """Writes down that a node took a transaction's last attempt for too cheap."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(refused_attempts).values(
                    **self._scope.key(key=key, number=len(self._attempts(connection, key))),
                    words=words or "it gave no reason",
                )
            )

    def record_status(self, key: str, status: TxStatus, reason: str = "") -> None:
        """Writes down what became of a transaction."""
        with self._engine.begin() as connection:
            connection.execute(
                update(transactions)
                .where(*self._scope.where(transactions, key=key))
                .values(status=status.value, reason=reason)
            )

    def find(self, key: str) -> TransactionRecord | None:
        """The transaction under a key."""
        query = select(transactions).where(*self._scope.where(transactions, key=key))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else self._record(connection, row)

    def unsettled(self, sender: str) -> tuple[TransactionRecord, ...]:
        """A sender's transactions that can still change, by nonce."""
        query = (
            select(transactions)
            .where(
                *self._scope.where(transactions),
                transactions.c.sender == sender,
                transactions.c.status.not_in(_SETTLED),
            )
            .order_by(transactions.c.nonce)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            return tuple(self._record(connection, row) for row in rows)

    def count_by_status(self) -> dict[str, int]:
        """How many transactions there are in each status."""
        query = (
            select(transactions.c.status, func.count())
            .where(*self._scope.where(transactions))
            .group_by(transactions.c.status)
        )
        with self._engine.connect() as connection:
            return {status: count for status, count in connection.execute(query)}

    def taken_nonces(self, sender: str) -> frozenset[int]:
        """Nonces of a sender's unsettled transactions on this chain, of whatever contract."""
        query = select(transactions.c.nonce).where(
            transactions.c.chain_id == self._scope.chain_id,
            transactions.c.sender == sender,
            transactions.c.status.not_in(_SETTLED),
        )
        with self._engine.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def highest_fees(self, sender: str, nonce: int) -> tuple[int, int] | None:
        """The highest (max fee, priority fee) that a node may hold for a nonce, to be outbid."""
        query = (
            select(attempts.c.max_fee_wei, attempts.c.priority_fee_wei)
            .join(
                transactions,
                (attempts.c.key == transactions.c.key)
                & (attempts.c.chain_id == transactions.c.chain_id)
                & (attempts.c.contract == transactions.c.contract),
            )
            .outerjoin(refused_attempts, _SAME_ATTEMPT)
            .where(
                attempts.c.chain_id == self._scope.chain_id,
                transactions.c.sender == sender,
                attempts.c.nonce == nonce,
                refused_attempts.c.words.is_(None),
            )
        )
        with self._engine.connect() as connection:
            found = [(int(fee), int(tip)) for fee, tip in connection.execute(query)]
        return (max(f for f, _ in found), max(t for _, t in found)) if found else None

    def _record(self, connection: Connection, row: RowMapping) -> TransactionRecord:
        record = TransactionRecord(
            key=row["key"],
            sender=row["sender"],
            call=Call(to=row["receiver"], data=row["data"], value_wei=int(row["value_wei"])),
            deadline=row["deadline"],
            gas=row["gas"],
            nonce=row["nonce"],
            status=TxStatus(row["status"]),
            reason=row["reason"],
        )
        return replace(record, attempts=self._attempts(connection, record.key))

    def _attempts(self, connection: Connection, key: str) -> tuple[Attempt, ...]:
        query = (
            select(attempts, refused_attempts.c.words)
            .outerjoin(refused_attempts, _SAME_ATTEMPT)
            .where(*self._scope.where(attempts, key=key))
            .order_by(attempts.c.number)
        )
        return tuple(
            Attempt(
                nonce=row["nonce"],
                hash=row["hash"],
                raw=row["raw"],
                max_fee_wei=int(row["max_fee_wei"]),
                priority_fee_wei=int(row["priority_fee_wei"]),
                recorded_at=row["recorded_at"],
                cancels=row["cancels"],
                refused=row["words"] or "",
            )
            for row in connection.execute(query).mappings()
        )
