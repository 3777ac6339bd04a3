"""One transaction: what was meant, every attempt to carry it out, and where it stands."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.wire import Receipt


class TxStatus(enum.Enum):
    """What became of a transaction."""

    DRY = "dry"  # there is no key; nothing was sent
    REFUSED = "refused"  # the contract would revert it; it is not sent, or not sent again
    PENDING = "pending"  # sent, or about to be
    STUCK = "stuck"  # still pending, and a human has to look: see the reason
    MINED = "mined"  # in a block that can still be reorganised away
    CONFIRMED = "confirmed"  # in a final block, and it succeeded
    REVERTED = "reverted"  # in a final block, and it failed
    EXPIRED = "expired"  # its deadline passed before it was mined

    @property
    def is_settled(self) -> bool:
        """Whether nothing about it can change."""
        return self in _SETTLED


_SETTLED = (TxStatus.CONFIRMED, TxStatus.REVERTED, TxStatus.EXPIRED, TxStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signed transaction that was, or was about to be, broadcast."""

    nonce: int
    hash: bytes
    raw: bytes
    max_fee_wei: int
    priority_fee_wei: int
    recorded_at: float  # unix seconds
    cancels: bool = False  # only uses up the nonce
    refused: str = ""  # a node's words, when it took this for too cheap; it is in no pool


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """An intent under its key, and all attempts to carry it out, oldest first."""

    key: str
    sender: str
    call: Call
    deadline: int | None  # unix seconds of chain time; nothing is sent from then on
    gas: int
    nonce: int
    status: TxStatus
    reason: str
    attempts: tuple[Attempt, ...] = ()

    @property
    def sent(self) -> tuple[Attempt, ...]:
        """The attempts at its present nonce that a node may hold: they can still be mined."""
        return tuple(a for a in self.attempts if a.nonce == self.nonce and not a.refused)


@dataclass(frozen=True, slots=True)
class TxResult:
    """Where a transaction stands. `hash` is the mined attempt's, else the last one's."""

    key: str
    status: TxStatus
    reason: str = ""
    hash: bytes | None = None
    receipt: Receipt | None = None
    hint: str = ""  # what to do about a refusal
    lacks_money: bool = False  # refused because the account cannot pay what is sent along

    @property
    def succeeded(self) -> bool:
        """Whether it is in a block, final or not, and did what it should."""
        return (
            self.status in (TxStatus.MINED, TxStatus.CONFIRMED)
            and self.receipt is not None
            and self.receipt.succeeded
        )
