"""ORB and SIFT keypoints, matched with FLANN and Lowe's ratio test, checked by a homography."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.similarity.extras import require
from scoring.similarity.metric import Direction
from scoring.similarity.shape import at_least, grey
from scoring.submission.image import Pixels

RATIO = 0.75
_RANSAC_PIXELS = 5.0
_FLANN_KDTREE, _FLANN_LSH = 1, 6
_SMALLEST = 32  # pixels; ORB's patch is 31


@dataclass(frozen=True)
class Matching:
    """What matched: row i of `from_a` lies at row i of `to_b`, in pixels (x, y)."""

    keypoints_a: int
    keypoints_b: int
    from_a: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))  # (n, 2)
    to_b: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))  # (n, 2)
    inliers: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))  # (n,)
    homography: NDArray[np.float64] | None = None  # (3, 3), A to B

    @property
    def good(self) -> int:
        """Matches that passed the ratio test."""
        return len(self.from_a)

    @property
    def similarity(self) -> float:
        """Good matches over keypoints (of the image that has more), in [0, 1]."""
        return self.good / max(self.keypoints_a, self.keypoints_b, 1)


class KeypointMatching:
    """Good matches over keypoints; 0 when either image has none."""

    direction = Direction.HIGHER
    range = (0.0, 1.0)

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.source = source

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return self.match(a, b).similarity

    def match(self, a: Pixels, b: Pixels) -> Matching:
        """Matches between the two images and the homography that most of them agree on."""
        cv2 = require("cv2")
        # FLANN and RANSAC draw from OpenCV's generator: the same pair gives the same answer.
        cv2.setRNGSeed(0)
        points_a, described_a = self._describe(cv2, a)
        points_b, described_b = self._describe(cv2, b)
        found = Matching(len(points_a), len(points_b))
        if min(found.keypoints_a, found.keypoints_b) < 2:
            return found
        pairs = self._matcher(cv2).knnMatch(described_a, described_b, k=2)
        # LSH may return fewer than two neighbours; without a second there is no ratio to test.
        good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
        from_a = np.array([points_a[m.queryIdx].pt for m in good]).reshape(-1, 2)
        to_b = np.array([points_b[m.trainIdx].pt for m in good]).reshape(-1, 2)
        homography, inliers = _agreed_homography(cv2, from_a, to_b)
        return Matching(found.keypoints_a, found.keypoints_b, from_a, to_b, inliers, homography)

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """Both images with lines between matches: green where the homography agrees."""
        return _draw(require("cv2"), a, b, self.match(a, b))

    def _describe(self, cv2: Any, pixels: Pixels) -> tuple[Any, Any]:
        detector = cv2.ORB_create() if self.name == "orb" else cv2.SIFT_create()
        points, described = detector.detectAndCompute(grey(at_least(pixels, _SMALLEST)), None)
        return (points, described) if described is not None else ((), None)

    def _matcher(self, cv2: Any) -> Any:
        if self.name == "orb":  # binary descriptors: Hamming distance, locality-sensitive hashes
            index = dict(algorithm=_FLANN_LSH, table_number=6, key_size=12, multi_probe_level=1)
        else:
            index = dict(algorithm=_FLANN_KDTREE, trees=5)
        return cv2.FlannBasedMatcher(index, dict(checks=50))


def _agreed_homography(
    cv2: Any, from_a: NDArray[np.float64], to_b: NDArray[np.float64]
) -> tuple[NDArray[np.float64] | None, NDArray[np.bool_]]:
    if len(from_a) < 4:
        return None, np.zeros(len(from_a), np.bool_)
    homography, mask = cv2.findHomography(from_a, to_b, cv2.RANSAC, _RANSAC_PIXELS)
    if homography is None or mask is None:
        return None, np.zeros(len(from_a), np.bool_)
    return homography, mask.ravel().astype(np.bool_)


def _draw(cv2: Any, a: Pixels, b: Pixels, matching: Matching) -> Pixels:
    height = max(a.shape[0], b.shape[0])
    canvas = np.full((height, a.shape[1] + b.shape[1], 3), 255, np.uint8)
    canvas[: a.shape[0], : a.shape[1]] = a
    canvas[: b.shape[0], a.shape[1] :] = b
    thickness = 1 + height // 500
    # Outliers first, so that the lines which mean something lie on top.
    for i in (*_spread(~matching.inliers, 20), *_spread(matching.inliers, 50)):
        start = tuple(int(round(v)) for v in matching.from_a[i])
        end = tuple(int(round(v)) for v in matching.to_b[i] + [a.shape[1], 0])
        colour = (44, 190, 80) if matching.inliers[i] else (225, 70, 60)
        cv2.line(canvas, start, end, colour, thickness, cv2.LINE_AA)
        for spot in (start, end):
            cv2.circle(canvas, spot, 2 + thickness, colour, thickness, cv2.LINE_AA)
    return canvas


def _spread(chosen: NDArray[np.bool_], most: int) -> NDArray[np.intp]:
    """Up to `most` of the chosen rows, evenly over all of them: neighbours say the same."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return rows
    return rows[np.unique(np.linspace(0, len(rows) - 1, most).round().astype(np.intp))]


def orb() -> KeypointMatching:
    """ORB keypoints (binary descriptors)."""
    return KeypointMatching("orb", "Rublee et al. 2011, by OpenCV; FLANN LSH, ratio 0.75")


def sift() -> KeypointMatching:
    """SIFT keypoints (gradient descriptors)."""
    return KeypointMatching("sift", "Lowe 2004, by OpenCV; FLANN kd-trees, ratio 0.75")
