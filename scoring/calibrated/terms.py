"""The six terms: distances between an image and the target, each a whole number of 2**-24.

    target_features     features of the deepest layer of the autoencoder, which has seen the target
                        alone, position by position, with the target moved to where the image has it
    unexplained_detail  what the autoencoder cannot explain, relative to what a blur cannot
    world_in_place      features of the frozen perceptual network, which has seen the world,
                        position by position, with the target so moved
    world_anywhere      its features at the deeper depths, which tell subjects apart, summed over
                        the picture, wherever things stand
    same_subject        what a second frozen network, which tells subjects apart, makes of the
                        picture, summed over it
    world_in_grey       features at every depth, position by position, where the target stands,
                        once both pictures are blurred, grey and brought to the same range of light

How the target is moved, and how the way is chosen, stands in `moved.py`. `world_in_place`,
`world_anywhere` and `same_subject` are measured in the picture as it is and in softened views of
it, blurred and cut as the competition's seed says, and the largest counts: whoever has tuned every
pixel to the frozen networks did not know how they would be mixed. All but `unexplained_detail` are
taken to the target and to its mirror image; the smaller one counts. How features are compared
stands in `sight.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.calibrated.moved import COMPARED, MovedCopies, moves
from scoring.calibrated.sight import (
    ONE,
    Integers,
    Maps,
    Means,
    Sight,
    direction_distance,
    squares_over_channels,
)
from scoring.exact.augment import move
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed, Stream
from scoring.parallel import side_by_side
from scoring.spec.calibration import MOVED_COPIES
from scoring.submission.image import Pixels

BoxMean = Callable[[Pixels, int, int], Means]
"""`Sight.box_mean`."""

PERCEPTUAL_SIDE = 128
SUMMED = slice(2, 7)
"""The depths whose sums `world_anywhere` compares: fire5 to fire9. The sums of the two before them
tell colours and edges apart, in which pictures of one prompt often differ."""
OUTPUT_UNIT = 16  # the autoencoder's output counts sixteenths of a pixel level
BLUR_SHARE = 16  # the low-pass reaches a sixteenth of the side either way
LEVELLED_REACH = 2  # pixels either way that a levelled picture is blurred by
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
class Comparison:
    """One image against the target."""

    distances: dict[str, int]  # by term, in units of 2**-24
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
        pictures = [view.perceptual for view in both]
        self._relit = _Seen(sight, [self._in_another_light(picture) for picture in pictures])
        views = [self._views(picture) for picture in pictures]
        sums = [[self._summed(depths) for depths in self._looks(own)] for own in views]
        self._sums = list(zip(*sums, strict=True))
        subjects = [[sight.subject(view) for view in own] for own in views]
        self._subjects = list(zip(*subjects, strict=True))
        ways = [(view, way) for view in both for way in range(MOVED_COPIES)]
        copies, encoded = zip(*side_by_side(self._copy, ways), strict=True)
        self._copies = MovedCopies(sight, copies, encoded)

    def _copy(self, which: tuple[View, int]) -> tuple[list[list[Maps]], Maps]:
        """What the two networks make of a view moved in one way."""
        view, way = which
        moved = view.moved(way)
        looks = [depths[COMPARED] for depths in self._looks(self._views(moved.perceptual))]
        return looks, self._encode(moved.autoencoder)[0]

    def measure(self, view: View) -> Comparison:
        """The distances of one view, and what the autoencoder made of it."""
        encoded, latent = self._encode(view.autoencoder)
        output = self._network.backend.numpy(self._network.decode(latent))[0].astype(np.int64)
        views = self._views(view.perceptual)
        looks, subjects = self._looks(views), map(self._sight.subject, views)
        nearest = self._copies.nearest(looks[0])
        distances = {
            "target_features": self._copies.encoded_apart(nearest, encoded),
            "unexplained_detail": unexplained_detail(
                view.autoencoder, output, self._sight.box_mean
            ),
            "world_in_place": self._copies.seen_apart(nearest, looks),
            "world_anywhere": max(map(self._summed_apart, self._sums, looks)),
            "same_subject": max(map(_nearer, self._subjects, subjects)),
            "world_in_grey": self._relit.apart(self._in_another_light(view.perceptual)),
        }
        reconstruction = ((output + OUTPUT_UNIT // 2) // OUTPUT_UNIT).astype(np.uint8)
        return Comparison(distances, reconstruction)

    def _encode(self, pixels: Pixels) -> tuple[Maps, Fixed]:
        """The deepest encoder layer's features, and the latent."""
        *_, deepest, latent = self._network.encode(pixels[None])
        features = self._network.backend.integers(deepest)[0]
        return np.ascontiguousarray(features, dtype=np.int16), latent

    def _views(self, picture: Pixels) -> list[Pixels]:
        """A picture as it is, and each softened view of it."""
        return [picture, *(softened(picture, h, self._sight.box_mean) for h in self._softenings)]

    def _looks(self, views: Sequence[Pixels]) -> list[list[Maps]]:
        """What the frozen network makes of each view."""
        return [self._sight.features(view) for view in views]

    def _in_another_light(self, picture: Pixels) -> list[Maps]:
        return self._sight.features(in_another_light(picture, self._sight.box_mean))

    def _summed(self, depths: Sequence[Maps]) -> list[Integers]:
        return [self._sight.channel_sums(x) for x in depths[SUMMED]]

    def _summed_apart(self, both: Sequence[Sequence[Integers]], depths: Sequence[Maps]) -> int:
        """`world_anywhere` of one look: to the target or its mirror image, whichever is nearer."""
        sums = self._summed(depths)
        return min(sum(map(direction_distance, sums, own)) for own in both)


def _nearer(both: Sequence[Integers], own: Integers) -> int:
    """`same_subject` of one look: to the target or its mirror image, whichever is nearer."""
    return min(direction_distance(own, other) for other in both)


class _Seen:
    """The frozen network's features of the target and its mirror image, at each depth."""

    def __init__(self, sight: Sight, both: Sequence[Sequence[Maps]]) -> None:
        self._sight = sight
        # (2, h, w, c) each
        self._depths = [np.stack(maps, dtype=np.int16) for maps in zip(*both, strict=True)]
        self._squares = [squares_over_channels(maps) for maps in self._depths]

    def apart(self, depths: Sequence[Maps]) -> int:
        """Distance to the nearer of the two, position by position: the sum over depths."""
        layers = zip(self._depths, self._squares, depths, strict=True)
        each = sum(self._sight.spatial_distances(own, squares, x) for own, squares, x in layers)
        return int(np.min(each))


def unexplained_detail(view: Pixels, output: Integers, box_mean: BoxMean) -> int:
    """Squared error of the autoencoder's output over that of a blur, in units of 2**-24.

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
