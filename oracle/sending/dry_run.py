"""A daemon without a key: everything is computed, and nothing is sent or recorded."""

from __future__ import annotations

from oracle.chain.calls import Call
from oracle.ledger.transaction import TxResult, TxStatus


class DryRunSender:
    """A `Sender` that answers every call with `TxStatus.DRY`."""

    def submit(self, key: str, call: Call, deadline: int | None = None) -> TxResult:
        """Sends nothing."""
        return TxResult(key, TxStatus.DRY, "there is no key: nothing is sent")

    def advance(self) -> tuple[TxResult, ...]:
        """Nothing was sent, so nothing changes."""
        return ()
