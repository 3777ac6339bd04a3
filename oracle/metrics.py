"""What the daemon counts and times, for Prometheus.

https://prometheus.io/docs/practices/naming/. Each daemon has a registry of its own: nothing else of
the process gets in, and two daemons in one process stay apart.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from oracle.health import Health, HealthLimits
from scoring.submission.image import Flag

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
# From a fetch (tens of milliseconds) to a training on a CPU (an hour).
_BUCKETS = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400)
_CLEAN = "none"


class Metrics:
    """Counters, gauges and histograms of one daemon; every method can be called from any thread.

    `clock` gives seconds that never go back; the age of the last good cycle is measured with it.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        limits: HealthLimits = HealthLimits(),  # noqa: B008 (frozen)
    ) -> None:
        self._clock = clock
        self.health = Health(limits, clock)
        self._started = clock()
        self._last_good: float | None = None
        self._registry = into = CollectorRegistry()
        self._cycles = Counter("judge_cycles", "Cycles", ["outcome"], registry=into)
        self._cycle_seconds = Histogram(
            "judge_cycle_seconds", "Time of good cycles", buckets=_BUCKETS, registry=into
        )
        self._last_good_time = Gauge(
            "judge_last_good_cycle_timestamp_seconds", "When a cycle was last good", registry=into
        )
        self._block = Gauge("judge_block_number", "The last final block acted on", registry=into)
        self._competitions = Gauge(
            "judge_competitions", "Competitions in sight", ["phase"], registry=into
        )
        self._transactions = Gauge(
            "judge_transactions", "Transactions in the ledger", ["state"], registry=into
        )
        self._series_days = Gauge(
            "judge_series_days", "Days of the series", ["state"], registry=into
        )
        self._fetches = Counter("judge_fetches", "Blocks asked for", ["outcome"], registry=into)
        self._fetched_bytes = Counter("judge_fetched_bytes", "Content fetched", registry=into)
        self._stage_seconds = Histogram(
            "judge_stage_seconds",
            "Time of each stage of a judging",
            ["stage"],
            buckets=_BUCKETS,
            registry=into,
        )
        self._watch_health(into)
        # An entry with two reasons counts under both.
        self._entries = Counter("judge_entries", "Judged entries", ["flag"], registry=into)
        self._workers = Gauge(
            "judge_workers", "Workers of a cluster that are ready for a judging", registry=into
        )
        self._workers_lost = Gauge(
            "judge_workers_lost", "Workers that this judging has lost", registry=into
        )
        self._judging_done = Gauge(
            "judge_judging_done", "What is done of a judging's stage", ["stage"], registry=into
        )
        self._judging_total = Gauge(
            "judge_judging_total", "All that the stage has to do", ["stage"], registry=into
        )
        for outcome in ("ok", "failed"):
            self._cycles.labels(outcome)
            self._fetches.labels(outcome)

    def _watch_health(self, into: CollectorRegistry) -> None:
        """Gauges that are read when Prometheus asks, so that a dead cycle does not hide trouble."""
        health = self.health
        healthy = Gauge("judge_healthy", "1 while /healthz finds nothing wrong", registry=into)
        healthy.set_function(lambda: float(health.report().ok))
        failing = Gauge("judge_competitions_failing", "Tried again and again", registry=into)
        failing.set_function(lambda: health.failing)
        left = Gauge(
            "judge_next_deadline_seconds",
            "Until the operator has to have done something; +Inf: nothing is due",
            registry=into,
        )
        left.set_function(lambda: _or_infinity(health.seconds_to_deadline()))
        self._head_time = Gauge(
            "judge_head_block_timestamp_seconds", "Time of the newest block", registry=into
        )
        self._final_time = Gauge(
            "judge_final_block_timestamp_seconds", "Time of the newest final block", registry=into
        )
        self._free = Gauge(
            "judge_work_free_bytes", "Room left where the work folder is", registry=into
        )
        self._money = Gauge(
            "judge_account_eth",
            "What the account holds (balance), can withdraw (credit), and will need (bonds)",
            ["kind"],
            registry=into,
        )
        self._missed = Counter(
            "judge_missed_deadlines", "Deadlines that went by unmet", ["step"], registry=into
        )

    def watch_disk(self, folder: Path) -> None:
        """From now on tells how much room is left where `folder` is."""
        self._free.set_function(lambda: _free_bytes(folder))

    @property
    def ready(self) -> bool:
        """Whether a cycle has ever been good."""
        return self._last_good is not None

    def seconds_since_good_cycle(self) -> float:
        """The age of the last good cycle; before the first one, of this object."""
        return self._clock() - (self._started if self._last_good is None else self._last_good)

    def cycle_finished(self, seconds: float, block_number: int) -> None:
        """A cycle did all that it had to do, up to this block."""
        self._cycles.labels("ok").inc()
        self._cycle_seconds.observe(seconds)
        self._last_good_time.set_to_current_time()
        self._block.set(block_number)
        self._last_good = self._clock()

    def cycle_failed(self) -> None:
        """A cycle ended in an error."""
        self._cycles.labels("failed").inc()

    def node_answered(self, head: int, final: int) -> None:
        """The times of the node's newest block and of its newest final one, in unix seconds."""
        self.health.node_answered(head, final)
        self._head_time.set(head)
        self._final_time.set(final)

    def money_seen(self, balance_wei: int, credit_wei: int, bonds_wei: int) -> None:
        """What the account holds and can withdraw, and what its bonds will take, in wei."""
        for kind, wei in (("balance", balance_wei), ("credit", credit_wei), ("bonds", bonds_wei)):
            self._money.labels(kind).set(wei / 10**18)

    def deadline_missed(self, step: str) -> None:
        """A deadline of the operator's own went by, and what was due is not done."""
        self._missed.labels(step).inc()

    def competitions_seen(self, by_phase: Mapping[str, int]) -> None:
        """How many competitions are in each phase now."""
        _replace(self._competitions, by_phase)

    def transactions_seen(self, by_state: Mapping[str, int]) -> None:
        """How many transactions are in each state now."""
        # From nothing to the first one is no increase to Prometheus: its alert needs the 0 before.
        _replace(self._transactions, {"reverted": 0, **by_state})

    def series_seen(self, by_state: Mapping[str, int]) -> None:
        """How many days of the series are in each state now."""
        _replace(self._series_days, {"missed": 0, **by_state})

    def fetched(self, size_bytes: int) -> None:
        """Content arrived and was verified."""
        self._fetches.labels("ok").inc()
        self._fetched_bytes.inc(size_bytes)

    def fetch_failed(self) -> None:
        """Content was asked for and no store delivered it."""
        self._fetches.labels("failed").inc()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what happens within, also when it fails."""
        with self._stage_seconds.labels(name).time():
            yield

    def workers_seen(self, ready: int, lost: int) -> None:
        """How many workers a cluster lends now, and how many were lost in this judging."""
        self._workers.set(ready)
        self._workers_lost.set(lost)

    def judging_came_to(self, stage: str, done: int, total: int) -> None:
        """How much of a stage of the judging under way is done."""
        self._judging_done.labels(stage).set(done)
        self._judging_total.labels(stage).set(total)

    def judging_ended(self) -> None:
        """No judging is under way."""
        self._judging_done.clear()
        self._judging_total.clear()

    def entry_judged(self, flags: Flag) -> None:
        """Counts an entry by its reasons; a clean one as "none"."""
        names = [flag.name.lower() for flag in Flag if flag in flags and flag.name]
        for name in names or [_CLEAN]:
            self._entries.labels(name).inc()

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format (`CONTENT_TYPE`)."""
        return generate_latest(self._registry)


def _or_infinity(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds


def _free_bytes(folder: Path) -> float:
    try:
        return float(shutil.disk_usage(folder).free)
    except OSError:
        return math.nan  # there is no such folder; other numbers must still be read


def _replace(gauge: Gauge, values: Mapping[str, int]) -> None:
    # Without this, a phase or state that has become empty would keep its last number.
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)
