"""What a player is reminded of, and when."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass

from oracle.chain.state import CompetitionState, Phase

_LAST_CALL = 0.25  # of the time to reveal
_RESULT_SECONDS = 7 * 86_400


class Occasion(enum.StrEnum):
    """What there is to be told; a browser knows the words for each."""

    OPEN = "open"
    REVEAL = "reveal"
    LAST_CALL = "last-call"
    RESULT = "result"
    VOID = "void"


@dataclass(frozen=True)
class Reminder:
    """One message to everybody who waits for a competition."""

    competition_id: int
    occasion: Occasion
    until: int  # unix seconds; later it is of no use

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        return self.occasion in (Occasion.RESULT, Occasion.VOID)

    def to_bytes(self) -> bytes:
        """The message, of the same length for every occasion."""
        facts = {
            "competition": self.competition_id,
            "occasion": self.occasion.value,
            "until": self.until,
        }
        return json.dumps(facts).encode().ljust(128)


def due(state: CompetitionState, now: int) -> Reminder | None:
    """What is to be told of a competition at unix second `now`; None when there is nothing."""
    reveal_seconds = state.reveal_ends - state.open_ends
    match state.phase:
        case Phase.OPEN:
            return Reminder(state.id, Occasion.OPEN, state.open_ends)
        case Phase.REVEALING if state.reveal_ends - now > _LAST_CALL * reveal_seconds:
            return Reminder(state.id, Occasion.REVEAL, state.reveal_ends)
        case Phase.REVEALING:
            return Reminder(state.id, Occasion.LAST_CALL, state.reveal_ends)
        case Phase.ASSERTED | Phase.DISPUTED | Phase.RESOLVED | Phase.FINAL:
            return Reminder(state.id, Occasion.RESULT, now + _RESULT_SECONDS)
        case Phase.VOID:
            return Reminder(state.id, Occasion.VOID, now + _RESULT_SECONDS)
    return None
