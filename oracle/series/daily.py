"""What the daemon does for a series in every pass: missed days, due days, opened days.

Its clock is the newest final block's, so that neither a jump of this machine's clock nor a node
with a wrong head begins a day early, or calls one missed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from oracle.chain.state import Phase
from oracle.chain.wire import Block
from oracle.daemon.last_said import LastSaid
from oracle.errors import NeedsHuman, OracleError
from oracle.ledger.series_book import DayState, SeriesDay
from oracle.metrics import Metrics
from oracle.series.chain_time import ChainTime
from oracle.series.choosing import Trial
from oracle.series.creation import DayMaker
from oracle.series.restoring import Restorer
from scoring.errors import ScoringError

log = logging.getLogger(__name__)

_NOT_IN_TIME = "the daemon did not run, or was not able to create it, in time"


@dataclass
class Daily:
    """Takes one series as far as it can go."""

    maker: DayMaker
    restorer: Restorer
    trial: Trial
    metrics: Metrics
    chain_time: ChainTime
    _restored: bool = field(default=False, init=False)
    _decided_until: date | None = field(default=None, init=False)
    _last_said: LastSaid = field(default_factory=LastSaid, init=False)

    def __post_init__(self) -> None:
        self.calendar = self.maker.calendar
        self.template = self.maker.template
        self.book = self.maker.ledger.series
        self._contract = self.maker.operator.contract
        self._targets = self.maker.chooser.targets

    def advance(self, block: Block, at_leisure: bool) -> int | None:
        """Creates what is due; returns the next unix second at which there is something to create.

        `block` is final. A trial, which takes long, happens only `at_leisure`. Raises what the
        chain's reads raise; trouble with one day stays with that day.
        """
        now = block.timestamp
        self.chain_time.seen(self._contract.client.latest_block().timestamp)
        if not self._restored:
            self.restorer.restore(block)
            self._restored = True
        for record in self.book.days():
            with self._contained(record.day):
                if record.state is DayState.CLAIMED:
                    self.maker.proceed(record, now)
                elif record.state is DayState.CREATED:
                    self._look_at(record, block)
        self._miss(now)
        trial = self.trial if at_leisure else None
        series = self.template.series
        for day in self.calendar.opening_between(
            now + series.least_sale_seconds, now + series.sale_seconds
        ):
            self._begin(day, now, trial)
        upcoming = self._upcoming(now)
        if trial is not None and upcoming is not None:
            with self._contained(upcoming, noted=False):
                self._look_ahead(upcoming, trial)
        self.metrics.series_seen(Counter(day.state.value for day in self.book.days()))
        return None if upcoming is None else self._creates_at(upcoming)

    def _begin(self, day: date, now: int, trial: Trial | None) -> None:
        known = self.book.day(day)
        if known is not None and known.state is not DayState.WAITING:
            return
        with self._contained(day):
            reason = self.maker.begin(day, now, trial)
            if reason:
                self._note(day, reason)
                if self._last_said.is_new(day, reason):
                    facts = {"day": day.isoformat(), "reason": reason}
                    log.error("series: day waits", extra=facts)

    def _note(self, day: date, reason: str) -> None:
        """Writes down what a day waits for, for `judge series status`."""
        known = self.book.day(day)
        if known is None:
            self.book.begin(self._record(day, DayState.WAITING, reason))
        elif known.reason != reason:
            changed = replace(known, reason=reason)
            if known.state is DayState.CLAIMED:
                self.book.change(changed)
            elif known.state is DayState.WAITING:
                self.book.begin(changed)  # unless it was skipped meanwhile

    def _look_at(self, record: SeriesDay, block: Block) -> None:
        """Publishes the card of a target that was opened."""
        state = self._contract.state(record.competition_id or 0, block)
        if any(state.target_digest):
            if record.card is not None:
                self.maker.operator.store.put(record.card)
            target = state.target_digest
            source = record.source or self._source_of(target)
            opened = replace(record, state=DayState.OPENED, target=target, source=source)
            self.book.change(opened)
        elif state.phase is Phase.VOID:
            self.book.change(replace(record, state=DayState.VOIDED))

    def _source_of(self, target: bytes) -> bytes | None:
        """The file of a day that was found on the chain without it: no other day must get it."""
        found = self._targets.digests().items()
        return next((source for source, digest in found if digest == target), None)

    def _miss(self, final: int) -> None:
        """Notes the days that went by, once a final block is past them."""
        first = self._decided_until or self.calendar.start
        last = self.calendar.date_at(final + self.template.series.least_sale_seconds)
        known = {record.day: record for record in self.book.days()}
        missed = []
        for day in self.calendar.days(first, last):
            if self.template.too_late_at(self.calendar.opens_at(day)) > final:
                break
            self._decided_until = day
            found = known.get(day)
            if found is None or found.state is DayState.WAITING:
                reason = found.reason if found is not None else _NOT_IN_TIME
                missed.append(self._record(day, DayState.MISSED, reason))
        if missed:
            self.book.miss(missed)
            log.error(
                "series: days missed",
                extra={
                    "first": missed[0].day.isoformat(),
                    "last": missed[-1].day.isoformat(),
                    "count": len(missed),
                    "reason": missed[-1].reason,
                },
            )

    def _upcoming(self, now: int) -> date | None:
        """The next day that is neither due nor decided about."""
        due_until = now + self.template.series.sale_seconds
        first = max(due_until, self.calendar.opens_at(self.calendar.start) - 1)
        for day in self.calendar.opening_between(first, first + 14 * 86_400):
            if self.book.day(day) is None:
                return day
        return None

    def _look_ahead(self, day: date, trial: Trial) -> None:
        """Tries the next target while there is time to bring another one."""
        choice = self.maker.choose(day, trial)
        if choice.target is None and self._last_said.is_new(day, choice.reason):
            facts = {"day": day.isoformat(), "reason": choice.reason}
            log.warning("series: the next day has no target yet", extra=facts)

    def _creates_at(self, day: date) -> int:
        return self.template.creates_at(self.calendar.opens_at(day))

    def _record(self, day: date, state: DayState, reason: str) -> SeriesDay:
        number, opens_at = self.calendar.number(day), self.calendar.opens_at(day)
        return SeriesDay(day, number, opens_at, state, reason)

    @contextmanager
    def _contained(self, day: date, noted: bool = True) -> Iterator[None]:
        """Keeps a day's trouble with the day; `noted`: the book says what it waits for."""
        try:
            yield
        except (OracleError, ScoringError, OSError) as error:
            what = getattr(error, "what", None) or f"{type(error).__name__}: {error}"
            if noted:
                self._note(day, what)
            if self._last_said.is_new(day, what):
                say = log.error if isinstance(error, NeedsHuman) else log.warning
                hint = getattr(error, "hint", "")
                facts = {"day": day.isoformat(), "reason": what, "hint": hint}
                say("series: tried again next cycle", extra=facts)
