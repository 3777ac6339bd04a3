"""Sending transactions so that each is carried out at most once, whatever fails in between.

Every transaction has a key. Its intent is written to the ledger before anything is signed, and
every signed attempt before it is broadcast; after a restart, `submit` with the same key or
`advance` continues from there. A transaction gets another nonce only when a final block shows its
nonce used by another one, so that none of its earlier attempts can ever be mined.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.fees import SendingPolicy
from oracle.chain.wire import Block, Receipt
from oracle.errors import (
    BadInput,
    ChainUnavailable,
    ContractRefused,
    InsufficientFunds,
    NeedsHuman,
    OracleError,
    RetryLater,
    WriterLost,
)
from oracle.ledger.ledger import Ledger
from oracle.ledger.transaction import Attempt, TransactionRecord, TxResult, TxStatus
from oracle.sending.attempts import AttemptSender, note
from oracle.sending.nonces import MOST_FILLED, Nonces, is_filler
from oracle.signing.signer import Signer


class Sender(Protocol):
    """What a daemon sends with: a `TransactionSender`, or a `DryRunSender` without a key."""

    def submit(self, key: str, call: Call, deadline: int | None = None) -> TxResult:
        """Sends a call once under its key; returns where it stands now."""

    def advance(self) -> tuple[TxResult, ...]:
        """Looks after everything that was sent and is not settled yet."""


class TransactionSender:
    """The one writer of an account's nonces."""

    def __init__(
        self,
        client: ChainClient,
        signer: Signer,
        ledger: Ledger,
        policy: SendingPolicy | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._signer = signer
        self._journal = ledger.transactions
        self._policy = policy or SendingPolicy()
        self._clock = clock
        self._nonces = Nonces(client, self._journal)
        self._attempts = AttemptSender(client, signer, self._journal, self._policy, clock)

    # ----------------------------------------------------------------- public

    def submit(self, key: str, call: Call, deadline: int | None = None) -> TxResult:
        """Sends a call once under its key, or continues with it; returns where it stands now.

        From `deadline` on, a unix second of chain time, the contract no longer takes the call;
        nothing is sent from shortly before it. Raises RetryLater when the chain does not answer,
        SignerRefused, and NeedsHuman when the key stands for another call.
        """
        known = self._journal.find(key)
        if known is not None and known.status is not TxStatus.REFUSED:
            if known.call != call:
                raise NeedsHuman(
                    f"the ledger holds another transaction under {key}",
                    "find out which one is right before anything else is sent",
                )
            return self._advance(known)
        self._signer.check(self._client.chain_id, call)
        if self._too_late(deadline):
            return TxResult(key, TxStatus.EXPIRED, "its deadline has passed: nothing is sent")
        try:
            gas = self._client.estimate_gas(self._signer.address, call)
        except ContractRefused as refusal:
            poor = isinstance(refusal, InsufficientFunds)
            return TxResult(
                key, TxStatus.REFUSED, refusal.what, hint=refusal.hint, lacks_money=poor
            )
        record = TransactionRecord(
            key=key,
            sender=self._signer.address,
            call=call,
            deadline=deadline,
            gas=gas * (100 + self._policy.gas_margin_percent) // 100,
            nonce=self._nonces.free(self._signer.address),
            status=TxStatus.PENDING,
            reason="",
            attempts=() if known is None else known.attempts,
        )
        self._journal.record_intent(record)
        return self._advance(record)

    def advance(self) -> tuple[TxResult, ...]:
        """Looks after every unsettled transaction: finds receipts, re-sends, raises fees.

        Trouble of one transaction is its own: it is noted as stuck, and the others go on. Raises
        `ChainUnavailable`, for then there is nothing to be done for any of them.
        """
        unsettled = self._journal.unsettled(self._signer.address)
        return tuple(self._contained(record) for record in unsettled)

    def _contained(self, record: TransactionRecord) -> TxResult:
        try:
            return self._advance(record)
        except (ChainUnavailable, WriterLost):
            raise
        except OracleError as error:
            return self._note(record, TxStatus.STUCK, error.what)

    def wait(
        self,
        key: str,
        *,
        timeout_seconds: float,
        until_final: bool = False,
        poll_seconds: float = 0.5,
    ) -> TxResult:
        """Looks after one transaction until it is mined (or final), failed, or time is up.

        Raises BadInput when nothing was sent under the key.
        """
        ends = time.monotonic() + timeout_seconds
        while True:
            record = self._journal.find(key)
            if record is None:
                raise BadInput(f"nothing was sent under {key}", "submit it first")
            result = self._advance(record)
            mined = result.status is TxStatus.MINED and not until_final
            if mined or result.status.is_settled or time.monotonic() >= ends:
                return result
            time.sleep(poll_seconds)

    # ------------------------------------------------------------ one at a time

    def _advance(self, record: TransactionRecord) -> TxResult:
        # Nonces are read before receipts: a nonce seen as used has its receipt by then.
        final = self._client.finalized_block()
        spent, used = self._nonces.used(record.sender, final)
        record = self._as_written(record)
        mined = self._find_mined(record)
        if mined is not None:
            return self._note_mined(record, *mined, final)
        if record.status.is_settled:
            return self._note(record, record.status, record.reason)
        if record.sender != self._signer.address:
            return self._note(record, TxStatus.STUCK, f"only {record.sender} can send it")
        if spent > record.nonce:
            return self._renumber(record)
        if used > record.nonce:
            return self._note(record, TxStatus.PENDING, "another transaction used its nonce")
        if self._too_late(record.deadline):
            return self._let_go(record, final)
        missing = self._nonces.missing(record, used)
        if missing > MOST_FILLED:
            why = (
                f"nothing uses {missing} of the nonces before its own, {record.nonce}: a node "
                "overstated the account's; restore a backup from before that"
            )
            return self._note(record, TxStatus.STUCK, why)
        self._clear_the_way(record, used)
        return self._push(record)

    def _clear_the_way(self, record: TransactionRecord, used: int) -> None:
        """Uses up the nonces that a transaction waits for and that nobody uses any more."""
        if not is_filler(record):  # whoever waits behind several fillers sees to each of them
            for filler in self._nonces.fillers(record, used):
                self._contained(filler)

    def _push(self, record: TransactionRecord) -> TxResult:
        """Continues with a transaction that is in no block, with its nonce still free."""
        if record.sent and self._client.knows_transaction(record.sent[-1].hash):
            waited = self._clock() - record.sent[-1].recorded_at
            # Less than nothing: the clock was set back, and says nothing about how long it waits.
            if 0 <= waited < self._policy.stuck_after_seconds:
                return self._note(record, TxStatus.PENDING)
            return self._attempts.send_higher(record)
        why = self._refusal(record)
        if why is None:
            again = record.sent and not record.sent[-1].cancels
            return (
                self._attempts.send_again(record) if again else self._attempts.send_higher(record)
            )
        record = self._as_written(record)
        if not record.sent:
            return self._note(record, TxStatus.REFUSED, why)
        # An attempt may still wait in some node's pool, and the refusal may pass.
        if self._nonces.others_wait_behind(record):
            return self._attempts.cancel(record, why)
        return self._note(record, TxStatus.PENDING, f"not sent again: {why}")

    def _let_go(self, record: TransactionRecord, final: Block) -> TxResult:
        """Past the deadline only a cancellation is sent, if later transactions wait behind it."""
        why = "its deadline passed before it was mined"
        if record.sent and self._nonces.others_wait_behind(record):
            return self._attempts.cancel(record, why)
        if not record.sent or (record.deadline is not None and final.timestamp >= record.deadline):
            return self._note(record, TxStatus.EXPIRED, why)
        return self._note(record, TxStatus.PENDING, "too close to its deadline to be sent again")

    def _renumber(self, record: TransactionRecord) -> TxResult:
        """Plans anew what can no longer be mined, because another transaction used its nonce."""
        if any(self._client.knows_transaction(attempt.hash) for attempt in record.sent):
            # An endpoint of several nodes: one has the block, another not yet.
            return self._note(record, TxStatus.PENDING, "the node does not serve its receipt yet")
        if is_filler(record):
            return self._note(record, TxStatus.EXPIRED, "another transaction used its nonce")
        if self._too_late(record.deadline):
            return self._note(record, TxStatus.EXPIRED, "its deadline passed before it was mined")
        why = self._refusal(record)
        if why is not None:
            return self._note(record, TxStatus.REFUSED, why)
        renumbered = replace(
            record, nonce=self._nonces.free(record.sender), status=TxStatus.PENDING, reason=""
        )
        self._journal.record_intent(renumbered)
        return self._attempts.send_higher(renumbered)

    # ---------------------------------------------------------------- looking

    def _as_written(self, record: TransactionRecord) -> TransactionRecord:
        """The record with what another process did with it meanwhile.

        A person's command and the daemon work on one ledger. Each attempt is written before it is
        sent: what the other one's has changed on the chain is never taken for a stranger's doing.
        """
        return self._journal.find(record.key) or record

    def _find_mined(self, record: TransactionRecord) -> tuple[Attempt, Receipt] | None:
        for attempt in reversed(record.attempts):
            receipt = self._client.receipt(attempt.hash)
            if receipt is not None and self._client.is_canonical(
                receipt.block_number, receipt.block_hash
            ):
                return attempt, receipt
        return None

    def _note_mined(
        self, record: TransactionRecord, attempt: Attempt, receipt: Receipt, final: Block
    ) -> TxResult:
        is_final = receipt.block_number <= final.number
        if attempt.cancels:
            status = TxStatus.EXPIRED if is_final else TxStatus.PENDING
            return self._note(record, status, "it was cancelled")
        if is_final:
            status = TxStatus.CONFIRMED if receipt.succeeded else TxStatus.REVERTED
        else:
            status = TxStatus.MINED
        reason = "" if receipt.succeeded else self._why_reverted(record, receipt)
        noted = self._note(record, status, reason)
        return replace(noted, hash=receipt.transaction_hash, receipt=receipt)

    def _why_reverted(self, record: TransactionRecord, receipt: Receipt) -> str:
        try:
            parent = self._client.block(receipt.block_hash).parent_hash
            self._client.simulate(record.sender, record.call, parent)
        except ContractRefused as refusal:
            return refusal.what
        except RetryLater:
            pass  # the node keeps no state of that block
        return "it failed in its block, for a reason that cannot be replayed"

    def _refusal(self, record: TransactionRecord) -> str | None:
        """Why the call is not wanted now: the contract would revert it. Or None."""
        if is_filler(record):
            waited_for = self._nonces.others_wait_behind(record)
            return None if waited_for else "nothing waits behind it any more"
        try:
            self._client.simulate(record.sender, record.call)
        except ContractRefused as refusal:
            return refusal.what
        return None

    def _too_late(self, deadline: int | None) -> bool:
        if deadline is None:
            return False
        now = self._client.latest_block().timestamp
        return now + self._policy.deadline_margin_seconds >= deadline

    def _note(self, record: TransactionRecord, status: TxStatus, reason: str = "") -> TxResult:
        return note(self._journal, record, status, reason)
