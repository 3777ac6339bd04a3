"""Whether the daemon does its duty: nothing is called well while somebody waits in vain.

What the cycles saw comes in here; `/healthz`, metrics and people read it. Every method can be
called from any thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oracle.errors import ContentAbsent, OracleError


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """From when on a lasting state is called trouble, in seconds; None: never."""

    failing_seconds: float = 300.0  # of one competition, far from its deadline
    head_seconds: float | None = None  # age of the newest block
    final_seconds: float | None = None  # age of the newest final block


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment until which the operator has to have done something."""

    competition_id: int
    step: str  # what has to be done
    at: int  # unix seconds of the chain's time


@dataclass(frozen=True, slots=True)
class Failure:
    """A competition that could not be taken further, and is tried again."""

    what: str
    hint: str
    since: float  # seconds that never go back
    expected: bool  # a player's image that nobody shows: it is waited for, by the rules


@dataclass(frozen=True)
class HealthReport:
    """What is wrong, in words, and the facts behind it, as JSON."""

    problems: tuple[str, ...]
    detail: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass
class Health:
    """The daemon's condition as of the last pass."""

    limits: HealthLimits = HealthLimits()
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    _failures: dict[int, Failure] = field(default_factory=dict, init=False)
    _halted: dict[int, str] = field(default_factory=dict, init=False)
    _stuck: dict[str, str] = field(default_factory=dict, init=False)
    _deadlines: tuple[Deadline, ...] = field(default=(), init=False)
    _short: str = field(default="", init=False)  # what the account lacks
    _lost: str = field(default="", init=False)  # why the node does not answer
    _broken_off: str = field(default="", init=False)  # why the last pass was
    _head: int | None = field(default=None, init=False)  # unix seconds
    _final: int | None = field(default=None, init=False)
    _seen_at: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    # ------------------------------------------------------------- what the cycles tell

    def node_answered(self, head: int, final: int) -> None:
        """The node gave its newest block and its newest final one; these are their times."""
        with self._lock:
            self._head, self._final, self._lost = head, final, ""
            self._seen_at = self.clock()

    def node_lost(self, why: str) -> None:
        """A pass was broken off, because the node does not answer."""
        with self._lock:
            self._lost = why

    def pass_failed(self, why: str) -> None:
        """A pass was broken off, for whatever reason: this one, in words."""
        with self._lock:
            self._broken_off = why

    def failed(self, competition_id: int, error: OracleError) -> None:
        """A competition could not be taken further."""
        with self._lock:
            known = self._failures.get(competition_id)
            since = self.clock() if known is None else known.since
            expected = isinstance(error, ContentAbsent)
            self._failures[competition_id] = Failure(error.what, error.hint, since, expected)

    def mended(self, competition_id: int) -> None:
        """A competition goes on."""
        with self._lock:
            self._failures.pop(competition_id, None)

    def short_of(self, money: str) -> None:
        """What the account cannot pay, in words; empty while it can."""
        with self._lock:
            self._short = money

    def pass_seen(
        self,
        halted: Mapping[int, str],
        stuck: Mapping[str, str],
        deadlines: tuple[Deadline, ...],
    ) -> None:
        """A whole pass: what needs a human and why, and what has to be done until when."""
        with self._lock:
            self._broken_off = ""
            self._halted, self._stuck = dict(halted), dict(stuck)
            self._deadlines = tuple(sorted(deadlines, key=lambda deadline: deadline.at))

    # ------------------------------------------------------------------- what is read

    @property
    def failing(self) -> int:
        """How many competitions could not be taken further the last time."""
        return len(self._failures)

    @property
    def why_no_pass(self) -> str:
        """Why the last pass was broken off, unless the report says it already; else empty."""
        return "" if self._lost else self._broken_off

    @property
    def next_deadline(self) -> Deadline | None:
        """What has to be done next."""
        return self._deadlines[0] if self._deadlines else None

    def seconds_to_deadline(self) -> float | None:
        """Until the next deadline; None where nothing is due."""
        deadline = self.next_deadline
        return None if deadline is None else self.seconds_left(deadline)

    def seconds_left(self, deadline: Deadline) -> float | None:
        """Until a deadline, by the chain's time as of the last pass; None before the first."""
        if self._head is None:
            return None
        return deadline.at - self._head - (self.clock() - self._seen_at)

    def report(self) -> HealthReport:
        """What is wrong now."""
        with self._lock:
            return HealthReport(tuple(self._problems()), self._detail())

    def _problems(self) -> list[str]:
        found = [f"the node does not answer: {self._lost}"] if self._lost else []
        for what, age, limit in (
            ("newest block", self._age(self._head), self.limits.head_seconds),
            ("newest final block", self._age(self._final), self.limits.final_seconds),
        ):
            if age is not None and limit is not None and age > limit:
                found.append(f"the {what} is {age:.0f} s old")
        if self._short:
            found.append(self._short)
        for number, why in sorted(self._halted.items()):
            found.append(f"competition {number} needs a human: {why}")
        for key, why in sorted(self._stuck.items()):
            found.append(f"transaction {key} is stuck: {why}")
        for number, failure in sorted(self._failures.items()):
            if self._is_grave(number, failure):
                lasts = self.clock() - failure.since
                found.append(f"competition {number} fails for {lasts:.0f} s: {failure.what}")
        return found

    def _is_grave(self, competition_id: int, failure: Failure) -> bool:
        """Whether a failure lasts too long, or longer than there is time for."""
        lasts, limit = self.clock() - failure.since, self.limits.failing_seconds
        left = min(
            (
                seconds
                for deadline in self._deadlines
                if deadline.competition_id == competition_id
                and (seconds := self.seconds_left(deadline)) is not None
            ),
            default=None,
        )
        lasts_long = lasts > limit and not failure.expected
        return lasts_long or (left is not None and left < 2 * limit)

    def _detail(self) -> dict[str, Any]:
        deadline, now = self.next_deadline, self.clock()
        return {
            "head_age_seconds": _rounded(self._age(self._head)),
            "final_age_seconds": _rounded(self._age(self._final)),
            "failing": {
                str(number): {
                    "what": failure.what,
                    "do": failure.hint,
                    "seconds": round(now - failure.since),
                }
                for number, failure in sorted(self._failures.items())
            },
            "halted": {str(number): why for number, why in sorted(self._halted.items())},
            "stuck": dict(sorted(self._stuck.items())),
            "next_deadline": None
            if deadline is None
            else {
                "competition": deadline.competition_id,
                "step": deadline.step,
                "seconds_left": _rounded(self.seconds_left(deadline)),
            },
        }

    def _age(self, timestamp: int | None) -> float | None:
        return None if timestamp is None else max(0.0, self.wall_clock() - timestamp)


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
