"""A studio's many threads do not each keep memory of their own."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this is not glibc"),
]

_THREADS = """
import sys, threading
from oracle.studio.running import share_memory_between_threads
if sys.argv[1] == "shared":
    share_memory_between_threads()
everybody = threading.Barrier(17)
def work():
    held = [bytearray(100_000) for _ in range(20)]
    everybody.wait()
    everybody.wait()
threads = [threading.Thread(target=work) for _ in range(16)]
for thread in threads: thread.start()
everybody.wait()
print(int(open("/proc/self/statm").read().split()[0]) * 4096 >> 20)
everybody.wait()
for thread in threads: thread.join()
"""


def address_space(kind: str) -> int:
    """MiB that sixteen threads with some memory take; every pool reserves 64."""
    done = subprocess.run(
        [sys.executable, "-c", _THREADS, kind], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_threads_take_their_memory_from_two_pools() -> None:
    assert address_space("shared") < address_space("not shared") - 8 * 64
