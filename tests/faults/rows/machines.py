"""The machine under the daemon: its disk, its clock, its database, and a second daemon on it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from oracle.chain.state import Phase
from oracle.devnet.process import clean_environment
from tests.faults.arena import Arena
from tests.faults.fault import Fault, Inject
from tests.faults.machine import DISK_FULL, DISK_READ_ONLY, Machine
from tests.faults.table import Seats

_DAY = 86_400


def machine(fail: Callable[[Machine], None]) -> Inject:
    """The machine fails in one way, until it is over."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        fail(arena.machine)
        try:
            yield
        finally:
            arena.machine.heal()

    return inject


@contextmanager
def postgres_restarted(arena: Arena, seats: Seats) -> Iterator[None]:
    """The database is down for a while."""
    arena.postgres.stop()
    try:
        yield
    finally:
        arena.postgres.start()


@contextmanager
def second_daemon(arena: Arena, seats: Seats) -> Iterator[None]:
    """Another daemon is started on the same ledger, and refused."""
    command = [sys.executable, "-m", "oracle", "--config", str(arena.write_settings()), "run"]
    second = subprocess.run(command, capture_output=True, timeout=120, env=clean_environment())
    assert second.returncode == 1 and b"another judge process" in second.stderr, second
    yield


@contextmanager
def standby(arena: Arena, seats: Seats) -> Iterator[None]:
    """A spare daemon takes over when the first one is killed, and stands down at the end."""
    log = arena.log.with_name("standby.log")
    command = [sys.executable, "-m", "oracle", "--config", str(arena.write_settings())]
    with log.open("wb") as output:
        spare = subprocess.Popen(
            [*command, "run", "--standby"], stderr=output, stdout=output, env=clean_environment()
        )
    try:
        ends = time.monotonic() + 60
        while "standing by" not in log.read_text():
            assert time.monotonic() < ends and spare.poll() is None, log.read_text()
            time.sleep(0.2)
        arena.kill_daemon()
        yield
    finally:
        spare.terminate()
        spare.wait(60)
        arena.start_daemon()


FAULTS = (
    Fault(
        "disk-full",
        "The disk is full: ledger, cache and work folder take nothing.",
        machine(lambda it: it.break_disk(DISK_FULL)),
        Phase.REVEALING,
        says="disk",
        quick=True,
    ),
    Fault(
        "disk-read-only",
        "The disk has become read-only.",
        machine(lambda it: it.break_disk(DISK_READ_ONLY)),
        Phase.REVEALING,
        says="disk",
    ),
    Fault(
        "clock-set-back",
        "The machine's clock is set back an hour.",
        machine(lambda it: it.set_clock(-3600)),
        Phase.OPENING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "clock-set-forward",
        "The machine's clock is set forward a day.",
        machine(lambda it: it.set_clock(_DAY)),
        Phase.OPENING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "second-daemon",
        "Another daemon is started on the same ledger: it is refused.",
        second_daemon,
        Phase.OPEN,
    ),
    Fault(
        "standby-takes-over",
        "The daemon is killed, and a spare one takes over.",
        standby,
        Phase.SELLING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "postgres-down",
        "PostgreSQL is stopped, and started again.",
        postgres_restarted,
        Phase.SEEDING,
        says="the ledger's database does not answer",
        settings={"ledger.url": "{postgres}"},
    ),
)
