"""What those who joined a dispute can claim, rebuilt from its logs."""

from __future__ import annotations

from oracle.chain.events import History
from oracle.chain.state import CompetitionState, Contribution, Outcome, Verdict


def paid(history: History, account: str) -> Contribution:
    """All that an account paid to the two sides."""
    return Contribution(
        against=sum(event.amount for event in history.funded if event.account == account),
        support=sum(event.amount for event in history.supported if event.account == account),
    )


def unclaimed(history: History, account: str) -> Contribution:
    """What an account paid and has not claimed yet: nobody can pay once there is a claim."""
    if any(event.account == account for event in history.claimed):
        return Contribution(0, 0)
    return paid(history, account)


def claim(history: History, state: CompetitionState, account: str, now: int) -> int:
    """Wei that the account would get at a block of the time `now`."""
    own = unclaimed(history, account)
    if history.resolved is not None:
        stake = own.support if history.resolved.upheld else own.against
        return 0 if stake == 0 else _payout_left(history, state) * stake // _stakes_left(history)
    unfilled = history.disputed is None and now >= state.liveness_ends
    undecided = history.disputed is not None and state.outcome is Outcome.VOID
    over = unfilled or undecided
    return own.against + own.support if over else 0


def _payout_left(history: History, state: CompetitionState) -> int:
    """What the winning side has not claimed yet, without the operator's share."""
    assert history.resolved is not None
    dispute = state.dispute
    if dispute.verdict is Verdict.UPHELD:
        payout = dispute.support + dispute.against - history.resolved.arbiter_fee
        payout -= payout * state.bond // dispute.support
    else:
        # Where the replacing ranking has a winner, the operator lost its fee too.
        fee = state.pot // 5 if state.winner_ticket else 0
        payout = dispute.against + dispute.support + fee - history.resolved.arbiter_fee
    return payout - sum(event.amount for event in history.claimed)


def _stakes_left(history: History) -> int:
    assert history.resolved is not None
    side = history.supported if history.resolved.upheld else history.funded
    gone = {event.account for event in history.claimed}
    return sum(event.amount for event in side if event.account not in gone)
