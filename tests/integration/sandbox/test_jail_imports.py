"""A jail holds what its work needs and nothing else: less code is less to break into."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

DECODING = {
    "oracle",
    "oracle.sandbox",
    "scoring",
    "scoring.submission",
    "scoring.submission.decode_worker",
    "scoring.submission.flags",
    "scoring.submission.png",
}
PREPARING = DECODING | {
    "oracle.sandbox.decode_jail",
    "scoring.errors",
    "scoring.submission.bare_png",
    "scoring.submission.orientation",
    "scoring.submission.prepare",
}
OTHERS = {"numpy", "PIL", "olefile"}
# What Python imports by itself: because of how packages are installed, and looking for Jython.
START_UP = {"sitecustomize", "usercustomize", "_distutils_hack", "org"}
# The standard library's ways out of a process, which numpy and Pillow do without.
WAYS_OUT = {"socket", "ssl", "http", "ctypes.util", "multiprocessing", "asyncio"}


@pytest.mark.parametrize(
    ("jail", "allowed"), [("decode_jail", DECODING), ("prepare_jail", PREPARING)]
)
def test_a_jail_loads_only_what_it_needs(jail: str, allowed: set[str]) -> None:
    loaded = modules_of(jail)
    assert {name for name in loaded if name.partition(".")[0] in ("oracle", "scoring")} == allowed
    installed = {name.partition(".")[0] for name in loaded if not name.startswith("__editable__")}
    assert installed - sys.stdlib_module_names - START_UP <= OTHERS | {"oracle", "scoring"}
    assert loaded & WAYS_OUT == set()


def modules_of(jail: str) -> set[str]:
    """What the real process imports from its start to the end of its input."""
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-X",
            "importtime",
            "-m",
            f"oracle.sandbox.{jail}",
            str(2**30),
            "30",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines} - {"imported package"}
