"""The judge: train on a target, score images. Lower scores are better.

    model = train(target, PROFILES["fast"], seed)
    score(model, image).value

This is the published recipe: the score is how badly an autoencoder that knows only the target
reconstructs the image. See docs/judging.md for why that alone is not safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from scoring.image import IMAGE_SIDE, box_mean
from scoring.model import TrainedModel
from scoring.spec import JudgingSpec
from scoring.training import Progress, fit, fixed_arithmetic

__all__ = ["MAP_SIDE", "SCORE_UNIT", "Progress", "Score", "TrainedModel", "score", "train"]

SCORE_UNIT = 10**9
"""A score is the mean squared error times this, values counted from 0 to 1: 10⁹ is the worst."""
MAP_SIDE = 256
"""Width and height of a score's reconstruction and error map, in pixels."""


@dataclass(frozen=True, eq=False)
class Score:
    """How one image did."""

    value: int
    """Billionths of MSE, 0 to 10⁹, rounded half up; lower is better. Exact given the images: it is
    calculated in integers from the 8-bit view and the 8-bit reconstruction."""
    terms: Mapping[str, int]
    """What the value is made of; here `mse` alone, the value itself."""
    reconstruction: NDArray[np.uint8]
    """What the autoencoder made of the image: uint8 (256, 256, 3)."""
    error_map: NDArray[np.uint8]
    """Root mean square difference of each pixel's channels, in 8-bit levels: uint8 (256, 256)."""


def train(
    target: NDArray[np.uint8], spec: JudgingSpec, seed: bytes, *, progress: Progress | None = None
) -> TrainedModel:
    """Train the judge of one competition.

    `target`: uint8 (512, 512, 3). `seed`: the competition's 32 bytes. The same arguments give the
    same model on the same machine. An exception from `progress`, or Ctrl-C, ends it cleanly.

    Raises ValueError for another shape or seed length.
    """
    return fit(_view(target, spec), spec, seed, progress or _silent)


def score(model: TrainedModel, image: NDArray[np.uint8]) -> Score:
    """Score one image, uint8 (512, 512, 3), by itself: no other image changes the result.

    Raises ValueError for another shape.
    """
    view = _view(image, model.spec)
    reconstruction = _reconstruct(model, view)
    difference = view.astype(np.int64) - reconstruction.astype(np.int64)  # (S, S, 3)
    squares = difference**2
    value = _scaled(int(squares.sum()), squares.size)
    error = np.rint(np.sqrt(squares.sum(axis=2) / 3)).astype(np.uint8)  # (S, S)
    return Score(value, {"mse": value}, _enlarge(reconstruction), _enlarge(error))


def _reconstruct(model: TrainedModel, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (S, S, 3) to uint8 (S, S, 3)."""
    with fixed_arithmetic(), torch.no_grad():
        image = torch.tensor(view).permute(2, 0, 1)[None].float().div(255)  # (1, 3, S, S)
        output = model.network(image)[0].permute(1, 2, 0)  # (S, S, 3) in [0, 1]
        levels: NDArray[np.uint8] = output.mul(255).round().to(torch.uint8).numpy()
        return levels


def _view(pixels: NDArray[np.uint8], spec: JudgingSpec) -> NDArray[np.uint8]:
    """What the judge looks at: the 2×2 box mean, once for 256 and twice for 128 pixels."""
    if pixels.shape != (IMAGE_SIDE, IMAGE_SIDE, 3) or pixels.dtype != np.uint8:
        raise ValueError(f"an image is uint8 (512, 512, 3), not {pixels.dtype} {pixels.shape}")
    while len(pixels) > spec.image_side:
        pixels = box_mean(pixels)
    return pixels


def _scaled(sum_of_squares: int, count: int) -> int:
    """Sum of squared 8-bit differences to billionths of MSE, rounded half up, all in integers."""
    divisor = count * 255**2
    return (2 * sum_of_squares * SCORE_UNIT + divisor) // (2 * divisor)


def _enlarge(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each pixel repeated until the side is MAP_SIDE."""
    factor = MAP_SIDE // len(pixels)
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
