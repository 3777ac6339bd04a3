"""The command group, and what is the same for every command: settings, errors, exit codes."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from oracle.cli.output import fail
from oracle.errors import OracleError
from scoring.errors import ScoringError
from scoring.installing import install_command

# Who needs it → command → module that defines it, and what it does. A module is imported when its
# command is called or asked for help, and imports what it needs when it runs: no help waits long.
GROUPS = {
    "Play": {
        "buy": ("oracle.cli.player", "Buy a ticket."),
        "prompt": ("oracle.cli.studio", "Let a competition's studio make an image of words."),
        "submit": ("oracle.cli.player", "Submit an image for a ticket."),
        "relay": ("oracle.cli.player", "Submit a commitment that another player signed."),
        "reveal": ("oracle.cli.player", "Reveal a submission."),
        "finalize": ("oracle.cli.player", "Pay out a competition whose ranking stands."),
        "refund": ("oracle.cli.player", "Get a void competition's ticket refunded."),
        "withdraw": ("oracle.cli.player", "Withdraw what the contract holds for you."),
    },
    "Operate competitions": {
        "deploy": ("oracle.cli.deployer", "Deploy the contract, or verify that it stands."),
        "address": ("oracle.cli.deployer", "Print the contract's address on every chain."),
        "create": ("oracle.cli.operator", "Create a competition."),
        "series": ("oracle.cli.series", "See, and plan, a competition every day."),
        "open": ("oracle.cli.operator", "Open a competition's target now."),
        "run": ("oracle.cli.operator", "Run the operator's daemon."),
        "once": ("oracle.cli.operator", "Run one cycle of the daemon and exit."),
        "check": ("oracle.cli.operator", "Check the environment before a first run."),
        "status": ("oracle.cli.operator", "Show competitions and what was done for them."),
        "resume": ("oracle.cli.operator", "Let the daemon continue with a halted competition."),
        "notify": ("oracle.cli.notify", "Send a notice, to try where notices go."),
        "backup": ("oracle.cli.backup", "Write all that this machine alone knows to a file."),
        "restore": ("oracle.cli.backup", "Put a backup in its place on a new machine."),
        "studio": ("oracle.cli.studio", "Run a studio, or check its generator."),
    },
    "Audit, dispute and vote": {
        "audit": ("oracle.cli.auditor", "Re-run a judging and compare every number."),
        "dispute": ("oracle.cli.dispute", "Audit, and pay against a wrong ranking."),
        "support": ("oracle.cli.dispute", "Pay for a ranking that is disputed."),
        "claim-bond": ("oracle.cli.dispute", "Have paid out what you paid in a dispute."),
        "vote": ("oracle.cli.voter", "Vote on one dispute, as a member of its quorum."),
        "watch": ("oracle.cli.voter", "Run the auditor's daemon: vote on every dispute."),
        "stake": ("oracle.cli.member", "Stake as a member of a quorum, or leave it."),
        "seat": ("oracle.cli.member", "Hand over a seat in a quorum."),
    },
    "Judge without a chain": {
        "check-target": ("oracle.cli.judging", "Say how well a target can be judged."),
        "prepare": ("oracle.cli.judging", "Turn any image into a submission file."),
        "train": ("oracle.cli.judging", "Train the judge on a target."),
        "score": ("oracle.cli.judging", "Score images against a target, without a chain."),
        "selftest": ("oracle.cli.exactness", "Show whether this machine calculates exactly."),
        "bisect": ("oracle.cli.exactness", "Find where two trainings part."),
    },
    "Measure similarity": {
        "compare": ("oracle.cli.similarity", "Compare two images by any similarity metric."),
        "metrics": ("oracle.cli.similarity", "List every similarity metric."),
        "verify": ("oracle.cli.verification", "Tell whether a photo shows an original."),
        "retrieve": ("oracle.cli.retrieval", "Find a gallery's closest pictures."),
        "nga": ("oracle.cli.retrieval", "Download paintings of the National Gallery of Art."),
        "dps-table": ("oracle.cli.perceptual", "Measure Table 1 of the deep perceptual paper."),
        "bapps": ("oracle.cli.perceptual", "Measure a metric's agreement with people."),
    },
    "Develop": {
        "devnet": ("oracle.cli.devnet", "Run chain, store, contract and daemon on this machine."),
        "bench": ("oracle.cli.bench", "Measure how good and how fast things are."),
    },
}
COMMANDS = {name: where for group in GROUPS.values() for name, where in group.items()}


class JudgeGroup(click.Group):
    """Loads commands on demand and turns errors into two lines and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        try:
            module = importlib.import_module(COMMANDS[name][0])
        except ModuleNotFoundError as error:
            _fail_incomplete(error)
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean: judge {near[0]}" if near else "see: judge --help"
            fail(f"there is no command {args[0]!r}", hint, code=2)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name.ljust(width), sentence) for name, (_, sentence) in commands.items()]
                )

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        kwargs["standalone_mode"] = False
        _print_what_the_terminal_can()
        try:
            code = super().main(*args, **kwargs)
            sys.stdout.flush()  # here, where a full disk behind it can still be told
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            raise SystemExit(2) from None
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx is not None else "judge"
            fail(error.format_message(), f"see: {where} --help", code=2)
        except click.ClickException as error:
            fail(error.format_message(), "", code=error.exit_code)
        except click.Abort:
            fail("interrupted", "nothing is half-written; run the command again", code=130)
        except OracleError as error:
            fail(error.what, error.hint, code=error.exit_code)
        except ScoringError as error:
            fail(error.what, error.hint, code=error.exit_code)
        except ModuleNotFoundError as error:
            _fail_incomplete(error)
        except BrokenPipeError:
            _drop_stdout()
            raise SystemExit(141) from None  # the reader went away, as `| head` does
        except OSError as error:
            _drop_stdout()
            place = f": {error.filename}" if error.filename else ""
            fail(
                f"{error.strerror or error}{place}",
                "check that disk, folder and permissions allow it, and run the command again",
                code=1,
            )
        raise SystemExit(code if isinstance(code, int) else 0)


def _print_what_the_terminal_can() -> None:
    """A character that stdout's encoding lacks becomes a question mark, and no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _drop_stdout() -> None:
    """Python flushes once more at its end, and must not complain a second time."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail_incomplete(error: ModuleNotFoundError) -> NoReturn:
    """What every installation has is missing; a missing part of ours itself is a defect."""
    if (error.name or "").partition(".")[0] in ("oracle", "scoring"):
        raise error
    fail(
        f"this needs a package that is not installed: {error.name}",
        f"install it with: {install_command()}",
        code=1,
    )


@click.group(cls=JudgeGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Settings file (TOML). Default: $JUDGE_CONFIG, or oracle.toml here.",
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="SECTION.KEY=VALUE",
    help="Override one setting; may be repeated.",
)
@click.version_option(package_name="judging-oracle", prog_name="judge")
@click.pass_context
def main(ctx: click.Context, config: Path | None, overrides: tuple[str, ...]) -> None:
    """A judge for image-recreation contests whose every number a stranger can recompute.

    Settings come from defaults, then the settings file, then the environment
    (JUDGE_CHAIN__RPC_URL and so on), then --set.

    Exit codes: 0 ok, 1 failure, 2 wrong usage, 3 verified and does not match,
    4 cannot be decided because content is missing.
    """
    ctx.obj = (config, overrides)
