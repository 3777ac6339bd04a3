"""`judge backup | restore`: what this machine alone knows, in one encrypted file."""

from __future__ import annotations

from pathlib import Path

import click

from oracle.cli.output import print_facts, print_json
from oracle.cli.parameters import JSON, NEW_FILE
from oracle.cli.settings import settings_of

_passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that holds the passphrase, readable by its owner alone. Default: it is asked for.",
)


@click.command("backup")
@click.argument("file", type=NEW_FILE)
@_passphrase_option
@click.option(
    "--lean", is_flag=True, help="Leave out trained models and fetched content, to save room."
)
@JSON
@click.pass_context
def backup_command(
    ctx: click.Context, file: Path, passphrase_file: Path | None, lean: bool, as_json: bool
) -> None:
    """Write ledger, secrets, work folder, content and studio to FILE, encrypted.

    The daemon may go on. FILE is written whole or not at all, read again, and overwrites nothing.
    Keys and settings are not in it: keep those apart.
    """
    from oracle.assembly.backup import places_of
    from oracle.backup.making import make_backup

    settings = settings_of(ctx)
    passphrase = _passphrase(passphrase_file, confirm=True)
    chain = settings.chain
    count = make_backup(
        file, passphrase, places_of(settings), chain.chain_id, chain.contract, whole=not lean
    )
    facts = {
        "backup": str(file),
        "files": count.files,
        "bytes": count.size_bytes,
        "backup bytes": file.stat().st_size,
    }
    if as_json:
        print_json({name.replace(" ", "_"): value for name, value in facts.items()})
    else:
        print_facts(list(facts.items()))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_passphrase_option
@click.option("--list", "only_list", is_flag=True, help="Only check FILE, and say what is in it.")
@JSON
@click.pass_context
def restore_command(
    ctx: click.Context,
    file: Path,
    passphrase_file: Path | None,
    only_list: bool,
    as_json: bool,
) -> None:
    """Put what `judge backup` wrote to FILE where the settings say that it belongs.

    Nothing is overwritten: ledger and folders must be empty. The ledger may be another kind of
    database than it was.
    """
    from oracle.assembly.backup import places_of
    from oracle.backup.making import look_into
    from oracle.backup.restoring import restore_backup

    settings = settings_of(ctx)
    passphrase = _passphrase(passphrase_file, confirm=False)
    if only_list:
        manifest, count = look_into(file, passphrase)
    else:
        manifest, count = restore_backup(file, passphrase, places_of(settings))
    facts = {
        "made at": manifest.made_at,
        "by judge": manifest.version,
        "chain": manifest.chain_id,
        "contract": manifest.contract,
        "parts": ", ".join(manifest.parts),
        "whole": manifest.whole,
        "files": count.files,
        "bytes": count.size_bytes,
    }
    if as_json:
        print_json({name.replace(" ", "_"): value for name, value in facts.items()})
    else:
        print_facts(list(facts.items()))


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    from oracle.errors import BadInput
    from oracle.settings.secret_file import read_secret

    if file is not None:
        passphrase = read_secret(str(file), "--passphrase-file").rstrip("\r\n")
    else:
        passphrase = click.prompt(
            "Passphrase", hide_input=True, confirmation_prompt=confirm, err=True
        )
    if not passphrase:
        raise BadInput("the passphrase is empty", "a backup holds secrets; choose a long one")
    return passphrase
