"""`judge buy | submit | relay | reveal | finalize | refund | withdraw`: a player's commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from oracle.chain.amounts import format_eth
from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import ADDRESS, COMPETITION_ID, JSON, TICKET
from oracle.cli.settings import settings_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from oracle.accounts.player import Player
    from oracle.sending.wallet import Sent

_ticket_option = click.option(
    "--ticket", type=TICKET, help="Which ticket, if you hold several in this competition."
)


@click.command("buy")
@click.argument("competition", type=COMPETITION_ID)
@click.option("--for", "owner", type=ADDRESS, help="Who gets the ticket. Default: you.")
@JSON
@click.pass_context
def buy_command(ctx: click.Context, competition: int, owner: str | None, as_json: bool) -> None:
    """Buy one ticket of COMPETITION at its price.

    The account under [signer] pays. With --for, the ticket belongs to somebody else, with all that
    it may win or get back. What speaks against this competition is said before it is paid.
    """
    from oracle.accounts.remarks import remarks_for_buyers

    with _player(ctx) as player:
        for remark in remarks_for_buyers(player.contract, competition):
            click.echo(f"mind: {remark}", err=True)
        ticket, result = player.buy(competition, owner)
    _print(as_json, result, ticket=ticket)


@click.command("submit")
@click.argument("competition", type=COMPETITION_ID)
@click.argument("image", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_ticket_option
@click.option("--sign", is_flag=True, help="Print a signed commitment, and send nothing.")
@JSON
@click.pass_context
def submit_command(
    ctx: click.Context, competition: int, image: Path, ticket: int | None, sign: bool, as_json: bool
) -> None:
    """Submit IMAGE (any picture) in COMPETITION; a later submission replaces it.

    Only a commitment goes on-chain. The prepared image and its salt stay on this machine, in
    [judge] work_dir, until you run: judge reveal.

    Without any ETH, print a signed commitment for somebody else to submit:

    \b
      judge submit 1 my-image.jpg --sign > commit.json
      judge relay commit.json
    """
    from oracle.store.cid import cid_of
    from scoring.submission.prepare import prepare

    data = prepare(image)
    with _player(ctx) as player:
        if sign:
            print_json(player.sign_submission(competition, data, ticket).to_json())
            return
        ticket, digest, result = player.submit(competition, data, ticket)
    _print(as_json, result, ticket=ticket, digest="0x" + digest.hex(), cid=cid_of(digest))


@click.command("relay")
@click.argument("file", type=click.File("rb"))
@JSON
@click.pass_context
def relay_command(ctx: click.Context, file: BinaryIO, as_json: bool) -> None:
    """Submit a commitment that another player signed, from FILE (- for stdin); you pay the gas.

    It counts as the player's own. The contract takes it only until the signed deadline, and only
    instead of the commitment that counted when it was signed.
    """
    from oracle.signing.signed_commit import read_signed_commit
    from oracle.signing.strangers_json import MAX_FILE_BYTES

    signed = read_signed_commit(file.read(MAX_FILE_BYTES + 1))
    with _player(ctx) as player:
        result = player.relay(signed)
    permit = signed.permit
    _print(as_json, result, competition=permit.competition_id, ticket=permit.ticket_id)


@click.command("reveal")
@click.argument("competition", type=COMPETITION_ID)
@_ticket_option
@click.option(
    "--receipt",
    type=click.File("rb"),
    help="The studio's receipt for your image (JSON), where there is a studio.",
)
@JSON
@click.pass_context
def reveal_command(
    ctx: click.Context,
    competition: int,
    ticket: int | None,
    receipt: BinaryIO | None,
    as_json: bool,
) -> None:
    """Publish your image and reveal it in COMPETITION. Unrevealed submissions are not judged."""
    from oracle.signing.strangers_json import MAX_FILE_BYTES
    from oracle.signing.studio_receipt import read_receipt

    given = read_receipt(receipt.read(MAX_FILE_BYTES + 1)) if receipt is not None else None
    with _player(ctx) as player:
        ticket, result = player.reveal(competition, ticket, given)
    _print(as_json, result, ticket=ticket)


@click.command("refund")
@click.argument("competition", type=COMPETITION_ID)
@_ticket_option
@JSON
@click.pass_context
def refund_command(ctx: click.Context, competition: int, ticket: int | None, as_json: bool) -> None:
    """Get your ticket's price back from a void COMPETITION, and a share of what was forfeited.

    Where its operator or its arbiter missed a deadline, this voids it first.
    """
    with _player(ctx) as player:
        ticket, amount, result = player.refund(competition, ticket)
    _print(as_json, result, ticket=ticket, amount=format_eth(amount), amount_wei=str(amount))


@click.command("finalize")
@click.argument("competition", type=COMPETITION_ID)
@JSON
@click.pass_context
def finalize_command(ctx: click.Context, competition: int, as_json: bool) -> None:
    """Pay out COMPETITION, once its ranking can no longer be disputed.

    The winner is paid whoever calls; the operator's daemon normally does.
    """
    with _player(ctx) as player:
        result = player.finalize(competition)
    _print(as_json, result, competition=competition)


@click.command("withdraw")
@JSON
@click.pass_context
def withdraw_command(ctx: click.Context, as_json: bool) -> None:
    """Withdraw what the contract holds for your account.

    Prizes and refunds are paid straight to the wallet; only what could not be delivered, and an
    operator's fees and bonds, waits here.
    """
    with _player(ctx) as player:
        amount, result = player.withdraw()
    _print(as_json, result, amount=format_eth(amount), amount_wei=str(amount))


def _player(ctx: click.Context) -> AbstractContextManager[Player]:
    # Imported here: help does not wait for the chain's libraries.
    from oracle.assembly.accounts import open_player

    return open_player(settings_of(ctx))


def _print(as_json: bool, result: Sent, **facts: object) -> None:
    facts |= {"transaction": result.hash, "gas_used": result.gas_used}
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
