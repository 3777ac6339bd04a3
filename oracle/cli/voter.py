"""`judge vote | watch`: an auditor who is a member of a quorum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from oracle.cli.output import print_facts, print_json, progress_bar
from oracle.cli.parameters import COMPETITION_ID, JSON
from oracle.cli.settings import log_of_a_daemon, settings_of, start_log

if TYPE_CHECKING:
    from oracle.voting.cycle import VotingCycle


@click.command("vote")
@click.argument("competition", type=COMPETITION_ID)
@click.option("--no-wait", is_flag=True, help="Do what can be done now, and exit.")
@JSON
@click.pass_context
def vote_command(ctx: click.Context, competition: int, no_wait: bool, as_json: bool) -> int:
    """Vote on the dispute of COMPETITION, as a member of the quorum that decides it.

    Recomputes the disputed ranking as judge audit does, commits to the result, waits for the reveal
    window, reveals, delivers the verdict when the quorum has reached it, and claims the fee. It can
    be interrupted at any time: repeated, it continues where it was.

    Exits with 0 when the fee is claimed (with --no-wait: when nothing went wrong), 1 when the vote
    is not part of a verdict.
    """
    # Imported here: torch, and all of the chain.
    from oracle.assembly.voter import open_voting

    settings = settings_of(ctx)
    hide = start_log(settings).hide
    with (
        progress_bar() as progress,
        open_voting(settings, progress, hide, only=competition) as cycle,
    ):
        cycle.voter.require_dispute(competition)
        if no_wait:
            report = cycle.run()
            trouble = (report.halted | report.failed).get(competition, "")
        else:
            trouble = cycle.until_end(competition, settings.daemon.interval_seconds)
        facts = _facts(cycle, competition, trouble)
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
    return (
        1 if trouble or facts["stage"] in ("no verdict", "no part in the verdict", "no vote") else 0
    )


@click.command("watch")
@click.pass_context
def watch_command(ctx: click.Context) -> None:
    """Run the auditor's daemon until SIGINT or SIGTERM: vote on every dispute of the quorum.

    It does what judge vote does, for every competition that names [chain] quorum as its arbiter.
    Health and numbers are served as by judge run, at [api].
    """
    from oracle.assembly.voter import open_watch_daemon

    settings = settings_of(ctx)
    with log_of_a_daemon(settings) as hide, open_watch_daemon(settings, hide) as daemon:
        daemon.run()


def _facts(cycle: VotingCycle, competition: int, trouble: str) -> dict[str, Any]:
    stage = cycle.stages.get(competition)
    facts: dict[str, Any] = {
        "competition": competition,
        "quorum": cycle.voter.quorum.address,
        "auditor": cycle.voter.account,
        "stage": stage.value if stage is not None else "not read",
    }
    if stage is not None and (meaning := cycle.voter.explain(competition, stage)):
        facts["meaning"] = meaning
    for vote in cycle.voter.votes.of(competition):
        facts |= {
            "winner_ticket": vote.result.winner.ticket_id,
            "ranking_root": "0x" + vote.result.assertion.ranking_root.hex(),
            "model_hash": "0x" + vote.result.assertion.model_hash.hex(),
            "result_hash": "0x" + vote.result.hash.hex(),
        }
    return facts | ({"trouble": trouble} if trouble else {})
