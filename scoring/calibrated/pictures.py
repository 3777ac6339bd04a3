"""The pictures of one image that the networks are shown: small, softened, and in another light."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.calibrated.moved import moves
from scoring.calibrated.sight import Means
from scoring.exact.augment import move
from scoring.exact.numbers import Stream
from scoring.submission.image import Pixels

BoxMean = Callable[[Pixels, int, int], Means]
"""`Sight.box_mean`."""

PERCEPTUAL_SIDE = 128
LEVELLED_REACH = 2  # pixels either way that a levelled picture is blurred by
_SMALLEST_RANGE = 64  # grey levels
_GREY = (77, 150, 29)  # red, green, blue in 256ths


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

    def moved(self, way: int) -> View:
        """Turned, shifted or cut in way number `way`, 0 to MOVED_COPIES - 1, of `moved.moves`."""
        pictures = (self.autoencoder, self.perceptual)
        return View(*(move(picture, moves(len(picture))[way]) for picture in pictures))


@dataclass(frozen=True)
class Softening:
    """How one softened view is made, of every picture alike; in pixels of the 128 x 128."""

    reach: int  # each pixel becomes the mean of all that are so near, either way
    side: int  # of the square that is cut out
    top: int
    left: int


@dataclass(frozen=True, eq=False)
class Shown:
    """One image as it is shown to the networks."""

    view: View
    looks: Sequence[Pixels]  # the picture as it is, and each softened view of it
    levelled: Pixels


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
    """What `world_in_grey` looks at: blurred a little, grey and levelled, uint8 (S, S, 3)."""
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
