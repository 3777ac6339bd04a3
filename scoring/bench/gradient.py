"""`judge bench attack`: projected gradient descent against the frozen network, in full sight of it.

The attacker knows the judge's code, the public network and the target, and moves an image that is
not the target within ±ε per pixel until its score is as low as it gets. It descends a float
surrogate of the integer network: rounding is kept in the forward pass and ignored in the backward
one (straight through). The autoencoder is secret until the deadline (its seed is drawn later), so
the attacker leaves its terms alone. What counts is the true judge's score of the rounded result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import conv2d, max_pool2d, normalize

from scoring.bench.cases import Gallery
from scoring.calibrated.calibration import Calibration
from scoring.calibrated.judge import CalibratedJudge, view_of
from scoring.calibrated.network import (
    ACTIVATION_MAX,
    BGR_MEAN,
    FIRES,
    POOL_BEFORE,
    TAPS,
    Network,
    shipped_network,
)
from scoring.calibrated.terms import PERCEPTUAL_SIDE, levelled
from scoring.exact.backend import Backend
from scoring.exact.spec import TrainingSpec
from scoring.exact.training import train_exact

Pixels = npt.NDArray[np.uint8]
UNBOUNDED = 255
STEPS = 60


@dataclass(frozen=True)
class AttackResult:
    """One attacked image."""

    start: str
    epsilon: int  # largest change of a pixel's channel, in levels
    before: int  # the judge's score of the start
    after: int  # and of the result
    pixels: Pixels


class Surrogate:
    """The integer network with gradients: images (N, 3, 128, 128) RGB in 0 … 255."""

    def __init__(self, network: Network) -> None:
        self._layers = {}
        for name, layer in network.layers.items():
            k, shape = layer.shape.kernel, layer.shape
            weight = torch.from_numpy(layer.weight.astype(np.float32))
            weight = weight.reshape(k, k, shape.inputs, shape.outputs).permute(3, 2, 0, 1)
            bias = torch.from_numpy(layer.bias.astype(np.float32))
            scale = torch.from_numpy(2.0 ** -layer.shift.astype(np.float32))
            self._layers[name] = (weight.contiguous(), bias, scale.reshape(1, -1, 1, 1))

    def features(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Feature maps (N, C, h, w) at TAPS."""
        x = images.flip(1) - torch.tensor(BGR_MEAN, dtype=torch.float32).reshape(1, 3, 1, 1)
        x = self._convolve("conv1", x, stride=2)
        taps = {"conv1": x}
        for name in FIRES:
            if name in POOL_BEFORE:
                x = max_pool2d(x, 3, 2, ceil_mode=True)
            squeezed = self._convolve(f"{name}/squeeze1x1", x)
            both = [self._convolve(f"{name}/expand{k}x{k}", squeezed) for k in (1, 3)]
            x = taps[name] = torch.cat(both, dim=1)
        return [taps[name] for name in TAPS]

    def _convolve(self, name: str, x: torch.Tensor, stride: int = 1) -> torch.Tensor:
        weight, bias, scale = self._layers[name]
        out = conv2d(x, weight, bias, stride=stride, padding=weight.shape[2] // 2) * scale
        return _round(out).clamp(0, ACTIVATION_MAX)


def _round(x: torch.Tensor) -> torch.Tensor:
    return x + (x.round() - x).detach()


class Attacker:
    """Descends the perceptual part of one target's score."""

    def __init__(self, target: Pixels, judge: CalibratedJudge) -> None:
        self._judge = judge
        self._surrogate = Surrogate(shipped_network())
        seen = view_of(target, judge.model.spec.image_side).perceptual
        with torch.no_grad():
            self._plain = self._surrogate.features(_tensor(seen))
            self._level = self._surrogate.features(_tensor(levelled(seen)))

    def attack(self, name: str, start: Pixels, epsilon: int, steps: int) -> AttackResult:
        """Move `start`, uint8 (512, 512, 3), by at most `epsilon` levels towards a low score.

        The judge sees means of 4 x 4 pixels, so one change is made to all sixteen.
        """
        origin = _tensor(view_of(start, self._judge.model.spec.image_side).perceptual)
        change = torch.zeros_like(origin, requires_grad=True)
        best, best_loss = change.detach().clone(), float("inf")
        size = max(1.0, 2.5 * epsilon / steps)
        for step in range(steps):
            loss = self._loss((origin + change).clamp(0, 255))
            if loss.item() < best_loss:
                best, best_loss = change.detach().clone(), loss.item()
            (slope,) = torch.autograd.grad(loss, change)
            pace = size * (1 - 0.9 * step / steps)
            moved = (change.detach() - pace * slope.sign()).clamp(-epsilon, epsilon)
            change = moved.requires_grad_(True)
        shift = best.round()[0].permute(1, 2, 0).numpy().astype(np.int64)
        factor = start.shape[0] // PERCEPTUAL_SIDE
        wide = shift.repeat(factor, axis=0).repeat(factor, axis=1)
        pixels = np.clip(start.astype(np.int64) + wide, 0, 255).astype(np.uint8)
        before, after = self._judge.score(start).value, self._judge.score(pixels).value
        return AttackResult(name, epsilon, before, after, pixels)

    def _loss(self, images: torch.Tensor) -> torch.Tensor:
        plain = self._surrogate.features(images)
        level = self._surrogate.features(_levelled(images))
        distances = {
            "d3": _spatial(plain, self._plain),
            "d4": _pooled(plain, self._plain),
            "d5": _spatial(level, self._level),
        }
        return _score(self._judge.calibration, distances)


def _tensor(pixels: Pixels) -> torch.Tensor:
    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None]


