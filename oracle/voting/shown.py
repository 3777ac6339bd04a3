"""Which entries were shown in time, as members decide it: by what they had, and when.

Who ranks must show: what nobody had before the dispute counts as unavailable, though it is served
later. What the operator called unavailable counts as shown only if it was there before the
assertion: else a player could hide an image until then, and the honest operator would lose. A
member that did not watch takes what it can fetch, until its patience ends.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from oracle.chain.state import CompetitionState
from oracle.errors import ContentUnavailable
from oracle.judging.fetch import Fetched
from oracle.voting.arrivals import Seen
from scoring.digest import Digest
from scoring.ranking import Entry


@dataclass(frozen=True)
class ShownInTime:
    """The rule for one dispute, as `Auditor.audit` takes it."""

    state: CompetitionState
    seen: Seen
    patience_ends: int  # unix seconds
    now: int

    def __call__(
        self, entries: tuple[Entry, ...], called: frozenset[int] | None, fetched: Fetched
    ) -> Collection[Digest]:
        """The digests that were not shown; raises `ContentUnavailable` while some may come."""
        hidden, waiting = set(), []
        for entry in entries:
            digest = entry.image_digest
            cut_off = self._cut_off(entry.ticket_id in (called or ()))
            if self.seen.looked(self.state.reveal_ends, cut_off):
                if not self.seen.had(digest, cut_off):
                    hidden.add(digest)
            elif digest in fetched.missing:
                waiting.append(digest)
        if waiting and self.now < self.patience_ends:
            raise ContentUnavailable(
                f"{len(waiting)} submissions are missing: {fetched.missing[waiting[0]]}",
                "add a store or gateway that holds them to [store]; looked for again next cycle",
            )
        return hidden

    def _cut_off(self, called: bool) -> int:
        state = self.state
        asserted_at = state.liveness_ends - state.terms.liveness_seconds
        return asserted_at if called else state.dispute.disputed_at
