"""One prompt of a ticket, and what became of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from scoring.digest import Digest

TicketKey = tuple[int, int]
"""Competition and ticket."""


class State(enum.Enum):
    """What became of a prompt."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # the generator's fault: the index was given back
    CANCELLED = "cancelled"  # its player's wish, while it waited: the index was given back

    @property
    def is_end(self) -> bool:
        return self not in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class Prompt:
    """One prompt of one ticket, and how far it has come."""

    competition_id: int
    ticket_id: int
    number: int
    key: str
    text: str
    player: str
    state: State
    index: int | None  # None once given back
    ends_at: int
    queued_at: float
    done_at: float | None
    image_digest: Digest | None
    signature: bytes | None
    reason: str

    @property
    def ticket(self) -> TicketKey:
        return self.competition_id, self.ticket_id


def prompt_of(row: RowMapping | dict[str, Any]) -> Prompt:
    """The prompt that a row of the table `prompts` holds."""
    digest = row["image_digest"]
    return Prompt(
        competition_id=int(row["competition_id"]),
        ticket_id=row["ticket_id"],
        number=row["number"],
        key=row["key"],
        text=row["text"],
        player=row["player"],
        state=State(row["state"]),
        index=row["prompt_index"],
        ends_at=row["ends_at"],
        queued_at=row["queued_at"],
        done_at=row["done_at"],
        image_digest=None if digest is None else Digest(digest),
        signature=row["signature"],
        reason=row["reason"],
    )
