"""MTCNN: three small networks that propose, refine and confirm faces.

Zhang, Zhang, Li, Qiao, "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
Networks" (2016), with the weights that facenet-pytorch publishes (MIT). That package itself pins
torch below 2.3 and NumPy below 2, so the networks are written out here. Landmarks are not read.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.ops import nms  # type: ignore[import-untyped]

from scoring.similarity.backbone import best_device
from scoring.similarity.errors import MissingWeights
from scoring.similarity.weights import StateDict, load_weights
from scoring.submission.image import Pixels

_SMALLEST_FACE = 20  # pixels
_PYRAMID_STEP = 0.709  # each level has about half the area of the one before
_THRESHOLDS = (0.6, 0.7, 0.7)
_CELL, _STRIDE = 12, 2  # what one output of the first network sees, and how far the next is
# Enough for a crowd; keeps the memory of a noisy picture bounded.
_MOST_CANDIDATES = 2000

Boxes = Tensor  # (n, 5): left, top, right, bottom, probability


class _Proposal(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 10, 3), nn.PReLU(10)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 3, H, W) -> face probability (h, w), box corrections (4, h, w)."""
        x = F.max_pool2d(self.prelu1(self.conv1(x)), 2, ceil_mode=True)
        x = self.prelu3(self.conv3(self.prelu2(self.conv2(x))))
        return self.conv4_1(x).softmax(dim=1)[0, 1], self.conv4_2(x)[0]


