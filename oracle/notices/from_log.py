"""What is logged as an error needs a human, and becomes a notice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oracle.logs import context_of
from oracle.notices.cooldown import HOUR_SECONDS, Cooldown
from oracle.notices.notice import Notice


@dataclass(frozen=True)
class _Told:
    what: str
    logger: str
    competition: object
    # Half of what was left until a deadline is gone: that is news, whatever was told before.
    nearness: int | None


class NoticeHandler(logging.Handler):
    """Hands errors to `post`, without secrets, and each thing not too often."""

    def __init__(
        self,
        post: Callable[[Notice], None],
        cooldown: Cooldown,
        redact: Callable[[str], str],
        place: str,
    ) -> None:
        super().__init__(logging.ERROR)
        self._post = post
        self._cooldown = cooldown
        self._redact = redact
        self._place = place

    def emit(self, record: logging.LogRecord) -> None:
        try:
            context = context_of(record)
            notice = self._notice(record, context)
            left = _seconds_left(context)
            # Kept back for the rest of an hour, it would come too late.
            urgent = left is not None and left < HOUR_SECONDS
            kept_back = self._cooldown.admits(notice.key, urgent=urgent)
            if kept_back is not None:
                self._post(notice.with_count(kept_back))
        except Exception:
            self.handleError(record)

    def _notice(self, record: logging.LogRecord, context: Mapping[str, object]) -> Notice:
        left = _seconds_left(context)
        nearness = None if left is None else max(int(left), 0).bit_length()
        competition = context.get("competition")
        message = record.getMessage()
        lines = [f"{name}: {value}" for name, value in context.items()]
        if record.exc_info and record.exc_info[1] is not None:
            lines.append(f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}")
        about = "" if competition is None else f", competition {competition}"
        subject = self._redact(f"judge on {self._place}: {message}{about}")
        text = self._redact("\n".join([message, *lines]))
        return Notice(_Told(str(record.msg), record.name, competition, nearness), subject, text)


def _seconds_left(context: Mapping[str, object]) -> float | None:
    """Until the deadline that a record speaks of, if it does."""
    left = context.get("seconds_left")
    return left if isinstance(left, int | float) else None
