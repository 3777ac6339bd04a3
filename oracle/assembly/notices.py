"""The operator's notices, put together from settings, while a daemon runs."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from oracle.errors import InvalidConfig
from oracle.logs import Redaction
from oracle.notices.channels import Channel, Mail, Webhook
from oracle.notices.cooldown import Cooldown
from oracle.notices.from_log import NoticeHandler
from oracle.notices.notice import Notice
from oracle.notices.poster import Poster
from oracle.settings.addresses import require_web
from oracle.settings.config import Settings
from oracle.settings.secret_file import read_secret


@contextmanager
def open_notices(settings: Settings, redaction: Redaction) -> Iterator[None]:
    """While the context lasts, errors in the log are sent where [notices] says."""
    channels = channels_of(settings, redaction)
    if not channels:
        yield
        return
    # Each on a thread of its own: a mail server that is down keeps no webhook waiting.
    posters = [Poster(channel) for channel in channels]

    def post(notice: Notice) -> None:
        for poster in posters:
            poster.post(notice)

    cooldown = Cooldown(settings.notices.cooldown_seconds)
    handler = NoticeHandler(post, cooldown, redaction, place_of(settings))
    for poster in posters:
        poster.start()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        for poster in posters:
            poster.stop()


def channels_of(settings: Settings, redaction: Redaction) -> tuple[Channel, ...]:
    """What [notices] names. Raises InvalidConfig when something is missing for it."""
    own = settings.notices
    channels: list[Channel] = []
    if own.webhook_file:
        url = read_secret(own.webhook_file, "notices.webhook_file").strip()
        if not url.startswith(("https://", "http://")):
            raise InvalidConfig(
                "notices.webhook_file holds no address", "write one line, https://… into it"
            )
        require_web("the address in notices.webhook_file", url)
        redaction.hide(url)
        channels.append(Webhook(url))
    if own.mail_to:
        if not own.smtp_host:
            raise InvalidConfig(
                "notices.mail_to is set and notices.smtp_host is not", "name your mail server"
            )
        password = ""
        if own.smtp_password_file:
            password = read_secret(own.smtp_password_file, "notices.smtp_password_file")
            password = password.rstrip("\r\n")
            redaction.hide(password)
        channels.append(
            Mail(
                own.smtp_host,
                own.smtp_port,
                own.smtp_security,
                own.mail_from or own.mail_to[0],
                own.mail_to,
                own.smtp_user,
                password,
            )
        )
    return tuple(channels)


def place_of(settings: Settings) -> str:
    """What tells one daemon's notices from another's."""
    return f"{socket.gethostname()} (chain {settings.chain.chain_id})"
