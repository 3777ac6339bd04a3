"""The frozen networks on a GPU, many pictures at a time; all other steps stay on the CPU.

The networks are two thirds of what an image takes of a core. The steps that are left are short, and
other threads do them while the GPU looks at the next pictures.

All are whole numbers times a power of two. Between layers they are fp32, and what is done to them
one by one is exact. Matrices are multiplied in fp64, of whose bits their sums need half, in any
order: for fp32 a GPU may be told to take TensorFloat.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from scoring.calibrated.network_file import Network
from scoring.calibrated.plain_lite0 import PlainLite0
from scoring.calibrated.plain_sight import Perceptual
from scoring.calibrated.sight import Integers, Maps, Means, Sight
from scoring.submission.image import Pixels


class DeviceSight:
    """The networks on a torch device; `host` measures what they give."""

    group = 32  # a GPU's backend evaluates no more

    def __init__(self, network: Network, subject_network: Network, device: str, host: Sight):
        self.name = device
        self._perceptual = Perceptual(network, device, torch.float64)
        self._lite0 = PlainLite0(subject_network, device, torch.float64)
        self._host = host

    def features(self, pixels: Pixels) -> list[Maps]:
        [found] = self.features_of_each([pixels])
        return found

    def features_of_each(self, pictures: Sequence[Pixels]) -> list[list[Maps]]:
        layers = self._perceptual.features(np.stack(pictures))
        maps = [layer.to(torch.int8).cpu().numpy() for layer in layers]  # (N, h, w, c) each
        return [list(own) for own in zip(*maps, strict=True)]

    def subject(self, pixels: Pixels) -> Integers:
        [found] = self.subjects_of_each([pixels])
        return found

    def subjects_of_each(self, pictures: Sequence[Pixels]) -> list[Integers]:
        last = self._lite0.last_block(np.stack(pictures))  # (N, h, w, 192)
        return list(last.to(torch.int64).sum((1, 2)).cpu().numpy())

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        return self._host.spatial_distances(references, squares, x)

    def channel_sums(self, x: Maps) -> Integers:
        return self._host.channel_sums(x)

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        return self._host.box_mean(view, reach, unit)
