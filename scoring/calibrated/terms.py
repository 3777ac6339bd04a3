"""The five distances d1 to d5 between an image and the target, each a whole number of 2**-24.

    d1  encoder features of the autoencoder, position by position
    d2  what the autoencoder cannot explain, relative to what a blur cannot
    d3  features of the frozen perceptual network, position by position
    d4  the same features summed over the picture, wherever things stand
    d5  as d3, once both pictures are brought to the same range of light

d1, d3, d4 and d5 are taken to the target and to its mirror image; the smaller one counts.
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

TERMS = ("d1", "d2", "d3", "d4", "d5")
PERCEPTUAL_SIDE = 128
OUTPUT_UNIT = 16  # the autoencoder's output counts sixteenths of a pixel level
BLUR_SHARE = 16  # the low-pass reaches a sixteenth of the side either way
_SMALLEST_RANGE = 64  # grey levels
_GREY = np.array([77, 150, 29])  # red, green, blue in 256ths
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


@dataclass(frozen=True, eq=False)
class Measured:
    """One image against the target."""

    distances: dict[str, int]  # d1 to d5, in units of 2**-24
    reconstruction: Pixels  # the autoencoder's output, uint8 (S, S, 3)


class Terms:
    """Measures views against one target."""

    def __init__(self, target: View, network: Autoencoder, perceptual: Perceptual) -> None:
        self._network, self._perceptual = network, perceptual
        both = (target, target.mirrored())
        self._encoded = [self._encode(view.autoencoder)[0] for view in both]
        self._seen = [perceptual.features(view.perceptual[None]) for view in both]
        self._sums = [[channel_sums(layer)[0] for layer in seen] for seen in self._seen]
        self._levelled = [perceptual.features(levelled(v.perceptual)[None]) for v in both]

    def measure(self, view: View) -> Measured:
        """The distances of one view, and what the autoencoder made of it."""
        maps, output = self._encode(view.autoencoder)
        d1 = min(_spatial(maps, reference) for reference in self._encoded)
        d2 = unexplained_detail(view.autoencoder, output)
        distances = {"d1": d1, "d2": d2, **self._perceptual_distances(view.perceptual)}
        reconstruction = ((output + OUTPUT_UNIT // 2) // OUTPUT_UNIT).astype(np.uint8)
        return Measured(distances, reconstruction)

    def _encode(self, pixels: Pixels) -> tuple[list[torch.Tensor], Integers]:
        """The four encoder layers' features, each (1, h, w, c), and the output in sixteenths."""
        *maps, latent = self._network.encode(pixels[None])
        integers = self._network.backend.integers
        tensors = [torch.from_numpy(np.asarray(integers(x)).astype(np.float32)) for x in maps]
        return tensors, self._network.decode(latent).astype(np.int64)

    def _perceptual_distances(self, pixels: Pixels) -> dict[str, int]:
        # The two pictures go through the network together; they do not influence one another.
        features = self._perceptual.features(np.stack([pixels, levelled(pixels)]))
        plain, level = [layer[:1] for layer in features], [layer[1:] for layer in features]
        sums = [channel_sums(layer)[0] for layer in plain]
        return {
            "d3": min(_spatial(plain, reference) for reference in self._seen),
            "d4": min(
                sum(direction_distance(a, b) for a, b in zip(sums, reference, strict=True))
                for reference in self._sums
            ),
            "d5": min(_spatial(level, reference) for reference in self._levelled),
        }


def _spatial(maps: Sequence[torch.Tensor], reference: Sequence[torch.Tensor]) -> int:
    pairs = zip(maps, reference, strict=True)
    return sum(int(spatial_distance(x, v[0].to(x.device))[0]) for x, v in pairs)


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


def levelled(view: Pixels) -> Pixels:
    """The picture stretched so that all but 2 % of it at either end of grey fill the full range.

    Never by more than four times, or nothing would be made to look like something.
    """
    wide = view.astype(np.int64)
    grey = np.sort((wide @ _GREY).ravel() >> 8)
    cut = grey.size // 50
    low, high = int(grey[cut]), int(grey[-1 - cut])
    stretched = (wide - low) * 255 // max(high - low, _SMALLEST_RANGE)
    return np.clip(stretched, 0, 255).astype(np.uint8)
