"""`judge devnet`: chain, store, contract and daemon on this machine, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from oracle.cli.output import print_facts


@click.command("devnet")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".judge/devnet"),
    show_default=True,
    help="Where content, settings, keys and logs go.",
)
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Port of the chain. Default: a free one."
)
@click.option(
    "--api-port",
    type=click.IntRange(1, 65_535),
    help="Port of the daemon's API. Default: a free one.",
)
def devnet_command(folder: Path, port: int | None, api_port: int | None) -> None:
    """Run a chain, a content store, the contract, daemon and studio on this machine until Ctrl-C.

    The chain starts empty each time, and so does the folder. Accounts are anvil's published ones;
    settings files for the operator, three players and the three auditors of a quorum are written to
    the folder, to be named to other commands with --config. The auditors vote when you let them:

    \b
      judge --config .judge/devnet/auditor-1.toml watch
    """
    from oracle.devnet.network import Devnet
    from oracle.devnet.until_stopped import signals_as_ctrl_c, wait_for_ctrl_c

    with signals_as_ctrl_c(), Devnet(folder.resolve(), port=port, api_port=api_port) as devnet:
        files = [devnet.settings_path("operator")]
        for name, account in zip(("ada", "ben", "cleo"), devnet.player_accounts, strict=False):
            files.append(devnet.write_settings(name, account))
        for place, account in enumerate(devnet.auditor_accounts, start=1):
            files.append(devnet.write_settings(f"auditor-{place}", account))
        devnet.start_daemon()
        devnet.start_studio()
        print_facts(
            [
                ("chain", f"{devnet.anvil.url} (chain id {devnet.anvil.chain_id})"),
                ("contract", devnet.contract_address),
                ("quorum", f"{devnet.quorum_address} (two of three auditors)"),
                ("page", devnet.page),
                ("studio", f"{devnet.studio_account.address} at {devnet.studio_url}"),
                ("content", devnet.gateway),
                ("daemon", f"{devnet.gateway}/healthz, log {devnet.folder / 'daemon.log'}"),
                *(("settings", path) for path in files),
            ]
        )
        click.echo("Ctrl-C ends it.", err=True)
        wait_for_ctrl_c(devnet.require_alive)
