"""Hands jobs to workers, a bounded number at a time, and gives their results in order.

What becomes of a worker is no verdict about an image. A job whose worker died is given to another;
one that hangs two workers is set aside while all others are done, and then reported as trouble: it
is judged by nobody, for no honest machine would agree on a verdict that a clock gave.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oracle.cluster.engine import Engine, Hand, Question, WorkerFailed, WorkerLost
from oracle.errors import RetryLater

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 600.0
"""For one job; an image takes a second or so, a comparison of two blocks a minute."""
START_SECONDS = 300.0
"""For the first worker to be ready: it loads torch and works the judge out again."""
_HANGS = 2
_LOSSES = 5
"""And one for each worker: when a machine goes, a job may be given to every worker it had."""
_STARTS = 3
"""Of one place, in vain, before it is left empty."""
_FAILURES = 2
_MOST_AT_ONCE = 256
"""Jobs in a question, whatever a worker says that it takes."""
_PULSE_SECONDS = 1.0
_UNDONE = object()
ASK_AGAIN = object()
"""What `Job.keep` gives for an answer that is none yet: the job is given out again."""


@dataclass(eq=False)
class Job:
    """One thing to ask a worker about. `thing` is made when it is asked, `keep` gets the answer."""

    name: str
    method: str
    thing: Callable[[], object]
    keep: Callable[[Any], object]
    result: object = _UNDONE
    hangs: int = 0
    losses: int = 0
    failures: int = 0
    alone: bool = False  # it was asked about with others, and one of them made trouble
    set_aside: bool = False  # it has cost enough workers

    @classmethod
    def done_before(cls, name: str, result: object) -> Job:
        """One whose result is known."""
        return cls(name, "", lambda: None, lambda answer: answer, result)

    @property
    def done(self) -> bool:
        return self.result is not _UNDONE


@dataclass
class Counts:
    """What a case has cost so far."""

    workers: int = 0
    lost: int = 0


@dataclass(eq=False)
class _Asked:
    hand: Hand
    place: int
    jobs: Sequence[Job]  # none: it was asked to prepare itself
    until: float

    @property
    def name(self) -> str:
        """What it was asked about, for messages."""
        if not self.jobs:
            return "start"
        more = len(self.jobs) - 1
        return self.jobs[0].name + (f" and {more} more" if more else "")


@dataclass(eq=False)
class Foreman:
    """The workers of one case. The cluster is joined, and they are hired, for what is not known."""

    open_engine: Callable[[], Engine]
    briefing: object  # what a worker prepares itself by
    accept: Callable[[Any], str]  # why a worker that says this must not work; empty: it may
    # How many jobs go into a question to a worker that says this, by method.
    at_once: Callable[[Any], Mapping[str, int]] = lambda said: {}
    pulse: Callable[[], None] = lambda: None  # called every second or so; may raise to break off
    patience_seconds: float = PATIENCE_SECONDS
    start_seconds: float = START_SECONDS
    clock: Callable[[], float] = time.monotonic
    counts: Counts = field(default_factory=Counts)
    _waiting: deque[Job] = field(default_factory=deque)
    _idle: list[tuple[Hand, int]] = field(default_factory=list)
    _asked: dict[Question, _Asked] = field(default_factory=dict)
    _engine: Engine | None = None
    _shared: object = None
    _sizes: dict[int, Mapping[str, int]] = field(default_factory=dict)  # of questions, by place
    _idle_since: float = 0.0  # from when on nobody was ready
    _failed_starts: Counter[int] = field(default_factory=Counter)  # by place, in a row

    def run(self, jobs: Iterable[Job], ahead: int) -> Generator[Any, None, None]:
        """The result of each job in order; `ahead` questions a worker are begun before their turn.

        Raises `RetryLater`, once every other job is done, for those that cost too many workers.
        """
        source = iter(jobs)
        window: deque[Job] = deque()
        aside: list[Job] = []
        while True:
            while (
                len(window) < self._most(ahead, window) and (job := next(source, None)) is not None
            ):
                window.append(job)
                if not job.done:
                    self._waiting.append(job)
                    self._join()
            if not window:
                break
            if window[0].done:
                job = window.popleft()
                if not aside:
                    yield job.result
            elif window[0].set_aside:
                aside.append(window.popleft())
            else:
                self._turn()
        if aside:
            raise _trouble(aside)

    def close(self) -> None:
        """Ends all workers and leaves the cluster."""
        if self._engine is None:
            return
        for hand, _ in self._idle:
            self._engine.dismiss(hand)
        for asked in self._asked.values():
            self._engine.dismiss(asked.hand)
        self._idle.clear()
        self._asked.clear()
        self._engine.close()
        self._engine = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the cluster was not joined")
        return self._engine

    def _join(self) -> None:
        if self._engine is None:
            self._engine = self.open_engine()
            self._shared = self._engine.share(self.briefing)
            self._idle_since = self.clock()

    def _most(self, ahead: int, window: Sequence[Job]) -> int:
        """How many jobs may be begun or done whose turn has not come."""
        if self._engine is None:
            return 1
        method = window[-1].method if window else ""
        sizes = (self._size(place, method) for place in range(self._engine.capacity()))
        return ahead * sum(sizes) + 1

    def _size(self, place: int, method: str) -> int:
        return min(max(1, self._sizes.get(place, {}).get(method, 1)), _MOST_AT_ONCE)

    def _turn(self) -> None:
        """Gives out what can be given out, and takes in what has come within a second."""
        self._hire()
        while self._idle and self._waiting:
            hand, place = self._idle.pop()
            self._ask(hand, place, self._next(place))
        for answer in self.engine.wait(list(self._asked), _PULSE_SECONDS):
            self._take(answer)
        self._dismiss_the_late()
        self.pulse()

    def _hire(self) -> None:
        taken = {place for _, place in self._idle} | {one.place for one in self._asked.values()}
        for place in range(self.engine.capacity()):
            if place not in taken and self._failed_starts[place] < _STARTS:
                hand = self.engine.hire(place)
                answer = self.engine.ask(hand, "prepare", self._shared, place)
                # It may wait for a machine to come back; the others work on meanwhile.
                self._asked[answer] = _Asked(hand, place, (), float("inf"))

    def _next(self, place: int) -> Sequence[Job]:
        """The next job, and as many after it as can go into the same question."""
        jobs = [self._waiting.popleft()]
        most = 1 if jobs[0].alone else self._size(place, jobs[0].method)
        while len(jobs) < most and self._waiting and _alike(jobs[0], self._waiting[0]):
            jobs.append(self._waiting.popleft())
        return jobs

    def _ask(self, hand: Hand, place: int, jobs: Sequence[Job]) -> None:
        answer = self.engine.ask(hand, jobs[0].method, [job.thing() for job in jobs])
        self._asked[answer] = _Asked(hand, place, jobs, self.clock() + self.patience_seconds)

    def _take(self, answer: Question) -> None:
        asked = self._asked.pop(answer)
        try:
            said = self.engine.result(answer)
        except WorkerLost as error:
            if job := _blamed(asked):
                job.losses += 1
                job.set_aside |= job.losses >= _LOSSES + self.engine.capacity()
            self._lost(asked, f"lost: {error}")
            return
        except WorkerFailed as error:
            self._failed(asked, str(error))
            return
        if asked.jobs and len(said) != len(asked.jobs):
            self._failed(asked, f"it answered {len(said)} of {len(asked.jobs)} questions")
            return
        if asked.jobs:
            for job, result in zip(asked.jobs, said, strict=True):
                kept = job.keep(result)
                if kept is ASK_AGAIN:
                    self._waiting.appendleft(job)
                else:
                    job.result = kept
        elif why := self.accept(said):
            self._failed_starts[asked.place] = _STARTS
            self._lost(asked, why)
            return
        else:
            self._failed_starts[asked.place] = 0
            self._sizes[asked.place] = self.at_once(said)
            self.counts.workers += 1
        self._idle.append((asked.hand, asked.place))

    def _lost(self, asked: _Asked, why: str) -> None:
        self.engine.dismiss(asked.hand)
        self.counts.lost += 1
        log.warning("a worker is gone", extra={"job": asked.name, "reason": why})
        if not asked.jobs:
            self._failed_starts[asked.place] += 1
            places = range(self.engine.capacity())
            if all(self._failed_starts[place] >= _STARTS for place in places):
                raise _no_workers(why)
            return
        self.counts.workers -= 1
        if not self.counts.workers:
            self._idle_since = self.clock()
        self._waiting.extendleft(job for job in reversed(asked.jobs) if not job.set_aside)

    def _failed(self, asked: _Asked, why: str) -> None:
        """A worker that is alive said that it cannot: its machine has trouble, or this package."""
        if job := _blamed(asked):
            job.failures += 1
            if job.failures >= _FAILURES:
                raise RetryLater(
                    f"two workers could not do {job.name}: {why}",
                    "see the workers' machines; what is done is kept",
                )
        self._lost(asked, why)

    def _dismiss_the_late(self) -> None:
        now = self.clock()
        for answer, asked in list(self._asked.items()):
            if asked.until < now:
                del self._asked[answer]
                if job := _blamed(asked):
                    job.hangs += 1
                    job.set_aside |= job.hangs >= _HANGS
                self._lost(asked, f"no answer within {self.patience_seconds:g} s")
        if not self.counts.workers and now - self._idle_since > self.start_seconds:
            raise _no_workers(f"none was ready within {self.start_seconds:g} s")


def _alike(job: Job, other: Job) -> bool:
    return other.method == job.method and not other.alone


def _blamed(asked: _Asked) -> Job | None:
    """The job that a worker's trouble counts against: none of several, but each is alone then."""
    if len(asked.jobs) == 1:
        return asked.jobs[0]
    for job in asked.jobs:
        job.alone = True
    return None


def _no_workers(why: str) -> RetryLater:
    return RetryLater(
        f"the cluster gives no worker that can judge: {why}",
        "see ray status and the logs of its workers; or empty [judge] ray_address to judge here",
    )


def _trouble(aside: list[Job]) -> RetryLater:
    names = ", ".join(job.name for job in aside[:3]) + (" and more" if len(aside) > 3 else "")
    return RetryLater(
        f"{len(aside)} of the jobs cost too many workers, first {names}",
        "everything else is done and kept. A worker's end is no verdict: look at its machine, or "
        "empty [judge] ray_address, and the next cycle judges what is left",
    )
