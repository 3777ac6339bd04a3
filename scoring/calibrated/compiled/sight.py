"""`Sight` by the compiled passes: one call without the interpreter's lock for each step."""

from __future__ import annotations

import numpy as np

from scoring.calibrated.compiled import passes
from scoring.calibrated.compiled.lite0 import PackedLite0
from scoring.calibrated.compiled.network import PackedNetwork
from scoring.calibrated.network_file import Network
from scoring.calibrated.sight import (
    POSITION_BITS,
    ROOT_BITS,
    Integers,
    Maps,
    Means,
    OneByOne,
    mean_distances,
)
from scoring.submission.image import Pixels


class CompiledSight(OneByOne):
    """Needs numba."""

    name = "compiled"

    def __init__(self, network: Network, subject_network: Network) -> None:
        self._network = PackedNetwork(network)
        self._lite0 = PackedLite0(subject_network)

    def features(self, pixels: Pixels) -> list[Maps]:
        return self._network.features(pixels)

    def subject(self, pixels: Pixels) -> Integers:
        return self.channel_sums(self._lite0.last_block(pixels))

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        positions = squares[0].size
        halves: Integers = passes.half_distances(
            _rows(references), squares.reshape(-1, positions), _rows(x), POSITION_BITS, ROOT_BITS
        )  # fmt: skip
        return mean_distances(halves, positions)

    def channel_sums(self, x: Maps) -> Integers:
        sums: Integers = passes.channel_sums(_rows(x)).astype(np.int64)
        return sums

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        means: Means = passes.box_mean(np.array(view, order="C"), reach, unit)
        return means


def _rows(maps: Maps) -> Maps:
    """(…, channels) to (positions, channels), as the passes read it."""
    return np.ascontiguousarray(maps, np.int16).reshape(-1, maps.shape[-1])
