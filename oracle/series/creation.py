"""How a day gets its competition, so that a kill at any point leaves neither none nor two.

A day is claimed with its target before anything is sent. The commitment follows from day and
target, and the transaction's key from the commitment: whatever is repeated is the same creation.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import date

from oracle.accounts.means import Means
from oracle.accounts.operator import Operator, creation_key
from oracle.accounts.plan import Plan
from oracle.chain.amounts import format_eth
from oracle.chain.calls import Call
from oracle.chain.commitments import hash_target
from oracle.chain.events import CompetitionCreated
from oracle.daemon.last_said import LastSaid
from oracle.daemon.logged_sender import LoggedSender
from oracle.errors import NotFinalYet
from oracle.ledger.ledger import Ledger, Step
from oracle.ledger.series_book import DayState, SeriesDay
from oracle.ledger.transaction import TxResult, TxStatus
from oracle.series.choosing import Choice, Chooser, Trial
from oracle.series.days import SeriesCalendar
from oracle.series.secret import SecretKeeper
from oracle.series.template import Template

log = logging.getLogger(__name__)

TAKEN = (DayState.CLAIMED, DayState.CREATED, DayState.OPENED)
"""States in which a day's target is no other day's."""


@dataclass(eq=False)
class DayMaker:
    """Creates the competitions of one series."""

    operator: Operator
    sender: LoggedSender
    ledger: Ledger
    calendar: SeriesCalendar
    template: Template
    chooser: Chooser
    keeper: SecretKeeper
    means: Means
    _last_said: LastSaid = field(default_factory=LastSaid, init=False)

    def begin(self, day: date, now: int, trial: Trial | None) -> str:
        """Claims a day and creates its competition; returns what it waits for, if anything.

        `now` is a final block's unix second.
        """
        choice = self.choose(day, trial)
        if choice.target is None:
            return choice.reason
        opens_at = self.calendar.opens_at(day)
        salt, account = self._salt(day), self.operator.wallet.address
        target = choice.target
        plan = self.template.plan(target.image, opens_at, salt)
        if lacking := self.means.against(plan) or self._too_little(plan):
            return lacking
        domain = self.operator.contract.domain
        record = SeriesDay(
            day=day,
            number=self.calendar.number(day),
            opens_at=opens_at,
            state=DayState.CLAIMED,
            source=target.source,
            target=target.digest,
            commitment=hash_target(domain, account, target.digest, salt),
            deck=choice.deck,
            card=target.card,
        )
        if self.ledger.series.begin(record):
            self.proceed(record, now)
        return ""

    def choose(self, day: date, trial: Trial | None) -> Choice:
        """The day's target; says once what was set aside."""
        choice = self.chooser.choose(day, used_sources(self.ledger), trial)
        for aside in choice.set_aside:
            if self._last_said.is_new(aside.path, aside.reason):
                log.error(
                    "target set aside", extra={"file": aside.path.name, "reason": aside.reason}
                )
        return choice

    def proceed(self, record: SeriesDay, now: int) -> None:
        """Takes a claimed day further: sends its creation, and notes what became of it.

        `now` is a final block's unix second.
        """
        commitment = record.commitment or b""
        key = creation_key(commitment)
        known = self.ledger.transactions.find(key)
        if known is not None and known.status is not TxStatus.REFUSED:
            call = known.call
        else:
            prepared = self._prepared(record)
            if prepared is None:
                # Nothing can have been sent for it: the day begins anew with what there is now.
                if known is None:
                    self.ledger.series.forget(record.day, [DayState.CLAIMED])
                return
            call = prepared
        deadline = self.template.too_late_at(record.opens_at)
        result = self.sender.send(key, call, deadline, action="createCompetition")
        noted = self._noted(record, result, now >= deadline)
        if noted != record:
            self.ledger.series.change(noted)
            if noted.state is not record.state:
                _say(noted)

    def _noted(self, record: SeriesDay, result: TxResult, is_over: bool) -> SeriesDay:
        match result.status:
            case TxStatus.MINED | TxStatus.CONFIRMED if result.succeeded:
                final = result.status is TxStatus.CONFIRMED
                state = DayState.CREATED if final else DayState.CLAIMED
                return replace(record, state=state, reason="", competition_id=self._id_of(result))
            case TxStatus.REVERTED:
                return replace(record, state=DayState.MISSED, reason=result.reason)
            case TxStatus.EXPIRED if is_over:
                reason = record.reason or result.reason
                return replace(record, state=DayState.MISSED, reason=reason)
            case TxStatus.REFUSED | TxStatus.STUCK:
                return replace(record, reason=result.reason, competition_id=None)
            case _:
                # Where a refusal is known, it says more than that time is running out.
                return replace(record, competition_id=None)

    def _id_of(self, result: TxResult) -> int:
        if result.receipt is not None:
            for event in self.operator.contract.events_of(result.receipt):
                if isinstance(event, CompetitionCreated):
                    return event.competition_id
        raise NotFinalYet("the creation's receipt holds no competition", "ask another RPC endpoint")

    def _prepared(self, record: SeriesDay) -> Call | None:
        """The creation's call, or None when the day's target is nowhere to be found."""
        sealed = self.operator.targets.load(record.commitment or b"")
        image = sealed.image if sealed is not None else self._from_list(record.target or b"")
        if image is None:
            return None
        plan = self.template.plan(image, record.opens_at, self._salt(record.day))
        return self.operator.prepare(plan)[1]

    def _from_list(self, target: bytes) -> bytes | None:
        path = self.chooser.targets.by_digest().get(target)
        return None if path is None else self.chooser.targets.load(path).image

    def _salt(self, day: date) -> bytes:
        domain = self.operator.contract.domain
        return self.keeper.get().salt(domain, self.operator.wallet.address, day)

    def _too_little(self, plan: Plan) -> str:
        """What is missing in the account, if anything: this day, and the bonds of those running."""
        cost = self.means.cost(plan)
        needed = cost.now_wei + cost.later_wei * (1 + self._running())
        balance = self.operator.contract.client.balance(self.operator.wallet.address)
        if balance >= needed:
            return ""
        return (
            f"too little balance: {format_eth(balance)}, "
            f"and this day with those that run may take {format_eth(needed)}"
        )

    def _running(self) -> int:
        """Days whose ranking is not asserted yet."""
        ended = self.ledger.ended()
        return sum(
            record.state is DayState.CLAIMED
            or (
                record.state in TAKEN
                and record.competition_id not in ended
                and Step.ASSERTION_SENT not in self.ledger.steps(record.competition_id or 0)
            )
            for record in self.ledger.series.days()
        )


def used_sources(ledger: Ledger) -> frozenset[bytes]:
    """The files whose targets belong to a day."""
    days = ledger.series.days()
    return frozenset(day.source for day in days if day.source and day.state in TAKEN)


def _say(record: SeriesDay) -> None:
    facts = {"day": record.day.isoformat(), "number": record.number}
    if record.state is DayState.MISSED:
        log.error("series: day missed", extra={**facts, "reason": record.reason})
    else:
        log.info("series: day created", extra={**facts, "competition": record.competition_id})
