"""Which backend judges on this machine: the fastest that passes, on the device asked for."""

import functools
import logging
from functools import partial

from scoring.errors import NoExactBackend, UnusableDevice
from scoring.exact.backend import Backend
from scoring.exact.proofs.report import BackendReport, may_be_used
from scoring.exact.proofs.selftest import (
    BACKENDS,
    BEFORE_JUDGING,
    GPU_BACKENDS,
    backend_named,
    check_backend,
    check_numpy,
)
from scoring.exact.proofs.timing import fastest, int8_may_pay, worth_timing
from scoring.spec import TrainingSpec

_log = logging.getLogger(__name__)


def choose_backend(device: str = "auto", spec: TrainingSpec | None = None) -> Backend:
    """The fastest backend that passes its self-test; tried once a process.

    `spec`: what is trained or scored; without it, something small.
    `device`: "cpu"; "cuda" or "cuda:N", which must pass; or "auto", a GPU if one passes and trains
    faster than the CPU. Raises UnusableDevice for a GPU that is missing or wrong, and
    NoExactBackend where nothing on this machine is right.
    """
    return _chosen(device, spec is not None and int8_may_pay(spec))


@functools.cache
def _chosen(device: str, by_int8: bool) -> Backend:
    for check in check_numpy(BEFORE_JUDGING):
        if not check.passed:
            raise NoExactBackend(
                f"numpy computes wrong bits on this machine: {check.name}: {check.detail}",
                "see what `judge selftest` says, and judge on another machine",
            )
    if device == "cpu":
        return fastest(_right_on_the_cpu(by_int8))
    made = {
        name: partial(make, device) if ":" in device else BACKENDS[name]
        for name, make in GPU_BACKENDS.items()
    }
    reports = [check_backend(name, BEFORE_JUDGING, make) for name, make in made.items()]
    right = [report.name for report in reports if may_be_used(report)]
    plainest = reports[-1]
    if plainest.name in right:  # or the GPU is not trusted with the others either
        for report in reports:
            if report.missing:
                _log.warning("backend %s is not here: %s", report.name, report.missing)
        on_the_cpu = _fast_on_the_cpu(by_int8) if device == "auto" else []
        return fastest([*(made[name]() for name in right), *on_the_cpu])
    why = _why_not(plainest)
    if device == "auto":
        _log.info("judging on the CPU: %s", why)
        return fastest(_right_on_the_cpu(by_int8))
    raise UnusableDevice(
        f"the device {device} cannot judge: {why}",
        'set [judge] device to "auto" or "cpu", or see what `judge selftest` says',
    )


def _why_not(report: BackendReport) -> str:
    return report.missing or next(f"{c.name}: {c.detail}" for c in report.checks if not c.passed)


def _fast_on_the_cpu(by_int8: bool) -> list[Backend]:
    """`fused`, in both forms where either may be faster, else what torch can do."""
    names = ("fused_int8", "fused") if by_int8 else ("fused",)
    if right := [name for name in names if may_be_used(check_backend(name, BEFORE_JUDGING))]:
        return [backend_named(name) for name in right]
    tried = [check_backend(name, BEFORE_JUDGING) for name in ("int8", "float64", "float32")]
    return [backend_named(name) for name in worth_timing([r.name for r in tried if may_be_used(r)])]


def _right_on_the_cpu(by_int8: bool) -> list[Backend]:
    """The same, or the reference where nothing faster passes. Raises NoExactBackend."""
    if fast := _fast_on_the_cpu(by_int8):
        return fast
    if may_be_used(check_backend("reference", BEFORE_JUDGING)):
        return [backend_named("reference")]
    raise NoExactBackend(
        "no backend gives the golden digest on this machine",
        "see what `judge selftest` says, and judge on another machine",
    )
