"""What a process and those that it started take of the machine, as Linux tells."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oracle.errors import DevnetFailed


@dataclass(frozen=True)
class Taken:
    """What some processes took together up to a moment."""

    memory_bytes: int  # resident; what they share counts for each
    processor_seconds: float


class ProcessTree:
    """A process and what it had started when this was made. Raises `DevnetFailed` elsewhere."""

    def __init__(self, pid: int) -> None:
        self._pids = [pid, *_below(pid)]

    def taken(self) -> Taken:
        """What they took until now. Raises `DevnetFailed` when one of them has ended."""
        try:
            pages = sum(int(_read(pid, "statm").split()[1]) for pid in self._pids)
            ticks = sum(sum(_stat(pid)[1:]) for pid in self._pids)
        except OSError as error:
            raise DevnetFailed(
                "memory is measured on Linux only, and while the processes run"
            ) from error
        return Taken(pages * os.sysconf("SC_PAGE_SIZE"), ticks / os.sysconf("SC_CLK_TCK"))


def _below(pid: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may have ended by now
            if _stat(int(folder.name))[0] == pid:
                yield int(folder.name)
                yield from _below(int(folder.name))


def _stat(pid: int) -> tuple[int, int, int]:
    """A process's parent, and its user and system time in ticks."""
    # The name before the last bracket may hold blanks; these are the fields 4, 14 and 15.
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]), int(fields[12])


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()
