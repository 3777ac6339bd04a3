"""How one competition's trouble is kept from the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from oracle.daemon.last_said import LastSaid
from oracle.daemon.report import CycleReport
from oracle.errors import NeedsHuman, OracleError
from oracle.logs import log_context

log = logging.getLogger(__name__)


@dataclass
class Trouble:
    """Contains errors, and logs lasting ones once. `halt` is told what needs a human."""

    halt: Callable[[int, NeedsHuman], None]
    _last_said: LastSaid = field(default_factory=LastSaid, init=False)

    @contextmanager
    def contained(self, competition_id: int, report: CycleReport) -> Iterator[None]:
        """Puts errors about one competition into the report; none gets out."""
        with log_context(competition=competition_id):
            try:
                yield
            except NeedsHuman as error:
                self.halt(competition_id, error)
                report.halted[competition_id] = error.what
                self._say(competition_id, log.error, "halted: needs a human", error)
            except OracleError as error:
                report.failed[competition_id] = error.what
                self._say(competition_id, log.warning, "tried again next cycle", error)
            except Exception as error:
                # Whatever the defect is, money waits in the other competitions too.
                report.failed[competition_id] = f"{type(error).__name__}: {error}"
                if self._last_said.is_new(competition_id, report.failed[competition_id]):
                    log.exception("failed unexpectedly; tried again next cycle")

    def mended(self, competition_id: int) -> None:
        """Says that a competition's trouble is over, if it had any."""
        if self._last_said.is_over(competition_id):
            log.info("continues")

    def _say(
        self, competition_id: int, say: Callable[..., None], text: str, error: OracleError
    ) -> None:
        if self._last_said.is_new(competition_id, error.what):
            say(text, extra={"reason": error.what, "hint": error.hint})
