"""The five distances d1 to d5 between an image and the target, each a whole number of 2**-24.

    d1  encoder features of the autoencoder, position by position
    d2  what the autoencoder cannot explain, relative to what a blur cannot
    d3  features of the frozen perceptual network, position by position
    d4  the same features summed over the picture, wherever things stand
    d5  as d3, once both pictures are brought to the same range of light

d3 and d4 are measured in the picture as it is and in softened views of it, blurred and cut as the
competition's seed says, and the largest counts: who has tuned every pixel to the frozen network did
not know how they would be mixed. d1, d3, d4 and d5 are taken to the target and to its mirror image;
the smaller one counts. They compare features as directions over channels,
||a/|a| - b/|b|||^2 = 2 - 2 cos(a, b), which is 1 where one of two vectors is zero, 0 where both
are. Features are whole numbers held in fp32 or integer tensors; sums are exact, and each rounding
is written down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from scoring.calibrated.perceptual import Perceptual
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Stream

Pixels = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

ONE = 1 << 24
TERMS = ("d1", "d2", "d3", "d4", "d5")
PERCEPTUAL_SIDE = 128
OUTPUT_UNIT = 16  # the autoencoder's output counts sixteenths of a pixel level
BLUR_SHARE = 16  # the low-pass reaches a sixteenth of the side either way
_POSITION_BITS = 16  # what a single position's cosine is rounded to
_ROOT_BITS = 8  # extra bits of the square root below it
_SMALLEST_RANGE = 64  # grey levels
_GREY = (77, 150, 29)  # red, green, blue in 256ths
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


@dataclass(frozen=True)
class Softening:
    """How one softened view is made, of every picture alike; in pixels of the 128 x 128."""

    reach: int  # each pixel becomes the mean of all that are so near, either way
    side: int  # of the square that is cut out
    top: int
    left: int


@dataclass(frozen=True, eq=False)
class Measured:
    """One image against the target."""

    distances: dict[str, int]  # d1 to d5, in units of 2**-24
    reconstruction: Pixels  # the autoencoder's output, uint8 (S, S, 3)


class Terms:
    """Measures views against one target."""

    def __init__(
        self,
        target: View,
        network: Autoencoder,
        perceptual: Perceptual,
        softenings: Sequence[Softening] = (),
    ) -> None:
        self._network, self._perceptual, self._softenings = network, perceptual, softenings
        both = (target, target.mirrored())
        self._encoded = _Seen([self._encode(view.autoencoder)[0] for view in both])
        pictures = [view.perceptual for view in both]
        self._plain = self._seen(pictures)
        self._levelled = self._seen([levelled(picture) for picture in pictures])
        self._softened = [self._seen([softened(p, how) for p in pictures]) for how in softenings]

    def _seen(self, pictures: Sequence[Pixels]) -> _Seen:
        return _Seen([self._perceptual.features(picture[None]) for picture in pictures])

    def measure(self, view: View) -> Measured:
        """The distances of one view, and what the autoencoder made of it."""
        maps, output = self._encode(view.autoencoder)
        d1 = self._encoded.position_by_position(maps)
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
        looks = [(self._plain, [layer[:1] for layer in features])]
        looks += [
            (seen, self._perceptual.features(softened(pixels, softening)[None]))
            for seen, softening in zip(self._softened, self._softenings, strict=True)
        ]
        return {
            "d3": max(seen.position_by_position(maps) for seen, maps in looks),
            "d4": max(seen.wherever_it_stands(maps) for seen, maps in looks),
            "d5": self._levelled.position_by_position([layer[1:] for layer in features]),
        }


class _Seen:
    """The feature maps of the target and its mirror image, as one network sees them."""

    def __init__(self, both: Sequence[Sequence[torch.Tensor]]) -> None:
        """`both`: for either picture a list of layers, (1, h, w, c) each."""
        self._maps = [torch.cat(layers) for layers in zip(*both, strict=True)]  # (2, h, w, c) each
        self._squares = [_whole((layer * layer).sum(-1)) for layer in self._maps]
        self._sums = [channel_sums(layer) for layer in self._maps]

    def position_by_position(self, maps: Sequence[torch.Tensor]) -> int:
        """Distance to the nearer of the two: the sum over layers."""
        layers = zip(self._maps, self._squares, maps, strict=True)
        both = sum(spatial_distances(own, squares, x[0]) for own, squares, x in layers)
        return int(np.min(both))

    def wherever_it_stands(self, maps: Sequence[torch.Tensor]) -> int:
        """The same of the features summed over the picture."""
        layers = [(channel_sums(x)[0], own) for x, own in zip(maps, self._sums, strict=True)]
        return min(sum(direction_distance(x, own[i]) for x, own in layers) for i in (0, 1))


def unexplained_detail(view: Pixels, output: Integers) -> int:
    """d2: squared error of the autoencoder's output over that of a blur, in units of 2**-24.

    `view` (S, S, 3) uint8, `output` (S, S, 3) in sixteenths of a level. A flat or blurred image
    leaves nothing for the blur to miss, so reconstructing it well earns nothing.
    """
    sixteenths = OUTPUT_UNIT * view.astype(np.int32)
    missed = _sum_of_squares(output - sixteenths)
    by_blur = _sum_of_squares(low_pass(view) - sixteenths)
    return missed * ONE // (by_blur + _BLUR_FLOOR * view.size)


def _sum_of_squares(differences: npt.NDArray[np.int32]) -> int:
    return int(np.square(differences).sum(dtype=np.int64))  # each below 4081**2


def low_pass(view: Pixels) -> npt.NDArray[np.int32]:
    """Mean over a square window of about an eighth of the side, edges repeated.

    In sixteenths of a level, rounded half up; (S, S, 3) to (S, S, 3).
    """
    return _box_mean(view, len(view) // BLUR_SHARE, OUTPUT_UNIT)


def draw_softening(random: Stream) -> Softening:
    """Draw in the order of the fields."""
    reach, side = random.between(1, 3), random.between(116, 126)
    margin = PERCEPTUAL_SIDE - side
    return Softening(reach, side, random.between(0, margin), random.between(0, margin))


def softened(view: Pixels, how: Softening) -> Pixels:
    """A softened view, uint8 (128, 128, 3) to (side, side, 3): means rounded half up, then cut."""
    blurred = _box_mean(view, how.reach, 1).astype(np.uint8)
    cut = blurred[how.top : how.top + how.side, how.left : how.left + how.side]
    return np.ascontiguousarray(cut)


def _box_mean(view: Pixels, reach: int, unit: int) -> npt.NDArray[np.int32]:
    """Means over 2 * reach + 1 pixels each way, edges repeated, in `unit`ths, rounded half up."""
    width = 2 * reach + 1  # at most 33, so that nothing here comes near 2**31
    sums = _window_sums(_window_sums(view.astype(np.int32), reach).swapaxes(0, 1), reach)
    return (2 * unit * sums.swapaxes(0, 1) + width * width) // (2 * width * width)


def _window_sums(values: npt.NDArray[np.int32], reach: int) -> npt.NDArray[np.int32]:
    """Sums over 2 * reach + 1 rows around each row, the first and last repeated."""
    padded = np.pad(values, ((reach + 1, reach), (0, 0), (0, 0)), mode="edge")
    running = padded.cumsum(axis=0, dtype=np.int32)
    result: npt.NDArray[np.int32] = running[2 * reach + 1 :] - running[: -(2 * reach + 1)]
    return result


def levelled(view: Pixels) -> Pixels:
    """The picture stretched so that all but 2 % of it at either end of grey fill the full range.

    Never by more than four times, or nothing would be made to look like something.
    """
    # At most 256 * 255. Channel by channel: numpy is slow along an axis of three.
    shares = (view[:, :, i] * np.uint16(share) for i, share in enumerate(_GREY))
    grey = (sum(shares, np.uint16(0)) >> 8).ravel()
    cut = grey.size // 50
    ordered = np.partition(grey, (cut, grey.size - 1 - cut))
    low, high = int(ordered[cut]), int(ordered[-1 - cut])
    stretched = (np.arange(256) - low) * 255 // max(high - low, _SMALLEST_RANGE)
    levels: Pixels = np.clip(stretched, 0, 255).astype(np.uint8)[view]
    return levels


def spatial_distances(references: torch.Tensor, squares: Integers, x: torch.Tensor) -> Integers:
    """Means over positions of the distance of directions: (R, h, w, c) and (h, w, c) to (R,).

    `squares`, (R, h, w), are the sums of the references' squares over channels. Whole numbers with
    c * max**2 < 2**23: the fp32 sums over channels are exact, and the root fits 62 bits.
    """
    own, others = x.cpu().numpy(), references.cpu().numpy()
    dot = np.einsum("rhwc,hwc->rhw", others, own).astype(np.int64)
    squares_of_x = np.einsum("hwc,hwc->hw", own, own).astype(np.int64)
    root = exact_isqrt((squares_of_x * squares) << (2 * _ROOT_BITS))
    one = 1 << _POSITION_BITS
    half = one - (dot << (_POSITION_BITS + _ROOT_BITS)) // np.maximum(root, 1)
    empty = np.where((squares_of_x == 0) & (squares == 0), 0, one // 2)
    half = np.where(root == 0, empty, np.maximum(half, 0))
    count = half.shape[1] * half.shape[2]
    total = half.reshape(len(half), -1).sum(1) * (2 * ONE >> _POSITION_BITS)
    mean: Integers = total // count
    return mean


def _whole(values: torch.Tensor) -> Integers:
    whole: Integers = values.to(torch.int64).cpu().numpy()
    return whole


def exact_isqrt(values: Integers) -> Integers:
    """floor(sqrt(values)) for 0 <= values < 2**62; fp64 gives a first guess, integers decide."""
    root = np.sqrt(values.astype(np.float64)).astype(np.int64)
    root -= root * root > values
    root += (root + 1) * (root + 1) <= values
    return root


def channel_sums(x: torch.Tensor) -> Integers:
    """Sums over positions, (N, h, w, c) -> (N, c): the image's content wherever it stands."""
    # Up to 128 * 128 positions of values up to 63: exact in fp32, in any order.
    return _whole(x.sum((1, 2)))


def direction_distance(a: Integers, b: Integers) -> int:
    """Distance of the directions of two vectors of whole numbers, as `channel_sums` gives them."""
    # Sums over 63 * 63 positions of values up to 63: each product's total is below 2**46.
    dot = int((a * b).sum())
    squares = int((a * a).sum()) * int((b * b).sum())
    if squares == 0:
        return 0 if not a.any() and not b.any() else ONE
    root = math.isqrt(squares << 64)  # 32 bits below the point
    return max(0, 2 * (ONE - (dot << 56) // root))
