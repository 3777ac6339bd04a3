"""`judge bench attack`: projected gradient descent against the judge, in full sight of its code.

The attacker knows the code, the public networks, the target and its calibration, and moves an image
that is not the target within ±ε per pixel until its score is as low as it gets. What is drawn from
the seed after the deadline it can only expect: the softened views, by descending the mean over many
of them, and the autoencoder, by training one of its own. What counts is the true judge's score of
the rounded result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import mean

import numpy as np
import torch

from scoring.bench.cases import Gallery
from scoring.bench.surrogate import (
    Surrogate,
    SurrogateAutoencoder,
    SurrogateLite0,
    in_another_light_tensor,
    pooled,
    resized,
    softened_tensor,
    spatial,
    tensor_of,
)
from scoring.calibrated.calibration import FLOOR_DIVISOR, SECONDS, Calibration, TermScale
from scoring.calibrated.judge import CalibratedJudge, view_of
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.moved import COMPARED
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.pictures import PERCEPTUAL_SIDE, draw_softening
from scoring.calibrated.terms import SUMMED
from scoring.exact.backend import Backend
from scoring.exact.model import ExactModel
from scoring.exact.numbers import Stream
from scoring.exact.training import train_exact
from scoring.spec import CalibrationSpec, TrainingSpec
from scoring.spec.calibration import MOVED_COPIES
from scoring.submission.image import Pixels

UNBOUNDED = 255
EPSILONS = (8, 16, UNBOUNDED)
STEPS = 60
_INERTIA = 0.8  # of the slope, from step to step
_CHOOSE_EVERY = 10  # steps, which of the target's moved copies to descend towards


@dataclass(frozen=True)
class AttackResult:
    """One attacked image."""

    start: str
    epsilon: int  # largest change of a pixel's channel, in levels
    before: int  # the judge's score of the start
    after: int  # and of the result
    pixels: Pixels


@dataclass(frozen=True)
class Knowledge:
    """What an attacker knows beside the public frozen network."""

    name: str
    views: int = 0  # softened views drawn anew at every step, to be good in all on average
    autoencoder: bool = False  # one of the attacker's own, trained on the target with another seed
    steps: int = STEPS


ATTACKERS = (
    Knowledge("the frozen networks alone"),
    Knowledge("and expects softened views", views=2, steps=2 * STEPS),
    Knowledge("and has an autoencoder of another seed", views=2, autoencoder=True, steps=2 * STEPS),
)


class Attacker:
    """Descends what can be known of one target's score before the seed is drawn."""

    def __init__(
        self,
        target: Pixels,
        judge: CalibratedJudge,
        own: ExactModel,
        knowledge: Knowledge = ATTACKERS[0],
    ) -> None:
        """`own`: a model that the attacker trained; its seed is not the competition's."""
        self._judge, self._knowledge = judge, knowledge
        self._surrogate, self._autoencoder = Surrogate(shipped_network()), SurrogateAutoencoder(own)
        self._lite0 = SurrogateLite0(shipped_subject_network())
        seen = view_of(target, judge.model.spec.image_side)
        self._target = tensor_of(seen.perceptual)
        copies = [
            view.moved(way) for view in (seen, seen.mirrored()) for way in range(MOVED_COPIES)
        ]
        encoded = [tensor_of(copy.autoencoder) for copy in copies]
        self._copies = [tensor_of(copy.perceptual) for copy in copies]
        with torch.no_grad():
            self._plain = self._surrogate.features(self._target)
            self._level = self._surrogate.features(in_another_light_tensor(self._target))
            self._moved = [self._surrogate.features(copy)[COMPARED] for copy in self._copies]
            self._encoded = [self._autoencoder.features(copy)[-1] for copy in encoded]

    def attack(self, name: str, start: Pixels, epsilon: int) -> AttackResult:
        """Move `start`, uint8 (512, 512, 3), by at most `epsilon` levels towards a low score.

        The judge sees means of 4 x 4 pixels, so one change is made to all sixteen.
        """
        origin = tensor_of(view_of(start, PERCEPTUAL_SIDE).perceptual)
        change, drift = torch.zeros_like(origin, requires_grad=True), torch.zeros_like(origin)
        steps, views = self._knowledge.steps, Stream(b"attacker", name)
        size = max(1.0, 2.5 * epsilon / steps)
        for step in range(steps):
            images = (origin + change).clamp(0, 255)
            if step % _CHOOSE_EVERY == 0:
                nearest = self._nearest_copy(images)
            loss = self._loss(images, nearest, views)
            (slope,) = torch.autograd.grad(loss, change)
            drift = _INERTIA * drift + slope / slope.abs().mean().clamp(min=1e-12)
            pace = size * (1 - 0.9 * step / steps)
            moved = (change.detach() - pace * drift.sign()).clamp(-epsilon, epsilon)
            change = moved.requires_grad_(True)
        shift = change.detach().round()[0].permute(1, 2, 0).numpy().astype(np.int64)
        factor = start.shape[0] // PERCEPTUAL_SIDE
        wide = shift.repeat(factor, axis=0).repeat(factor, axis=1)
        pixels = np.clip(start.astype(np.int64) + wide, 0, 255).astype(np.uint8)
        before, after = self._judge.score(start).value, self._judge.score(pixels).value
        return AttackResult(name, epsilon, before, after, pixels)

    @torch.no_grad()
    def _nearest_copy(self, images: torch.Tensor) -> int:
        seen = self._surrogate.features(images)[COMPARED][-1:]
        return int(np.argmin([float(spatial(seen, copy[-1:])) for copy in self._moved]))

    def _loss(self, images: torch.Tensor, nearest: int, views: Stream) -> torch.Tensor:
        plain = self._surrogate.features(images)
        level = self._surrogate.features(in_another_light_tensor(images))
        fixed = {"world_in_grey": spatial(level, self._level)}
        if self._knowledge.autoencoder:
            fixed |= self._autoencoder_distances(images, nearest)
        looks = [self._look(images, self._target, plain, self._plain, self._moved[nearest])]
        for _ in range(self._knowledge.views):
            how = draw_softening(views)
            target, view = softened_tensor(self._target, how), softened_tensor(images, how)
            with torch.no_grad():
                wanted = self._surrogate.features(target)
                copy = self._surrogate.features(softened_tensor(self._copies[nearest], how))
            seen = self._surrogate.features(view)
            looks.append(self._look(view, target, seen, wanted, copy[COMPARED]))
        scores = [score_with_gradient(self._judge.calibration, fixed | look) for look in looks]
        return torch.stack(scores).mean()

    def _look(
        self,
        view: torch.Tensor,
        target: torch.Tensor,
        seen: Sequence[torch.Tensor],
        wanted: Sequence[torch.Tensor],
        copy: Sequence[torch.Tensor],
    ) -> dict[str, torch.Tensor]:
        return {
            "world_in_place": spatial(seen[COMPARED], copy),
            "world_anywhere": pooled(seen[SUMMED], wanted[SUMMED]),
            "same_subject": pooled(*([self._lite0.last_block(x)] for x in (view, target))),
        }

    def _autoencoder_distances(self, images: torch.Tensor, nearest: int) -> dict[str, torch.Tensor]:
        shown = resized(images, self._judge.model.spec.image_side)
        maps = self._autoencoder.features(shown)
        return {
            "target_features": spatial(maps[-1:], self._encoded[nearest : nearest + 1]),
            "unexplained_detail": self._autoencoder.unexplained(shown, maps[-1]),
        }


