"""Finding a series' days on the chain again, after this machine has lost its ledger or its secrets.

A day's commitment follows from the series' secret, the day and the target, so that the secret's
backup and the targets' files are all that it takes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from oracle.accounts.operator import Operator
from oracle.chain.commitments import hash_target
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.ledger.ledger import Ledger
from oracle.ledger.series_book import DayState, SeriesDay
from oracle.sealed.images import SealedImage
from oracle.series.days import SeriesCalendar
from oracle.series.secret import SecretKeeper
from oracle.series.targets import SeriesTarget, TargetList

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restorer:
    """Compares the chain's competitions with the book of days."""

    operator: Operator
    ledger: Ledger
    calendar: SeriesCalendar
    targets: TargetList
    keeper: SecretKeeper

    def restore(self, block: Block) -> None:
        """Writes down every day that stands on the chain and is unknown, or not to be opened, here.

        A competition of this operator that opens in a day's very second is that day's, even if its
        target cannot be found: the day must not come twice.
        """
        known = {day.competition_id: day for day in self.ledger.series.days()}
        ended = self.ledger.ended()
        for number in range(1, self.operator.contract.competition_count(block) + 1):
            if number in known and (number in ended or self._can_open(known[number])):
                continue
            state = self.operator.contract.state(number, block)
            day = self._day_of(state)
            if day is not None:
                self._restore_day(day, state)

    def _can_open(self, record: SeriesDay) -> bool:
        if record.state is not DayState.CREATED or record.commitment is None:
            return True
        return self.operator.targets.load(record.commitment) is not None

    def _day_of(self, state: CompetitionState) -> date | None:
        if state.operator != self.operator.wallet.address:
            return None
        opens_at = state.terms.sale_ends
        return next(self.calendar.opening_between(opens_at - 1, opens_at), None)

    def _restore_day(self, day: date, state: CompetitionState) -> None:
        target = self._target_of(day, state)
        facts = {"day": day.isoformat(), "competition": state.id}
        if target is not None:
            salt = self._salt(day)
            if (
                salt is not None
                and self.operator.targets.load(state.terms.target_commitment) is None
            ):
                sealed = SealedImage(state.terms.target_commitment, salt, target.image)
                self.operator.targets.save(sealed)
                log.warning("series: a day's secret was made again", extra=facts)
        elif state.phase < Phase.OPEN:
            log.error("series: a day's target is not on this machine", extra=facts)
        record = SeriesDay(
            day=day,
            number=self.calendar.number(day),
            opens_at=state.terms.sale_ends,
            state=DayState.CREATED,
            source=None if target is None else target.source,
            target=None if target is None else target.digest,
            commitment=state.terms.target_commitment,
            card=None if target is None else target.card,
            competition_id=state.id,
        )
        if self.ledger.series.begin(record):
            log.warning("series: a day was found on the chain", extra=facts)

    def _target_of(self, day: date, state: CompetitionState) -> SeriesTarget | None:
        salt = self._salt(day)
        if salt is None:
            return None
        contract, account = self.operator.contract, self.operator.wallet.address
        for digest, path in self.targets.by_digest().items():
            commitment = hash_target(contract.domain, account, digest, salt)
            if commitment == state.terms.target_commitment:
                return self.targets.load(path)
        return None

    def _salt(self, day: date) -> bytes | None:
        secret = self.keeper.peek()
        if secret is None:
            return None
        return secret.salt(self.operator.contract.domain, self.operator.wallet.address, day)
