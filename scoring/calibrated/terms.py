"""The six distances d1 to d6 between an image and the target, each a whole number of 2**-24.

    d1  encoder features of the autoencoder, position by position
    d2  what the autoencoder cannot explain, relative to what a blur cannot
    d3  features of the frozen perceptual network, position by position
    d4  the same features summed over the picture, wherever things stand
    d5  as d3, once both pictures are blurred, grey and brought to the same range of light
    d6  as d3 at two of its depths, to the nearest of some turned, shifted and cut copies of the
        target: a picture that is merely out of place is near one of them, a shuffled one is not

d3, d4 and d6 are measured in the picture as it is and in softened views of it, blurred and cut as
the competition's seed says, and the largest counts: who has tuned every pixel to the frozen network
did not know how they would be mixed. d1, d3, d4, d5 and d6 are taken to the target and to its
mirror image; the smaller one counts. How features are compared stands in `sight.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from scoring.calibrated.sight import ONE, Integers, Maps, Means, Pixels, Sight, direction_distance
from scoring.exact.augment import UNALTERED, move
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Stream

BoxMean = Callable[[Pixels, int, int], Means]
"""`Sight.box_mean`."""

TERMS = ("d1", "d2", "d3", "d4", "d5", "d6")
PERCEPTUAL_SIDE = 128
OUTPUT_UNIT = 16  # the autoencoder's output counts sixteenths of a pixel level
BLUR_SHARE = 16  # the low-pass reaches a sixteenth of the side either way
LEVELLED_REACH = 2  # pixels either way that a levelled picture is blurred by
_SMALLEST_RANGE = 64  # grey levels
_GREY = (77, 150, 29)  # red, green, blue in 256ths
# Added to the low-pass error per value, (1/4080)**2 each: a hundredth of the full range.
_BLUR_FLOOR = 1665

MOVED_TAPS = slice(1, 3)
"""Where d6 looks: fire3 and fire5, whose cells are a small part of the picture."""
_DEGREES = (6, 12, 18, -6, -12, -18)
_SHIFT = 23  # pixels of the 128: 18 %
_MARGINS = (16, 34)  # pixels outside the frame at either end; the middle 80 % and 65 % are left
MOVES = (
    UNALTERED,
    *(replace(UNALTERED, angle=degrees * 10**6) for degrees in _DEGREES),
    *(
        replace(UNALTERED, left=left * _SHIFT, top=top * _SHIFT)
        for left, top in product((-1, 0, 1), repeat=2)
        if left or top
    ),
    *(replace(UNALTERED, corners=((-margin, -margin),) * 4) for margin in _MARGINS),
)
"""How the target is moved for d6, in pixels of the 128 x 128."""


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

    distances: dict[str, int]  # d1 to d6, in units of 2**-24
    reconstruction: Pixels  # the autoencoder's output, uint8 (S, S, 3)


class Terms:
    """Measures views against one target."""

    def __init__(
        self,
        target: View,
        network: Autoencoder,
        sight: Sight,
        softenings: Sequence[Softening] = (),
    ) -> None:
        self._network, self._sight, self._softenings = network, sight, softenings
        both = (target, target.mirrored())
        self._encoded = _Seen(sight, [self._encode(view.autoencoder)[0] for view in both])
        pictures = [view.perceptual for view in both]
        self._relit = self._seen(
            [in_another_light(picture, sight.box_mean) for picture in pictures]
        )
        copies = [move(picture, how) for picture in pictures for how in MOVES]
        self._looks = [self._seen(views) for views in self._by_look(pictures)]
        self._moved = [self._seen(views, MOVED_TAPS) for views in self._by_look(copies)]

    def _by_look(self, pictures: Sequence[Pixels]) -> list[list[Pixels]]:
        """The pictures as they are, and each softened view of them."""
        views = [list(pictures)]
        for how in self._softenings:
            views.append([softened(picture, how, self._sight.box_mean) for picture in pictures])
        return views

    def _seen(self, pictures: Sequence[Pixels], taps: slice = slice(None)) -> _Seen:
        return _Seen(self._sight, [self._sight.features(picture)[taps] for picture in pictures])

    def measure(self, view: View) -> Measured:
        """The distances of one view, and what the autoencoder made of it."""
        maps, output = self._encode(view.autoencoder)
        d1 = self._encoded.position_by_position(maps)
        d2 = unexplained_detail(view.autoencoder, output, self._sight.box_mean)
        distances = {"d1": d1, "d2": d2, **self._perceptual_distances(view.perceptual)}
        reconstruction = ((output + OUTPUT_UNIT // 2) // OUTPUT_UNIT).astype(np.uint8)
        return Measured(distances, reconstruction)

    def _encode(self, pixels: Pixels) -> tuple[list[Maps], Integers]:
        """The four encoder layers' features and the output in sixteenths."""
        *maps, latent = self._network.encode(pixels[None])
        integers = self._network.backend.integers
        features = [np.ascontiguousarray(integers(x)[0], dtype=np.int16) for x in maps]
        return features, self._network.decode(latent).astype(np.int64)

    def _perceptual_distances(self, pixels: Pixels) -> dict[str, int]:
        looks = [self._sight.features(view) for (view,) in self._by_look([pixels])]
        relit = self._sight.features(in_another_light(pixels, self._sight.box_mean))
        return {
            "d3": max(map(_Seen.position_by_position, self._looks, looks)),
            "d4": max(map(_Seen.wherever_it_stands, self._looks, looks)),
            "d5": self._relit.position_by_position(relit),
            "d6": max(
                moved.position_by_position(maps[MOVED_TAPS])
                for moved, maps in zip(self._moved, looks, strict=True)
            ),
        }


