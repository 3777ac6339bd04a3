"""Sending one transaction for a person who waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.wire import Receipt
from oracle.errors import BadInput, OracleError, RetryLater, TransactionStuck
from oracle.ledger.journal import TransactionJournal
from oracle.ledger.transaction import TransactionRecord, TxResult, TxStatus
from oracle.sending.sender import TransactionSender

WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class Sent:
    """A transaction that is in a block and did what it should."""

    hash: str
    gas_used: int
    receipt: Receipt


@dataclass(frozen=True)
class Wallet:
    """An account that sends and waits."""

    address: str
    sender: TransactionSender
    journal: TransactionJournal

    def unfinished(self, prefix: str) -> tuple[TransactionRecord, ...]:
        """Transactions with keys that begin with `prefix` that an earlier command left waiting."""
        waiting = (TxStatus.PENDING, TxStatus.STUCK)
        return tuple(
            record
            for record in self.journal.unsettled(self.address)
            if record.key.startswith(prefix) and record.status in waiting
        )

    def send(self, key: str, call: Call, wait_seconds: float = WAIT_SECONDS) -> Sent:
        """Sends `call` once under `key` and waits until it is mined.

        Raises `BadInput` with the contract's reason when it refuses, `TransactionStuck` when the
        fee cap is too low, and `RetryLater` when it is still pending after `wait_seconds`.
        """
        result = self.sender.submit(key, call)
        if result.status in (TxStatus.PENDING, TxStatus.STUCK):
            result = self.sender.wait(key, timeout_seconds=wait_seconds)
        if result.succeeded and result.receipt is not None:
            receipt = result.receipt
            return Sent("0x" + receipt.transaction_hash.hex(), receipt.gas_used, receipt)
        raise _failure(result)


def _failure(result: TxResult) -> OracleError:
    reason = result.reason or result.status.value
    match result.status:
        case TxStatus.PENDING:
            return RetryLater(
                "the transaction is not mined yet"
                + (f": {result.reason}" if result.reason else ""),
                "repeat the command to continue waiting; it is not sent twice",
            )
        case TxStatus.STUCK:
            return TransactionStuck(
                f"the transaction is stuck: {reason}",
                "fund the account or raise [signer] max_fee_gwei, and repeat the command",
            )
        case _:
            hint = f"nothing was changed; {result.hint}" if result.hint else "nothing was changed"
            return BadInput(f"the transaction was not carried out: {reason}", hint)
