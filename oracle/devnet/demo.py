"""The demo: a devnet, one whole competition, its report, and what a stranger's audit says.

Run by `scripts/demo`. Ends with exit code 0 only when everything held.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from oracle.assembly.studio_audit import audit_studio_log
from oracle.auditing.report import AuditVerdict
from oracle.chain.amounts import format_eth
from oracle.devnet.competition import Game, Played
from oracle.devnet.network import Devnet
from oracle.devnet.report import leaderboard, write_report
from oracle.devnet.strangers_audit import StrangersAudit, audit, tampered_bundle, wait_for_log
from oracle.devnet.until_stopped import signals_as_ctrl_c, wait_for_ctrl_c
from oracle.errors import DevnetFailed, OracleError
from scoring.spec import PROFILES

console = Console(highlight=False, soft_wrap=True)


@click.command()
@click.option("--keep", is_flag=True, help="Leave chain, daemon and content up until Ctrl-C.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".judge/demo"),
    show_default=True,
    help="Where the report, content and logs go.",
)
def demo(keep: bool, out: Path) -> None:
    """Play one whole competition on this machine, and audit it as a stranger would."""
    started = time.monotonic()
    out = out.resolve()
    try:
        with signals_as_ctrl_c(), Devnet(out / "devnet") as devnet:
            _show(devnet, out)
            console.print(
                f"\n[bold green]Everything held[/], in {time.monotonic() - started:.0f} s."
            )
            if keep:
                say(f"The players' page: {devnet.page}")
                say(f"Chain {devnet.anvil.url}, content and health {devnet.gateway}.")
                say("Ctrl-C ends it.")
                wait_for_ctrl_c(devnet.require_alive)
    except OracleError as error:
        raise click.ClickException(f"{error.what}\n       {error.hint}".rstrip()) from error


def _show(devnet: Devnet, out: Path) -> None:
    devnet.start_daemon()
    devnet.start_studio()
    say(f"A devnet is up: chain {devnet.anvil.url}, contract {devnet.contract_address}")
    say(f"The daemon runs in its own process: {devnet.gateway}/healthz")
    say(f"The studio runs in another, and draws what players type: {devnet.studio_url}/studio")
    played = Game(devnet, PROFILES["demo"], say).play()
    _show_ranking(devnet, played)
    _show_payout(played)
    _show_gas(played)
    with tempfile.TemporaryDirectory(prefix="judge-stranger-") as folder:
        verdict = _audit_honest(devnet, played, Path(folder))
        _audit_tampered(devnet, played, Path(folder))
    _audit_studio_log(devnet, played)
    report = write_report(devnet, played, verdict.report, out / "report.html")
    say(f"\nReport: [bold]{report.as_uri()}[/]")


def _show_ranking(devnet: Devnet, played: Played) -> None:
    table = Table(title="Ranking (lower scores are better)", title_justify="left")
    for column in ("rank", "player", "score", "flags", "what they did"):
        table.add_column(column, justify="right" if column in ("rank", "score") else "left")
    for row in leaderboard(devnet, played):
        table.add_row(str(row.rank or "–"), row.name, row.score, row.flags, row.story)
    console.print(table)


def _show_payout(played: Played) -> None:
    finalized = played.history.finalized
    if finalized is None:
        raise DevnetFailed("the competition is final without its event")
    received = played.winner_balance_after_wei - played.winner_balance_before_wei
    pot = played.state.pot
    if received != finalized.prize or finalized.prize != pot - pot // 5:
        raise DevnetFailed(f"the winner received {received} wei, not 80 % of {pot} wei")
    winner = played.seat_of(finalized.ticket_id).part.name
    say(
        f"{winner} was paid {format_eth(received)}: 80 % of {format_eth(pot)}, to the wei "
        f"(operator's fee {format_eth(finalized.fee)})."
    )


def _show_gas(played: Played) -> None:
    table = Table(title="Gas and transactions", title_justify="left")
    for column in ("call", "times", "gas (most)", "last transaction"):
        table.add_column(column, justify="right" if column in ("times", "gas (most)") else "left")
    for action in dict.fromkeys(action for action, _, _ in played.transactions):
        of_action = [(sent, gas) for name, sent, gas in played.transactions if name == action]
        most = max(gas for _, gas in of_action)
        table.add_row(action, str(len(of_action)), f"{most:,}", of_action[-1][0])
    console.print(table)


def _audit_honest(devnet: Devnet, played: Played, folder: Path) -> StrangersAudit:
    say("A stranger audits, in a fresh process and folder, told only addresses …")
    verdict = audit(devnet, played.competition_id, folder / "honest")
    if verdict.exit_code != 0:
        raise DevnetFailed(f"the audit does not match: {verdict.differences}")
    checks = ", ".join(check["name"] for check in verdict.report["checks"])
    say(f"[green]The audit matches[/]: {checks}.")
    return verdict


def _audit_studio_log(devnet: Devnet, played: Played) -> None:
    log = wait_for_log(devnet, played.competition_id)
    report = audit_studio_log(devnet.settings("operator"), played.competition_id, log)
    if report.verdict is not AuditVerdict.OK:
        raise DevnetFailed(f"the studio's log does not hold: {report.to_json()}")
    say(f"[green]The studio's log holds[/]: {len(report.checks)} checks, every image drawn again.")


def _audit_tampered(devnet: Devnet, played: Played, folder: Path) -> None:
    say("Another stranger is given a tampered bundle and a wrong root …")
    tampered = folder / "tampered"
    tampered.mkdir()
    index = tampered_bundle(devnet, played.state.bundle_digest, tampered)
    wrong_root = bytes(reversed(played.state.ranking_root)).hex()
    verdict = audit(
        devnet,
        played.competition_id,
        folder / "suspicious",
        # The contract's code is what the first stranger has compared it with.
        *("--bundle", str(index), "--ranking-root", wrong_root, "--skip-code"),
        extra_store=f"dir:{tampered / 'content'}",
    )
    named = {check["name"] for check in verdict.differences}
    if (
        verdict.exit_code != 3
        or "ranking root" not in named
        or not any("score" in n for n in named)
    ):
        raise DevnetFailed(f"the audit did not notice tampered claims: {verdict.report}")
    say("[green]The audit names what differs[/] and exits with 3:")
    for check in verdict.differences:
        say(f"  {check['name']}: claimed {check['claimed']}, found {check['found']}")


def say(text: str) -> None:
    """A line for the audience."""
    console.print(text)


if __name__ == "__main__":
    demo()
