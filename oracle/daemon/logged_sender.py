"""Sending for a daemon, which asks again in every cycle: each change is logged once."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from oracle.chain.calls import Call
from oracle.daemon.last_said import LastSaid
from oracle.errors import ContractRefused
from oracle.ledger.transaction import TxResult, TxStatus
from oracle.sending.sender import Sender

log = logging.getLogger(__name__)

_LOOK = "look at the log for what was sent, and report it if nothing explains the refusal"
_FASTER = "see judge status: if the competition has gone on, somebody was faster, and all is well"


class LoggedSender:
    """Sends a call once under its key, and logs where it stands whenever that has changed."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._last_said = LastSaid()

    def send(self, key: str, call: Call, deadline: int | None = None, *, action: str) -> TxResult:
        """Sends, or continues with, the call under `key`; the log calls it `action`.

        Raises what `Sender.submit` raises.
        """
        result = self._sender.submit(key, call, deadline)
        if self._last_said.is_new(key, (result.status, result.reason)):
            _log(result, {"action": action, "reason": result.reason})
        return result


def refusal_in(result: TxResult) -> ContractRefused | None:
    """What to raise for a call that the contract does not take, unless for want of money alone.

    Money is looked after where the account is: see `oracle.daemon.purse`.
    """
    if result.status not in (TxStatus.REFUSED, TxStatus.REVERTED) or result.lacks_money:
        return None
    action = result.key.partition(":")[2]
    return ContractRefused(f"the contract refuses {action}: {result.reason}", result.hint or _LOOK)


def log_reverted(results: Iterable[TxResult]) -> None:
    """Warns of each transaction that failed in a block that is final now.

    Mostly somebody was faster; the competition has gone on then, and `send` never asks again.
    """
    for result in results:
        if result.status is TxStatus.REVERTED:
            facts = {"transaction": result.key, "reason": result.reason, "hint": _FASTER}
            log.warning("transaction failed in its block", extra=facts)


def _log(result: TxResult, facts: dict[str, str]) -> None:
    match result.status:
        case TxStatus.DRY:
            log.info("dry mode: not sent", extra=facts)
        case TxStatus.STUCK:
            # No halt: it continues by itself once fees fall or the account is funded.
            log.error("transaction stuck: needs a human", extra=facts)
        case TxStatus.REFUSED | TxStatus.EXPIRED | TxStatus.REVERTED:
            log.warning(f"transaction {result.status.value}", extra=facts)
        case _:
            log.info(f"transaction {result.status.value}", extra=facts)
