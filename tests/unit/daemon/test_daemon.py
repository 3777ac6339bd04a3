"""The daemon outlives what its cycles raise, and obeys signals."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from oracle.chain.wire import Block
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.report import CycleReport
from oracle.daemon.schedule import Daemon
from oracle.errors import BadInput, RetryLater
from oracle.metrics import Metrics

pytestmark = pytest.mark.unit


class Api:
    url = "http://127.0.0.1:0"

    def __init__(self) -> None:
        self.events: list[str] = []

    def __enter__(self) -> Api:
        self.events.append("start")
        return self

    def __exit__(self, *_: object) -> None:
        self.events.append("stop")


class Cycles:
    """Cycles that do what `outcomes` say, then signal the process to stop."""

    def __init__(self, *outcomes: Exception | set[int]) -> None:
        self.interruptible = InterruptibleProgress(1)
        self._outcomes = list(outcomes)
        self.ran = 0

    def run(self) -> CycleReport:
        self.ran += 1
        outcome = self._outcomes.pop(0) if self._outcomes else set()
        if not self._outcomes:
            os.kill(os.getpid(), signal.SIGTERM)
        if isinstance(outcome, Exception):
            raise outcome
        block = Block(1, bytes(32), bytes(32), 0, None)
        return CycleReport(block, boundaries=outcome)


def daemon_of(cycles: Any, api: Any) -> Daemon:
    return Daemon(cycles, api, Metrics(), interval_seconds=0.05)


def test_a_cycle_that_fails_is_followed_by_the_next(caplog: pytest.LogCaptureFixture) -> None:
    cycles, api = Cycles(RetryLater("no node", "wait"), RuntimeError("a defect"), set()), Api()
    daemon = daemon_of(cycles, api)
    daemon.run()
    assert cycles.ran == 3
    assert api.events == ["start", "stop"]
    assert 'judge_cycles_total{outcome="failed"} 2.0' in daemon.metrics.exposition().decode()
    assert "cycle failed unexpectedly" in caplog.text


def test_a_lasting_outage_is_told_each_time_it_has_doubled_and_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    gone = [RetryLater("no node", "wait") for _ in range(9)]
    daemon_of(Cycles(*gone, set(), set()), Api()).run()
    told = [r.__dict__["in_a_row"] for r in caplog.records if r.message == "cycle failed"]
    assert told == [1, 2, 4, 8]
    (over,) = (r.__dict__["failed"] for r in caplog.records if r.message == "cycles are good again")
    assert over == 9


def test_signals_are_given_back_and_work_is_told_to_stop() -> None:
    before = signal.getsignal(signal.SIGTERM)
    cycles = Cycles(set())
    daemon_of(cycles, Api()).run()
    assert signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(RetryLater):
        cycles.interruptible("train", 0, 1)


def test_a_second_signal_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    release = threading.Event()

    def leave(code: int) -> None:
        codes.append(code)
        release.set()

    monkeypatch.setattr(os, "_exit", leave)
    cycles = Cycles(set())

    def run() -> CycleReport:
        os.kill(os.getpid(), signal.SIGTERM)
        # Two that are sent before the first was heard are one.
        assert daemon._stop.wait(60)
        os.kill(os.getpid(), signal.SIGTERM)
        assert release.wait(60)
        return CycleReport(Block(1, bytes(32), bytes(32), 0, None))

    cycles.run = run  # type: ignore[method-assign]
    daemon = daemon_of(cycles, Api())
    daemon.run()
    assert codes == [128 + signal.SIGTERM]


def test_a_phase_boundary_within_the_interval_gets_a_cycle_of_its_own() -> None:
    soon = int(time.time()) + 2  # its cycle comes a second later
    cycles = Cycles({soon, 0, soon + 10**7}, set())
    daemon = Daemon(cycles, Api(), Metrics(), interval_seconds=3600)  # type: ignore[arg-type]
    daemon.run()
    assert cycles.ran == 2


def test_a_boundary_that_passes_during_a_cycle_gets_one_at_once() -> None:
    soon = int(time.time())
    cycles = Cycles({soon}, set())
    run = cycles.run

    def run_until_it_has_passed() -> CycleReport:
        while cycles.ran == 0 and time.time() < soon + 1.1:
            time.sleep(0.05)
        return run()

    cycles.run = run_until_it_has_passed  # type: ignore[method-assign]
    daemon = Daemon(cycles, Api(), Metrics(), interval_seconds=3600)  # type: ignore[arg-type]
    daemon.run()
    assert cycles.ran == 2


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_is_set_costs_no_cycle(
    jump: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("oracle.daemon.schedule.CLOCK_CHECK_SECONDS", 0.05)
    cycles = Cycles(set(), set())
    daemon = Daemon(
        cycles,  # type: ignore[arg-type]
        Api(),  # type: ignore[arg-type]
        Metrics(),
        interval_seconds=3600,
        clock=lambda: time.time() + (jump if cycles.ran else 0),
    )
    daemon.run()
    assert cycles.ran == 2
    assert caplog.text.count("the clock was set") == 1


def test_an_api_that_does_not_start_is_raised_and_nothing_runs() -> None:
    class Taken(Api):
        def __enter__(self) -> Api:
            raise BadInput("cannot listen", "choose another address")

    cycles = Cycles(set())
    with pytest.raises(BadInput):
        daemon_of(cycles, Taken()).run()
    assert cycles.ran == 0
