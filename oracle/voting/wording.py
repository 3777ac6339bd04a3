"""Where a vote stands, in plain words: what was done, what comes next, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from oracle.chain.quorum import Ballot
from oracle.voting.stage import VoteStage, Windows

_ZERO = bytes(32)


def explain(stage: VoteStage, windows: Windows | None, ballot: Ballot | None) -> str:
    """One sentence or two about a stage; windows and ballot are None before there is a dispute."""
    if windows is None or ballot is None:
        return {
            VoteStage.UNDISPUTED: "nobody has disputed it yet; judge watch waits for disputes",
            VoteStage.NEVER_DISPUTED: "it ended without a dispute: there is nothing to claim",
            VoteStage.FOREIGN: "another arbiter decides its disputes",
        }.get(stage, "")
    commit_ends, reveal_ends, verdict_ends = map(
        _time, (windows.commit_ends, windows.reveal_ends, windows.verdict_ends)
    )
    match stage:
        case VoteStage.RECOMPUTING:
            return f"the ranking is not recomputed yet; votes can be committed until {commit_ends}"
        case VoteStage.COMMITTING:
            return "the commitment was sent, and is not final yet"
        case VoteStage.COMMITTED:
            return f"the vote is revealed from {commit_ends} on; run this again by {reveal_ends}"
        case VoteStage.REVEALING:
            return "the vote was sent to be revealed, and is not final yet"
        case VoteStage.REVEALED:
            return f"a verdict can be delivered until {verdict_ends}, once enough members agree"
        case VoteStage.DECIDED:
            return f"the verdict is yours; your share can be claimed from {reveal_ends} on"
        case VoteStage.CLAIMING:
            return "the claim was sent, and is not final yet"
        case VoteStage.CLAIMED:
            return "your share is paid: nothing is left to do"
        case VoteStage.NO_VERDICT:
            return _without_verdict(ballot)
        case VoteStage.NOT_WITH_VERDICT:
            return _not_with_verdict(ballot)
        case VoteStage.NO_VOTE:
            return (
                "your stake was not complete before this dispute began: it is decided without you, "
                "and costs you nothing; complete it with: judge stake"
            )
    return ""


def _without_verdict(ballot: Ballot) -> str:
    kept = "no result had enough votes in time: there is no fee to claim"
    if ballot.commitment != _ZERO:
        return f"{kept}, and half of a stake answers for a vote that was not revealed"
    if ballot.result_hash == _ZERO:
        return f"{kept}, and a tenth of a stake answers for silence where others voted"
    return f"{kept}, and your stake loses nothing"


def _not_with_verdict(ballot: Ballot) -> str:
    if ballot.commitment != _ZERO:
        return "your vote was not revealed in time: half of a stake answers for that"
    if ballot.result_hash == _ZERO:
        return (
            "no vote of yours was committed in time: a tenth of a stake answers for silence, "
            "where others voted"
        )
    return "you revealed another result than the verdict: half of a stake answers for that"


def _time(moment: int) -> str:
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return str(moment)
