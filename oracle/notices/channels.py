"""The two ways out: a webhook, and a mail server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal, Protocol
from urllib.parse import urlsplit

import requests

from oracle.deadline import within
from oracle.errors import RetryLater
from oracle.notices.notice import Notice

_SECONDS = 20.0
Security = Literal["starttls", "tls", "none"]


class Channel(Protocol):
    """Where notices go."""

    @property
    def name(self) -> str:
        """As the log calls it."""

    def send(self, notice: Notice) -> None:
        """Hands a notice over. Raises RetryLater when it was not taken."""

    def check(self) -> None:
        """Reaches who would take a notice, and sends none. Raises RetryLater."""


@dataclass(frozen=True)
class Webhook:
    """POSTs JSON that chat services understand: `text` (Slack and its kin), `content` (Discord)."""

    url: str = field(repr=False)  # whoever knows it can write there
    name: str = "webhook"

    def send(self, notice: Notice) -> None:
        whole = f"{notice.subject}\n{notice.text}"
        body = {"text": whole, "content": whole[:1900], "subject": notice.subject}
        try:
            within(_SECONDS, lambda: self._post(body))
        except (requests.RequestException, TimeoutError) as error:
            # Not chained: the cause's text holds the address.
            raise RetryLater(
                f"the webhook did not take a notice: {type(error).__name__}",
                "check the address in [notices] webhook_file",
            ) from None

    def check(self) -> None:
        """Connects; only a notice shows whether the address is taken: judge notify."""
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((parts.hostname or "", port), _SECONDS).close()
        except (OSError, UnicodeError) as error:
            raise RetryLater(
                f"the webhook's host does not answer: {type(error).__name__}",
                "check the address in [notices] webhook_file",
            ) from None

    def _post(self, body: dict[str, str]) -> None:
        answer = requests.post(self.url, json=body, timeout=10, allow_redirects=False, stream=True)
        with answer:
            if not 200 <= answer.status_code < 300:
                raise requests.HTTPError(str(answer.status_code))


@dataclass(frozen=True)
class Mail:
    """Sends by SMTP; never in the clear unless `security` says so."""

    host: str
    port: int
    security: Security
    sender: str
    receivers: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = None  # None: the system's authorities
    name: str = "mail"

    def send(self, notice: Notice) -> None:
        message = self._message(notice)
        self._talk(lambda server: server.send_message(message), "did not take a notice")

    def check(self) -> None:
        """Logs in, as before a notice."""
        self._talk(lambda server: server.noop(), "does not take notices")

    def _talk(self, say: Callable[[smtplib.SMTP], object], failed: str) -> None:
        try:
            within(2 * _SECONDS, lambda: self._session(say))
        # UnicodeError: a name that is none, or a password or text that SMTP cannot carry.
        except (smtplib.SMTPException, OSError, TimeoutError, UnicodeError) as error:
            raise RetryLater(
                f"{self.host} {failed}: {type(error).__name__}",
                "check [notices] smtp_host, smtp_security, smtp_user and the password",
            ) from error

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = _encodable(" ".join(notice.subject.split()))
        message["From"], message["To"] = self.sender, ", ".join(self.receivers)
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="judge.invalid")
        message.set_content(_encodable(notice.text))
        return message

    def _session(self, say: Callable[[smtplib.SMTP], object]) -> None:
        context = self.trust or ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        with server:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            say(server)


def _encodable(text: str) -> str:
    """Bytes of a command line or a path that are no text stand in Python's as what none can be."""
    return text.encode("utf-8", "replace").decode()
