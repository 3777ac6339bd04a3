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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.exact.backend import AdamStep, Backend, Parameter
from scoring.exact.network import adam_constants
from scoring.exact.numbers import Fixed, Float32s, Ints, Stream
from scoring.exact.proofs.golden import (
    GOLDEN_DIGEST,
    GOLDEN_IMAGES,
    GOLDEN_REPEATED,
    REPEATED,
    golden_digest,
    images_digest,
)
from scoring.exact.proofs.report import BackendReport, Check
from scoring.exact.proofs.timing import fastest, worth_timing
from scoring.exact.reference import ReferenceBackend

_MANY = 1 << 20
BEFORE_JUDGING = 1 << 16
"""Numbers that are tried before a process judges, in well under a second; `judge selftest` tries
`_MANY`."""
_GROUP = 32
"""Images that a GPU evaluates together: enough to keep it busy, in a few GiB of its memory."""
_LEAST_CAPABILITY = (8, 0)
_EXTREMES = (63, -63, 62, 1, 0)


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


def _extreme(name: str, shape: tuple[int, ...], factor: int) -> Iterator[Ints]:
    """Integers in which every product has the largest size, then signs by chance."""
    for value in (1, -1):
        yield np.full(shape, value * 63 * factor + (value * 62 if factor > 1 else 0), np.int16)
    chosen = Stream(b"selftest", name).words(0, int(np.prod(shape))) % np.uint64(5)
    yield (np.array(_EXTREMES, np.int16) * np.int16(factor))[chosen.astype(np.int64)].reshape(shape)


def _same(backend: Backend, found: Fixed, wanted: Fixed) -> bool:
    values = backend.numpy(found.q).astype(np.int64)
    return int(found.e) == wanted.e and np.array_equal(values, wanted.q)


def _check_contractions(backend: Backend) -> Check:
    """Every contraction, at the longest sums the spec allows and sizes that divide by nothing.

    More have sizes that fill every register and tile, and all results are held until all are there:
    a backend that gave its own working memory away would be found out.
    """
    reference = ReferenceBackend()
    for odd, full in zip(_odd_sizes(), _full_sizes(), strict=True):
        results = [
            [*_odd_products(b, *odd), *_full_products(b, *full)] for b in (backend, reference)
        ]
        if not all(_same(backend, f, v) for f, v in zip(*results, strict=True)):
            return Check("contractions at the extremes", False, "a sum of products is wrong")
    return Check("contractions at the extremes", True, "equal to plain integers")


def _odd_sizes() -> Iterator[tuple[Ints, ...]]:
    return zip(
        _extreme("w", (4, 4, 256, 3), 1),
        _extreme("a", (2, 8, 8, 256), 1),
        _extreme("g", (2, 4, 4, 3), 130),
        _extreme("weights", (4100, 5), 1),
        _extreme("wide", (3, 4100), 1),
        _extreme("narrow", (3, 5), 130),
        strict=True,
    )


