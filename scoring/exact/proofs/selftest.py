"""Which backends are right on this machine: found out by trying, never by guessing.

A backend is used only after it gave the reference's integers on contractions at the extremes, a
million roots and quotients that are checked to be correctly rounded, and the golden digests of a
few training steps and of a few images. One that does not is refused, with the reason.
"""

import ctypes
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.exact.backend import AdamStep, Backend, Parameter
from scoring.exact.network import adam_constants
from scoring.exact.numbers import Float32s, Stream
from scoring.exact.proofs.golden import (
    GOLDEN_DIGEST,
    GOLDEN_IMAGES,
    GOLDEN_REPEATED,
    REPEATED,
    golden_digest,
    images_digest,
)
from scoring.exact.proofs.report import BackendReport, Check
from scoring.exact.proofs.sums import check_contractions, check_many, extreme
from scoring.exact.proofs.timing import fastest, worth_timing
from scoring.exact.reference import ReferenceBackend

_MANY = 1 << 20
BEFORE_JUDGING = 1 << 16
"""Numbers that are tried before a process judges, in well under a second; `judge selftest` tries
`_MANY`."""
_GROUP = 32
"""Images that a GPU evaluates together: enough to keep it busy, in a few GiB of its memory."""
_LEAST_CAPABILITY = (8, 0)


@dataclass(frozen=True)
class SelfTestReport:
    """Everything that was tried; `chosen` is the backend that judging would use."""

    golden: str
    machine: tuple[Check, ...]
    backends: tuple[BackendReport, ...]
    chosen: str

    @property
    def passed(self) -> bool:
        """Whether this machine can judge, and no backend that is there was refused."""
        return all(check.passed for check in self.machine) and all(
            report.passed or bool(report.missing) for report in self.backends
        )


def _fused() -> Backend:
    from scoring.exact.backends.fused import FusedBackend

    return FusedBackend()


def _fused_int8() -> Backend:
    from scoring.exact.backends.fused_int8 import FusedInt8Backend

    return FusedInt8Backend()


def _tensor(name: str) -> Backend:
    from scoring.exact.backends import gemm
    from scoring.exact.backends.tensor import TensorBackend

    return TensorBackend(name, getattr(gemm, f"multiply_{name}"))


def require_gpu(device: str) -> None:
    """Raises ImportError, and says why, where torch sees no such GPU."""
    if "torch" not in sys.modules and not _has_a_gpu_driver():  # so that torch need not be loaded
        raise ImportError("this machine has no driver for a GPU")
    import torch

    if not torch.cuda.is_available():
        raise ImportError("torch sees no GPU")
    if (torch.device(device).index or 0) >= torch.cuda.device_count():
        raise ImportError(f"torch sees {torch.cuda.device_count()} GPU(s), counted from 0")


def cuda_int8(device: str = "cuda") -> Backend:
    """The backend of torch's operations on a GPU, unchecked. Raises ImportError where there is
    none."""
    require_gpu(device)
    from scoring.exact.backends.gemm import multiply_cuda_int8
    from scoring.exact.backends.tensor import TensorBackend

    return TensorBackend("cuda_int8", multiply_cuda_int8, device, _GROUP)


def cuda_fused(device: str = "cuda") -> Backend:
    """The backend of our own kernels on a GPU, unchecked. Raises ImportError where there is none,
    or nothing that compiles them."""
    require_gpu(device)
    import torch

    if torch.cuda.get_device_capability(device) < _LEAST_CAPABILITY:
        raise ImportError("the GPU is older than Ampere, and its tensor cores take no int8 of ours")
    header = Path(sysconfig.get_paths()["include"], "Python.h")
    if not any(map(shutil.which, (os.environ.get("CC", ""), "gcc", "clang"))):
        raise ImportError("no C compiler, which Triton needs to launch kernels (install gcc)")
    if not header.exists():
        raise ImportError(f"no {header}, which Triton needs to launch kernels (python3-dev)")
    from scoring.exact.backends.cuda_fused import CudaFusedBackend

    return CudaFusedBackend(device, _GROUP)


