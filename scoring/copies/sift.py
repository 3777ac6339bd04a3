"""SIFT evidence that an image reuses another: advisory, because it is floating point.

Needs OpenCV (the `classic` extra). 1500 SIFT features at 512 px, Lowe's ratio 0.75, unique matches,
a homography by RANSAC within 5 px; from 10 inliers on an image is remarked upon, never
disqualified. The original is also tried mirrored, inverted and blurred.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.submission.image import Pixels

FEATURES = 1500
RATIO = 0.75
RANSAC_PIXELS = 5.0
ENOUGH_INLIERS = 10
VARIANTS = ("as it is", "mirrored", "inverted", "inverted and mirrored", "blurred")


@dataclass(frozen=True)
class SiftEvidence:
    """The variant of the original with most inliers."""

    inliers: int
    variant: str

    @property
    def remarkable(self) -> bool:
        """Whether the entry deserves a remark."""
        return self.inliers >= ENOUGH_INLIERS


class SiftOriginal:
    """An original's features in all its variants, computed once."""

    def __init__(self, pixels: Pixels) -> None:
        import cv2

        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        inverted = 255 - grey
        blurred = cv2.GaussianBlur(grey, (0, 0), 3.0)
        pictures = (grey, grey[:, ::-1], inverted, inverted[:, ::-1], blurred)
        self._features = [_detect(np.ascontiguousarray(picture, np.uint8)) for picture in pictures]

    def evidence(self, pixels: Pixels) -> SiftEvidence:
        """How much of the original is found in an image, RGB uint8 (512, 512, 3)."""
        import cv2

        points, descriptors = _detect(
            np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        )
        counts = [_inliers(points, descriptors, *features) for features in self._features]
        best = max(range(len(counts)), key=counts.__getitem__)
        return SiftEvidence(counts[best], VARIANTS[best])


Floats = npt.NDArray[np.float32]


def _detect(grey: Pixels) -> tuple[Floats, Floats]:
    import cv2

    points, descriptors = cv2.SIFT.create(FEATURES).detectAndCompute(grey, None)
    positions = np.array([point.pt for point in points], np.float32).reshape(-1, 2)
    # OpenCV gives None, whatever its types say, where nothing is found.
    known = np.asarray(descriptors if len(points) else np.zeros((0, 128)), np.float32)
    return positions, known


def _inliers(points: Floats, descriptors: Floats, others: Floats, known: Floats) -> int:
    import cv2

    if min(len(points), len(others)) < 4:
        return 0
    pairs = cv2.BFMatcher().knnMatch(descriptors, known, k=2)
    good = [
        a for a, b in (pair for pair in pairs if len(pair) == 2) if a.distance < RATIO * b.distance
    ]
    nearest: dict[int, cv2.DMatch] = {}
    for match in good:
        held = nearest.get(match.trainIdx)
        if held is None or match.distance < held.distance:
            nearest[match.trainIdx] = match
    if len(nearest) < 4:
        return 0
    source = np.array([points[match.queryIdx] for match in nearest.values()])
    target = np.array([others[match.trainIdx] for match in nearest.values()])
    cv2.setRNGSeed(0)
    _, mask = cv2.findHomography(source, target, cv2.RANSAC, RANSAC_PIXELS)
    return 0 if mask is None else int(mask.sum())
