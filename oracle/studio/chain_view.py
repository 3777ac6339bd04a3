"""The chain as a studio sees it: never older than seconds, and read beside whoever asks.

Every prompt asks for the time and for its competition. While prompts come in, a thread of its own
reads both again once a second, so that nobody who asks waits for the node; after a pause the first
who asks does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.errors import OracleError

log = logging.getLogger(__name__)

_REREAD_SECONDS = 1.0
_OLDEST_SECONDS = 2.0
_BEFORE_ITS_END = (Phase.SELLING, Phase.OPENING, Phase.OPEN)


@dataclass(frozen=True)
class _Seen:
    """One block, when it was read, and the competitions that were read of it."""

    block: Block
    at: float
    states: dict[int, CompetitionState] = field(default_factory=dict)


class ChainView:
    """Newest block and competitions of one contract; can be shared by threads."""

    def __init__(
        self, contract: CompetitionContract, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.client_lock = threading.RLock()
        """The contract's client serves one thread at a time: the one that holds this."""
        self._contract = contract
        self._clock = clock
        self._seen: _Seen | None = None
        self._ends: dict[int, tuple[int, int]] = {}
        self._rereading = threading.Lock()

    def latest(self, *, fresh: bool = False) -> Block:
        """The newest block, or one that was it up to two seconds ago. Raises `RetryLater`."""
        return self._latest(fresh).block

    def state(self, competition_id: int, *, fresh: bool = False) -> tuple[CompetitionState, Block]:
        """A competition, at the newest block. Raises `RetryLater`."""
        seen = self._latest(fresh)
        if competition_id not in seen.states:
            with self.client_lock:
                return self._read(competition_id, seen), seen.block
        return seen.states[competition_id], seen.block

    def prompts_end(self, competition_id: int) -> tuple[int, int]:
        """Prompts of a ticket, and when prompting ends (unix seconds). Raises `RetryLater`.

        Of an open competition what was last read is enough: only a reorganisation moves its end,
        and whoever asks for a prompt reads it again.
        """
        known = self._ends.get(competition_id)
        if known is None:
            state, _ = self.state(competition_id)
            known = state.terms.prompt_limit, state.open_ends
        return known

    # ----------------------------------------------------------------- inside

    def _latest(self, fresh: bool) -> _Seen:
        seen = self._seen
        age = self._age(seen)
        if seen is not None and age < _OLDEST_SECONDS and not fresh:
            if age >= _REREAD_SECONDS:
                self._reread_beside()
            return seen
        with self.client_lock:
            seen = self._seen  # another thread may have read it while this one waited
            if seen is None or fresh or self._age(seen) >= _REREAD_SECONDS:
                seen = self._seen = self._newest()
            return seen

    def _age(self, seen: _Seen | None) -> float:
        return float("inf") if seen is None else self._clock() - seen.at

    def _newest(self) -> _Seen:
        block = self._contract.client.latest_block()
        seen = self._seen
        states = seen.states if seen is not None and seen.block.hash == block.hash else {}
        return _Seen(block, self._clock(), states)

    def _read(self, competition_id: int, seen: _Seen) -> CompetitionState:
        state = seen.states.get(competition_id)
        if state is None:
            state = self._contract.state(competition_id, seen.block)
            if state.phase is not Phase.NONE:  # or anybody could fill this with numbers
                seen.states[competition_id] = state
            if state.phase is Phase.OPEN:
                self._ends[competition_id] = state.terms.prompt_limit, state.open_ends
            else:
                self._ends.pop(competition_id, None)
        return state

    def _reread_beside(self) -> None:
        if self._rereading.acquire(blocking=False):
            threading.Thread(target=self._reread, name="studio chain", daemon=True).start()

    def _reread(self) -> None:
        """Reads the newest block, and of it what was asked for of the one before."""
        try:
            with self.client_lock:
                newest = self._newest()
                for number, state in tuple(self._seen.states.items() if self._seen else ()):
                    if state.phase in _BEFORE_ITS_END:
                        self._read(number, newest)
                self._seen = newest
        except OracleError as error:
            # Whoever asks when this is too old reads it, and is told.
            log.debug("the chain could not be read again", extra={"reason": error.what})
        finally:
            self._rereading.release()