def score_with_gradient(
    calibration: Calibration, distances: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """What the calibration makes of distances in floating point, 1 where the judge has 2**24.

    Terms that are not given count nothing.
    """

    def part(scale: TermScale, distance: torch.Tensor) -> torch.Tensor:
        floor = scale.median_unrelated / 2 / FLOOR_DIVISOR
        # The logarithm in a scale is of 2000 times as much.
        typical = scale.typical / 2**33 - math.log2(2 * FLOOR_DIVISOR)
        return scale.coefficient * (torch.log2(distance * 2**24 + floor) - typical) / 2**16

    parts = {
        name: part(calibration.scales[name], distance)
        for name, distance in distances.items()
        if name in calibration.scales
    }
    for name, scale in calibration.seconds.items():
        if name in parts:
            parts[name] = parts[name].maximum(part(scale, distances[SECONDS[name]]))
    return torch.stack(list(parts.values())).sum() + calibration.offset


def run_attacks(
    gallery: Gallery,
    target: str,
    spec: TrainingSpec,
    starts: int,
    epsilons: Sequence[int] = EPSILONS,
    backend: Backend | None = None,
) -> Iterator[str]:
    """Attack one target from plain grey and from unrelated images.

    A line for each result, and for each attacker and ε a row of the table with and without the
    softened views: the honest variations that each attacked image passes.
    """
    pixels = gallery.pixels(target)
    model, own = (
        train_exact(pixels, spec, bytes(31) + bytes([number]), backend=backend) for number in (1, 2)
    )
    judges = {
        f"{spec.softened_views} softened views": CalibratedJudge.prepare(pixels, model, spec)
        for spec in (CalibrationSpec(softened_views=0), CalibrationSpec())
    }
    variations = [gallery.pixels(name) for name in gallery.variations(target)]
    honest = {
        name: [judge.score(image).value for image in variations] for name, judge in judges.items()
    }
    images = {"plain grey": np.full_like(pixels, 128)}
    images |= {name: gallery.pixels(name) for name in gallery.unrelated(target)[:starts]}
    judge = list(judges.values())[-1]
    for epsilon, knowledge in product(epsilons, ATTACKERS):
        attacker = Attacker(pixels, judge, own, knowledge)
        passed: dict[str, list[int]] = {name: [] for name in judges}
        for start, image in images.items():
            result = attacker.attack(start, image, epsilon)
            yield f"ε = {epsilon}/255 from {start}: {result.before} -> {result.after}"
            for name, one in judges.items():
                score = one.score(result.pixels).value
                passed[name].append(sum(score < value for value in honest[name]))
        for name, counts in passed.items():
            yield (
                f"| {epsilon}/255 | {knowledge.name} | {name} | {', '.join(map(str, counts))} "
                f"| {mean(counts):.1f} of {len(variations)} |"
            )
