from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from oracle.errors import InvalidConfig
from oracle.logs import Redaction, log_context, set_up_logging

pytestmark = pytest.mark.unit

log = logging.getLogger("oracle.test")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_off_a_terminal_every_record_is_one_line_of_json() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    log.info("fetched %d of %d\nnext", 3, 4)
    [line] = lines(stream)
    assert line.pop("time").endswith("+00:00")  # type: ignore[attr-defined]
    assert line == {"level": "info", "logger": "oracle.test", "message": "fetched 3 of 4\nnext"}


def test_on_a_terminal_a_person_reads_text_with_the_context() -> None:
    stream = Terminal()
    set_up_logging(stream=stream)
    with log_context(competition=3, player="a b"):
        log.warning("[bold]no store answered[/]")
    text = " ".join(re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue()).split())
    assert 'WARNING [bold]no store answered[/] competition=3 player="a b"' in text


@pytest.mark.parametrize(("form", "stream"), [("json", Terminal()), ("text", io.StringIO())])
def test_the_format_can_be_chosen(form: str, stream: io.StringIO) -> None:
    set_up_logging(form=form, stream=stream)
    log.info("x")
    assert stream.getvalue().startswith("{") == (form == "json")


def test_logs_go_to_stderr_and_data_keeps_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    log.info("x")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert '"message": "x"' in captured.err


def test_context_nests_and_ends_and_belongs_to_its_thread() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    with log_context(competition=3, step="fetch"):
        with log_context(step="train"):
            log.info("inner")
        thread = threading.Thread(target=log.info, args=["other"])
        thread.start()
        thread.join()
        log.info("outer", extra={"digest": b"\x01\x02", "seconds": 1.5, "ok": True})
    log.info("after")
    inner, other, outer, after = lines(stream)
    assert (inner["competition"], inner["step"]) == (3, "train")
    assert "competition" not in other
    assert (outer["step"], outer["digest"], outer["seconds"]) == ("fetch", "0102", 1.5)
    assert outer["ok"] is True
    assert "step" not in after


def test_what_a_library_stamps_on_every_record_is_not_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = logging.getLogRecordFactory()

    def stamped(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = plain(*args, **kwargs)
        record._ray_timestamp_ns = 1  # type: ignore[attr-defined]  # as Ray does
        return record

    monkeypatch.setattr(logging, "_logRecordFactory", stamped)
    stream = io.StringIO()
    set_up_logging(stream=stream)
    log.info("fetched", extra={"seconds": 1.5})
    [line] = lines(stream)
    assert line.keys() == {"time", "level", "logger", "message", "seconds"}


def test_context_cannot_pass_for_the_message() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    with log_context(message="forged", level="debug"):
        log.info("true")
    [line] = lines(stream)
    assert (line["message"], line["level"]) == ("true", "info")


def test_repeating_the_set_up_does_not_double_the_lines() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    set_up_logging(stream=stream)
    log.info("x")
    assert len(lines(stream)) == 1


def test_levels_are_kept_and_libraries_are_quiet() -> None:
    stream = io.StringIO()
    set_up_logging("debug", stream=stream)
    log.debug("ours")
    logging.getLogger("urllib3.connectionpool").debug("theirs")
    logging.getLogger("apscheduler.executors").info("theirs")
    logging.getLogger("apscheduler.executors").error("trouble")
    assert [line["message"] for line in lines(stream)] == ["ours", "trouble"]
    set_up_logging("ERROR", stream=stream)
    log.warning("hidden")
    assert len(lines(stream)) == 2


def test_warnings_of_libraries_become_records() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old call", stacklevel=1)
    logging.captureWarnings(False)
    assert "old call" in stream.getvalue()


@pytest.mark.parametrize(("level", "form"), [("LOUD", "auto"), ("INFO", "xml")])
def test_an_unknown_level_or_format_is_refused(level: str, form: str) -> None:
    with pytest.raises(InvalidConfig, match="is not known") as caught:
        set_up_logging(level, form)
    assert "WARNING" in caught.value.hint and "json" in caught.value.hint


KEY = "ab" * 31 + "0f"


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("secret", ["0x" + KEY, KEY.upper(), bytes.fromhex(KEY)])
def test_a_private_key_never_reaches_the_log(form: str, secret: str | bytes) -> None:
    stream = io.StringIO()
    redaction = set_up_logging(form=form, stream=stream)
    redaction.hide(secret)
    with log_context(key=bytes.fromhex(KEY), text=f"0x{KEY}"):
        log.info("signing with %s", KEY)
        try:
            raise ValueError(f"bad key 0x{KEY}")
        except ValueError:
            log.exception("failed with 0x%s", KEY.upper(), extra={"also": [KEY]})
    text = "".join(stream.getvalue().split()).lower()
    assert KEY not in text
    assert text.count("***") >= 6
    assert "valueerror" in text


def test_a_password_with_quotes_is_hidden_in_json_too() -> None:
    stream = io.StringIO()
    set_up_logging(form="json", stream=stream).hide('pass"wörd\\')
    log.info('opened with pass"wörd\\')
    assert lines(stream)[0]["message"] == "opened with ***"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("at https://user:pa55@rpc.example/x", "at https://***@rpc.example/x"),
        (
            "https://eth.rpc.example/v2/Zk3_9xAbCdEfGhIjKlMn: 502",
            "https://eth.rpc.example/v2/***: 502",
        ),
        ("https://rpc.example/?apikey=abc&x=1", "https://rpc.example/?apikey=***&x=1"),
        ("postgresql://judge:pw@db/judge", "postgresql://***@db/judge"),
        ("http://127.0.0.1:8545 and 0x" + "12" * 32, "http://127.0.0.1:8545 and 0x" + "12" * 32),
    ],
)
def test_keys_in_addresses_are_hidden_and_the_rest_stays(text: str, redacted: str) -> None:
    assert Redaction()(text) == redacted


def test_a_secret_of_a_letter_does_not_black_out_the_log() -> None:
    redaction = Redaction()
    redaction.hide("a")
    redaction.hide("")
    assert redaction("a banana") == "a banana"


def test_bytes_from_outside_cannot_steer_the_terminal() -> None:
    stream = io.StringIO()
    set_up_logging(form="text", stream=stream)
    log.info("player said \x1b[2J\x9b2J\x07 twice")
    assert not {"\x1b", "\x9b", "\x07"} & set(stream.getvalue())


def test_a_closed_stderr_does_not_kill_the_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    stream.close()
    monkeypatch.setattr(sys, "stderr", None)
    log.info("into the void")
