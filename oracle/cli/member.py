"""`judge stake | seat`: a member of a quorum, its stake and its seat."""

from __future__ import annotations

import click

from oracle.chain.amounts import format_eth
from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import ADDRESS, AMOUNT, JSON
from oracle.cli.settings import settings_of


@click.command("stake")
@click.option("--amount", type=AMOUNT, help="What to add. Default: what the stake lacks.")
@click.option("--leave", is_flag=True, help="Ask to leave: no vote in later disputes.")
@click.option("--withdraw", is_flag=True, help="Take the stake out, once the exit is due.")
@JSON
@click.pass_context
def stake_command(
    ctx: click.Context, amount: int | None, leave: bool, withdraw: bool, as_json: bool
) -> None:
    """Stake as a member of [chain] quorum, or take the stake out again.

    Only with a complete stake has a member a vote. It loses half of what is asked for by a vote
    against the verdict or one that it does not reveal, and a tenth by silence.
    """
    from oracle.assembly.voter import open_member

    if leave + withdraw + (amount is not None) > 1:
        raise click.UsageError("use one of --amount, --leave and --withdraw")
    with open_member(settings_of(ctx)) as member:
        facts: dict[str, object] = {}
        if leave:
            sent = member.leave()
        else:
            wei, sent = member.withdraw() if withdraw else member.stake(amount)
            facts["amount"] = format_eth(wei)
    _print(as_json, facts | {"transaction": sent.hash, "gas_used": sent.gas_used})


@click.command("seat")
@click.argument("member", type=ADDRESS, required=False)
@click.option("--to", "successor", type=ADDRESS, help="Approve that this account takes the seat.")
@click.option("--refuse", is_flag=True, help="Drop what was proposed for your own seat.")
@JSON
@click.pass_context
def seat_command(
    ctx: click.Context, member: str | None, successor: str | None, refuse: bool, as_json: bool
) -> None:
    """Hand over the seat of MEMBER in [chain] quorum, 30 days from now.

    With --to, approve a successor: for your own seat that is enough, for a member whose key is lost
    it takes as many members as a verdict. With --refuse, you keep your own seat. With neither, what
    is due is carried out.
    """
    from oracle.assembly.voter import open_member

    if refuse == (member is not None) or (refuse and successor):
        raise click.UsageError("name a MEMBER, or --refuse what was proposed for your own seat")
    with open_member(settings_of(ctx)) as own:
        if member is None:
            sent = own.refuse()
        elif successor:
            sent = own.propose(member, successor)
        else:
            sent = own.replace(member)
    _print(as_json, {"transaction": sent.hash, "gas_used": sent.gas_used})


def _print(as_json: bool, facts: dict[str, object]) -> None:
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
