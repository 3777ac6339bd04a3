"""`judge deploy | address`: putting the contract on a chain, and knowing where it stands."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from oracle.cli.output import print_facts, print_json
from oracle.cli.settings import settings_of


@click.command("deploy")
@click.option(
    "--book",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("addresses.json"),
    show_default=True,
    help="Where chain id, address, salt, code hash, block and transaction are written.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def deploy_command(ctx: click.Context, book: Path, as_json: bool) -> None:
    """Deploy this version's contract to the configured chain, or verify that it stands there.

    Its address follows from its code and is the same on every chain (see: judge address). Repeating
    the command deploys nothing again.
    """
    from oracle.deployment import deploy_competition

    entry = deploy_competition(settings_of(ctx), book)
    if as_json:
        print_json(entry.to_json())
        return
    print_facts(
        [
            ("contract", entry.address.contract),
            ("chain", entry.chain_id),
            ("deployed", "now" if entry.new else "before; its code is this version's"),
            ("block", entry.block if entry.block is not None else "not known"),
            ("transaction", entry.transaction or "not known"),
            ("address book", book),
        ]
    )


@click.command("address")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def address_command(as_json: bool) -> None:
    """Print where this version's contract stands on every chain, and what that follows from."""
    from oracle.deployment import competition_address

    facts = asdict(competition_address())
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
