"""Whether a GPU's arithmetic is right, and how fast it is: everything to know, in one run.

    python -m scoring.bench.device --device cuda --seconds 480 --write gpu.json

`scripts/check-gpu` runs this. It needs no network and no image. What there is no time left for is
named and left out, the most important things come first. `--device cpu` does the same on a CPU.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from scoring.bench.alone import try_alone
from scoring.bench.matrix import fingerprint
from scoring.bench.recipe import Recipe
from scoring.bench.record import installation, processor
from scoring.bench.speed import multiplications
from scoring.bench.together import judge_together, scored_otherwise, scoring_rates
from scoring.calibrated.choice import SIGHTS, check_sight, check_sight_on
from scoring.errors import UnusableDevice
from scoring.exact.backend import Backend
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Stream
from scoring.exact.proofs.choice import choose_backend
from scoring.exact.proofs.selftest import (
    BACKENDS,
    BEFORE_JUDGING,
    GPU_BACKENDS,
    backend_named,
    check_backend,
    check_numpy,
)
from scoring.exact.proofs.timing import fastest
from scoring.spec import FAST, FULL, TrainingSpec
from scoring.submission.image import Pixels

RIGHT, WRONG = 0, 3
_GEMM_SIDE = 8192
_KERNELS = 25


@dataclass
class Report:
    """What was found, part by part; `wrong` names what gave another bit."""

    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def to_json_object(self) -> dict[str, Any]:
        """The facts, and at their head whether all is right."""
        head = {"right": not self.wrong, "wrong": self.wrong, "left_out": self.left_out}
        return head | self.facts


@dataclass(frozen=True)
class Device:
    """A GPU by its name in torch, or the CPU."""

    name: str

    @property
    def is_gpu(self) -> bool:
        return self.name.startswith("cuda")

    def wait(self) -> None:
        """Until all is done that was begun: a GPU works on by itself."""
        if self.is_gpu:
            torch.cuda.synchronize(self.name)

    def facts(self) -> dict[str, Any]:
        """What it is."""
        facts: dict[str, Any] = {"processor": processor(), "installation": installation()}
        facts["torch"] = torch.__version__
        if self.is_gpu:
            properties = torch.cuda.get_device_properties(self.name)
            facts |= {
                "gpu": properties.name,
                "memory_mib": properties.total_memory >> 20,
                "processors": properties.multi_processor_count,
                "capability": list(torch.cuda.get_device_capability(self.name)),
                "cuda": torch.version.cuda,
                "gpus": torch.cuda.device_count(),
            }
        return facts

    def start_counting_memory(self) -> None:
        gc.collect()
        if self.is_gpu:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(self.name)

    def peak_memory_mib(self) -> int | None:
        """Of the GPU, since counting was started; None for a CPU (`judge bench speed` tells)."""
        return torch.cuda.max_memory_allocated(self.name) >> 20 if self.is_gpu else None


Part = Callable[[Report, Device], None]


def measure(
    device: Device,
    seconds: float,
    profiles: Mapping[str, TrainingSpec] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """All parts in their order, for as long as there is time; one that fails is named as wrong."""
    report, ends = Report(), clock() + seconds
    report.facts["device"] = device.name
    for name, part in _parts(profiles or {"fast": FAST, "full": FULL}).items():
        if clock() >= ends:
            report.left_out.append(name)
            continue
        began = clock()
        try:
            part(report, device)
        except Exception as error:  # a driver's own: the other parts may tell why
            report.wrong.append(f"{name}: {type(error).__name__}: {error}")
        report.facts.setdefault("seconds", {})[name] = round(clock() - began, 2)
        print(f"{name}: {clock() - began:.1f} s", file=sys.stderr, flush=True)
    return report


def _parts(profiles: Mapping[str, TrainingSpec]) -> dict[str, Part]:
    parts: dict[str, Part] = {
        "machine": lambda report, device: report.facts.update(machine=device.facts()),
        "self-test": _self_test,
        "golden judging": _golden_judging,
        "images together": _images_together,
    }
    for name, spec in profiles.items():
        parts[f"rates of {name}"] = _rates_of(name, spec)
    for name, spec in profiles.items():
        parts[f"profile of {name}"] = _profile_of(name, spec)
    return parts


def _self_test(report: Report, device: Device) -> None:
    """Every backend and every sight: contractions at the extremes, Adam steps, golden digests."""
    tried = [try_alone(name, device.name) for name in GPU_BACKENDS if device.is_gpu]
    names = [name for name in BACKENDS if name not in GPU_BACKENDS]
    tried += [check_backend(name, BEFORE_JUDGING) for name in names]
    tried += [check_sight(name) for name in SIGHTS]
    if device.is_gpu:
        tried.append(check_sight_on(device.name))
    checks = [("numpy", check) for check in check_numpy(BEFORE_JUDGING)]
    checks += [(one.name, check) for one in tried for check in one.checks]
    report.facts["checks"] = [{"of": of} | asdict(check) for of, check in checks]
    report.facts["missing"] = {one.name: one.missing for one in tried if one.missing}
    report.wrong += [
        f"{of}: {check.name}: {check.detail}" for of, check in checks if not check.passed
    ]
    missing = report.facts["missing"]
    if device.is_gpu:
        report.wrong += [f"{name}: {missing[name]}" for name in GPU_BACKENDS if name in missing]


def _right_on(report: Report) -> list[str]:
    """The GPU's backends that are here and right."""
    wrong = {check["of"] for check in report.facts["checks"] if not check["passed"]}
    return [name for name in GPU_BACKENDS if name not in {*wrong, *report.facts["missing"]}]


