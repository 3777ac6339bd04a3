"""Trained models that are kept for practice, by their competition's number."""

from __future__ import annotations

import contextlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.judge import TrainedJudge

log = logging.getLogger(__name__)

_NAME = re.compile(r"([1-9][0-9]*)\.model")


@dataclass(frozen=True)
class ModelShelf:
    """Holds the `most` last ones, in `folder`; 0: none."""

    folder: Path
    most: int

    def keep(self, competition_id: int, judge: TrainedJudge) -> None:
        """Keeps a competition's model in place of the oldest. A float32 one cannot be kept."""
        if not self.most or judge.spec.arithmetic == "float32":
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            judge.save(self.path(competition_id))
        except OSError as error:  # a full disk is no reason not to judge
            log.warning("no model is kept for practice", extra={"reason": str(error)})
            return
        for old in self.numbers()[self.most :]:
            with contextlib.suppress(OSError):  # one that is left lies there, no more
                self.path(old).unlink(missing_ok=True)

    def numbers(self) -> tuple[int, ...]:
        """The competitions whose models are here, the last first."""
        if not self.most or not self.folder.is_dir():
            return ()
        names = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return tuple(sorted((int(name[1]) for name in names if name), reverse=True))

    def path(self, competition_id: int) -> Path:
        """Where a competition's model is, or would be."""
        return self.folder / f"{competition_id}.model"
