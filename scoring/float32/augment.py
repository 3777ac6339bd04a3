"""Augmented copies of the target: what a slightly different recreation of it could look like.

The transforms are torchvision's; their parameters are drawn here, because torchvision's own
random transforms use torch's global generator.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode  # type: ignore[import-untyped]
from torchvision.transforms.v2 import (  # type: ignore[import-untyped]
    functional as transforms,
)

from scoring.spec import JudgingSpec

Random = np.random.Generator


def augment(image: Tensor, spec: JudgingSpec, random: Random) -> Tensor:
    """One augmented copy of `image`, uint8 (3, S, S) like it."""
    copy = image.float().div(255)  # (3, S, S) in [0, 1]
    copy = _flip(copy, spec, random)
    copy = _rotate(copy, spec, random)
    copy = _change_perspective(copy, spec, random)
    copy = _crop_with_padding(copy, spec, random)
    copy = _jitter_colours(copy, spec, random)
    return copy.clamp(0, 1).mul(255).round().to(torch.uint8)


def _flip(image: Tensor, spec: JudgingSpec, random: Random) -> Tensor:
    probability = float(spec.flip_probability)
    if random.random() < probability:
        image = transforms.horizontal_flip(image)
    if random.random() < probability:
        image = transforms.vertical_flip(image)
    return image


def _rotate(image: Tensor, spec: JudgingSpec, random: Random) -> Tensor:
    limit = float(spec.rotation_degrees)
    angle = random.uniform(-limit, limit)
    turned: Tensor = transforms.rotate(image, angle, interpolation=InterpolationMode.BILINEAR)
    return turned


def _change_perspective(image: Tensor, spec: JudgingSpec, random: Random) -> Tensor:
    """Move the four corners inwards, each by up to the distortion's share of half a side."""
    chosen = random.random() < float(spec.perspective_probability)
    end = image.shape[-1] - 1
    corners = [[0, 0], [end, 0], [end, end], [0, end]]
    inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    reach = int(float(spec.perspective_distortion) * image.shape[-1] / 2)
    moved = np.array(corners) + inwards * random.integers(0, reach + 1, (4, 2))
    if not chosen:
        return image
    tilted: Tensor = transforms.perspective(
        image, corners, moved.tolist(), interpolation=InterpolationMode.BILINEAR
    )
    return tilted


def _crop_with_padding(image: Tensor, spec: JudgingSpec, random: Random) -> Tensor:
    side = image.shape[-1]
    border = int(float(spec.crop_padding) * side)
    top, left = (int(value) for value in random.integers(0, 2 * border + 1, 2))
    padded = transforms.pad(image, [border], padding_mode="reflect")  # (3, S+2b, S+2b)
    cropped: Tensor = transforms.crop(padded, top, left, side, side)
    return cropped


def _jitter_colours(image: Tensor, spec: JudgingSpec, random: Random) -> Tensor:
    def factor(limit: float) -> float:
        return random.uniform(1 - limit, 1 + limit)

    image = transforms.adjust_brightness(image, factor(float(spec.brightness)))
    image = transforms.adjust_contrast(image, factor(float(spec.contrast)))
    image = transforms.adjust_saturation(image, factor(float(spec.saturation)))
    hue = float(spec.hue)
    jittered: Tensor = transforms.adjust_hue(image, random.uniform(-hue, hue))
    return jittered
