"""The published recipe in float32, as the exact judges' yardstick: score = reconstruction MSE.

The same machine gives the same bits, another one may not; see docs/judging.md for why it is no
judge for a competition.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from scoring.digest import Digest
from scoring.float32.model import TrainedModel
from scoring.float32.training import fit, fixed_arithmetic
from scoring.progress import Progress
from scoring.score import Score, billionths, enlarge
from scoring.spec import JudgingSpec
from scoring.views import judge_view


@dataclass(frozen=True, eq=False)
class FloatJudge:
    """A model in float32 that scores."""

    model: TrainedModel

    @property
    def spec(self) -> JudgingSpec:
        return self.model.spec

    @property
    def epoch_digests(self) -> tuple[Digest, ...]:
        """The tensors after every epoch."""
        return self.model.epoch_digests

    @property
    def step_digests(self) -> tuple[Digest, ...]:
        """None: another machine would give others."""
        return ()

    def digest(self) -> Digest:
        """The model hash: sha256 of the canonical model file."""
        return self.model.digest()

    def save(self, path: Path) -> None:
        """Writes the canonical model file, all or nothing."""
        self.model.save(path)

    def score(self, image: NDArray[np.uint8]) -> Score:
        """Score one image, uint8 (512, 512, 3), by itself."""
        view = judge_view(image, self.model.spec.image_side)
        reconstruction = _reconstruct(self.model, view)
        difference = view.astype(np.int64) - reconstruction.astype(np.int64)  # (S, S, 3)
        squares = difference**2
        value = billionths(int(squares.sum()), squares.size, 255)
        error = np.rint(np.sqrt(squares.sum(axis=2) / 3)).astype(np.uint8)  # (S, S)
        return Score(value, {"mse": value}, enlarge(reconstruction), enlarge(error))


def train_float_judge(
    target: NDArray[np.uint8], spec: JudgingSpec, seed: bytes, progress: Progress
) -> FloatJudge:
    """Trains on `target`, uint8 (512, 512, 3)."""
    return FloatJudge(fit(judge_view(target, spec.image_side), spec, seed, progress))


def _reconstruct(model: TrainedModel, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (S, S, 3) to uint8 (S, S, 3)."""
    with fixed_arithmetic(), torch.no_grad():
        image = torch.tensor(view).permute(2, 0, 1)[None].float().div(255)  # (1, 3, S, S)
        output = model.network(image)[0].permute(1, 2, 0)  # (S, S, 3) in [0, 1]
        levels: NDArray[np.uint8] = output.mul(255).round().to(torch.uint8).numpy()
        return levels