def _golden_judging(report: Report, device: Device) -> None:
    """A small training, calibration, scores and copies, by each backend: the same everywhere."""
    missing = report.facts.get("missing", {})
    names = _right_on(report) if device.is_gpu else []
    names += [name for name in ("fused", "float64") if name not in missing]
    found = {name: fingerprint(name).results for name in names}
    report.facts["golden_judging"] = {name: list(results) for name, results in found.items()}
    report.wrong += [
        f"{name}: the golden judging is not that of {names[-1]}"
        for name in names
        if found[name] != found[names[-1]]
    ]


def _images_together(report: Report, device: Device) -> None:
    """Images that all networks look at together have the scores that each has alone."""
    backend = _backend_of(report, device) if device.is_gpu else None
    judge = judge_together(device.name, _noise(1, 512)[0], backend)
    images = [*_noise(2 * judge.terms.group + 1, 512)[:, ::-1]]
    images[0], images[1] = np.zeros_like(images[0]), images[1] // 32
    different = scored_otherwise(judge, images)
    report.facts["images_together"] = {"group": judge.terms.group, "images": len(images)}
    if different:
        report.wrong.append(f"images together: {different} of {len(images)} have another score")


def _backend_of(report: Report, device: Device) -> Backend:
    """What would judge. A GPU's that is wrong is not tried here again."""
    if not device.is_gpu:
        return choose_backend(device.name)
    right = [GPU_BACKENDS[name](device.name) for name in _right_on(report)]
    if not right:
        raise UnusableDevice("no backend of this GPU is right", "see the checks")
    return fastest(right)


def _rates_of(profile: str, spec: TrainingSpec) -> Part:
    def rates(report: Report, device: Device) -> None:
        device.start_counting_memory()
        part = spec.training_part()
        pixels = _noise(part.batch_size, part.image_side)
        backend = _backend_of(report, device)
        network = Autoencoder(backend, part, b"check")
        step = _seconds(device, lambda: network.step(pixels, 0.001))
        held_out = _noise(part.held_out, part.image_side)
        errors = _seconds(device, lambda: network.squared_errors(held_out))
        stock = _seconds(device, partial(_take_stock, network, device))
        memory = device.peak_memory_mib()
        plain = _plain_seconds(device, part, pixels)
        rate = part.batch_size / step
        gmacs = 3 * multiplications(part) * rate / 1e9
        facts: dict[str, Any] = {
            "backend": backend.name,
            "step_seconds": step,
            "trained_per_second": rate,
            "stock_seconds": stock,
            "training_seconds": step * _steps(part) + (errors + stock) * part.epochs,
            "reconstructed_per_second": part.held_out / errors,
            "fp32_trained_per_second": part.batch_size / plain,
            "exact_over_fp32": plain / step,
            "gmacs": gmacs,
            "peak_memory_mib": memory,
        }
        if device.is_gpu:
            facts["step_seconds_by"] = _compare_backends(report, device, part, pixels)
            peak = report.facts.setdefault("peak", {"int8_gmacs": _int8_peak(device)})
            # A gradient is two digits: of three products of a step two are done twice.
            facts["share_of_int8_peak"] = gmacs * 5 / 3 / peak["int8_gmacs"]
        facts |= scoring_rates(network, [*_noise(4, 512)], partial(_seconds, device))
        report.facts.setdefault("rates", {})[profile] = facts

    return rates


def _take_stock(network: Autoencoder, device: Device) -> None:
    """What an epoch's digest takes of a training: of a GPU's only the copy, see `Training`."""
    if device.is_gpu:
        list(network.tensors(moments=True))
    else:
        network.digest(moments=True)


def _compare_backends(
    report: Report, device: Device, spec: TrainingSpec, pixels: Pixels
) -> dict[str, float]:
    """The seconds of a step by each of the GPU's backends; after three of them, and a look at a
    group, all must hold the same bits. The self-test's networks are smaller than these."""
    taken: dict[str, float] = {}
    found: set[tuple[bytes, tuple[int, ...]]] = set()
    for name in _right_on(report):
        network = Autoencoder(GPU_BACKENDS[name](device.name), spec, b"check")
        for _ in range(3):
            network.step(pixels, 0.001)
        found.add((network.digest(moments=True), tuple(network.squared_errors(pixels))))
        taken[name] = _seconds(device, partial(network.step, pixels, 0.001))
    if len(found) > 1:
        report.wrong.append(f"{' and '.join(taken)} come to other weights, or see other errors")
    return taken


