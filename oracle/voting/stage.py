"""How far an auditor's vote has come, and the windows that it has to keep."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oracle.chain.quorum import Charter
from oracle.chain.state import CompetitionState
from oracle.health import Deadline


class VoteStage(StrEnum):
    """How far a vote has come; the last six are ends."""

    UNDISPUTED = "not disputed"
    RECOMPUTING = "to be recomputed"
    COMMITTING = "committing"
    COMMITTED = "committed"
    REVEALING = "revealing"
    REVEALED = "revealed"
    DECIDED = "decided"
    CLAIMING = "claiming"
    CLAIMED = "claimed"
    NOT_WITH_VERDICT = "no part in the verdict"
    NO_VERDICT = "no verdict"
    NEVER_DISPUTED = "never disputed"
    NO_VOTE = "no vote"  # its stake was not complete before the dispute
    FOREIGN = "another arbiter's"

    @property
    def is_end(self) -> bool:
        """Whether nothing is left to do."""
        return self in (
            VoteStage.CLAIMED,
            VoteStage.NOT_WITH_VERDICT,
            VoteStage.NO_VERDICT,
            VoteStage.NEVER_DISPUTED,
            VoteStage.NO_VOTE,
            VoteStage.FOREIGN,
        )


@dataclass(frozen=True, slots=True)
class Windows:
    """The quorum's windows for one dispute, in unix seconds."""

    disputed_at: int
    commit_ends: int
    reveal_ends: int
    verdict_ends: int

    @classmethod
    def of(cls, state: CompetitionState, charter: Charter) -> Windows:
        start = state.dispute.disputed_at
        commit_ends = start + charter.commit_seconds
        reveal_ends = commit_ends + charter.reveal_seconds
        return cls(start, commit_ends, reveal_ends, state.dispute.verdict_ends)


_BEFORE_THE_REVEAL = (
    VoteStage.RECOMPUTING,
    VoteStage.COMMITTING,
    VoteStage.COMMITTED,
    VoteStage.REVEALING,
)


def deadline_of(
    competition_id: int, windows: Windows, now: int, stage: VoteStage | None
) -> Deadline | None:
    """Until when a vote at a stage has to come further; at an unknown one (None), by time alone."""
    if stage is not None and stage not in _BEFORE_THE_REVEAL:
        return None
    if now < windows.commit_ends and stage is not VoteStage.COMMITTED:
        return Deadline(competition_id, "commit a vote", windows.commit_ends)
    if now < windows.reveal_ends:
        return Deadline(competition_id, "reveal the vote", windows.reveal_ends)
    return None
