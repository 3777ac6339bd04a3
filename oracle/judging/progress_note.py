"""How far the judging under way is, written down for `judge status` and told to Prometheus."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Not needed at run time, where an auditor's base installation has no prometheus_client.
    from oracle.metrics import Metrics

_FILE_NAME = "progress.json"
_WRITE_SECONDS = 2.0


@dataclass(frozen=True)
class Standing:
    """A competition's judging has come to `done` of `total` of a stage, at a unix time."""

    competition_id: int
    stage: str
    done: int
    total: int
    noted_at: int

    def __str__(self) -> str:
        return f"{self.stage} {self.done:,} of {self.total:,}"


class ProgressNote:
    """A `scoring.judge.Progress` of one daemon, which keeps its note in `folder`.

    What is told while no competition is judged passes by.
    """

    def __init__(
        self,
        folder: Path,
        metrics: Metrics,
        progress: Callable[[str, int, int], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`progress` is told too, whatever it is about. What a killed daemon left there goes."""
        self._path = folder / _FILE_NAME
        self._forget()
        self._metrics = metrics
        self._progress = progress
        self._clock = clock
        self._competition_id: int | None = None
        self._written: tuple[str, float] = "", 0.0  # stage, and when

    @contextmanager
    def judging(self, competition_id: int) -> Iterator[None]:
        """What is told within is about this competition; nothing is left of it afterwards."""
        self._competition_id = competition_id
        try:
            yield
        finally:
            self._competition_id = None
            self._written = "", 0.0
            self._metrics.judging_ended()
            self._forget()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Work on `stage` has come to `done` of `total`."""
        # Workers are no work: the metrics have them apart.
        if self._competition_id is not None and stage != "workers":
            self._metrics.judging_came_to(stage, done, total)
            self._note(Standing(self._competition_id, stage, done, total, int(time.time())))
        if self._progress is not None:
            self._progress(stage, done, total)

    def _note(self, standing: Standing) -> None:
        before, written = self._written
        ended = standing.done == standing.total
        if standing.stage != before or ended or self._clock() - written >= _WRITE_SECONDS:
            self._write(standing)
            self._written = standing.stage, self._clock()

    def _write(self, standing: Standing) -> None:
        new = self._path.with_suffix(".new")
        # A full disk stops the judging where it matters, not here.
        with contextlib.suppress(OSError):
            new.write_text(json.dumps(asdict(standing)))
            os.replace(new, self._path)

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def read_standing(folder: Path) -> Standing | None:
    """The note in a daemon's work folder; None while nothing is judged.

    After a kill the last note stays until the daemon starts again.
    """
    try:
        return Standing(**json.loads((folder / _FILE_NAME).read_text()))
    except (OSError, ValueError, TypeError):
        return None
