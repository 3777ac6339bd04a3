"""The part of a picture that holds its faces: one box around all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scoring.similarity.mtcnn import FaceDetector
from scoring.submission.image import Pixels


@dataclass(frozen=True)
class FaceCrop:
    """A picture cut to its faces; the whole picture when it shows none."""

    pixels: Pixels
    faces: int


def crop_to_faces(pixels: Pixels, detector: FaceDetector) -> FaceCrop:
    """The smallest box that encloses every detected face."""
    boxes = detector.boxes(pixels)
    if not boxes:
        return FaceCrop(pixels, 0)
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return FaceCrop(pixels[top:bottom, left:right], len(boxes))


def face_cropper(weights: Path | None = None) -> Callable[[Pixels], Pixels]:
    """A function that cuts a picture to its faces. Raises `MissingWeights`."""
    detector = FaceDetector.published(weights)
    return lambda pixels: crop_to_faces(pixels, detector).pixels
