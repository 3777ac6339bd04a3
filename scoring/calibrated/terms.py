"""The four distances d1 to d4 between an image and the target, each a whole number of 2**-24.

    d1  encoder features of the autoencoder, position by position
    d2  what the autoencoder cannot explain, relative to what a blur cannot
    d3  features of the frozen perceptual network, position by position
    d4  the same features summed over the picture, wherever things stand

d1, d3 and d4 are taken to the target and to its mirror image; the smaller one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from scoring.calibrated.distances import (
    ONE,
    Integers,
    channel_sums,
    direction_distance,
    spatial_distance,
)
from scoring.calibrated.perceptual import Perceptual
from scoring.exact.network import Autoencoder

Pixels = npt.NDArray[np.uint8]

TERMS = ("d1", "d2", "d3", "d4")
PERCEPTUAL_SIDE = 128
OUTPUT_UNIT = 16  # the autoencoder's output counts sixteenths of a pixel level
BLUR_SHARE = 16  # the low-pass reaches a sixteenth of the side either way
# Added to the low-pass error per value, (1/4080)**2 each: a hundredth of the full range.
_BLUR_FLOOR = 1665


@dataclass(frozen=True)
class View:
    """One image as the two networks see it."""

    autoencoder: Pixels  # (S, S, 3), the spec's side
    perceptual: Pixels  # (128, 128, 3)

    def mirrored(self) -> View:
        """Left and right exchanged."""
        return View(
            np.ascontiguousarray(self.autoencoder[:, ::-1]),
            np.ascontiguousarray(self.perceptual[:, ::-1]),
        )


class Terms:
    """Measures views against one target."""

    def __init__(self, target: View, network: Autoencoder, perceptual: Perceptual) -> None:
        self._network, self._perceptual = network, perceptual
        both = (target, target.mirrored())
        self._encoded = [self._encode(view.autoencoder)[0] for view in both]
        seen = perceptual.features(np.stack([view.perceptual for view in both]))
        self._seen = [[layer[v] for layer in seen] for v in (0, 1)]
        sums = [channel_sums(layer) for layer in seen]
        self._sums = [[layer[v] for layer in sums] for v in (0, 1)]

    def measure(self, views: Sequence[View]) -> list[dict[str, int]]:
        """The distances of each view; images never influence one another."""
        measured = []
        for view in views:
            maps, output = self._encode(view.autoencoder)
            d3, d4 = self._perceptual_distances(view.perceptual)
            d1 = min(_spatial(maps, reference) for reference in self._encoded)
            d2 = unexplained_detail(view.autoencoder, output)
            measured.append({"d1": d1, "d2": d2, "d3": d3, "d4": d4})
        return measured

    def _encode(self, pixels: Pixels) -> tuple[list[torch.Tensor], Integers]:
        """The four encoder layers' features, each (1, h, w, c), and the output in sixteenths."""
        *maps, latent = self._network.encode(pixels[None])
        integers = self._network.backend.integers
        tensors = [torch.from_numpy(np.asarray(integers(x)).astype(np.float32)) for x in maps]
        return tensors, self._network.decode(latent).astype(np.int64)

    def _perceptual_distances(self, pixels: Pixels) -> tuple[int, int]:
        features = self._perceptual.features(pixels[None])
        sums = [channel_sums(layer)[0] for layer in features]
        return (
            min(_spatial(features, reference) for reference in self._seen),
            min(
                sum(direction_distance(a, b) for a, b in zip(sums, reference, strict=True))
                for reference in self._sums
            ),
        )


def _spatial(maps: Sequence[torch.Tensor], reference: Sequence[torch.Tensor]) -> int:
    pairs = zip(maps, reference, strict=True)
    return sum(int(spatial_distance(x, v.to(x.device))[0]) for x, v in pairs)


def unexplained_detail(view: Pixels, output: Integers) -> int:
    """d2: squared error of the autoencoder's output over that of a blur, in units of 2**-24.

    `view` (S, S, 3) uint8, `output` (S, S, 3) in sixteenths of a level. A flat or blurred image
    leaves nothing for the blur to miss, so reconstructing it well earns nothing.
    """
    sixteenths = OUTPUT_UNIT * view.astype(np.int64)
    missed = int(((output - sixteenths) ** 2).sum())
    by_blur = int(((low_pass(view) - sixteenths) ** 2).sum())
    return missed * ONE // (by_blur + _BLUR_FLOOR * view.size)


def low_pass(view: Pixels) -> Integers:
    """Mean over a square window of about an eighth of the side, edges repeated.

    In sixteenths of a level, rounded half up; (S, S, 3) to (S, S, 3).
    """
    reach = len(view) // BLUR_SHARE
    width = 2 * reach + 1
    sums = _window_sums(_window_sums(view.astype(np.int64), reach).swapaxes(0, 1), reach)
    return (2 * OUTPUT_UNIT * sums.swapaxes(0, 1) + width * width) // (2 * width * width)


def _window_sums(values: Integers, reach: int) -> Integers:
    """Sums over 2 * reach + 1 rows around each row, the first and last repeated."""
    padded = np.pad(values, ((reach + 1, reach), (0, 0), (0, 0)), mode="edge")
    running = padded.cumsum(axis=0)
    result: Integers = running[2 * reach + 1 :] - running[: -(2 * reach + 1)]
    return result
