"""The exact judges behind `scoring.judge`: `calibrated`, and `autoencoder-mse` in integers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.calibrated.calibration import CannotCalibrate
from scoring.calibrated.judge import CalibratedJudge, CalibratedScore, fingerprint
from scoring.digest import Digest, sha256
from scoring.errors import UnjudgeableTarget
from scoring.exact.archive import InvalidArchive
from scoring.exact.model import ExactModel
from scoring.exact.proofs.choice import choose_backend
from scoring.exact.training import train_exact
from scoring.parallel import in_groups, side_by_side
from scoring.progress import Progress
from scoring.score import Score, billionths, enlarge
from scoring.separation import Separation, measure_separation
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

_OUTPUT_LEVELS = 16 * 255  # the exact network's output counts sixteenths of an 8-bit level


@dataclass(frozen=True, eq=False)
class ExactJudge:
    """A judge whose every bit is the same on every machine."""

    spec: JudgingSpec
    model: ExactModel
    calibrated: CalibratedJudge | None  # None: the published recipe's score

    @property
    def epoch_digests(self) -> tuple[Digest, ...]:
        """The whole state of the training after every epoch."""
        return tuple(Digest(digest) for digest in self.model.epoch_digests)

    @property
    def step_digests(self) -> tuple[Digest, ...]:
        """A digest of every step of the training, each over the one before it."""
        return tuple(Digest(digest) for digest in self.model.step_digests)

    @property
    def group(self) -> int:
        """How many images its networks look at together: more than one on a GPU."""
        return self.calibrated.terms.group if self.calibrated is not None else 1

    def digest(self) -> Digest:
        """The model hash: sha256 over the digests of spec, tensors, calibration, and the seed."""
        calibration = fingerprint(self.calibrated) if self.calibrated is not None else bytes(32)
        parts = (self.spec.digest(), self.model.seed, self.model.digest(), calibration)
        return sha256(b"".join(parts))

    def score(self, image: NDArray[np.uint8]) -> Score:
        """Score one image, uint8 (512, 512, 3), by itself: no other image changes the result."""
        if self.calibrated is None:
            return self._reconstruction_score(image)
        return _shown(self.calibrated.score(image))

    def score_all(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Score, None, None]:
        """See `scoring.judge.score_all`; a GPU looks at several together."""
        if self.calibrated is None:
            return side_by_side(lambda load: self.score(load()), images)
        return in_groups(self.calibrated.stages.then(_shown), images, self.group)

    def save(self, path: Path) -> None:
        """Writes the trained model in its canonical form, all or nothing."""
        self.model.save(path)

    def _reconstruction_score(self, image: NDArray[np.uint8]) -> Score:
        view, reconstruction = self.model.view(image), self.model.reconstruct(image)
        value = billionths(self.model.squared_error(image), view.size, _OUTPUT_LEVELS)
        squares = (view.astype(np.int64) - reconstruction.astype(np.int64)) ** 2  # (S, S, 3)
        # Exact: the root of an integer below 2**16 plus a third is never half way, and IEEE's
        # division and square root are correctly rounded.
        error = np.rint(np.sqrt(squares.sum(axis=2) / 3)).astype(np.uint8)  # (S, S)
        return Score(value, {"mse": value}, enlarge(reconstruction), enlarge(error))


def _shown(found: CalibratedScore) -> Score:
    terms = dict(found.contributions)
    terms |= {f"{name}_distance": distance for name, distance in found.distances.items()}
    return Score(found.value, terms, enlarge(found.reconstruction), enlarge(found.error_map))


def train_exact_judge(
    target: NDArray[np.uint8],
    spec: JudgingSpec,
    seed: bytes,
    progress: Progress,
    checkpoint: Path | None,
    device: str = "auto",
) -> ExactJudge:
    """Trains, and calibrates where the spec asks for it.

    Raises `UnjudgeableTarget` where the calibration fails or its margin is below the spec's.
    """
    backend = choose_backend(device, spec)
    model = train_exact(
        target, spec, seed, backend=backend, progress=progress, checkpoint=checkpoint
    )
    judge = judge_of(target, model, spec)
    if judge.calibrated is not None:
        separation = measure_separation(judge.calibrated, target)
        if separation.margin < spec.least_margin:
            raise UnjudgeableTarget(_why_too_close(separation, spec.least_margin), _CHOOSE)
    return judge


def judge_of(target: Pixels, model: ExactModel, spec: JudgingSpec) -> ExactJudge:
    """The judge of a trained model, calibrated where the spec asks for it.

    Raises `UnjudgeableTarget` where the calibration fails.
    """
    if spec.judge == "autoencoder-mse":
        return ExactJudge(spec, model, None)
    try:
        return ExactJudge(spec, model, CalibratedJudge.prepare(target, model, spec))
    except CannotCalibrate as error:
        raise UnjudgeableTarget(f"this target cannot be judged: {error}", _CHOOSE) from error


def load_exact_judge(
    path: Path, target: NDArray[np.uint8], spec: JudgingSpec, device: str = "auto"
) -> ExactJudge:
    """The judge that `save` wrote to `path`, calibrated again for its `target`.

    It is the same to the bit where its digest is the competition's model hash. Raises
    `scoring.exact.InvalidArchive` for a file that is no model of `spec`.
    """
    model = ExactModel.load(path, choose_backend(device, spec))
    if model.spec != spec.training_part():
        raise InvalidArchive(f"{path} is the model of another spec")
    if spec.judge == "autoencoder-mse":
        return ExactJudge(spec, model, None)
    return ExactJudge(spec, model, CalibratedJudge.prepare(target, model, spec))


_CHOOSE = "choose a target with something to see in it; a flat or noisy one looks like nothing"


def _why_too_close(separation: Separation, least: int) -> str:
    other = "a blank image" if separation.blank <= separation.unrelated else "unrelated images"
    return (
        f"this target cannot be judged: {other} would score only {separation.margin / 1e6:.3f} "
        f"behind its own variations, and the spec asks for {least / 1e6:.3f}"
    )
