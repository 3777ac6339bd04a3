"""A frozen network in whole numbers: its layers, and the canonical file that they stand in.

Per convolution, in order: int32 bias, int8 shift, int8 weights, all for each output channel. A
layer's sums are `sum(x * w) + bias`, divided by `2**shift` and rounded half to even. Every sum is
bounded by `MAX_SUM < 2**24` (`decode_layers` refuses weights for which it would not be), so fp32
products are exact in any order of summation, fused multiply-add or not, on any device.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

MAX_SUM = 1 << 24
MAX_SHIFT = 24


@dataclass(frozen=True)
class Convolution:
    """One convolution, stored as a matrix for explicit im2col."""

    name: str
    kernel: int
    inputs: int
    outputs: int
    largest_input: int
    """The largest |x| that it may be given."""
    depthwise: bool = False
    """Whether each channel is summed by itself; then there are as many outputs as inputs."""
    stride: int = 1

    @property
    def depth(self) -> int:
        """Terms in each sum: kernel rows x kernel columns x input channels, in that order."""
        return self.kernel * self.kernel * (1 if self.depthwise else self.inputs)


@dataclass(frozen=True)
class Layer:
    """A convolution with its integers: weight (depth, outputs), bias and shift (outputs,)."""

    shape: Convolution
    weight: Integers
    bias: Integers
    shift: Integers


@dataclass(frozen=True)
class Network:
    """All layers by name, and the digest of the file they came from."""

    layers: Mapping[str, Layer]
    sha256: str


@dataclass(frozen=True)
class FileFormat:
    """What a network's file begins with, and the convolutions that follow."""

    magic: bytes
    shapes: Sequence[Convolution]
    largest_weight: int

    def encode(self, layers: Mapping[str, Layer]) -> bytes:
        """The canonical file."""
        parts = [self.magic]
        for shape in self.shapes:
            layer = layers[shape.name]
            parts.append(layer.bias.astype("<i4").tobytes())
            parts.append(layer.shift.astype("i1").tobytes())
            parts.append(layer.weight.astype("i1").tobytes())
        return b"".join(parts)

    def decode(self, data: bytes) -> Network:
        """The network in a canonical file.

        ValueError when it is not exactly one, within its bounds.
        """
        if not data.startswith(self.magic):
            raise ValueError("not a perceptual network file")
        at = len(self.magic)
        layers = {}

        def take(kind: str, *shape: int) -> Integers:
            nonlocal at
            count = int(np.prod(shape))
            values = np.frombuffer(data, kind, count, at)
            at += values.nbytes
            return values.reshape(shape).astype(np.int64)

        for shape in self.shapes:
            bias = take("<i4", shape.outputs)
            shift = take("i1", shape.outputs)
            layer = Layer(shape, take("i1", shape.depth, shape.outputs), bias, shift)
            self._check_bounds(layer)
            layers[shape.name] = layer
        if at != len(data):
            raise ValueError("a perceptual network file has bytes left over")
        return Network(layers, hashlib.sha256(data).hexdigest())

    def _check_bounds(self, layer: Layer) -> None:
        worst = np.abs(layer.weight).sum(0) * layer.shape.largest_input + np.abs(layer.bias)
        if np.abs(layer.weight).max() > self.largest_weight or worst.max() >= MAX_SUM:
            raise ValueError(f"weights of {layer.shape.name} are out of range")
        if layer.shift.min() < 0 or layer.shift.max() > MAX_SHIFT:
            raise ValueError(f"shifts of {layer.shape.name} are out of range")
