"""`judge run | once | check | status | resume | create | open`: the operator.

Each command imports what it needs itself, so that help and the others do not wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oracle.chain.amounts import format_eth
from oracle.cli.output import print_facts, print_json, print_table, progress_bar
from oracle.cli.parameters import ADDRESS, AMOUNT, COMPETITION_ID, DURATION, JSON
from oracle.cli.settings import log_of_a_daemon, settings_of, start_log
from scoring.spec import PROFILES, JudgingSpec

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from oracle.accounts.operator import Operator
    from oracle.accounts.watch import Watch
    from oracle.settings.config import Settings


@click.command("run")
@click.option(
    "--standby",
    is_flag=True,
    help="Wait while another daemon sends with this ledger, and take over when it is gone.",
)
@click.pass_context
def run_command(ctx: click.Context, standby: bool) -> None:
    """Run the operator's daemon until SIGINT or SIGTERM.

    It opens targets when their sale ends, pins seeds, judges, asserts and finalizes the
    competitions of the configured account. Without a key it runs dry: it does all the work and
    sends nothing.
    """
    from oracle.assembly.daemon import open_daemon

    settings = settings_of(ctx)
    with (
        log_of_a_daemon(settings) as hide,
        open_daemon(settings, hide=hide, standby=standby) as daemon,
    ):
        daemon.run()


@click.command("once")
@JSON
@click.pass_context
def once_command(ctx: click.Context, as_json: bool) -> int:
    """Run one cycle of the daemon and exit; 1 if a competition could not be advanced."""
    from oracle.assembly.daemon import open_daemon

    settings = settings_of(ctx)
    hide = start_log(settings).hide
    with progress_bar() as progress, open_daemon(settings, progress, hide) as daemon:
        report = daemon.cycle.run()
    facts = {
        "block": report.block.number,
        "competitions": report.seen,
        "try again": {str(key): value for key, value in report.failed.items()},
        "halted": {str(key): value for key, value in report.halted.items()},
    }
    if as_json:
        print_json(facts)
    else:
        print_facts([(name, value or "none") for name, value in facts.items()])
    return 1 if report.failed or report.halted else 0


@click.command("check")
@JSON
@click.pass_context
def check_command(ctx: click.Context, as_json: bool) -> int:
    """Check that everything the daemon needs is there, and say what is not."""
    from oracle.checks.environment import check_environment

    found = check_environment(settings_of(ctx))
    if as_json:
        print_json([{"name": c.name, "ok": c.ok, "found": c.found, "hint": c.hint} for c in found])
    else:
        print_table(
            ("check", "", "found"),
            [(c.name, "ok" if c.ok else "FAILED", f"{c.found}\n{c.hint}".strip()) for c in found],
        )
    return 0 if all(c.ok for c in found) else 1


@click.command("status")
@click.argument("competition", type=COMPETITION_ID, required=False)
@click.option("--all", "everything", is_flag=True, help="Also what ended long ago.")
@JSON
@click.pass_context
def status_command(
    ctx: click.Context, competition: int | None, everything: bool, as_json: bool
) -> None:
    """Show what goes on, or one COMPETITION in full with what this machine did for it."""
    from oracle.accounts.watch import competition_facts, summaries

    with _watch(ctx) as watch:
        if competition is None:
            rows = summaries(watch, everything)
            if as_json:
                print_json([row.to_json() for row in rows])
            elif rows:
                print_table(
                    ("id", "phase", "pot", "tickets", "revealed", "next change", "trouble"),
                    [
                        (
                            r.id,
                            f"{r.phase}: {r.standing}" if r.standing else r.phase,
                            format_eth(r.pot_wei),
                            r.sold,
                            r.revealed,
                            r.next_change or "",
                            r.trouble,
                        )
                        for r in rows
                    ],
                )
            else:
                click.echo("no competitions yet; create one with: judge create")
            return
        facts = competition_facts(watch, competition)
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])


@click.command("resume")
@click.argument("competition", type=COMPETITION_ID)
@click.pass_context
def resume_command(ctx: click.Context, competition: int) -> None:
    """Let the daemon continue with a COMPETITION that it halted, once the cause is removed."""
    with _watch(ctx) as watch:
        halt = watch.ledger.halted(competition)
        if halt is None:
            click.echo(f"competition {competition} is not halted", err=True)
            return
        watch.ledger.resume(competition)
    click.echo(
        f"competition {competition} continues; it was halted because: {halt.reason}",
        err=True,
    )


@click.command("create")
@click.argument("target", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--price", type=AMOUNT, required=True, help="Per ticket, such as 0.01eth.")
@click.option(
    "--sale", type=DURATION, default="24h", show_default=True, help="How long tickets sell."
)
@click.option(
    "--open",
    "open_",
    type=DURATION,
    default="1h",
    show_default=True,
    help="How long players submit.",
)
@click.option(
    "--reveal",
    type=DURATION,
    default="1h",
    show_default=True,
    help="How long players reveal; off a devnet, at least 15m.",
)
@click.option(
    "--judging",
    type=DURATION,
    default="6h",
    show_default=True,
    help="Time for seed and ranking; off a devnet, at least 30m.",
)
@click.option(
    "--liveness",
    type=DURATION,
    default="24h",
    show_default=True,
    help="Time to dispute; off a devnet, at least 1h.",
)
@click.option(
    "--verdict", type=DURATION, default="3d", show_default=True, help="Time for the arbiter."
)
@click.option(
    "--arbiter",
    type=ADDRESS,
    help="Who decides disputes, such as an auditors' quorum. Default: [chain] quorum.",
)
@click.option(
    "--beacon",
    type=ADDRESS,
    help="Whose round gives the seed. Default: [chain] beacon, or else a block hash.",
)
@click.option(
    "--studio", type=ADDRESS, help="Whose receipts reveals need: an account or a contract."
)
@click.option(
    "--prompt-limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Prompts of each ticket at the studio, if there is one.",
)
@click.option(
    "--min-revealed",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Fewest entries.",
)
@click.option(
    "--max-tickets",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Most tickets that are sold; your deposit is a fifth of what they cost.",
)
@click.option(
    "--profile",
    type=click.Choice(sorted(PROFILES)),
    default="fast",
    show_default=True,
    help="Judging spec.",
)
@click.option(
    "--spec",
    "spec_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judging spec as JSON, instead of a profile.",
)
@click.option("--unchecked", is_flag=True, help="Do not try the target first; saves ten seconds.")
@JSON
@click.pass_context
def create_command(
    ctx: click.Context,
    target: Path,
    price: int,
    sale: int,
    open_: int,
    reveal: int,
    judging: int,
    liveness: int,
    verdict: int,
    arbiter: str | None,
    beacon: str | None,
    studio: str | None,
    prompt_limit: int,
    min_revealed: int,
    max_tickets: int,
    profile: str,
    spec_file: Path | None,
    unchecked: bool,
    as_json: bool,
) -> None:
    """Create a competition with TARGET, any picture, as its secret target.

    Only a commitment goes on-chain. Image and salt stay in [judge] work_dir of this machine; the
    daemon opens the target when the sale ends.

    You pay a deposit, a fifth of all tickets that can be sold. It comes back when the competition
    ends; the ticket holders get it when you are silent after the reveals, or lie. So they do when
    the target cannot be judged: it is tried first, as judge check-target does.
    """
    from oracle.accounts.plan import Plan
    from oracle.store.cid import cid_of
    from scoring.submission.png import decode_submission
    from scoring.submission.prepare import prepare
    from scoring.target_check import require_judgeable

    settings = settings_of(ctx)
    spec = JudgingSpec.from_json(spec_file.read_bytes()) if spec_file else PROFILES[profile]
    plan = Plan(
        image=prepare(target),
        spec=spec,
        ticket_price_wei=price,
        sale_seconds=sale,
        open_seconds=open_,
        reveal_seconds=reveal,
        judging_seconds=judging,
        liveness_seconds=liveness,
        min_revealed=min_revealed,
        max_tickets=max_tickets,
        verdict_seconds=verdict,
        studio=studio or "",
        prompt_limit=prompt_limit if studio else 0,
        arbiter=arbiter or settings.chain.quorum,
        beacon=beacon or settings.chain.beacon,
    )
    if not unchecked:
        with progress_bar() as progress:
            warnings = require_judgeable(decode_submission(plan.image), spec, progress)
        for warning in warnings:
            click.echo(f"the target: {warning}", err=True)
    click.echo(f"the deposit is {format_eth(plan.deposit_wei)}", err=True)
    with _operator(settings) as operator:
        competition_id, result = operator.create(plan)
    facts = {
        "competition": competition_id,
        "arbiter": plan.arbiter or "the operator's own account",
        "seed_from": plan.beacon or "a block hash",
        "deposit_wei": str(plan.deposit_wei),
        "spec_digest": "0x" + plan.judging_spec.digest().hex(),
        "spec_cid": cid_of(plan.judging_spec.digest()),
        "transaction": result.hash,
        "gas_used": result.gas_used,
    }
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])


@click.command("open")
@click.argument("competition", type=COMPETITION_ID)
@click.pass_context
def open_command(ctx: click.Context, competition: int) -> None:
    """Open COMPETITION's target now. The daemon does this by itself."""
    with _operator(settings_of(ctx)) as operator:
        result = operator.open(competition)
    print_facts([("transaction", result.hash), ("gas used", result.gas_used)])


def _operator(settings: Settings) -> AbstractContextManager[Operator]:
    from oracle.assembly.accounts import open_operator

    return open_operator(settings)


def _watch(ctx: click.Context) -> AbstractContextManager[Watch]:
    from oracle.assembly.accounts import open_watch

    return open_watch(settings_of(ctx))
