"""`judge deploy | address`: putting the contracts on a chain, and knowing where they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import ADDRESS, AMOUNT, DURATION, JSON
from oracle.cli.settings import settings_of

if TYPE_CHECKING:
    from oracle.chain.quorum import Charter
    from oracle.deployment.book import BookEntry

_KINDS = {"Competition": "contract", "AuditorQuorum": "quorum", "DrandBeacon": "beacon"}


def _quorum_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option(
            "--member",
            "members",
            type=ADDRESS,
            multiple=True,
            help="An auditor of a quorum that decides disputes; once for each.",
        ),
        click.option(
            "--threshold",
            type=click.IntRange(min=1),
            help="How many of them must agree. Default: the fewest that are more than half.",
        ),
        click.option(
            "--commit",
            type=DURATION,
            default="24h",
            show_default=True,
            help="How long auditors recompute and commit.",
        ),
        click.option(
            "--reveal",
            type=DURATION,
            default="24h",
            show_default=True,
            help="How long they reveal, after that.",
        ),
        click.option(
            "--deliver",
            type=DURATION,
            default="24h",
            show_default=True,
            help="How long the verdict can still be delivered, after that.",
        ),
        click.option(
            "--stake",
            type=AMOUNT,
            default="1eth",
            show_default=True,
            help="What each auditor has to stake to have a vote.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("deploy")
@click.option(
    "--book",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("addresses.json"),
    show_default=True,
    help="Where chain id, address, salt, code hash, block and transaction are written.",
)
@click.option(
    "--beacon",
    is_flag=True,
    help="The verifier of drand's rounds as well, which competitions can name for their seed.",
)
@_quorum_options
@JSON
@click.pass_context
def deploy_command(
    ctx: click.Context, /, book: Path, beacon: bool, as_json: bool, **quorum: Any
) -> None:
    """Deploy this version's contract to the configured chain, or verify that it stands there.

    With --member, an auditors' quorum for it as well, which competitions can name as arbiter:

    \b
      judge deploy --member 0xA… --member 0xB… --member 0xC… --threshold 2

    Addresses follow from the code (a quorum's from its members, threshold and windows, too) and are
    the same on every chain (see: judge address). Repeating the command deploys nothing again.
    """
    from oracle.assembly.deployer import deploy_beacon, deploy_competition, deploy_quorum

    charter = _charter(**quorum)
    settings = settings_of(ctx)
    entries = [deploy_competition(settings, book)]
    if beacon:
        entries.append(deploy_beacon(settings, book))
    if charter is not None:
        entries.append(deploy_quorum(settings, book, charter))
    if as_json:
        contracts = {name: e for entry in entries for name, e in _contracts(entry).items()}
        print_json({"chain_id": entries[0].chain_id, "contracts": contracts})
        return
    for entry in entries:
        print_facts(
            [
                (_KINDS[entry.name], entry.address.contract),
                ("chain", entry.chain_id),
                ("deployed", "now" if entry.new else "before; its code is this version's"),
                ("block", entry.block if entry.block is not None else "not known"),
                ("transaction", entry.transaction or "not known"),
                ("address book", book),
            ]
        )


@click.command("address")
@_quorum_options
@JSON
def address_command(as_json: bool, **quorum: Any) -> None:
    """Print where this version's contract stands on every chain, and what that follows from.

    With --member, where the auditors' quorum stands that judge deploy puts there.
    """
    from oracle.deployment.book import competition_address, quorum_address

    charter = _charter(**quorum)
    facts = asdict(competition_address() if charter is None else quorum_address(charter))
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])


def _charter(
    members: tuple[str, ...],
    threshold: int | None,
    commit: int,
    reveal: int,
    deliver: int,
    stake: int,
) -> Charter | None:
    from oracle.chain.quorum import Charter
    from oracle.deployment.book import competition_address

    if not members:
        return None
    return Charter(
        competition=competition_address().contract,
        members=members,
        threshold=threshold or len(members) // 2 + 1,
        commit_seconds=commit,
        reveal_seconds=reveal,
        deliver_seconds=deliver,
        stake_wei=stake,
    )


def _contracts(entry: BookEntry) -> dict[str, Any]:
    contracts: dict[str, Any] = entry.to_json()["contracts"]
    return contracts
