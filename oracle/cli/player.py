"""`judge buy | submit | reveal | finalize | refund | withdraw`: a player without a browser."""

from __future__ import annotations

from pathlib import Path

import click

from oracle.assembly.accounts import open_player
from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import COMPETITION_ID, TICKET, eth
from oracle.cli.settings import settings_of
from oracle.sending import Sent
from oracle.store.cid import cid_of
from scoring.prepare import prepare

_ticket_option = click.option(
    "--ticket", type=TICKET, help="Which ticket, if you hold several in this competition."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("buy")
@click.argument("competition", type=COMPETITION_ID)
@_json_option
@click.pass_context
def buy_command(ctx: click.Context, competition: int, as_json: bool) -> None:
    """Buy one ticket of COMPETITION at its price.

    The account is the one configured under [signer].
    """
    with open_player(settings_of(ctx)) as player:
        ticket, result = player.buy(competition)
    _print(as_json, result, ticket=ticket)


@click.command("submit")
@click.argument("competition", type=COMPETITION_ID)
@click.argument("image", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_ticket_option
@_json_option
@click.pass_context
def submit_command(
    ctx: click.Context, competition: int, image: Path, ticket: int | None, as_json: bool
) -> None:
    """Submit IMAGE (any picture) in COMPETITION; a later submission replaces it.

    Only a commitment goes on-chain. The prepared image and its salt stay on this machine, in
    [judge] work_dir, until you run: judge reveal.
    """
    data = prepare(image)
    with open_player(settings_of(ctx)) as player:
        ticket, digest, result = player.submit(competition, data, ticket)
    _print(as_json, result, ticket=ticket, digest="0x" + digest.hex(), cid=cid_of(digest))


@click.command("reveal")
@click.argument("competition", type=COMPETITION_ID)
@_ticket_option
@_json_option
@click.pass_context
def reveal_command(ctx: click.Context, competition: int, ticket: int | None, as_json: bool) -> None:
    """Publish your image and reveal it in COMPETITION. Unrevealed submissions are not judged."""
    with open_player(settings_of(ctx)) as player:
        ticket, result = player.reveal(competition, ticket)
    _print(as_json, result, ticket=ticket)


@click.command("refund")
@click.argument("competition", type=COMPETITION_ID)
@_ticket_option
@_json_option
@click.pass_context
def refund_command(ctx: click.Context, competition: int, ticket: int | None, as_json: bool) -> None:
    """Get your ticket's price back from a void COMPETITION.

    Where its operator or its arbiter missed a deadline, this voids it first.
    """
    with open_player(settings_of(ctx)) as player:
        ticket, result = player.refund(competition, ticket)
    _print(as_json, result, ticket=ticket)


@click.command("finalize")
@click.argument("competition", type=COMPETITION_ID)
@_json_option
@click.pass_context
def finalize_command(ctx: click.Context, competition: int, as_json: bool) -> None:
    """Pay out COMPETITION, once its ranking can no longer be disputed.

    The winner is paid whoever calls; the operator's daemon normally does.
    """
    with open_player(settings_of(ctx)) as player:
        result = player.finalize(competition)
    _print(as_json, result, competition=competition)


@click.command("withdraw")
@_json_option
@click.pass_context
def withdraw_command(ctx: click.Context, as_json: bool) -> None:
    """Withdraw what the contract holds for your account.

    Prizes and refunds are paid straight to the wallet; only what could not be delivered, and an
    operator's fees and bonds, waits here.
    """
    with open_player(settings_of(ctx)) as player:
        amount, result = player.withdraw()
    _print(as_json, result, amount=eth(amount), amount_wei=str(amount))


def _print(as_json: bool, result: Sent, **facts: object) -> None:
    facts |= {"transaction": result.hash, "gas_used": result.gas_used}
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
