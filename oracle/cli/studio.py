"""`judge studio run | check` for who runs a studio, and `judge prompt` for who plays with one."""

from __future__ import annotations

import click

from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import COMPETITION_ID, TICKET
from oracle.cli.settings import settings_of, start_log


@click.group("studio")
def studio_command() -> None:
    """Run a studio: words in, images and signed receipts out."""


@studio_command.command("run")
@click.pass_context
def run_command(ctx: click.Context) -> None:
    """Run the studio until SIGINT or SIGTERM.

    It takes prompts for every competition that names its key's address as the studio, makes the
    images with [studio] backend, signs a receipt for each, and publishes its log when a competition
    is over. Killed at any time, it continues where it was.
    """
    from oracle.assembly.studio import open_studio

    settings = settings_of(ctx)
    with open_studio(settings, start_log(settings)) as studio:
        studio.run()


@click.command("prompt")
@click.argument("competition", type=COMPETITION_ID)
@click.argument("ticket", type=TICKET)
@click.argument("words")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def prompt_command(
    ctx: click.Context, competition: int, ticket: int, words: str, as_json: bool
) -> None:
    """Let the studio of COMPETITION make an image of WORDS for your TICKET.

    The image and its receipt stay in [judge] work_dir/prompts. Submit the one that you like best:

    \b
      judge prompt 1 7 "a red house on a green hill, blue sky"
      judge submit 1 .judge/work/prompts/….png --ticket 7

    judge reveal finds the receipt by itself. An image that could not be made does not count.
    """
    from oracle.assembly.accounts import open_prompter

    with open_prompter(settings_of(ctx)) as prompter:
        drawn = prompter.draw(competition, ticket, words)
    facts: dict[str, object] = {
        "image": str(drawn.path),
        "digest": "0x" + drawn.digest.hex(),
        "prompt": drawn.index + 1,
        "left": drawn.left,
    }
    if as_json:
        print_json(facts)
    else:
        print_facts(list(facts.items()))
