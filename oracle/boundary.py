"""When the phase of a competition changes by the clock alone."""

from __future__ import annotations

from oracle.chain.state import CompetitionState


def next_boundary(state: CompetitionState, now: int) -> int | None:
    """The next unix second at which the phase of `state` changes by the clock alone."""
    moments = (
        state.terms.sale_ends,
        state.open_ends,
        state.reveal_ends,
        state.judging_ends,
        state.liveness_ends,
    )
    return min((moment for moment in moments if moment > now), default=None)
