"""Looking, before there is a dispute, for everything that was revealed, and pinning what is found.

What a member had before a dispute decides what it counts as shown; what it pins, the others find.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from oracle.auditing.auditor import Auditor
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.judging.fetch import fetch_all
from oracle.voting.arrivals import Arrivals
from oracle.voting.exchange import Exchange
from scoring.digest import Digest

# How often what is missing is looked for before a dispute.
LOOK_AGAIN_SECONDS = 300
# The same once a ranking is asserted: what one member finds, the next one has to find soon.
LOOK_SOON_SECONDS = 60
_NOTE_REST = 19  # times as long as a note takes


@dataclass
class Watcher:
    """Looks of one member at the competitions that name its quorum."""

    contract: CompetitionContract
    quorum: str
    auditor: Auditor
    exchange: Exchange
    arrivals: Arrivals
    _complete: set[int] = field(default_factory=set, init=False)  # of which nothing is missing

    def is_due(self, state: CompetitionState, block: Block) -> bool:
        """Whether it is time to look again at a competition of the quorum."""
        before_disputes = Phase.SEEDING <= state.phase <= Phase.ASSERTED
        if not before_disputes or state.terms.arbiter != self.quorum:
            return False
        latest = max(self.arrivals.of(state.id).passes, default=0)
        asserted = state.phase is Phase.ASSERTED
        if asserted and latest < state.liveness_ends - state.terms.liveness_seconds:
            return True
        soon = asserted and state.id not in self._complete
        return block.timestamp >= latest + (LOOK_SOON_SECONDS if soon else LOOK_AGAIN_SECONDS)

    def look(self, state: CompetitionState, block: Block) -> None:
        """Fetches and pins everything that was revealed; notes what is here and since when."""
        entries = self.contract.entries(state.id, block)
        wanted = [Digest(state.target_digest), *(entry.image_digest for entry in entries)]
        auditor, came, due = self.auditor, deque[Digest](), time.monotonic()

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal due
            # Soon: a look takes minutes where much is missing, and a dispute may come in it. A note
            # writes all that is known, so of the time it takes a twentieth.
            if (began := time.monotonic()) >= due:
                self._note(state.id, came)
                due = time.monotonic() + _NOTE_REST * (time.monotonic() - began)
            if auditor.progress is not None:
                auditor.progress(stage, done, total)

        fetched = fetch_all(
            auditor.store,
            auditor.cache,
            wanted,
            search=auditor.search,
            progress=progress,
            arrived=came.append,
        )
        here = [digest for digest in wanted if digest not in fetched.missing]
        self.exchange.pin(fetched, here)
        # Only now: what came while it was looked for came before this moment.
        moment = self.contract.client.latest_block().timestamp
        if fetched.unasked:
            # No look: it would say of an image that had no turn that it was not shown.
            self.arrivals.note(state.id, here, moment)
            return
        self.arrivals.record(state.id, here, moment)
        if not fetched.missing:
            self._complete.add(state.id)

    def _note(self, competition_id: int, came: deque[Digest]) -> None:
        here = [came.popleft() for _ in range(len(came))]
        if here:
            moment = self.contract.client.latest_block().timestamp
            self.arrivals.note(competition_id, here, moment)
