"""When something about a competition changes by the clock alone: its phase, or what can be done."""

from __future__ import annotations

from oracle.chain.state import CompetitionState


def next_boundary(state: CompetitionState, now: int) -> int | None:
    """The next unix second at which the clock alone changes what can be done."""
    moments = (
        state.terms.sale_ends,
        state.open_ends,
        state.reveal_ends,
        state.judging_ends,
        state.liveness_ends,
        state.dispute.verdict_ends,
    )
    return min((moment for moment in moments if moment > now), default=None)
