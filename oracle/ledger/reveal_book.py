"""The ledger's book of submissions that players handed over to be revealed for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, delete, func, insert, select, update

from oracle.ledger.schema import reveal_receipts, reveals
from oracle.ledger.scope import Scope
from oracle.signing.typed_data import SignedReceipt
from scoring.digest import Digest


@dataclass(frozen=True)
class HandedOver:
    """What opens a ticket's commitment, handed over by its player."""

    ticket_id: int
    image_digest: Digest
    salt: bytes
    # The transaction that reveals it: None until it is planned, negative once that one failed, so
    # that no number is ever used twice.
    batch: int | None = None
    receipt: SignedReceipt | None = None  # the studio's, where there is one

    @property
    def is_planned(self) -> bool:
        return self.batch is not None and self.batch > 0

    def __repr__(self) -> str:
        return f"HandedOver({self.ticket_id})"


class RevealBook:
    """Submissions that this daemon reveals for their players."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope

    def record(self, competition_id: int, given: HandedOver) -> None:
        """Writes down what was handed over; what is known already, or planned, stays."""
        where = self._of(competition_id, given.ticket_id)
        values = {"digest": given.image_digest, "salt": given.salt, "done": False}
        key = _ticket(competition_id, given.ticket_id)
        with self._engine.begin() as connection:
            row = connection.execute(select(reveals).where(*where)).mappings().first()
            if row is None:
                connection.execute(insert(reveals).values({**self._scope.key(**key), **values}))
            elif row["done"] or not _given(row).is_planned:
                # Its batch failed or ended: a negative number plans it anew.
                batch = None if row["batch"] is None else -abs(row["batch"])
                connection.execute(update(reveals).where(*where).values(**values, batch=batch))
            else:
                return
            self._record_receipt(connection, key, given.receipt)

    def waiting(self, competition_id: int) -> tuple[HandedOver, ...]:
        """What is not known to be revealed yet, by ticket."""
        query = (
            select(reveals, reveal_receipts.c.prompt_index, reveal_receipts.c.signature)
            .join(reveal_receipts, _same_ticket(), isouter=True)
            .where(*self._of(competition_id), reveals.c.done.is_(False))
            .order_by(reveals.c.ticket_id)
        )
        with self._engine.connect() as connection:
            return tuple(_given(row) for row in connection.execute(query).mappings())

    def plan(self, competition_id: int, ticket_ids: Iterable[int]) -> int:
        """Puts tickets into a new batch, in one step; returns its number, counted from 1."""
        query = select(func.max(func.abs(reveals.c.batch))).where(*self._of(competition_id))
        with self._engine.begin() as connection:
            batch = int(connection.execute(query).scalar() or 0) + 1
            for ticket_id in ticket_ids:
                where = self._of(competition_id, ticket_id)
                connection.execute(update(reveals).where(*where).values(batch=batch))
        return batch

    def settle(self, competition_id: int, batch: int, *, done: bool) -> None:
        """Closes a batch whose transaction is final, or lets its tickets be planned anew."""
        where = (*self._of(competition_id), reveals.c.batch == batch, reveals.c.done.is_(False))
        values: dict[str, Any] = {"done": True} if done else {"batch": -batch}
        with self._engine.begin() as connection:
            connection.execute(update(reveals).where(*where).values(values))

    def drop(self, competition_id: int, ticket_id: int) -> None:
        """Closes a ticket that need not, or cannot, be revealed any more."""
        with self._engine.begin() as connection:
            where = self._of(competition_id, ticket_id)
            connection.execute(update(reveals).where(*where).values(done=True))

    def _record_receipt(
        self, connection: Connection, key: dict[str, Any], receipt: SignedReceipt | None
    ) -> None:
        of_ticket = self._scope.where(reveal_receipts, **key)
        connection.execute(delete(reveal_receipts).where(*of_ticket))
        if receipt is not None:
            values = {"prompt_index": receipt.prompt_index, "signature": receipt.signature}
            connection.execute(insert(reveal_receipts).values({**self._scope.key(**key), **values}))

    def _of(self, competition_id: int, ticket_id: int | None = None) -> tuple[Any, ...]:
        return self._scope.where(reveals, **_ticket(competition_id, ticket_id))


def _ticket(competition_id: int, ticket_id: int | None = None) -> dict[str, Any]:
    key: dict[str, Any] = {"competition_id": str(competition_id)}
    return key if ticket_id is None else {**key, "ticket_id": ticket_id}


def _same_ticket() -> Any:
    columns = ("chain_id", "contract", "competition_id", "ticket_id")
    return and_(*(reveals.c[name] == reveal_receipts.c[name] for name in columns))


def _given(row: RowMapping) -> HandedOver:
    receipt = None
    if row.get("signature") is not None:
        receipt = SignedReceipt(row["prompt_index"], row["signature"])
    digest = Digest(row["digest"])
    return HandedOver(row["ticket_id"], digest, row["salt"], row["batch"], receipt)
