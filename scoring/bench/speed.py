"""How fast the exact judge is, beside the published recipe in ordinary PyTorch, in one run.

All candidates take turns, so that whatever else the machine does falls on all of them alike.
"""

import dataclasses
import gc
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.functional import conv2d

from scoring.bench.memory import peak_memory_mib
from scoring.bench.recipe import Recipe
from scoring.calibrated.judge import CalibratedJudge, CalibratedScore
from scoring.exact.augment import altered_copy
from scoring.exact.backend import Backend
from scoring.exact.backends.threads import TRIALS
from scoring.exact.model import ExactModel
from scoring.exact.network import Autoencoder
from scoring.exact.proofs.choice import choose_backend
from scoring.exact.training import Training
from scoring.parallel import side_by_side
from scoring.progress import Progress, silent
from scoring.spec import FAST, FULL, TrainingSpec
from scoring.submission.image import Pixels
from scoring.views import judge_view

_IMAGES = 100
"""Submissions in the judging that is timed or estimated."""
_SCORED_IN_TURN = 48
"""Of them, those that are scored when scoring is timed by itself."""


@dataclass(frozen=True)
class SpeedReport:
    """What `judge bench speed` prints; images are those trained on, unless it says otherwise."""

    machine: str
    backend: str
    threads: int
    fp32_images_per_second: float
    exact_images_per_second: float
    fast_images_per_second: float
    gemm_peak_gmacs: float
    """float32 matrix products, billions of multiplications a second, measured in the same run by
    both libraries that torch has for them; the faster one counts."""
    fp32_share_of_peak: float
    exact_share_of_peak: float
    """Above 1 is possible: int16 products come twice as many to an instruction as float32 ones."""
    fp32_scored_per_second: float
    """Images decoded and reconstructed by the recipe."""
    exact_scored_per_second: float
    """Images decoded and scored by the calibrated judge, several at a time as in a judging, at full
    size and with the fast profile."""
    fast_scored_per_second: float
    seconds_fast: float
    """A whole judging with the fast profile, measured: training, and 100 images with decoding."""
    seconds_recipe: float
    """A whole judging with the recipe in float32, estimated from its measured rates."""
    ratio_exact_vs_fp32: float
    """By the clock, which other work on the machine disturbs."""
    processor_ratio_exact_vs_fp32: float
    """The same by processor time, which it disturbs less."""
    ratio_fast_vs_recipe: float
    peak_memory_mib: float
    """Of a process that trains and scores at full size; see `scoring.bench.memory`."""

    def to_json_object(self) -> dict[str, Any]:
        """The fields by name."""
        return dataclasses.asdict(self)


