"""Which faults share a daemon: those whose settings are the same, one after the other."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.faults.arena import Arena
from tests.faults.fault import Fault
from tests.faults.runner import Course, play


@dataclass(frozen=True)
class Outcome:
    """How one fault went."""

    fault: Fault
    course: Course | None  # None: it failed
    seconds: float
    why: str = ""  # it failed


def play_all(
    faults: Iterable[Fault], folder: Path, say: Callable[[Outcome], None]
) -> Iterator[Outcome]:
    """Plays all of them; after a failure the next one meets a new daemon."""
    for number, group in enumerate(_by_settings(faults)):
        waiting = list(group)
        for attempt in range(len(group)):
            if not waiting:
                break
            with ExitStack() as exit_stack:
                where = folder / f"{number}-{attempt}"
                arena = exit_stack.enter_context(Arena(where, waiting[0].settings))
                arena.start_daemon()
                while waiting:
                    outcome = _outcome(waiting.pop(0), arena)
                    say(outcome)
                    yield outcome
                    if outcome.course is None:
                        break


def _outcome(fault: Fault, arena: Arena) -> Outcome:
    started = time.monotonic()
    try:
        course = play(fault, arena)
    except Exception:
        why = f"{traceback.format_exc(limit=-3)}see {arena.folder}"
        return Outcome(fault, None, time.monotonic() - started, why)
    return Outcome(fault, course, time.monotonic() - started)


def _by_settings(faults: Iterable[Fault]) -> list[list[Fault]]:
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(json.dumps(dict(fault.settings), sort_keys=True), []).append(fault)
    return list(groups.values())
