"""What players and studios sign about prompts (EIP-712).

A session     a ticket's player asks a studio to take prompts until a deadline
A log's head  the studio says what its log of a competition is, up to a number of records
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from oracle.signing.typed_data import Fields


@dataclass(frozen=True, slots=True)
class StudioSession:
    """A player opens a session at one studio for one ticket, until `deadline` (unix seconds)."""

    TYPE: ClassVar[str] = "StudioSession"
    FIELDS: ClassVar[Fields] = (
        ("id", "uint256"),
        ("ticketId", "uint256"),
        ("studio", "address"),
        ("deadline", "uint256"),
    )

    competition_id: int
    ticket_id: int
    studio: str
    deadline: int

    def message(self) -> dict[str, Any]:
        return {
            "id": self.competition_id,
            "ticketId": self.ticket_id,
            "studio": self.studio,
            "deadline": self.deadline,
        }


@dataclass(frozen=True, slots=True)
class LogHead:
    """The first `length` records of a studio's log of one competition hash to `head`."""

    TYPE: ClassVar[str] = "StudioLog"
    FIELDS: ClassVar[Fields] = (("id", "uint256"), ("length", "uint64"), ("head", "bytes32"))

    competition_id: int
    length: int
    head: bytes

    def message(self) -> dict[str, Any]:
        return {
            "id": self.competition_id,
            "length": self.length,
            "head": "0x" + self.head.hex(),
        }
