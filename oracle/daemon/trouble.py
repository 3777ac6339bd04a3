"""How one competition's trouble is kept from the others.

A warning comes once, and again each time that half of what was left until the operator's deadline
is gone. A node that is gone is nobody's trouble: it ends the pass.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from oracle.daemon.last_said import LastSaid
from oracle.daemon.report import CycleReport
from oracle.errors import (
    ChainDisagrees,
    ChainUnavailable,
    NeedsHuman,
    OracleError,
    WriterLost,
)
from oracle.health import Health
from oracle.ledger.ledger import Halt
from oracle.ledger.trouble_book import TroubleBook
from oracle.logs import log_context

log = logging.getLogger(__name__)

# A node that gives half an answer gives a whole one the next time; nothing is decided meanwhile.
DISAGREEMENTS = 5
DISAGREES_SECONDS = 120.0


@dataclass
class Trouble:
    """Contains errors, and logs lasting ones once. `halt` is told what needs a human."""

    halt: Callable[[int, NeedsHuman], None]
    node_answers: Callable[[], bool]
    distrust_node: Callable[[], None]
    health: Health
    book: TroubleBook
    clock: Callable[[], float] = time.monotonic
    _last_said: LastSaid = field(default_factory=LastSaid, init=False)
    # How often in a row the chain's readings of a competition disagreed, and since when.
    _disagreed: dict[int, tuple[int, float]] = field(default_factory=dict, init=False)
    _booked: set[int] = field(
        init=False
    )  # whose trouble stands in the book, from before a stop too

    def __post_init__(self) -> None:
        self._booked = set(self.book.all())

    @contextmanager
    def contained(self, competition_id: int, report: CycleReport) -> Iterator[None]:
        """Puts errors about one competition into the report.

        None gets out, but `ChainUnavailable` where the node answers nobody.
        """
        with log_context(competition=competition_id):
            try:
                yield
            except WriterLost:
                raise  # nobody's trouble: this whole process has to stop sending
            except ChainDisagrees as error:
                self.distrust_node()  # another one, where there is one, is read next
                if self._is_read_again(competition_id):
                    self._try_again(competition_id, report, error, "read again next cycle")
                else:
                    self._needs_human(competition_id, report, error)
            except NeedsHuman as error:
                self._needs_human(competition_id, report, error)
            except ChainUnavailable as error:
                if not self.node_answers():
                    raise
                self._try_again(competition_id, report, error)
            except OracleError as error:
                self._try_again(competition_id, report, error)
            except Exception as error:
                # Whatever the defect is, money waits in the other competitions too.
                defect = OracleError(f"{type(error).__name__}: {error}", "look at the log")
                report.failed[competition_id] = defect.what
                self.health.failed(competition_id, defect)
                if self._is_new(competition_id, report, defect):
                    log.exception("failed unexpectedly; tried again next cycle")

    def mended(self, competition_id: int) -> None:
        """Says that a competition's trouble is over, if it had any."""
        self._disagreed.pop(competition_id, None)
        self.health.mended(competition_id)
        if competition_id in self._booked:
            self.book.clear(competition_id)
            self._booked.discard(competition_id)
        if self._last_said.is_over(competition_id):
            log.info("continues")

    def remind(self, competition_id: int, report: CycleReport, halt: Halt) -> None:
        """Says again that a halted competition needs a human, as its deadline comes nearer."""
        error = NeedsHuman(halt.reason, halt.hint)
        if self._is_new(competition_id, report, error):
            log.error("halted: needs a human", extra=_facts(competition_id, report, error))

    def _is_read_again(self, competition_id: int) -> bool:
        """Whether a disagreement is too young, or was seen too seldom, to halt anything."""
        times, since = self._disagreed.get(competition_id, (0, self.clock()))
        self._disagreed[competition_id] = times + 1, since
        return times + 1 < DISAGREEMENTS or self.clock() - since < DISAGREES_SECONDS

    def _needs_human(self, competition_id: int, report: CycleReport, error: NeedsHuman) -> None:
        if isinstance(error, ChainDisagrees):
            # It was a warning until now.
            error = NeedsHuman(error.what, error.hint)
        self._disagreed.pop(competition_id, None)
        self.halt(competition_id, error)
        report.halted[competition_id] = error.what
        self.health.mended(competition_id)
        if self._is_new(competition_id, report, error):
            log.error("halted: needs a human", extra=_facts(competition_id, report, error))

    def _try_again(
        self,
        competition_id: int,
        report: CycleReport,
        error: OracleError,
        text: str = "tried again next cycle",
    ) -> None:
        report.failed[competition_id] = error.what
        self.health.failed(competition_id, error)
        if self._is_new(competition_id, report, error):
            log.warning(text, extra=_facts(competition_id, report, error))

    def _is_new(self, competition_id: int, report: CycleReport, error: OracleError) -> bool:
        """Whether this is to be said now: it is another error, or the deadline has come nearer."""
        left = _seconds_left(competition_id, report)
        nearness = None if left is None else max(left, 0).bit_length()
        if not self._last_said.is_new(competition_id, (type(error), error.what, nearness)):
            return False
        self.book.record(competition_id, error.what, error.hint)
        self._booked.add(competition_id)
        return True


def _seconds_left(competition_id: int, report: CycleReport) -> int | None:
    deadline = report.deadlines.get(competition_id)
    return None if deadline is None else deadline.at - report.block.timestamp


def _facts(competition_id: int, report: CycleReport, error: OracleError) -> dict[str, object]:
    facts: dict[str, object] = {"reason": error.what, "hint": error.hint}
    deadline = report.deadlines.get(competition_id)
    if deadline is not None:
        facts["due"] = deadline.step
        facts["seconds_left"] = deadline.at - report.block.timestamp
    return facts
