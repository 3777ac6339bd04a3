"""The record of a run: the figures that a measurement gave, where it ran, and by which command.

`docs/lab/figures/` keeps the last run of each; `scripts/figures.py` puts its numbers into the
pages.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def write_record(path: Path, command: str, figures: Mapping[str, Any]) -> None:
    """Keep `figures` as JSON; `command` is what a reader types to measure again."""
    record = {"command": command, "on": f"{processor()}, {installation()}", **figures}
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def installation() -> str:
    """The versions of Python and of the libraries that calculate."""
    names = [f"Python {platform.python_version()}"]
    for package in ("numpy", "torch", "numba"):
        try:
            names.append(f"{package} {version(package).split('+')[0]}")
        except PackageNotFoundError:
            names.append(f"no {package}")
    return ", ".join(names)


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
