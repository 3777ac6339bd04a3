"""What a tree of processes takes is the sum of its processes, those of a child too."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from oracle.devnet.process_tree import ProcessTree
from oracle.errors import DevnetFailed

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(sys.platform != "linux", reason="read from /proc"),
]
_HOLDS_40_MIB = """
import subprocess, sys
held = bytearray(40 << 20)
for place in range(0, len(held), 4096): held[place] = 1
child = None
if len(sys.argv) > 2:
    child = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[1]], stdin=0)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_child_counts_and_a_dead_process_is_told() -> None:
    command = [sys.executable, "-c", _HOLDS_40_MIB, _HOLDS_40_MIB, "and a child"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["held\n"] * 2
        tree = ProcessTree(process.pid)
        taken = tree.taken()
        assert 80 << 20 < taken.memory_bytes < 400 << 20
        assert taken.processor_seconds > 0
        assert ProcessTree(os.getpid()).taken().memory_bytes > taken.memory_bytes
        process.stdin.close()
    with pytest.raises(DevnetFailed, match="while the processes run"):
        tree.taken()
