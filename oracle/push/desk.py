"""Reminds players, on a thread of its own: no cycle waits for a push service."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import Phase
from oracle.errors import BadInput, OracleError, RetryLater, WrongMoment
from oracle.push.book import SubscriptionBook
from oracle.push.courier import Courier, SubscriptionGone
from oracle.push.reminder import Reminder, due
from oracle.push.subscription import Subscription

log = logging.getLogger(__name__)

_AT_ONCE = 8
_PATIENCE = 3
"""Failures of one push service in one look, after which it is left alone until the next."""
_STOP_SECONDS = 15.0


@dataclass(eq=False)
class PushDesk:
    """Looks every `seconds` what there is to tell; takes subscriptions from any thread."""

    contract: CompetitionContract  # its own: it works on other threads
    book: SubscriptionBook
    courier: Courier
    seconds: float = 20.0
    at_once: int = _AT_ONCE
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _chain: threading.Lock = field(default_factory=threading.Lock, init=False)

    def subscribe(self, competition_id: int, given: Subscription) -> None:
        """Takes a subscription; what goes on already is not told again.

        Raises `BadInput`, `WrongMoment` or `StoreFull`.
        """
        phase, reminder = self._look_at(competition_id)
        if phase is Phase.NONE:
            raise BadInput("there is no such competition", "send the number of one")
        if reminder is not None and reminder.is_last:
            raise WrongMoment("this competition is over", "look at its result")
        self.book.add(competition_id, given, reminder.occasion if reminder else None)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="push", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """What is under way is given a moment. Can be repeated."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None

    def look(self) -> int:
        """Tells everybody what is due; returns how many were told."""
        told = 0
        for competition_id in self.book.competitions():
            _, reminder = self._look_at(competition_id)
            if reminder is None or self._stop.is_set():
                continue
            told += self._tell(reminder)
            if reminder.is_last and not self.book.untold(competition_id, reminder.occasion):
                self.book.close(competition_id)
        return told

    def _look_at(self, competition_id: int) -> tuple[Phase, Reminder | None]:
        with self._chain:
            block = self.contract.client.latest_block()
            state = self.contract.state(competition_id, block)
        return state.phase, due(state, block.timestamp)

    def _tell(self, reminder: Reminder) -> int:
        failures: Counter[str] = Counter()
        waiting = self.book.untold(reminder.competition_id, reminder.occasion)
        tell: Callable[[Subscription], bool] = partial(self._tell_one, reminder, failures)
        with ThreadPoolExecutor(self.at_once, "push") as pool:
            told = sum(pool.map(tell, waiting))
        facts = {"competition": reminder.competition_id, "occasion": reminder.occasion.value}
        if told:
            log.info("players reminded", extra={**facts, "browsers": told})
        for service, count in failures.items():
            log.warning("reminders wait", extra={**facts, "service": service, "failures": count})
        return told

    def _tell_one(self, reminder: Reminder, failures: Counter[str], to: Subscription) -> bool:
        if failures[to.service] >= _PATIENCE or self._stop.is_set():
            return False
        try:
            self.courier.deliver(to, reminder)
        except SubscriptionGone:
            self.book.remove(to.endpoint)
            return False
        except RetryLater as error:
            log.debug("a reminder waits", extra={"reason": error.what})
            failures[to.service] += 1
            self.book.fail(to.endpoint)
            return False
        self.book.tell(reminder.competition_id, to.endpoint, reminder.occasion)
        return True

    def _run(self) -> None:
        while not self._stop.wait(self.seconds):
            try:
                self.look()
            except OracleError as error:
                log.info("no reminders now", extra={"reason": error.what})
            except Exception:
                # A defect here must not end the thread that brings all further reminders.
                log.warning("reminders failed", exc_info=True)
