"""A machine that fails on purpose: its disk and its clock, as a process sees them.

A small library is loaded before libc into the daemon (`faulty.c`), and told by a file what to do.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

DISK_FULL, DISK_READ_ONLY = 1, 2
_CONTROL = struct.Struct("<qi")  # seconds that the clock is ahead, what is wrong with the disk
_SOURCE = Path(__file__).with_name("faulty.c")


def can_be_built() -> bool:
    """Whether this machine has what builds the library."""
    return shutil.which("cc") is not None


class Machine:
    """The machine under a daemon: well at first. Disk faults concern files under `disk` only."""

    def __init__(self, folder: Path, disk: Path) -> None:
        self._control = folder / "machine.control"
        self._library = folder / "faulty.so"
        self._disk = disk
        self._ahead, self._fault = 0, 0
        self._write()

    def environment(self) -> Mapping[str, str]:
        """What a process needs to run on it; nothing where the library cannot be built."""
        if not can_be_built():
            return {}
        if not self._library.exists():
            build = [
                "cc",
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                str(self._library),
                str(_SOURCE),
                "-ldl",
            ]
            subprocess.run(build, check=True)
        return {
            "LD_PRELOAD": str(self._library),
            "FAULTY_CONTROL": str(self._control),
            "FAULTY_DISK": str(self._disk),
        }

    def set_clock(self, seconds_ahead: int) -> None:
        """The clock jumps to so many seconds ahead of the true time."""
        self._ahead = seconds_ahead
        self._write()

    def break_disk(self, fault: int) -> None:
        """From now on every write fails; files that are there can be read."""
        self._fault = fault
        self._write()

    def heal(self) -> None:
        """Disk and clock are as they should be."""
        self._ahead, self._fault = 0, 0
        self._write()

    def _write(self) -> None:
        # In place: the daemon has the file mapped.
        with self._control.open("r+b" if self._control.exists() else "wb") as file:
            file.write(_CONTROL.pack(self._ahead, self._fault))
