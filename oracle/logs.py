"""Logging: lines of JSON for machines, coloured text for a person, secrets in neither.

Every record carries the context that it was logged in (`log_context(competition=3)`), and what is
passed as `extra`. Logs go to stderr; stdout is for data.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TextIO

from rich.console import Console
from rich.highlighter import NullHighlighter
from rich.logging import RichHandler

from oracle.errors import InvalidConfig

FORMATS = ("auto", "json", "text")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# Libraries whose INFO would bury ours.
_CHATTY = ("alembic", "apscheduler", "asyncio", "uvicorn", "urllib3", "web3")

_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "context"}
_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=MappingProxyType({}))


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Adds `fields` to every record logged within, on this thread."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


class Redaction:
    """Takes secrets out of text: those it was told, and what URLs carry.

    A private key looks like any hash, so secrets are known by value and not by shape.
    """

    MASK = "***"
    _IN_URLS = (
        # https://user:password@host
        (re.compile(r"(?<=://)[^/\s@]+(?=@)"), MASK),
        # the keys of RPC providers: /v2/KEY, /v3/KEY; ?apikey=KEY, &token=KEY
        (re.compile(r"(://[^\s'\"]*?/v\d/)[\w-]{16,}"), rf"\1{MASK}"),
        (re.compile(r"(?i)([?&](?:api-?_?key|key|token|secret)=)[^&\s'\"]+"), rf"\1{MASK}"),
    )
    _SHORTEST = 4

    def __init__(self) -> None:
        self._secrets: list[re.Pattern[str]] = []

    def hide(self, secret: str | bytes) -> None:
        """From now on `secret` is masked; bytes are looked for as hexadecimal text."""
        text = secret.hex() if isinstance(secret, bytes) else secret.strip().removeprefix("0x")
        # Masking every "a" would hide the log and give the secret away.
        if len(text) >= self._SHORTEST:
            self._secrets.append(re.compile(re.escape(text), re.IGNORECASE))

    def __call__(self, text: str) -> str:
        """`text` without secrets."""
        for secret in self._secrets:
            text = secret.sub(self.MASK, text)
        for pattern, replacement in self._IN_URLS:
            text = pattern.sub(replacement, text)
        return text


def set_up_logging(
    level: str = "INFO", form: str = "auto", *, stream: TextIO | None = None
) -> Redaction:
    """Sends all logging to `stream` (stderr); give the secrets in use to what is returned.

    `form`: "json", "text", or "auto" for text on a terminal and JSON elsewhere.
    """
    if form not in FORMATS or level.upper() not in LEVELS:
        raise InvalidConfig(
            f"a log of level {level!r} and format {form!r} is not known",
            f"levels: {', '.join(LEVELS)}; formats: {', '.join(FORMATS)}",
        )
    stream = stream if stream is not None else sys.stderr
    redaction = Redaction()
    text = form == "text" or (form == "auto" and stream.isatty())
    handler = _text_handler(stream, redaction) if text else _json_handler(stream, redaction)
    handler.addFilter(_attach_context)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(True)
    return redaction


def context_of(record: logging.LogRecord) -> Mapping[str, object]:
    """What a record carries beside its message, on the thread that logged it."""
    # A name with an underscore is a library's own: Ray stamps every record once it is imported.
    extra = {
        key: value
        for key, value in vars(record).items()
        if key not in _OF_EVERY_RECORD and not key.startswith("_")
    }
    return {**_context.get(), **extra}


def _attach_context(record: logging.LogRecord) -> bool:
    record.context = context_of(record)
    return True


def _json_handler(stream: TextIO, redaction: Redaction) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonFormatter(redaction))
    return handler


def _text_handler(stream: TextIO, redaction: Redaction) -> logging.Handler:
    # Rich's own tracebacks would go around the formatter, and so around the redaction.
    handler = RichHandler(
        console=Console(file=stream),
        show_path=False,
        markup=False,
        rich_tracebacks=False,
        highlighter=NullHighlighter(),
    )
    handler.setFormatter(_TextFormatter(redaction))
    return handler


class _JsonFormatter(logging.Formatter):
    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        context: Mapping[str, object] = getattr(record, "context", {})
        line: dict[str, object] = {
            # First, so that no context can pass for it.
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redaction(record.getMessage()),
        }
        for key, value in context.items():
            line.setdefault(key, self._plain(value))
        if record.exc_info:
            line["error"] = self._redaction(self.formatException(record.exc_info))
        return json.dumps(line)

    def _plain(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._redaction(value.hex() if isinstance(value, bytes) else str(value))


class _TextFormatter(logging.Formatter):
    # What comes from players and servers must not steer the terminal.
    _CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def __init__(self, redaction: Redaction) -> None:
        super().__init__("%(message)s")
        self._redaction = redaction

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        context: Mapping[str, object] = getattr(record, "context", {})
        pairs = "".join(f" {key}={_shown(value)}" for key, value in context.items())
        return super().formatMessage(record) + pairs

    def format(self, record: logging.LogRecord) -> str:
        return self._CONTROL.sub("�", self._redaction(super().format(record)))


def _shown(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r"\s|=|^$", text) else text
