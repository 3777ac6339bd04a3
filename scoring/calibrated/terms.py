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
from typing import TypeVar

import numpy as np

from scoring.calibrated.moved import COMPARED, MovedCopies
from scoring.calibrated.pictures import BoxMean, Shown, Softening, View, in_another_light, softened
from scoring.calibrated.sight import (
    ONE,
    Integers,
    Maps,
    Means,
    Sight,
    direction_distance,
    squares_over_channels,
)
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Ints
from scoring.parallel import Stages, in_groups
from scoring.spec.calibration import MOVED_COPIES
from scoring.submission.image import Pixels

Made = TypeVar("Made")

SUMMED = slice(2, 7)
"""The depths whose sums `world_anywhere` compares: fire5 to fire9. The sums of the two before them
tell colours and edges apart, in which pictures of one prompt often differ."""
OUTPUT_UNIT = 16  # the autoencoder's output counts sixteenths of a pixel level
BLUR_SHARE = 16  # the low-pass reaches a sixteenth of the side either way
# Added to the low-pass error per value, (1/4080)**2 each: a hundredth of the full range.
_BLUR_FLOOR = 1665


@dataclass(frozen=True, eq=False)
class Impression:
    """What the networks make of one image."""

    view: View
    encoded: Maps  # the deepest layer of the encoder
    output: Ints  # of the autoencoder: (S, S, 3), sixteenths of a level
    looks: Sequence[Sequence[Maps]]  # of the frozen network, for each look
    subjects: Sequence[Integers]  # of the second one, for each look
    levelled: Sequence[Maps]


@dataclass(frozen=True, eq=False)
class Comparison:
    """One image against the target."""

    distances: dict[str, int]  # by term, in units of 2**-24
    reconstruction: Pixels  # the autoencoder's output, uint8 (S, S, 3)


class Terms:
    """Measures views against one target; `group` of them may be seen together."""

    def __init__(
        self,
        target: View,
        network: Autoencoder,
        sight: Sight,
        softenings: Sequence[Softening] = (),
    ) -> None:
        self._network, self._sight, self._softenings = network, sight, softenings
        self.group = min(network.backend.group, sight.group)
        both = (target, target.mirrored())
        shown = [self._show(view) for view in both]
        self._relit = _Seen(sight, sight.features_of_each([own.levelled for own in shown]))
        views = [own.looks for own in shown]
        looks = _by_image(sight.features_of_each, views)
        self._sums = list(zip(*([self._summed(x) for x in own] for own in looks), strict=True))
        self._subjects = list(zip(*_by_image(sight.subjects_of_each, views), strict=True))
        ways = [(view, way) for view in both for way in range(MOVED_COPIES)]
        moved = Stages(self._move, self._see_moved, lambda copy: copy)
        copies, encoded = zip(*in_groups(moved, ways, self.group), strict=True)
        self._copies = MovedCopies(sight, copies, encoded)

    def _move(self, which: tuple[View, int]) -> tuple[Pixels, list[Pixels]]:
        """A view moved in one way, as the two networks that look for places are shown it."""
        view, way = which
        moved = view.moved(way)
        return moved.autoencoder, self._softened(moved.perceptual)

    def _see_moved(
        self, moved: Sequence[tuple[Pixels, list[Pixels]]]
    ) -> list[tuple[list[list[Maps]], Maps]]:
        """What they make of it, at the depths that are compared."""
        pictures, views = zip(*moved, strict=True)
        *_, deepest, _ = self._network.encode(np.stack(pictures))
        looks = _by_image(self._sight.features_of_each, views)
        copies = [[depths[COMPARED] for depths in own] for own in looks]
        return list(zip(copies, self._network.backend.integers(deepest), strict=True))

    def measure(self, view: View) -> Comparison:
        """The distances of one view, and what the autoencoder made of it."""
        return self.stages.one(view)

    @property
    def stages(self) -> Stages[View, Shown, Impression, Comparison]:
        """`measure`, what the networks do being done together for up to `group` views."""
        return Stages(self._show, self._see, self._compare)

    def _show(self, view: View) -> Shown:
        picture = view.perceptual
        levelled = in_another_light(picture, self._sight.box_mean)
        return Shown(view, self._softened(picture), levelled)

    def _see(self, shown: Sequence[Shown]) -> list[Impression]:
        backend = self._network.backend
        *_, deepest, latent = self._network.encode(np.stack([s.view.autoencoder for s in shown]))
        decoded = self._network.decode(latent)  # before anything is waited for
        views = [s.looks for s in shown]
        made = zip(
            [s.view for s in shown],
            backend.integers(deepest),
            backend.numpy(decoded),
            _by_image(self._sight.features_of_each, views),
            _by_image(self._sight.subjects_of_each, views),
            self._sight.features_of_each([s.levelled for s in shown]),
            strict=True,
        )
        return [Impression(*own) for own in made]

    def _compare(self, seen: Impression) -> Comparison:
        output, looks = seen.output.astype(np.int64), seen.looks
        nearest = self._copies.nearest(looks[0])
        distances = {
            "target_features": self._copies.encoded_apart(nearest, seen.encoded),
            "unexplained_detail": unexplained_detail(
                seen.view.autoencoder, output, self._sight.box_mean
            ),
            "world_in_place": self._copies.seen_apart(nearest, looks),
            "world_anywhere": max(map(self._summed_apart, self._sums, looks)),
            "same_subject": max(map(_nearer, self._subjects, seen.subjects)),
            "world_in_grey": self._relit.apart(seen.levelled),
        }
        reconstruction = ((output + OUTPUT_UNIT // 2) // OUTPUT_UNIT).astype(np.uint8)
        return Comparison(distances, reconstruction)

    def _softened(self, picture: Pixels) -> list[Pixels]:
        """A picture as it is, and each softened view of it."""
        return [picture, *(softened(picture, h, self._sight.box_mean) for h in self._softenings)]

    def _summed(self, depths: Sequence[Maps]) -> list[Integers]:
        return [self._sight.channel_sums(x) for x in depths[SUMMED]]

    def _summed_apart(self, both: Sequence[Sequence[Integers]], depths: Sequence[Maps]) -> int:
        """`world_anywhere` of one look: to the target or its mirror image, whichever is nearer."""
        sums = self._summed(depths)
        return min(sum(map(direction_distance, sums, own)) for own in both)


def _by_image(
    look: Callable[[Sequence[Pixels]], list[Made]], views: Sequence[Sequence[Pixels]]
) -> list[list[Made]]:
    """What is made of every view of every image: those of one kind have one size."""
    by_kind = [look(pictures) for pictures in zip(*views, strict=True)]
    return [list(own) for own in zip(*by_kind, strict=True)]


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
