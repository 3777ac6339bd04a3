"""What is mistyped in [notices] is told in two lines, not by a library's traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.assembly.notices import channels_of
from oracle.errors import InvalidConfig, RetryLater
from oracle.logs import Redaction
from oracle.notices.channels import Mail, Webhook
from oracle.notices.notice import Notice
from oracle.settings.config import load_settings

pytestmark = pytest.mark.unit


def test_a_port_that_is_none_in_the_webhook_s_file_is_told_without_the_address(
    tmp_path: Path,
) -> None:
    file = tmp_path / "webhook"
    file.touch(mode=0o600)
    file.write_text("https://chat.example:80a/SECRET\n")
    settings = load_settings(None, {}, {"notices.webhook_file": str(file)})
    with pytest.raises(InvalidConfig) as caught:
        channels_of(settings, Redaction())
    assert "notices.webhook_file" in caught.value.what
    assert "SECRET" not in caught.value.what


@pytest.mark.parametrize(
    "channel",
    [Mail(".example", 25, "none", "a@a.example", ("b@b.example",)), Webhook("http://.example/")],
)
def test_a_host_that_is_none_is_told_like_one_that_does_not_answer(
    channel: Mail | Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_the_system_does(host: str, *_: object, **__: object) -> None:
        host.encode("idna")

    monkeypatch.setattr("socket.getaddrinfo", as_the_system_does)
    with pytest.raises(RetryLater, match="UnicodeError"):
        channel.check()


def test_bytes_of_the_command_line_that_are_no_text_are_sent_as_question_marks() -> None:
    mail = Mail("mail.example", 25, "none", "a@a.example", ("b@b.example",))
    message = mail._message(Notice("test", "caf\udce9", "caf\udce9 burns"))
    assert message.get_content().strip() == "caf? burns"
    assert message.as_bytes()