def _has_a_gpu_driver() -> bool:
    """Whether there is what torch needs to see a GPU: CUDA's driver, or ROCm's."""
    for name in ("libcuda.so.1", "nvcuda.dll", "libamdhip64.so"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


GPU_BACKENDS: dict[str, Callable[[str], Backend]] = {
    "cuda_fused": cuda_fused,
    "cuda_int8": cuda_int8,
}
"""Those on a GPU, of which the device can be told. The plainer one is tried last: after a kernel
that a GPU broke off it computes nothing more for this process, and then that shows."""

BACKENDS: dict[str, Callable[[], Backend]] = {
    "cuda_fused": cuda_fused,
    "cuda_int8": cuda_int8,
    "fused": _fused,
    "fused_int8": _fused_int8,
    "int8": lambda: _tensor("int8"),
    "float64": lambda: _tensor("float64"),
    "float32": lambda: _tensor("float32"),
    "reference": ReferenceBackend,
}
"""Every backend by name; whichever of them judges, the bits are the same."""


def backend_named(name: str) -> Backend:
    """The backend of that name, unchecked. Raises KeyError, or ImportError where it is not here."""
    return BACKENDS[name]()


def _check_golden(backend: Backend) -> Check:
    return _same_digest("golden training steps", golden_digest(backend), GOLDEN_DIGEST)


def _check_repeated(backend: Backend) -> Check:
    """Steps of one size: the second is where a GPU's are recorded, the third repeats that."""
    found = golden_digest(backend, REPEATED)
    return _same_digest("golden repeated steps", found, GOLDEN_REPEATED)


def _check_images(backend: Backend) -> Check:
    return _same_digest("golden images", images_digest(backend), GOLDEN_IMAGES)


def _same_digest(name: str, found: str, wanted: str) -> Check:
    detail = found[:16] if found == wanted else f"{found[:16]} is not {wanted[:16]}"
    return Check(name, found == wanted, detail)


def _positive_reals(name: str, count: int) -> Float32s:
    """Positive float32 numbers of all sizes, the subnormal ones included."""
    words = Stream(b"selftest", name).words(0, count)
    return (words % np.uint64(0x7F000000)).astype(np.uint32).view(np.float32)


_DENSE_SHAPES = ((64, 128), (5, 600))
"""Of weights whose rows are taken together, and whose rows are taken in parts."""


def _check_adam(backend: Backend, count: int = _MANY) -> Check:
    """So many Adam steps of one number: roots, quotients, nothing fused, nothing flushed."""
    values = np.minimum(_positive_reals("values", count), np.float32(2.0**40))
    square = np.minimum(_positive_reals("square", count), np.float32(1e30))
    gradient = (Stream(b"selftest", "gradient").words(0, count) >> np.uint64(34)).astype(np.int64)
    gradient -= 1 << 29
    gradient[::4] = 0  # where the weight decay alone moves the moments, subnormal ones remain
    step = adam_constants(3, 0.001, 0.00001)
    results = []
    for b in (backend, ReferenceBackend()):
        p = Parameter("", b.array(values), b.array(values), b.array(square))
        b.adam(p, b.array(gradient), np.float32(2.0**-40), step)
        stepped = [p, *(_dense_step(b, step, shape) for shape in _DENSE_SHAPES)]
        results.append(
            [b.numpy(x).tobytes() for p in stepped for x in (p.values, p.mean, p.square)]
        )
    passed = results[0] == results[1]
    return Check(f"{count} Adam steps", passed, "equal bits" if passed else "some bits differ")


def _dense_step(b: Backend, step: AdamStep, shape: tuple[int, int]) -> Parameter:
    """One Adam step by the gradient of a dense layer, which a backend need not write out."""
    rows, columns = shape
    values, square = (
        _positive_reals(f"dense {name}", rows * columns).reshape(shape) for name in ("w", "s")
    )
    w = np.minimum(values, np.float32(2.0**20))
    p = Parameter("", b.array(w), b.array(w), b.array(np.minimum(square, np.float32(1e30))))
    *_, x = extreme("dense x", (3, rows), 1)
    *_, d = extreme("dense d", (3, columns), 130)
    b.adam(p, b.outer(b.load(x, 0), b.load(d, 0)).q, np.float32(2.0**-20), step)
    return p


def check_numpy(count: int = _MANY) -> tuple[Check, ...]:
    """numpy's own roots and quotients, against exact comparisons in float64."""
    x = np.maximum(_positive_reals("root", count), np.float32(2.0**-120))
    x = np.minimum(x, np.float32(2.0**120))
    root = np.sqrt(x)
    half = (np.spacing(root) / np.float32(2)).astype(np.float64)
    wide = root.astype(np.float64)
    right = np.all(((wide - half) ** 2 <= x) & (x <= (wide + half) ** 2))
    divisor = np.clip(np.roll(x, 1), np.float32(2.0**-30), np.float32(2.0**30))
    dividend = np.clip(x, np.float32(2.0**-30), np.float32(2.0**30))
    quotient = dividend / divisor
    rest = dividend.astype(np.float64) - quotient.astype(np.float64) * divisor.astype(np.float64)
    half = np.spacing(quotient).astype(np.float64) / 2 * divisor.astype(np.float64)
    fine = bool(np.all(np.abs(rest) <= half))
    smallest = np.full(64, 2.0**-149, np.float32)
    kept = bool(np.all(smallest * np.float32(1) > 0))
    return (
        Check(f"{count} square roots", bool(right), "correctly rounded" if right else "wrong"),
        Check(f"{count} quotients", fine, "correctly rounded" if fine else "wrong"),
        Check("subnormal numbers", kept, "kept" if kept else "flushed to zero"),
    )


def check_backend(
    name: str, count: int = _MANY, make: Callable[[], Backend] | None = None
) -> BackendReport:
    """Try one backend, on `count` numbers; `make` makes it instead of its name."""
    try:
        backend = make() if make is not None else backend_named(name)
        found = [
            check_contractions(backend),
            _check_adam(backend, count),
            _check_golden(backend),
            _check_repeated(backend),
            _check_images(backend),
        ]
        # Half a second, which the start of every judging on a processor would take longer.
        if backend.device != "cpu" or count == _MANY:
            found.append(check_many(backend))
    except ImportError as error:
        return BackendReport(name, (), missing=str(error))
    except Exception as error:  # whatever a compiler or a driver comes up with: not this one
        failed = Check("running at all", False, f"{type(error).__name__}: {error}")
        return BackendReport(name, (failed,))
    return BackendReport(name, tuple(found))


def self_test() -> SelfTestReport:
    """Try every backend; for `judge selftest`."""
    reports = tuple(check_backend(name) for name in BACKENDS)
    right = worth_timing([report.name for report in reports if report.passed])
    chosen = fastest([backend_named(name) for name in right]).name if right else ""
    return SelfTestReport(GOLDEN_DIGEST, check_numpy(), reports, chosen)
