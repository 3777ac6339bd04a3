"""The judge: train on a target, score images. Lower scores are better.

    judge = train(target, PROFILES["fast"], seed)
    score(judge, image).value

Which judge, in which arithmetic, is the spec's to say; see docs/judging.md.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.digest import Digest
from scoring.exact_judge import ExactJudge, train_exact_judge
from scoring.progress import Progress, silent
from scoring.score import MAP_SIDE, MSE_UNIT, Score
from scoring.spec import JudgingSpec
from scoring.views import require_image

__all__ = [
    "MAP_SIDE",
    "MSE_UNIT",
    "Progress",
    "Score",
    "TrainedJudge",
    "score",
    "score_all",
    "train",
]


class TrainedJudge(Protocol):
    """A judge that was trained on one target."""

    @property
    def spec(self) -> JudgingSpec: ...

    @property
    def epoch_digests(self) -> tuple[Digest, ...]:
        """What the training was after every epoch; two trainings differ where these do."""
        ...

    @property
    def step_digests(self) -> tuple[Digest, ...]:
        """What the training was after every step, as who trained knows; empty in float32."""
        ...

    def digest(self) -> Digest:
        """The model hash: it covers everything that the scores follow from."""
        ...

    def score(self, image: NDArray[np.uint8]) -> Score:
        """Scores one image, uint8 (512, 512, 3); see `score`."""
        ...

    def save(self, path: Path) -> None:
        """Writes the trained model in its canonical form, all or nothing."""
        ...


def train(
    target: NDArray[np.uint8],
    spec: JudgingSpec,
    seed: bytes,
    *,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
    device: str = "auto",
) -> TrainedJudge:
    """Train the judge of one competition.

    `target`: uint8 (512, 512, 3). `seed`: the competition's 32 bytes. In exact arithmetic the same
    arguments give the same judge on every machine, in float32 on the same machine. An exception
    from `progress`, or Ctrl-C, ends it cleanly; with `checkpoint` an exact training continues from
    there the next time, to the same bits. `device`: "auto", "cpu", "cuda" or "cuda:N" for exact
    arithmetic; it changes no bit.

    Raises ValueError for another shape or seed length, `UnjudgeableTarget` for a target that
    nothing can be told from, `UnusableDevice` for a device that is missing or wrong, and
    `scoring.exact.InvalidArchive` for a checkpoint of something else.
    """
    require_image(target)
    report = progress or silent
    if spec.arithmetic == "float32":
        # Imported here: it loads torchvision, which takes longer than many an exact training.
        from scoring.float32.judge import train_float_judge

        return train_float_judge(target, spec, seed, report)
    return train_exact_judge(target, spec, seed, report, checkpoint, device)


def score(judge: TrainedJudge, image: NDArray[np.uint8]) -> Score:
    """Score one image, uint8 (512, 512, 3), by itself: no other image changes the result.

    Raises ValueError for another shape.
    """
    require_image(image)
    return judge.score(image)


def score_all(
    judge: TrainedJudge, images: Iterable[Callable[[], NDArray[np.uint8]]]
) -> Generator[Score, None, None]:
    """Score many images, in their order, several at a time where the judge is exact; no image
    changes another's result.

    Each of `images` loads one when called, uint8 (512, 512, 3), in any thread. What that raises is
    raised when its turn comes. Whoever may stop before the end closes the generator.
    """
    if isinstance(judge, ExactJudge):
        yield from judge.score_all(images)
        return
    for image in images:  # in float32 the number of threads could change a bit
        yield score(judge, image())
