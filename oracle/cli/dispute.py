"""`judge dispute | support | claim-bond`: paying on a side of a dispute, and taking what it won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oracle.chain.amounts import format_eth
from oracle.cli.output import print_facts, print_json, progress_bar
from oracle.cli.parameters import ADDRESS, AMOUNT, COMPETITION_ID, HASH, JSON
from oracle.cli.settings import settings_of

if TYPE_CHECKING:
    from oracle.sending.wallet import Sent


@click.command("dispute")
@click.argument("competition", type=COMPETITION_ID)
@click.option(
    "--amount",
    type=AMOUNT,
    help="What to pay, such as 0.01eth. Default: all that the pool lacks.",
)
@JSON
@click.pass_context
def dispute_command(
    ctx: click.Context, competition: int, amount: int | None, as_json: bool
) -> None:
    """Audit COMPETITION, and pay against its ranking when it does not match.

    Any amount counts: those who pay against a ranking fill one pool, and the ranking is disputed
    when it holds the bond. When the arbiter finds the ranking wrong, you get your money back with a
    share of what the operator loses (judge claim-bond); when it stands, your money is lost. The
    transaction names the very ranking that was audited.
    """
    # Imported here: torch, and all of the chain.
    from oracle.assembly.accounts import open_disputer
    from oracle.assembly.auditor import open_auditor
    from oracle.store.cid import cid_of

    settings = settings_of(ctx)
    with (
        progress_bar() as progress,
        open_auditor(settings, progress, check_code=False, tries=3, pause_seconds=30) as auditor,
    ):
        report = auditor.audit(competition, auditor.contract.client.finalized_block())
    with open_disputer(settings) as disputer:
        digest, sent = disputer.dispute(report, amount)
    _print(as_json, sent, competition=competition, evidence=cid_of(digest))


@click.command("support")
@click.argument("competition", type=COMPETITION_ID)
@click.option("--amount", type=AMOUNT, required=True, help="What to pay, such as 0.01eth.")
@click.option("--ranking-root", type=HASH, required=True, help="Of the ranking that you audited.")
@click.option("--model-hash", type=HASH, required=True, help="Of the ranking that you audited.")
@JSON
@click.pass_context
def support_command(
    ctx: click.Context,
    competition: int,
    amount: int,
    ranking_root: bytes,
    model_hash: bytes,
    as_json: bool,
) -> None:
    """Pay for the disputed ranking of COMPETITION, beside its operator's bond.

    Audit it first (judge audit prints root and hash): when the arbiter finds it wrong, your money
    is lost; when it stands, you share what the disputers lose.
    """
    from oracle.assembly.accounts import open_disputer

    with open_disputer(settings_of(ctx)) as disputer:
        sent = disputer.support(competition, amount, ranking_root, model_hash)
    _print(as_json, sent, competition=competition)


@click.command("claim-bond")
@click.argument("competition", type=COMPETITION_ID)
@click.option("--for", "account", type=ADDRESS, help="Whose money is paid out. Default: yours.")
@JSON
@click.pass_context
def claim_bond_command(
    ctx: click.Context, competition: int, account: str | None, as_json: bool
) -> None:
    """Have paid out what you paid on a side of COMPETITION's dispute, with what it won.

    Money comes back whole when the pool against a ranking did not fill, or no verdict came.
    """
    from oracle.assembly.accounts import open_disputer

    with open_disputer(settings_of(ctx)) as disputer:
        amount, sent = disputer.claim(competition, account)
    _print(as_json, sent, competition=competition, amount=format_eth(amount))


def _print(as_json: bool, sent: Sent, **facts: object) -> None:
    facts |= {"transaction": sent.hash, "gas_used": sent.gas_used}
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
