"""Which of several right backends is the fastest on this machine: each trains one step."""

import logging
import math
import time
from collections.abc import Collection, Sequence

import numpy as np

from scoring.exact.backend import Backend
from scoring.exact.network import Autoencoder
from scoring.spec import TrainingSpec

_log = logging.getLogger(__name__)

_TIMED_SPEC = TrainingSpec(image_side=128)
"""The widths of the profile `full`: on less work a GPU would only be seen starting its kernels."""
_IMAGES = 4
_NARROWEST = 64
"""The least width of a network in which int8 products were seen to pay: that of `full`."""


def int8_may_pay(spec: TrainingSpec) -> bool:
    """Whether it is worth timing if gradients of two int8 products take less than one of int16.

    A matrix unit (AMX) does some ten times as many int8 products as our kernels do of int16, and
    dot products of bytes (VNNI) up to two and a half times as many. Without either they are slower.
    Small networks spend their time elsewhere.
    """
    return min(spec.widths) >= _NARROWEST and _has_int8_products()


def _has_int8_products() -> bool:
    """Whether the processor has instructions for them, and numba may use them."""
    try:
        from scoring.exact.backends.instructions import permitted
    except ImportError:  # without numba
        return False
    return not permitted().isdisjoint({"amx-int8", "avx512vnni", "avxvnni", "dotprod"})


def worth_timing(passed: Collection[str]) -> list[str]:
    """Of the backends that passed, by name, those that may be the fastest.

    With `fused` torch need not be tried on the same processor; the reference serves alone.
    """
    by_int8 = ("fused_int8",) if int8_may_pay(_TIMED_SPEC) else ()
    by_torch = () if "fused" in passed else ("int8", "float64", "float32")
    fast = [
        name for name in ("cuda_fused", "cuda_int8", *by_int8, "fused", *by_torch) if name in passed
    ]
    return fast or [name for name in passed if name == "reference"]


def fastest(backends: Sequence[Backend]) -> Backend:
    """The backend whose training step took least; a single one is not timed."""
    if len(backends) == 1:
        return backends[0]
    seconds = [training_step_seconds(backend) for backend in backends]
    for backend, taken in zip(backends, seconds, strict=True):
        _log.info("backend %s: %.3f s for a training step", backend.name, taken)
    return backends[int(np.argmin(seconds))]


def training_step_seconds(backend: Backend) -> float:
    """Of the third step, once everything is compiled, or recorded; infinite where it fails."""
    pixels = np.zeros((_IMAGES, _TIMED_SPEC.image_side, _TIMED_SPEC.image_side, 3), np.uint8)
    pixels[:, ::2] = 255
    try:
        network = Autoencoder(backend, _TIMED_SPEC, b"timing")
        for _ in range(2):
            network.step(pixels, 0.001)
        started = time.perf_counter()
        network.step(pixels, 0.001)
    except Exception as error:  # memory that others fill, a kernel that a GPU has no room for, …
        _log.warning("backend %s is not used: %s", backend.name, error)
        return math.inf
    return time.perf_counter() - started