def _odd_products(
    b: Backend, w: Ints, a: Ints, g: Ints, weights: Ints, wide: Ints, narrow: Ints
) -> list[Fixed]:
    kernel = b.weight(b.array(w.astype(np.float32)))
    matrix = b.weight(b.array(weights.astype(np.float32)))
    x, d, y = b.load(a, 0), b.load(g, 0), b.load(wide, 0)
    big, back = b.load(a * np.int16(130), 0), b.load(narrow, 0)
    return [
        b.down(x, kernel),
        b.down(big, kernel),
        b.up(d, kernel),
        b.window_gradient(x, d),
        b.window_gradient(big, b.load(g // 130, 0)),
        b.dense(y, matrix),
        b.dense_back(back, matrix),
        b.outer(y, back),
    ]


def _full_sizes() -> Iterator[tuple[Ints, ...]]:
    return zip(
        _extreme("even", (2, 8, 8, 16), 1),
        _extreme("odd", (2, 4, 4, 32), 130),
        _extreme("tile", (4, 4, 16, 32), 1),
        _extreme("line", (1, 32, 32, 16), 1),
        _extreme("half", (1, 16, 16, 32), 1),
        _extreme("rows", (64, 128), 1),
        strict=True,
    )


def _full_products(
    b: Backend, even: Ints, odd: Ints, tile: Ints, line: Ints, half: Ints, rows: Ints
) -> list[Fixed]:
    kernel = b.weight(b.array(tile.astype(np.float32)))
    matrix = b.weight(b.array(rows.astype(np.float32)))
    found = [b.window_gradient(b.load(x, 0), b.load(odd, 0)) for x in (even, even[::-1])]
    # What is loaded as int8 is an activation: one digit, where gradients are two.
    wide, narrow = b.load(line.astype(np.int8), 0), b.load(half.astype(np.int8), 0)
    big, back = b.load(line * np.int16(130), 0), b.load(half * np.int16(130), 0)
    found += [b.down(wide, kernel), b.down(big, kernel), b.up(narrow, kernel), b.up(back, kernel)]
    found += [b.window_gradient(wide, back), b.window_gradient(big, narrow)]
    found.append(b.dense_back(b.load(rows[:3] * np.int16(130), 0), matrix))
    return found


def _check_many(backend: Backend) -> Check:
    """Sums that a GPU's programs make together, and tiles that are full: the golden networks are
    too small for either."""
    results = [_products_of_many(b) + _rounded_many(b) for b in (backend, ReferenceBackend())]
    for found, wanted in zip(*results, strict=True):
        if not np.array_equal(found, wanted):
            return Check("sums of many parts", False, "a sum, or what is rounded, is wrong")
    return Check("sums of many parts", True, "equal to plain integers")


def _products_of_many(b: Backend) -> list[Ints]:
    kernel = b.weight(b.array(_drawn("tile", (4, 4, 32, 72)).astype(np.float32)))
    x, d = _drawn("wide", (2, 16, 16, 32)), _drawn("narrow", (2, 8, 8, 72), 130)
    line, high = _drawn("line", (1, 132, 132, 4)), _drawn("high", (1, 66, 66, 72), 130)
    matrix = b.weight(b.array(_drawn("matrix", (6, 4200)).astype(np.float32)))
    back = _drawn("back", (3, 4200), 130)
    digit, digits = b.load(x.astype(np.int8), 0), b.load(x * np.int16(130), 0)
    found = [
        b.down(digit, kernel),
        b.down(digits, kernel),
        b.up(b.load(d, 0), kernel),
        b.window_gradient(digit, b.load(d, 0)),
        b.window_gradient(b.load(line.astype(np.int8), 0), b.load(high, 0)),
        b.dense_back(b.load(back, 0), matrix),
    ]
    return [b.numpy(z.q).astype(np.int64) for z in found]


def _rounded_many(b: Backend) -> list[Ints]:
    """Batch norm's passes over more rows than one program takes, in two widths of a tile."""
    found: list[Ints] = []
    x, narrow = _drawn("x", (1, 192, 192, 4)), _drawn("g", (1, 48, 48, 8), 130)
    for channels in (6, 72):
        before, after = (
            b.weight(b.array(_drawn(f"kernel.{channels}", shape).astype(np.float32)))
            for shape in ((4, 4, 4, channels), (4, 4, channels, 8))
        )
        rows = (np.arange(channels, dtype=np.float32) - 1) / np.float32(64)
        by, plus = b.array(rows), b.array(rows[::-1].copy())
        m = b.measure(b.down(b.load(x, 0), before))
        masked = b.mask(m, by, plus, b.up(b.load(narrow, 0), after))
        mixed = b.mix(masked.value, m.value, by, plus, by)
        # What is kept between is a backend's own affair; its sums say whether it is right.
        for rounded in (b.activate(m, by, plus), mixed):
            found += [b.integers(rounded).astype(np.int64), np.array([int(rounded.e)])]
        for sums in (m.total, m.squares, masked.total, masked.products):
            found.append(b.numpy(sums).astype(np.int64))
    return found


def _drawn(name: str, shape: tuple[int, ...], factor: int = 1) -> Ints:
    """Integers of one digit, or with 130 as factor of two, signs by chance."""
    *_, chosen = _extreme(name, shape, factor)
    return chosen


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
    *_, x = _extreme("dense x", (3, rows), 1)
    *_, d = _extreme("dense d", (3, columns), 130)
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
            _check_contractions(backend),
            _check_adam(backend, count),
            _check_golden(backend),
            _check_repeated(backend),
            _check_images(backend),
        ]
        # A processor's kernels have no parts that meet only in memory, and start in no time.
        if backend.device != "cpu" or count == _MANY:
            found.append(_check_many(backend))
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
