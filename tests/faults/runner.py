"""Plays two competitions with one fault in them, and checks what must be true afterwards."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from oracle.chain.state import CompetitionState, Phase
from tests.faults.arena import Arena
from tests.faults.fault import Fault
from tests.faults.invariants import audit, check
from tests.faults.table import Seats

LONGEST_SECONDS = 300.0  # on a busy machine; some twenty on an idle one
_LEFT_WEI = 10**17  # what is not worth a withdrawal, by default
_ENDS = (Phase.FINAL, Phase.VOID)


@dataclass
class Course:
    """How a fault went so far."""

    began: float | None = None
    ended: float | None = None
    told: bool = False  # /healthz said what it has to
    red: int = 0  # looks at /healthz that were not 200, while it lasted
    seen: set[str] = field(default_factory=set)  # every problem that was told

    @property
    def lasts(self) -> bool:
        return self.began is not None and self.ended is None


def play(fault: Fault, arena: Arena) -> Course:
    """Plays it on a running daemon; raises AssertionError when something is not as it must be."""
    arena.table.seats.clear()
    begins_at = arena.chain.head() + 1
    first = arena.create(*fault.contents(arena))
    second = arena.create(*arena.pictures(2))
    course = _play(arena, fault, first, second)
    check(arena, begins_at)
    audit(arena, first)
    return course


def _play(arena: Arena, fault: Fault, first: Seats, second: Seats) -> Course:
    course, started = Course(), time.monotonic()
    with ExitStack() as injected:
        while True:
            states = arena.tick()
            if course.lasts:
                _listen(arena, fault, course)
                if _is_over(fault, course, states[first.id], states[second.id]):
                    injected.close()
                    course.ended = time.monotonic()
            elif course.began is None and states[first.id].phase is fault.begins:
                injected.enter_context(fault.inject(arena, first))
                course.began = time.monotonic()
            done = course.ended is not None and all(s.phase in _ENDS for s in states.values())
            if done and _is_well(arena):
                return course
            phases = {number: state.phase.name for number, state in states.items()}
            assert time.monotonic() - started < LONGEST_SECONDS, (
                f"{phases}, {course}, {arena.health()}"
            )


def _listen(arena: Arena, fault: Fault, course: Course) -> None:
    health = arena.health()
    course.seen |= set(health.problems)
    course.red += health.status != 200
    course.told |= bool(fault.says) and health.says(fault.says)


def _is_over(
    fault: Fault, course: Course, first: CompetitionState, second: CompetitionState
) -> bool:
    if course.began is None or time.monotonic() - course.began < fault.lasts:
        return False
    if fault.says and not course.told:
        return False
    if fault.alone and second.phase < Phase.ASSERTED:
        return False
    return fault.ends_with is None or first.phase >= fault.ends_with


def _is_well(arena: Arena) -> bool:
    """Green again, and nothing of the operator's waits: not even what the contract owes it."""
    arena.require_daemon()
    contract = arena.chain.contract
    credit = contract.credit(arena.chain.operator.address, contract.client.latest_block())
    return (
        credit <= _LEFT_WEI and arena.is_settled(arena.table.seats) and arena.health().status == 200
    )
