"""How many processors a process may compute on, with torch and without it, and what they can do.

torch is not imported here: loading it takes longer than a small judging's first epochs, and the
compiled kernels do without.
"""

import os
import sys
from collections.abc import Mapping

_VARIABLE = "OMP_NUM_THREADS"


def processors() -> int:
    """How many this process may use: what OMP_NUM_THREADS allows, as torch takes it, or all."""
    allowed = os.environ.get(_VARIABLE, "")
    if allowed.isdecimal() and int(allowed) > 0:
        return int(allowed)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_processors(count: int) -> None:
    """From now on backends, torch and processes that are started use so many; at least 1."""
    os.environ[_VARIABLE] = str(count)
    limit_torch(count)


def threads_here() -> int:
    """How many threads the calling thread may share work among: torch's limit, if it is loaded."""
    torch = sys.modules.get("torch")
    return int(torch.get_num_threads()) if torch else processors()


def limit_torch(threads: int) -> None:
    """Lets torch, if it is loaded, share the calling thread's work among so many threads."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(threads)


def features() -> Mapping[str, bool]:
    """The processor's instruction sets, as LLVM names them; none where numba is not installed."""
    try:
        from llvmlite import binding
    except ImportError:
        return {}
    return dict(binding.get_host_cpu_features())