def multiplications(spec: TrainingSpec) -> int:
    """Of one image's forward pass; training takes three times as many."""
    a, b, c, d = spec.widths
    side = spec.image_side
    encoder = 3 * a * 16 * (side // 2) ** 2 + a * b * 16 * (side // 4) ** 2
    encoder += b * c * 16 * (side // 8) ** 2 + c * d * 16 * (side // 16) ** 2
    return 2 * encoder + 2 * (side // 16) ** 2 * d * spec.latent_size


@dataclass(frozen=True)
class _Times:
    """Seconds of each action: the median by the clock, and the least of all processors' time."""

    wall: dict[str, float]
    processor: dict[str, float]


def _interleaved(actions: dict[str, Callable[[], Any]], rounds: int) -> _Times:
    """Let all actions take turns, after one round to warm up."""
    for action in actions.values():
        action()
    walls: dict[str, list[float]] = {name: [] for name in actions}
    processors: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            wall, processor = time.perf_counter(), time.process_time()
            action()
            processors[name].append(time.process_time() - processor)
            walls[name].append(time.perf_counter() - wall)
    return _Times(
        {name: float(np.median(times)) for name, times in walls.items()},
        {name: min(times) for name, times in processors.items()},
    )


def _copies(target: Pixels, spec: TrainingSpec, count: int) -> Pixels:
    view = judge_view(target, spec.image_side)
    return np.stack([altered_copy(view, spec, b"speed", i) for i in range(count)])


def _judge_of(target: Pixels, network: Autoencoder) -> CalibratedJudge:
    """The judge that such a network, hardly trained, would be the heart of."""
    tensors = {name: values.copy() for name, values in network.tensors()}
    spec = network.spec.training_part()
    model = ExactModel(spec, b"speed", tensors, 1, (), (), (), network.backend)
    return CalibratedJudge.prepare(target, model)


def _score_all(
    judge: CalibratedJudge, encoded: list[bytes], decode: Callable[[bytes], Pixels]
) -> Iterator[CalibratedScore]:
    return side_by_side(lambda data: judge.score(decode(data)), encoded)


def whole_judging(
    target: Pixels,
    spec: TrainingSpec,
    encoded: list[bytes],
    decode: Callable[[bytes], Pixels],
    backend: Backend,
    progress: Progress,
) -> float:
    """Seconds for training, calibrating, and for decoding and scoring every image."""
    start = time.perf_counter()
    training = Training(target, spec, b"speed", backend, progress)
    while training.epoch < training.spec.epochs:
        training.run_epoch()
        progress("train", training.epoch, training.spec.epochs)
    judge = CalibratedJudge.prepare(target, training.model())
    for number, _ in enumerate(_score_all(judge, encoded, decode), 1):
        progress("score", number, len(encoded))
    return time.perf_counter() - start


class _Comparison:
    """The three candidates, ready to take turns."""

    def __init__(
        self, target: Pixels, full: TrainingSpec, fast: TrainingSpec, backend: Backend | None
    ) -> None:
        self.full, self.fast, self._target = full.training_part(), fast.training_part(), target
        specs = (self.full, self.fast)
        self._batches = {spec: _copies(target, spec, spec.batch_size) for spec in specs}
        self._networks = {
            spec: Autoencoder(backend or choose_backend(spec=spec), spec, b"speed")
            for spec in (self.full, self.fast)
        }
        self._judges = {
            spec: _judge_of(target, network) for spec, network in self._networks.items()
        }
        for spec, network in self._networks.items():
            for _ in range(2 * TRIALS):  # until every kernel is run in the faster way
                network.step(self._batches[spec], 0.001)
        self._recipe = Recipe(self.full)
        self._left, self._right = torch.rand(2048, 2048), torch.rand(2048, 512)
        # The same product as a convolution of single pixels, which is what the recipe's training
        # calls: torch has another library for it, and on some processors a much faster one.
        self._image = self._left.T.reshape(1, 2048, 64, 32).to(memory_format=torch.channels_last)
        self._kernel = self._right.T.reshape(512, 2048, 1, 1).to(memory_format=torch.channels_last)

    def times(self, encoded: list[bytes], decode: Callable[[bytes], Pixels], rounds: int) -> _Times:
        """Seconds of each part; "exact score" and "fast score" are those of all of `encoded`."""
        full, fast, networks, batches = self.full, self.fast, self._networks, self._batches
        return _interleaved(
            {
                "fp32": lambda: self._recipe.step(batches[full]),
                "exact": lambda: networks[full].step(batches[full], 0.001),
                "fast": lambda: networks[fast].step(batches[fast], 0.001),
                "fp32 score": lambda: self._recipe.score(batches[full][0]),
                "exact score": lambda: list(_score_all(self._judges[full], encoded, decode)),
                "fast score": lambda: list(_score_all(self._judges[fast], encoded, decode)),
                "product": lambda: self._left @ self._right,
                "product as convolution": lambda: conv2d(self._image, self._kernel),
                "decode": lambda: decode(encoded[0]),
                "copy": lambda: _copies(self._target, full, 1),
            },
            rounds,
        )

    @property
    def backend_names(self) -> str:
        """What trains at full size, then what trains the fast profile where that is another."""
        networks = (self._networks[self.full], self._networks[self.fast])
        return ", ".join(dict.fromkeys(network.backend.name for network in networks))

    def peak_gmacs(self, wall: Mapping[str, float]) -> float:
        """Billions of float32 multiplications a second, by the faster of the two libraries."""
        seconds = min(wall["product"], wall["product as convolution"])
        return self._left.numel() * self._right.shape[1] / seconds / 1e9


def _recipe_seconds(spec: TrainingSpec, times: dict[str, float]) -> float:
    """A whole judging in float32: copies, epochs with held-out copies, and the submissions."""
    steps = (spec.augmentations - spec.held_out) / spec.batch_size
    epoch = steps * times["fp32"] + spec.held_out * times["fp32 score"]
    scoring = _IMAGES * (times["fp32 score"] + times["decode"])
    return spec.augmentations * times["copy"] + spec.epochs * epoch + scoring


def measure_speed(
    target: Pixels,
    encoded: list[bytes],
    decode: Callable[[bytes], Pixels],
    *,
    full: TrainingSpec = FULL,
    fast: TrainingSpec = FAST,
    rounds: int = 3,
    backend: Backend | None = None,
    progress: Progress = silent,
) -> SpeedReport:
    """Compare the recipe, the exact judge of its size, and the fast profile.

    target: uint8 (512, 512, 3). encoded: submissions as files; `decode` gives uint8 (512, 512, 3).
    """
    comparison = _Comparison(target, full, fast, backend)
    few = [encoded[index % len(encoded)] for index in range(_SCORED_IN_TURN)]
    measured = comparison.times(few, decode, rounds)
    times, processor = measured.wall, measured.processor
    big, small = comparison.full, comparison.fast
    peak, names = comparison.peak_gmacs(times), comparison.backend_names
    del comparison
    gc.collect()
    images = [encoded[index % len(encoded)] for index in range(_IMAGES)]
    seconds_fast = whole_judging(
        target, small, images, decode, backend or choose_backend(spec=small), progress
    )
    seconds_recipe = _recipe_seconds(big, times)
    share = 3 * multiplications(big) / 1e9 / peak * big.batch_size
    return SpeedReport(
        machine=torch.backends.cpu.get_cpu_capability(),
        backend=names,
        threads=torch.get_num_threads(),
        fp32_images_per_second=big.batch_size / times["fp32"],
        exact_images_per_second=big.batch_size / times["exact"],
        fast_images_per_second=small.batch_size / times["fast"],
        gemm_peak_gmacs=peak,
        fp32_share_of_peak=share / times["fp32"],
        exact_share_of_peak=share / times["exact"],
        fp32_scored_per_second=1 / (times["fp32 score"] + times["decode"]),
        exact_scored_per_second=len(few) / times["exact score"],
        fast_scored_per_second=len(few) / times["fast score"],
        seconds_fast=seconds_fast,
        seconds_recipe=seconds_recipe,
        ratio_exact_vs_fp32=times["fp32"] / times["exact"],
        processor_ratio_exact_vs_fp32=processor["fp32"] / processor["exact"],
        ratio_fast_vs_recipe=seconds_recipe / seconds_fast,
        peak_memory_mib=peak_memory_mib(full),
    )
