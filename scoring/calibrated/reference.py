"""The frozen networks once more, slow and obvious: plain int64, one image, no tricks.

It exists so that the fast paths have something to be equal to.
"""

from __future__ import annotations

import numpy as np

from scoring.calibrated.lite0 import BLOCKS, CEILING, LIMIT, PIXEL_MEAN, STEM, padding
from scoring.calibrated.network_file import Integers, Layer, Network
from scoring.calibrated.perceptual import (
    ACTIVATION_MAX,
    BGR_MEAN,
    FIRES,
    POOL_BEFORE,
    TAPS,
)


def reference_features(network: Network, pixels: np.ndarray) -> list[Integers]:
    """Features of one RGB uint8 image (H, W, 3): one int64 (h, w, channels) for each of TAPS."""
    blue_green_red = pixels[:, :, ::-1].astype(np.int64) - np.array(BGR_MEAN)
    taps = {}
    x = convolve(network.layers["conv1"], blue_green_red, stride=2, padding=1)
    taps["conv1"] = x
    for name in FIRES:
        if name in POOL_BEFORE:
            x = max_pool(x)
        squeezed = convolve(network.layers[f"{name}/squeeze1x1"], x)
        one = convolve(network.layers[f"{name}/expand1x1"], squeezed)
        three = convolve(network.layers[f"{name}/expand3x3"], squeezed, padding=1)
        x = taps[name] = np.concatenate([one, three], axis=2)
    return [taps[name] for name in TAPS]


def reference_last_block(network: Network, pixels: np.ndarray) -> Integers:
    """Lite0's last block of one RGB uint8 image (H, W, 3): int64 (h, w, 192)."""

    def sums(name: str, x: Integers) -> Integers:
        return convolve_same(network.layers[name], x)

    x = np.clip(sums(STEM.name, pixels.astype(np.int64) - PIXEL_MEAN), 0, CEILING)
    for block in BLOCKS:
        wide = np.clip(sums(block.expand.name, x), 0, CEILING) if block.expand else x
        wide = np.clip(sums(block.depthwise.name, wide), 0, CEILING)
        out = sums(block.project.name, wide)
        x = np.clip(out + x if block.adds else out, -LIMIT, LIMIT)
    return x


def convolve_same(layer: Layer, x: Integers) -> Integers:
    """Convolution, each channel by itself where it is depthwise, bias, and shift; no limits."""
    shape, (height, width) = layer.shape, x.shape[:2]
    k, stride = shape.kernel, shape.stride
    padded = np.pad(x, (padding(height, shape), padding(width, shape), (0, 0)))
    rows, columns = -(-height // stride), -(-width // stride)
    out = np.empty((rows, columns, shape.outputs), np.int64)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            patch = padded[top : top + k, left : left + k]
            if shape.depthwise:
                out[row, column] = (patch.reshape(k * k, -1) * layer.weight).sum(0)
            else:
                out[row, column] = patch.reshape(-1) @ layer.weight
    return shift_half_even(out + layer.bias, layer.shift)


def convolve(layer: Layer, x: Integers, stride: int = 1, padding: int = 0) -> Integers:
    """Convolution, bias, shift with rounding half to even, clamp to [0, 63]."""
    k = layer.shape.kernel
    padded = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    rows = (padded.shape[0] - k) // stride + 1
    columns = (padded.shape[1] - k) // stride + 1
    out = np.empty((rows, columns, layer.shape.outputs), np.int64)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            patch = padded[top : top + k, left : left + k].reshape(-1)
            out[row, column] = patch @ layer.weight + layer.bias
    return np.clip(shift_half_even(out, layer.shift), 0, ACTIVATION_MAX)


def shift_half_even(value: Integers, shift: Integers) -> Integers:
    """value / 2**shift rounded to the nearest integer, ties to the even one."""
    quotient = value >> shift
    remainder = value - (quotient << shift)
    half = np.where(shift > 0, np.int64(1) << np.maximum(shift - 1, 0), 1)
    up = (remainder > half) | ((remainder == half) & (shift > 0) & (quotient % 2 == 1))
    rounded: Integers = quotient + up
    return rounded


def max_pool(x: Integers) -> Integers:
    """3 x 3 maximum with stride 2; a last, partial window counts (Caffe's ceil mode)."""
    rows, columns = -(-(x.shape[0] - 3) // 2) + 1, -(-(x.shape[1] - 3) // 2) + 1
    out = np.empty((rows, columns, x.shape[2]), np.int64)
    for row in range(rows):
        for column in range(columns):
            window = x[2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
            out[row, column] = window.max(axis=(0, 1))
    return out
