"""What this process and all that it has started cost in memory and processor time, on Linux."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_SECONDS = 2.0


@contextmanager
def most_memory() -> Iterator[list[int]]:
    """The most bytes that this process and all its descendants held, as its one item."""
    most, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(_LOOK_SECONDS):
            most[0] = max(most[0], _resident_bytes())

    thread = threading.Thread(target=watch, name="memory", daemon=True)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def _resident_bytes() -> int:
    """What this process and its descendants hold for themselves; shared pages count for none."""
    held = 0
    for pid in _family():
        with contextlib.suppress(OSError, ValueError):  # it has just ended
            _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
            held += (resident - shared) * os.sysconf("SC_PAGE_SIZE")
    return held


def processor_seconds() -> float:
    """What this process, its descendants and those of them that have ended took."""
    ticks = 0
    for pid in _family():
        with contextlib.suppress(OSError, ValueError):
            ticks += sum(map(int, _stat(pid)[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _family() -> set[int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parents[int(folder.name)] = int(_stat(int(folder.name))[1])
    own = {os.getpid()}
    while grown := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= grown
    return own


def _stat(pid: int) -> list[str]:
    """From the state on; a process may have blanks in its name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