class _Refinement(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 28, 3), nn.PReLU(28)
        self.conv2, self.prelu2 = nn.Conv2d(28, 48, 3), nn.PReLU(48)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1, self.dense5_2 = nn.Linear(128, 2), nn.Linear(128, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, 24, 24) -> face probability (N,), box corrections (N, 4)."""
        x = F.max_pool2d(self.prelu1(self.conv1(x)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.prelu2(self.conv2(x)), 3, 2, ceil_mode=True)
        x = self.prelu3(self.conv3(x)).permute(0, 3, 2, 1)  # the weights expect columns first
        x = self.prelu4(self.dense4(x.flatten(1)))
        return self.dense5_1(x).softmax(dim=1)[:, 1], self.dense5_2(x)


class _Output(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1, self.dense6_2 = nn.Linear(256, 2), nn.Linear(256, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, 48, 48) -> face probability (N,), box corrections (N, 4)."""
        x = F.max_pool2d(self.prelu1(self.conv1(x)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.prelu2(self.conv2(x)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.prelu3(self.conv3(x)), 2, 2, ceil_mode=True)
        x = self.prelu4(self.conv4(x)).permute(0, 3, 2, 1)
        x = self.prelu5(self.dense5(x.flatten(1)))
        return self.dense6_1(x).softmax(dim=1)[:, 1], self.dense6_2(x)


class FaceDetector:
    """Finds faces of at least 20 pixels."""

    def __init__(self, proposal: StateDict, refinement: StateDict, output: StateDict) -> None:
        self.device = best_device()
        self._proposal = _filled(_Proposal(), proposal, "P-Net").to(self.device)
        self._refinement = _filled(_Refinement(), refinement, "R-Net").to(self.device)
        self._output = _filled(_Output(), output, "O-Net").to(self.device)

    @classmethod
    def published(cls, folder: Path | None = None) -> FaceDetector:
        """The detector with its published weights. Raises `MissingWeights`."""
        return cls(*(load_weights(f"mtcnn-{net}", folder) for net in ("pnet", "rnet", "onet")))

    @torch.inference_mode()
    def boxes(self, pixels: Pixels) -> list[tuple[int, int, int, int]]:
        """Every face as (left, top, right, bottom) within the image, surest first."""
        image = torch.from_numpy(pixels.copy()).to(self.device).permute(2, 0, 1)[None].float()
        found = self._propose(image)
        found = self._confirm(image, found, self._refinement, 24, _THRESHOLDS[1])
        found = self._confirm(image, found, self._output, 48, _THRESHOLDS[2])
        height, width = pixels.shape[:2]
        limits = torch.tensor([width, height, width, height], device=found.device)
        whole = found[:, :4].round().clamp(min=0).minimum(limits).int().tolist()
        return [(x0, y0, x1, y1) for x0, y0, x1, y1 in whole if x1 > x0 and y1 > y0]

    def _propose(self, image: Tensor) -> Boxes:
        """Candidates at every size, from a pyramid of ever smaller images."""
        levels = [torch.empty((0, 9), device=self.device)]
        scale = _CELL / _SMALLEST_FACE
        while min(image.shape[2:]) * scale >= _CELL:
            size = [int(side * scale + 1) for side in image.shape[2:]]
            probability, corrections = self._proposal(_normal(_area(image, size)))
            levels.append(_level_boxes(probability, corrections, scale))
            scale *= _PYRAMID_STEP
        boxes = torch.cat(levels)
        boxes = boxes[nms(boxes[:, :4], boxes[:, 4], 0.7)][:_MOST_CANDIDATES]
        return _square(_corrected(boxes[:, :5], boxes[:, 5:], extra=0))

    def _confirm(
        self, image: Tensor, boxes: Boxes, network: nn.Module, side: int, threshold: float
    ) -> Boxes:
        """The candidates that the next network believes in, corrected by it."""
        crops = [(box, crop) for box in boxes if (crop := _crop(image, box, side)) is not None]
        if not crops:
            return boxes[:0]
        kept = torch.stack([box for box, _ in crops])
        probability, corrections = network(_normal(torch.cat([crop for _, crop in crops])))
        sure = probability > threshold
        kept = torch.cat([kept[sure, :4], probability[sure, None]], dim=1)
        corrected = _corrected(kept, corrections[sure], extra=1)
        if side == 24:  # the next network wants squares, chosen before correcting
            best = nms(kept[:, :4], kept[:, 4], 0.7)
            return _square(corrected[best])
        return corrected[_distinct(corrected)]


def _filled(module: nn.Module, weights: StateDict, name: str) -> nn.Module:
    wanted = module.state_dict().keys()
    try:
        module.load_state_dict({key: weights[key] for key in wanted})
    except (KeyError, RuntimeError) as error:
        raise MissingWeights(
            f"these are not MTCNN's {name} weights", "replace the file by the published one"
        ) from error
    return module.eval().requires_grad_(False)


def _area(image: Tensor, size: list[int]) -> Tensor:
    return F.interpolate(image, size=size, mode="area")


def _normal(image: Tensor) -> Tensor:
    return (image - 127.5) / 128


def _level_boxes(probability: Tensor, corrections: Tensor, scale: float) -> Tensor:
    """(n, 9): box, probability and four corrections of each cell that may hold a face."""
    rows, columns = torch.nonzero(probability >= _THRESHOLDS[0], as_tuple=True)
    corner = torch.stack([columns, rows], dim=1).float() * _STRIDE + 1
    box = torch.cat([(corner / scale).floor(), ((corner + _CELL - 1) / scale).floor()], dim=1)
    score = probability[rows, columns]
    boxes = torch.cat([box, score[:, None], corrections[:, rows, columns].T], dim=1)
    return boxes[nms(box, score, 0.5)]


def _corrected(boxes: Boxes, corrections: Tensor, *, extra: int) -> Boxes:
    """Each edge moved by its share of the box's size (plus `extra`, a pixel the authors count)."""
    size = boxes[:, 2:4] - boxes[:, :2] + extra
    moved = boxes[:, :4] + corrections * size.repeat(1, 2)
    return torch.cat([moved, boxes[:, 4:5]], dim=1)


def _square(boxes: Boxes) -> Boxes:
    """Each box grown to a square around its centre."""
    size = boxes[:, 2:4] - boxes[:, :2]
    side = size.max(dim=1, keepdim=True).values
    corner = boxes[:, :2] + size / 2 - side / 2
    return torch.cat([corner, corner + side, boxes[:, 4:5]], dim=1)


def _distinct(boxes: Boxes) -> list[int]:
    """Boxes that lie by less than 70 % of the smaller one in a surer box, surest first."""
    kept: list[int] = []
    for candidate in boxes[:, 4].argsort(descending=True).tolist():
        box = boxes[candidate, :4]
        others = boxes[kept, :4]
        low, high = torch.maximum(box[:2], others[:, :2]), torch.minimum(box[2:], others[:, 2:])
        shared = (high - low + 1).clamp(min=0).prod(dim=1)
        areas = (others[:, 2:] - others[:, :2] + 1).prod(dim=1)
        smaller = torch.minimum(areas, (box[2:] - box[:2] + 1).prod())
        if not bool((shared > 0.7 * smaller).any()):
            kept.append(candidate)
    return kept


def _crop(image: Tensor, box: Tensor, side: int) -> Tensor | None:
    left, top, right, bottom = (int(v) for v in box[:4])
    left, top = max(left - 1, 0), max(top - 1, 0)
    part = image[:, :, top : max(bottom, 0), left : max(right, 0)]
    return _area(part, [side, side]) if part.numel() else None
