"""What scores look like: pictures of the judge's own calibration that came near 0, 0.5 and 1.

The variations of the target and the unrelated images are what the judge's scale was made from, so
that their scores cost nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.calibration import TYPICAL_UNRELATED
from scoring.calibrated.judge import variations
from scoring.exact_judge import ExactJudge
from scoring.judge import TrainedJudge
from scoring.submission.image import Pixels

MARKS = (0, TYPICAL_UNRELATED // 2, TYPICAL_UNRELATED)
"""In millionths: a typical variation of the target, half way, a typical unrelated image."""


@dataclass(frozen=True, eq=False)
class Look:
    """The picture of the calibration whose score is nearest to a mark."""

    mark: int  # millionths
    score: int  # millionths
    is_variation: bool  # of the target; else an unrelated image
    picture: Pixels  # (128, 128, 3)


def looks_of(judge: TrainedJudge, target: Pixels) -> tuple[Look, ...]:
    """A look for each of `MARKS`; none by a judge without a calibration.

    `target`: uint8 (512, 512, 3), what the judge was trained on.
    """
    if not isinstance(judge, ExactJudge) or judge.calibrated is None:
        return ()
    calibrated = judge.calibrated
    scores = [
        calibrated.calibration.score(distances)
        for distances in (*calibrated.positives, *calibrated.negatives)
    ]
    alike = [view.perceptual for view in variations(target, judge.model, judge.spec)]
    pictures = [*alike, *shipped_bank().images]

    def nearest(mark: int) -> Look:
        place = min(range(len(scores)), key=lambda index: abs(scores[index] - mark))
        return Look(mark, scores[place], place < len(alike), pictures[place])

    return tuple(map(nearest, MARKS))
