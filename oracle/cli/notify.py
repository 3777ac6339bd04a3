"""`judge notify`: whether the operator's notices arrive."""

from __future__ import annotations

import click

from oracle.cli.settings import settings_of


@click.command("notify")
@click.argument("text", default="This is a test: notices arrive.")
@click.pass_context
def notify_command(ctx: click.Context, text: str) -> None:
    """Send TEXT where [notices] says, as the daemon sends what needs a human."""
    from oracle.assembly.notices import channels_of, place_of
    from oracle.errors import InvalidConfig
    from oracle.logs import Redaction
    from oracle.notices.notice import Notice

    settings = settings_of(ctx)
    channels = channels_of(settings, Redaction())
    if not channels:
        raise InvalidConfig(
            "no notices are configured", "set webhook_file or mail_to under [notices]"
        )
    for channel in channels:
        channel.send(Notice("test", f"judge on {place_of(settings)}: test", text))
        click.echo(f"sent: {channel.name}", err=True)
