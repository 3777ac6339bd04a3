"""The daemon: startup, cycles on a schedule, shutdown on a signal."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from oracle.api.server import ApiServer
from oracle.daemon.cycle import Cycle
from oracle.daemon.health_watch import HealthWatch
from oracle.daemon.last_said import LastSaid
from oracle.daemon.report import CycleReport
from oracle.errors import OracleError
from oracle.metrics import Metrics

log = logging.getLogger(__name__)

MISFIRE_GRACE_SECONDS = 60
# How often the machine's clock is compared with one that nobody sets, and what is no drift.
CLOCK_CHECK_SECONDS = 5.0
CLOCK_JUMP_SECONDS = 30.0
SIGNAL_CHECK_SECONDS = 1.0
# Trouble that passes by itself within this time wakes nobody.
UNWELL_SECONDS = 300.0


@dataclass
class Daemon:
    """Runs `cycle` every `interval_seconds`, and at phase boundaries, until told to stop."""

    cycle: Cycle
    api: ApiServer
    metrics: Metrics
    interval_seconds: float
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._working = threading.Lock()
        self._last_said = LastSaid()
        self._failed = 0  # cycles in a row
        # One thread, so that no two cycles ever run at once.
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={
                "max_instances": 1,
                "coalesce": True,
                "misfire_grace_time": MISFIRE_GRACE_SECONDS,
            },
            timezone=UTC,
        )
        # It warns at every interval of a long training that the cycle still runs.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def run(self) -> None:
        """Blocks until SIGINT or SIGTERM, then interrupts long work and returns.

        A second signal ends the process at once, which loses nothing either.
        """
        offset = self.clock() - time.monotonic()
        with self._signals(), self.api:
            self._scheduler.add_job(
                self._run_cycle,
                "interval",
                seconds=self.interval_seconds,
                next_run_time=datetime.now(UTC),
                id="cycle",
            )
            self._scheduler.start()
            log.info(
                "started", extra={"api": self.api.url, "interval_seconds": self.interval_seconds}
            )
            self._wait_until_told(offset)
            log.info("stopping")
            self._scheduler.pause()
            # Not shutdown(wait=True): that holds the scheduler's locks while it waits for the
            # cycle, which needs them to add its next job.
            # In turns: a signal that comes just before a wait is heard at its end.
            while not self._working.acquire(timeout=SIGNAL_CHECK_SECONDS):
                pass
            try:
                self._scheduler.shutdown(wait=False)
            finally:
                self._working.release()
        log.info("stopped")

    def _wait_until_told(self, offset: float) -> None:
        """The scheduler goes by the machine's clock: set back an hour, it would rest for one."""
        watch = HealthWatch(self.metrics.health, UNWELL_SECONDS)
        while not self._stop.wait(CLOCK_CHECK_SECONDS):
            watch.look()
            # It sleeps until the next job by what the clock was then, which may have been wrong.
            self._scheduler.wakeup()
            jump = self.clock() - time.monotonic() - offset
            if abs(jump) > CLOCK_JUMP_SECONDS:
                log.warning("the clock was set", extra={"seconds": round(jump)})
                offset += jump
                self._scheduler.modify_job("cycle", next_run_time=datetime.now(UTC))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._ask_to_stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self._stop.is_set():
            # Not sys.exit, which would wait for the thread that works.
            os._exit(128 + number)
        self._stop.set()
        self.cycle.interruptible.stop()

    def _run_cycle(self) -> None:
        with self._working:
            if not self._stop.is_set():
                self._run_one()

    def _run_one(self) -> None:
        began = datetime.now(UTC)
        try:
            report = self.cycle.run()
        except OracleError as error:
            self._note(error.what)
            if self._is_told(error.what):
                facts = {"reason": error.what, "hint": error.hint, "in_a_row": self._failed}
                log.warning("cycle failed", extra=facts)
        except Exception as error:
            # A defect in one cycle must not end a daemon that players' money waits for; the
            # next cycle starts from the chain again, and /healthz turns red meanwhile.
            self._note(f"{type(error).__name__}: {error}")
            if self._is_told(repr(error)):
                log.exception("cycle failed unexpectedly", extra={"in_a_row": self._failed})
        else:
            if self._last_said.is_over("cycle"):
                log.info("cycles are good again", extra={"failed": self._failed})
            self._failed = 0
            self._wake_at_boundaries(report, began)

    def _note(self, why: str) -> None:
        self.metrics.cycle_failed()
        self.metrics.health.pass_failed(why)

    def _is_told(self, reason: str) -> bool:
        """Whether a failure is logged: a new one is, a lasting one each time it has doubled."""
        self._failed += 1
        return self._last_said.is_new("cycle", (reason, self._failed.bit_length()))

    def _wake_at_boundaries(self, report: CycleReport, began: datetime) -> None:
        """Adds a date job at each phase boundary, so that it is not missed by an interval.

        At once for one that has passed since the cycle `began`, which did not see it.
        """
        now = datetime.now(UTC)
        for moment in report.boundaries:
            when = datetime.fromtimestamp(moment, UTC) + timedelta(seconds=1)
            if began < when < now + timedelta(days=1):
                self._scheduler.add_job(
                    self._run_cycle,
                    "date",
                    run_date=max(when, now),
                    id=f"at {moment}",
                    replace_existing=True,
                )
