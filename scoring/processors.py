"""How many processors a process may compute on, with torch and without it, and what they can do.

torch is not imported here: loading it takes longer than a small judging's first epochs, and the
compiled kernels do without.
"""

import ctypes
import os
import platform
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
    return {**binding.get_host_cpu_features(), "dotprod": _has_arm_dot_products()}


def _has_arm_dot_products() -> bool:
    """Whether an ARM64 processor takes dot products of bytes, which LLVM 22 does not look up."""
    if platform.machine() not in {"aarch64", "arm64"}:
        return False
    system = ctypes.CDLL(None)
    if sys.platform == "darwin":
        found, size = ctypes.c_int(0), ctypes.c_size_t(ctypes.sizeof(ctypes.c_int))
        name = b"hw.optional.arm.FEAT_DotProd"
        failed = system.sysctlbyname(name, ctypes.byref(found), ctypes.byref(size), None, 0)
        return not failed and bool(found.value)
    if sys.platform != "linux":
        return False
    system.getauxval.restype = ctypes.c_ulong
    hardware, dot_products = 16, 1 << 20  # AT_HWCAP, HWCAP_ASIMDDP
    return bool(system.getauxval(ctypes.c_ulong(hardware)) & dot_products)
