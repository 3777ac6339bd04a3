"""`judge audit`: re-running a judging, and comparing every number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oracle.cli.output import print_json, print_table, progress_bar, say_if_slow
from oracle.cli.parameters import AMOUNT, COMPETITION_ID, DURATION, HASH, JSON
from oracle.cli.settings import settings_of

if TYPE_CHECKING:
    from oracle.auditing.report import AuditReport
    from oracle.settings.config import Settings

EXIT_CODES = {"ok": 0, "mismatch": 3, "unknown": 4}
_STUDIO_SENTENCES = {
    "ok": "The studio's log holds: one record for every image, and none too many.",
    "mismatch": "The studio's log does NOT hold. That is no ground for a dispute: the ranking is "
    "of what was revealed.",
    "unknown": "The studio's log cannot be checked now.",
    "later": "The studio's log was not checked.",
}
_SENTENCES = {
    "ok": "Everything matches: this ranking follows from spec, seed and entries.",
    "mismatch": "It does NOT match. Dispute it while the liveness lasts.",
    "unknown": "It cannot be decided now: a source of content does not work.",
}


@click.command("audit")
@click.argument("competition", type=COMPETITION_ID)
@click.option(
    "--bundle",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Test this bundle index instead of the one asserted on-chain.",
)
@click.option(
    "--ranking-root", type=HASH, help="Test this root instead of the one asserted on-chain."
)
@click.option(
    "--dispute", is_flag=True, help="Dispute when it does not match; needs a key and ether."
)
@click.option(
    "--amount",
    type=AMOUNT,
    help="What to pay against the ranking, such as 0.01eth. Default: all that its pool lacks.",
)
@click.option(
    "--tries",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="How often missing content is asked for.",
)
@click.option(
    "--pause",
    type=DURATION,
    default="30s",
    show_default=True,
    help="Between two tries.",
)
@click.option("--log", type=HASH, help="Digest of the studio's log. Default: the studio is asked.")
@click.option("--skip-code", is_flag=True, help="Do not compile the contract to compare its code.")
@JSON
@click.pass_context
def audit_command(
    ctx: click.Context,
    competition: int,
    bundle: Path | None,
    ranking_root: bytes | None,
    dispute: bool,
    amount: int | None,
    tries: int,
    pause: int,
    log: bytes | None,
    skip_code: bool,
    as_json: bool,
) -> int:
    """Re-run the judging of COMPETITION on this machine and compare every number.

    Needs only an RPC address, the contract and where content is served:

    \b
      judge --set chain.rpc_url=https://… --set chain.contract=0x… \\
            --set store.url=https://… audit 1

    Exits with 0 when everything matches, 3 when something differs (and names it), 4 when it cannot
    be decided now. Who ranks must show: an entry that is ranked and that nobody serves is a
    difference, as long as your own sources work.

    Of a competition with a studio that is final or void, the studio's log is checked too: name the
    studio with [studio] url, or the log with --log. That log is no ground for a dispute.
    """
    if dispute and (bundle or ranking_root):
        raise click.UsageError("--dispute is about what is asserted on-chain, and nothing else")
    if amount is not None and not dispute:
        raise click.UsageError("--amount goes with --dispute")
    from oracle.assembly.auditor import open_auditor

    say_if_slow()
    with (
        progress_bar() as progress,
        open_auditor(
            settings_of(ctx),
            progress,
            check_code=not skip_code,
            tries=tries,
            pause_seconds=pause,
        ) as auditor,
    ):
        report = auditor.audit(
            competition,
            auditor.contract.client.finalized_block(),
            bundle_index=bundle.read_bytes() if bundle else None,
            ranking_root=ranking_root,
        )
    # Before anything of the report is printed: what a stranger published must not stand in between.
    try:
        if dispute and report.verdict == "mismatch":
            _dispute(settings_of(ctx), report, amount)
    finally:
        # Whatever became of the dispute: it was found after hours, perhaps.
        _show(settings_of(ctx), report, log, as_json)
    return EXIT_CODES[report.conclusion]


def _show(settings: Settings, report: AuditReport, log: bytes | None, as_json: bool) -> None:
    """Prints the report, with what the studio's log shows."""
    if report.has_studio:
        # Imported here: a studio's back ends.
        from oracle.assembly.studio_audit import studio_report

        report.studio = studio_report(settings, report.competition_id, log)
    if as_json:
        print_json(report.to_json())
        return
    print_checks(report)
    click.echo(_SENTENCES[report.verdict])
    if report.studio is not None:
        print_checks(report.studio)
        click.echo(_STUDIO_SENTENCES[report.studio.verdict])


def _dispute(settings: Settings, report: AuditReport, amount: int | None) -> None:
    # Imported here: an audit alone needs neither key nor ledger.
    from oracle.assembly.accounts import open_disputer
    from oracle.store.cid import cid_of

    with open_disputer(settings) as disputer:
        digest, sent = disputer.dispute(report, amount)
    click.echo(f"disputed in {sent.hash}; evidence {cid_of(digest)}", err=True)


def print_checks(report: AuditReport) -> None:
    """Every check as a row of a table."""
    rows = [
        (
            check.name,
            check.verdict.value,
            check.claimed,
            "" if check.claimed == check.found else check.found,
        )
        for check in report.checks
    ]
    print_table(("check", "verdict", "claimed", "found instead"), rows)
