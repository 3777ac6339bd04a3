"""Notices arrive at a real web server and a real mail server, and at nobody else."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from click.testing import CliRunner

from oracle.cli.main import main
from oracle.devnet.anvil import free_port
from oracle.errors import RetryLater
from oracle.notices.channels import Mail, Webhook
from oracle.notices.notice import Notice

pytestmark = pytest.mark.integration

NOTICE = Notice("key", "judge on host: halted,\ncompetition 7", "reason: zwei weichen ab – schau")


class Chat:
    """A chat service's incoming webhook."""

    def __init__(self) -> None:
        self.status = 200
        self.bodies: list[Any] = []
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - http.server's name
                length = int(self.headers["Content-Length"])
                chat.bodies.append(json.loads(self.rfile.read(length)))
                self.send_response(chat.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/s3cr3t"


@pytest.fixture
def chat() -> Iterator[Chat]:
    chat = Chat()
    thread = threading.Thread(target=chat.server.serve_forever)
    thread.start()
    yield chat
    chat.server.shutdown()
    thread.join()
    chat.server.server_close()


def test_a_webhook_gets_what_slack_and_discord_read(chat: Chat) -> None:
    Webhook(chat.url).send(NOTICE)
    (body,) = chat.bodies
    assert "competition 7" in body["text"] and "weichen ab" in body["text"]
    assert body["content"] == body["text"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_refuses_is_tried_again_and_its_address_is_told_to_nobody(
    chat: Chat, status: int
) -> None:
    chat.status = status
    with pytest.raises(RetryLater) as caught:
        Webhook(chat.url).send(NOTICE)
    assert "s3cr3t" not in repr((caught.value.what, caught.value.hint, caught.value.__cause__))
    assert len(chat.bodies) == 1, "a redirection is not followed"


def test_judge_notify_says_where_it_sent(chat: Chat, tmp_path: Path) -> None:
    file = tmp_path / "hook.url"
    file.write_text(chat.url + "\n")
    file.chmod(0o600)
    told = ["--set", f"notices.webhook_file={file}", "notify", "hello"]
    result = CliRunner().invoke(main, told)
    assert (result.exit_code, result.stderr) == (0, "sent: webhook\n")
    assert "hello" in chat.bodies[0]["text"]
    chat.server.server_close()
    result = CliRunner().invoke(main, ["notify"])
    assert (result.exit_code, "no notices are configured" in result.stderr) == (2, True)


class Inbox:
    """What a mail server took, and from whom."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.rcpt_tos, session.ssl is not None, envelope.content))
        return "250 OK"


class MailServer(Controller):
    """aiosmtpd with STARTTLS and one account, or with neither."""

    def __init__(self, inbox: Inbox, context: ssl.SSLContext | None) -> None:
        self.context = context
        super().__init__(inbox, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        if self.context is None:
            return SMTP(self.handler)

        def known(_: Any, __: Any, ___: Any, mechanism: str, data: Any) -> AuthResult:
            right = data == LoginPassword(b"judge", b"pass")
            return AuthResult(success=right, handled=right)

        return SMTP(
            self.handler,
            tls_context=self.context,
            require_starttls=True,
            auth_required=True,
            authenticator=known,
        )


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def serving(inbox: Inbox, context: ssl.SSLContext | None) -> Iterator[MailServer]:
    server = MailServer(inbox, context)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def secure(inbox: Inbox, authority: trustme.CA) -> Iterator[MailServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    yield from serving(inbox, context)


@pytest.fixture
def plain(inbox: Inbox) -> Iterator[MailServer]:
    yield from serving(inbox, None)


def mail_to(server: MailServer) -> Mail:
    return Mail("127.0.0.1", server.port, "starttls", "judge@a.example", ("me@b.example",))


def test_mail_goes_encrypted_and_with_an_account(
    secure: MailServer, inbox: Inbox, authority: trustme.CA
) -> None:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    own = replace(mail_to(secure), user="judge", password="pass", trust=trust)
    own.send(NOTICE)
    ((receivers, encrypted, content),) = inbox.mails
    assert (receivers, encrypted) == (["me@b.example"], True)
    assert b"Subject: judge on host: halted, competition 7\r\n" in content


def test_mail_is_not_sent_to_a_server_that_nobody_vouches_for(
    secure: MailServer, inbox: Inbox
) -> None:
    with pytest.raises(RetryLater, match="SSLCertVerificationError"):
        mail_to(secure).send(NOTICE)
    assert inbox.mails == []


def test_mail_is_never_sent_in_the_clear_unasked(plain: MailServer, inbox: Inbox) -> None:
    with pytest.raises(RetryLater, match="SMTPNotSupportedError"):
        mail_to(plain).send(NOTICE)
    assert inbox.mails == []
    replace(mail_to(plain), security="none").send(NOTICE)
    assert [encrypted for _, encrypted, _ in inbox.mails] == [False]


def test_a_mail_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(RetryLater, match="did not take a notice"):
        Mail("127.0.0.1", free_port(), "none", "a@a.example", ("b@b.example",)).send(NOTICE)
