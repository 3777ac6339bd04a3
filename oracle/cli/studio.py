"""`judge studio run | check` for who runs a studio, and `judge prompt` for who plays with one."""

from __future__ import annotations

import click

from oracle.cli.auditor import EXIT_CODES, print_checks
from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import COMPETITION_ID, HASH, JSON, TICKET
from oracle.cli.settings import log_of_a_daemon, settings_of


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
    with log_of_a_daemon(settings) as hide, open_studio(settings, hide) as studio:
        studio.run()


@studio_command.command("check")
@click.option("--tickets", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--prompts", type=click.IntRange(min=1), default=100, show_default=True)
@JSON
@click.pass_context
def check_command(ctx: click.Context, tickets: int, prompts: int, as_json: bool) -> int:
    """Try the configured generator: whether it answers, its model, and whether the hour fits.

    Draws a few images, and says for how many tickets one hour lasts when each uses all of its
    prompts. Exits with 1 when the generator does not work or the hour is too short.
    """
    from oracle.assembly.studio import check_studio
    from oracle.studio.checking import Demand

    demand = Demand(tickets, prompts)
    finding, fits = check_studio(settings_of(ctx), demand)
    facts: dict[str, object] = {
        "backend": finding.name,
        "works": finding.is_usable,
        "model": finding.model.name if finding.model else None,
        "model_digest": finding.model.digest.hex() if finding.model else None,
        "seconds_per_image": finding.seconds_per_image,
        "repeatable": finding.is_repeatable,
        "fits_the_hour": fits,
        "most_tickets": finding.most_tickets(demand),
        "problem": finding.problem,
        "hint": finding.hint,
    }
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])
    return 0 if finding.is_usable and fits else 1


@studio_command.command("audit")
@click.argument("competition", type=COMPETITION_ID)
@click.option("--log", "digest", type=HASH, help="Digest of the log. Default: the studio is asked.")
@JSON
@click.pass_context
def audit_command(ctx: click.Context, competition: int, digest: bytes | None, as_json: bool) -> int:
    """Check the studio's log of COMPETITION: its signature, the limit, and every revealed image.

    Images of the back end sketch are drawn again from their words, where these are public. Exits
    with 0 when everything holds, 3 when something differs, 4 when it cannot be decided.
    """
    from oracle.assembly.studio_audit import audit_studio_log

    report = audit_studio_log(settings_of(ctx), competition, digest)
    if as_json:
        print_json(report.to_json())
    else:
        print_checks(report)
    return EXIT_CODES[report.verdict]


@click.command("prompt")
@click.argument("competition", type=COMPETITION_ID)
@click.argument("ticket", type=TICKET)
@click.argument("words")
@JSON
@click.pass_context
def prompt_command(
    ctx: click.Context, competition: int, ticket: int, words: str, as_json: bool
) -> None:
    """Let the studio of COMPETITION make an image of WORDS for your TICKET.

    The image and its receipt stay in [judge] work_dir/prompts. Submit the one that you like best:

    \b
      judge prompt 1 7 "a red house on a green hill, blue sky"
      judge submit 1 IMAGE --ticket 7

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