def _levelled(images: torch.Tensor) -> torch.Tensor:
    """`terms.levelled` with the range held fixed for the gradient."""
    grey = (images[0] * torch.tensor([77.0, 150, 29]).reshape(3, 1, 1)).sum(0) / 256
    ordered = grey.detach().flatten().sort().values
    cut = ordered.numel() // 50
    low, high = ordered[cut], ordered[-1 - cut]
    return ((images - low) * 255 / (high - low).clamp(min=64)).clamp(0, 255)


def _spatial(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> torch.Tensor:
    terms = [
        ((normalize(x, dim=1, eps=1e-3) - normalize(y, dim=1, eps=1e-3)) ** 2).sum(1).mean()
        for x, y in zip(a, b, strict=True)
    ]
    return torch.stack(terms).sum()


def _pooled(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> torch.Tensor:
    terms = [
        ((normalize(x.mean((2, 3)), dim=1) - normalize(y.mean((2, 3)), dim=1)) ** 2).sum()
        for x, y in zip(a, b, strict=True)
    ]
    return torch.stack(terms).sum()


def _score(calibration: Calibration, distances: dict[str, torch.Tensor]) -> torch.Tensor:
    """What the calibration makes of float distances, up to a constant."""
    parts = []
    for name, distance in distances.items():
        if scale := calibration.scales.get(name):
            floor = scale.median_unrelated / 2 / 1000
            parts.append(scale.coefficient * torch.log2(distance * 2**24 + floor))
    return torch.stack(parts).sum() / 2**40


def run_attacks(
    gallery: Gallery, target: str, spec: TrainingSpec, starts: int, backend: Backend | None = None
) -> Iterator[str]:
    """Attack one target from plain grey and from unrelated images; a line for each result."""
    pixels = gallery.pixels(target)
    model = train_exact(pixels, spec, bytes(31) + b"\1", backend=backend)
    judge = CalibratedJudge.prepare(pixels, model)
    honest = [judge.score(gallery.pixels(name)).value for name in gallery.variations(target)]
    images = {"plain grey": np.full_like(pixels, 128)}
    images |= {name: gallery.pixels(name) for name in gallery.unrelated(target)[:starts]}
    attacker = Attacker(pixels, judge)
    for epsilon in (8, 16, UNBOUNDED):
        for name, start in images.items():
            result = attacker.attack(name, start, epsilon, STEPS)
            passed = sum(result.after < value for value in honest)
            yield (
                f"ε = {epsilon}/255 from {name}: {result.before} -> {result.after}, "
                f"passes {passed} of {len(honest)} honest variations"
            )
