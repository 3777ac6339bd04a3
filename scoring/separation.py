"""How well a judge tells its target's variations from unrelated images and from nothing at all.

Three quarters of the variations score below one number; a quarter of the bank's images, and every
blank image, above another. Where the second is not clearly higher, scores mean little: a black
image is as good as an honest recreation of a black target. In whole numbers, so that everybody
finds the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.calibrated.judge import CalibratedJudge
from scoring.submission.image import Pixels


@dataclass(frozen=True)
class Separation:
    """Scores in millionths: 0 is a typical variation, 1 000 000 a typical unrelated image."""

    variations: int  # three quarters of the target's own variations stay below or at this
    unrelated: int  # three quarters of the bank's images stay above or at this
    blank: int  # the best of a black, a grey and a white image, and one of the target's mean colour

    @property
    def margin(self) -> int:
        """By how much an honest variation is ahead; negative where it is not."""
        return min(self.unrelated, self.blank) - self.variations


def measure_separation(judge: CalibratedJudge, target: Pixels) -> Separation:
    """For the judge of `target`, uint8 (512, 512, 3)."""
    score = judge.calibration.score
    variations = sorted(map(score, judge.positives))
    unrelated = sorted(map(score, judge.negatives))
    blanks = [judge.score(blank).value for blank in blank_images(target)]
    return Separation(
        variations[3 * len(variations) // 4], unrelated[len(unrelated) // 4], min(blanks)
    )


def blank_images(target: Pixels) -> list[Pixels]:
    """Black, grey, white, and the target's mean colour, rounded half up."""
    total = target.reshape(-1, 3).sum(0, dtype=np.int64)
    count = target.shape[0] * target.shape[1]
    mean = (2 * total + count) // (2 * count)
    colours = (np.zeros(3), np.full(3, 128), np.full(3, 255), mean)
    return [np.full_like(target, colour.astype(np.uint8)) for colour in colours]