def _steps(spec: TrainingSpec) -> float:
    """Of a training, as whole batches: the last one of an epoch may be smaller."""
    return spec.epochs * (spec.augmentations - spec.held_out) / spec.batch_size


def _plain_seconds(device: Device, spec: TrainingSpec, pixels: Pixels) -> float:
    """A step of the published recipe in ordinary float32, without TensorFloat."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    recipe = Recipe(spec, device.name)
    return _seconds(device, lambda: recipe.step(pixels))


def _int8_peak(device: Device) -> float:
    """Billions of multiplications a second in one large product of int8 matrices."""
    left = torch.ones((_GEMM_SIDE, _GEMM_SIDE), dtype=torch.int8, device=device.name)
    right = torch.ones((_GEMM_SIDE, _GEMM_SIDE), dtype=torch.int8, device=device.name).t()
    return _GEMM_SIDE**3 / _seconds(device, lambda: torch._int_mm(left, right)) / 1e9


def _seconds(device: Device, action: Callable[[], object], least_seconds: float = 1.0) -> float:
    """The median of several runs, after two to warm up."""
    for _ in range(2):
        action()
    taken: list[float] = []
    while sum(taken) < least_seconds or len(taken) < 3:
        device.wait()
        began = time.perf_counter()
        action()
        device.wait()
        taken.append(time.perf_counter() - began)
    return float(np.median(taken))


def _profile_of(name: str, spec: TrainingSpec) -> Part:
    """One training step by operation and kernel, those that take longest."""

    def profile(report: Report, device: Device) -> None:
        from torch.profiler import ProfilerActivity
        from torch.profiler import profile as profiler

        part = spec.training_part()
        pixels = _noise(part.batch_size, part.image_side)
        # On a CPU torch's own arithmetic: of compiled kernels a profiler sees nothing.
        backend = _backend_of(report, device) if device.is_gpu else backend_named("float64")
        network = Autoencoder(backend, part, b"check")
        for _ in range(2):  # the second time, a GPU's is recorded
            network.step(pixels, 0.001)
        gpu = [ProfilerActivity.CUDA] if device.is_gpu else []
        with profiler(activities=[ProfilerActivity.CPU, *gpu]) as found:
            network.step(pixels, 0.001)
            device.wait()
        rows = [_row(event) for event in found.key_averages()]
        rows.sort(key=lambda row: row["gpu_us"] if device.is_gpu else row["cpu_us"], reverse=True)
        report.facts.setdefault("profile", {})[name] = rows[:_KERNELS]

    return profile


def _row(event: Any) -> dict[str, Any]:
    gpu = getattr(event, "self_device_time_total", 0)
    cpu = event.self_cpu_time_total
    return {"name": event.key[:120], "calls": event.count, "cpu_us": int(cpu), "gpu_us": int(gpu)}


def _noise(count: int, side: int) -> Pixels:
    """uint8 (count, side, side, 3), in blocks, so that there is something to see."""
    words = Stream(b"check", f"noise.{side}").words(0, count * (side // 16) ** 2 * 3)
    blocks = (words >> np.uint64(56)).astype(np.uint8).reshape(count, side // 16, side // 16, 3)
    pixels: Pixels = blocks.repeat(16, axis=1).repeat(16, axis=2)
    return pixels


def main(arguments: list[str] | None = None) -> int:
    """Measures, prints JSON and writes it where it is told to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1 or cpu")
    parser.add_argument("--seconds", type=float, default=420, help="after which no part is begun")
    parser.add_argument("--write", type=Path, help="also write the JSON there")
    parser.add_argument("--profile", choices=["fast", "full"], action="append")
    given = parser.parse_args(arguments)
    device = Device(given.device)
    if device.is_gpu and not torch.cuda.is_available():
        print(
            "error: torch sees no GPU\n       install a torch for CUDA and the card's driver, or "
            "try everything on the CPU: scripts/check-gpu --device cpu",
            file=sys.stderr,
        )
        return 1
    wanted = given.profile or ["fast", "full"]
    profiles = {name: spec for name, spec in (("fast", FAST), ("full", FULL)) if name in wanted}
    report = measure(device, given.seconds, profiles)
    text = json.dumps(report.to_json_object(), indent=2)
    print(text)
    if given.write is not None:
        given.write.write_text(text + "\n", encoding="utf-8")
    return WRONG if report.wrong else RIGHT


if __name__ == "__main__":
    sys.exit(main())
