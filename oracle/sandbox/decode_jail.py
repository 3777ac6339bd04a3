"""The process in which untrusted images are decoded: it gives up what it does not need, then works.

`python -I -m oracle.sandbox.decode_jail MEMORY_BYTES CPU_SECONDS` answers the requests of
`scoring.submission.decode_worker` on stdin. The limits are set here and not between fork and exec,
where Python code could deadlock in a parent that has threads. They are hard ones: the process
cannot raise them again.
"""

from __future__ import annotations

import resource
import sys

from PIL import Image

from scoring.submission.decode_worker import serve

_STANDARD_STREAMS = 3


def give_up_rights(memory_bytes: int, cpu_seconds: int) -> None:
    """From here on: bounded memory and time, no new files or sockets, no writing, no core dump."""
    # Pillow finds its decoders on first use; afterwards no file can be opened any more.
    Image.preinit()
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, _STANDARD_STREAMS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    give_up_rights(int(sys.argv[1]), int(sys.argv[2]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