class _Seen:
    """The feature maps of pictures that are all the target, as one network sees them."""

    def __init__(self, sight: Sight, pictures: Sequence[Sequence[Maps]]) -> None:
        """`pictures`: for each picture a list of layers, (h, w, c) each."""
        self._sight = sight
        self._maps = [np.stack(layers) for layers in zip(*pictures, strict=True)]  # (R, h, w, c)
        self._squares = [np.square(layer, dtype=np.int64).sum(-1) for layer in self._maps]

    @cached_property
    def _sums(self) -> list[list[Integers]]:
        """For each picture and layer the sums over positions, (c,)."""
        layers = [[self._sight.channel_sums(x) for x in layer] for layer in self._maps]
        return [list(sums) for sums in zip(*layers, strict=True)]

    def position_by_position(self, maps: Sequence[Maps]) -> int:
        """Distance to the nearest of the pictures: the sum over layers."""
        layers = zip(self._maps, self._squares, maps, strict=True)
        each = sum(self._sight.spatial_distances(own, squares, x) for own, squares, x in layers)
        return int(np.min(each))

    def wherever_it_stands(self, maps: Sequence[Maps]) -> int:
        """The same of the features summed over the picture."""
        sums = [self._sight.channel_sums(x) for x in maps]
        return min(sum(map(direction_distance, sums, own)) for own in self._sums)


def unexplained_detail(view: Pixels, output: Integers, box_mean: BoxMean) -> int:
    """d2: squared error of the autoencoder's output over that of a blur, in units of 2**-24.

    `view` (S, S, 3) uint8, `output` (S, S, 3) in sixteenths of a level. A flat or blurred image
    leaves nothing for the blur to miss, so reconstructing it well earns nothing.
    """
    sixteenths = OUTPUT_UNIT * view.astype(np.int32)
    missed = _sum_of_squares(output - sixteenths)
    by_blur = _sum_of_squares(low_pass(view, box_mean) - sixteenths)
    return missed * ONE // (by_blur + _BLUR_FLOOR * view.size)


def _sum_of_squares(differences: Means) -> int:
    return int(np.square(differences).sum(dtype=np.int64))  # each below 4081**2


def low_pass(view: Pixels, box_mean: BoxMean) -> Means:
    """Mean over a square window of about an eighth of the side, edges repeated.

    In sixteenths of a level, rounded half up; (S, S, 3) to (S, S, 3).
    """
    return box_mean(view, len(view) // BLUR_SHARE, OUTPUT_UNIT)


def draw_softening(random: Stream) -> Softening:
    """Draw in the order of the fields."""
    reach, side = random.between(1, 3), random.between(116, 126)
    margin = PERCEPTUAL_SIDE - side
    return Softening(reach, side, random.between(0, margin), random.between(0, margin))


def softened(view: Pixels, how: Softening, box_mean: BoxMean) -> Pixels:
    """A softened view, uint8 (128, 128, 3) to (side, side, 3): means rounded half up, then cut."""
    whole = blurred(view, how.reach, box_mean)
    cut = whole[how.top : how.top + how.side, how.left : how.left + how.side]
    return np.ascontiguousarray(cut)


def blurred(view: Pixels, reach: int, box_mean: BoxMean) -> Pixels:
    """Every pixel the mean of those so near, either way: uint8 (S, S, 3), rounded half up."""
    means: Pixels = box_mean(view, reach, 1).astype(np.uint8)
    return means


def in_another_light(view: Pixels, box_mean: BoxMean) -> Pixels:
    """What d5 looks at: blurred a little, grey and levelled, uint8 (S, S, 3)."""
    return levelled_grey(blurred(view, LEVELLED_REACH, box_mean))


def levelled_grey(view: Pixels) -> Pixels:
    """The picture in grey, stretched so that all but 2 % of it at either end fill the full range.

    Never by more than four times, or nothing would be made to look like something.
    """
    # At most 256 * 255. Channel by channel: numpy is slow along an axis of three.
    shares = (view[:, :, i] * np.uint16(share) for i, share in enumerate(_GREY))
    grey = sum(shares, np.uint16(0)) >> 8
    cut = grey.size // 50
    up_to = np.bincount(grey.ravel(), minlength=256).cumsum()
    low, high = np.searchsorted(up_to, (cut, grey.size - 1 - cut), side="right")
    stretched = (np.arange(256) - low) * 255 // max(high - low, _SMALLEST_RANGE)
    levels: Pixels = np.clip(stretched, 0, 255).astype(np.uint8).take(grey)
    return levels[:, :, None].repeat(3, axis=2)
