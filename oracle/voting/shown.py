"""Which entries were shown in time, as members decide it: by what they had, and when.

Who ranks must show: what nobody had before the dispute counts as unavailable, though it is served
later. What came between assertion and dispute counts as shown, unless the asserted ranking is the
one in which it is called unavailable: else a player could hide an image until the assertion, and
the honest operator would lose. The ranking itself says so; the bundle, which could be served to
some members only, is no more than a hint where to look first. A member that did not watch takes
what it can fetch, until its patience ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.state import CompetitionState
from oracle.errors import ContentUnavailable
from oracle.judging.fetch import Fetched
from oracle.voting.arrivals import Seen
from scoring.digest import Digest
from scoring.ranking import Entry

Hidden = frozenset[Digest]


@dataclass(frozen=True)
class ShownInTime:
    """The rule for one dispute, as `Auditor.audit` takes it."""

    state: CompetitionState
    seen: Seen
    patience_ends: int  # unix seconds
    now: int

    @property
    def watched(self) -> bool:
        """Whether this member looked before the dispute."""
        return self.seen.looked(self.state.reveal_ends, self.state.dispute.disputed_at)

    def __call__(
        self, entries: tuple[Entry, ...], called: frozenset[int] | None, fetched: Fetched
    ) -> tuple[Hidden, ...]:
        """Sets of digests that were not shown: the first that gives the asserted ranking counts,
        else the last. Raises `ContentUnavailable` while that may still change.
        """
        digests = frozenset(entry.image_digest for entry in entries)
        if not self.watched:
            if missing := [digest for digest in digests if digest in fetched.missing]:
                reason = fetched.missing[missing[0]]
                self._wait_while(f"{len(missing)} submissions are missing: {reason}")
            return (Hidden(),)
        asserted_at = self.state.liveness_ends - self.state.terms.liveness_seconds
        absent = self._absent(digests, self.state.dispute.disputed_at)
        if not self.seen.looked(self.state.reveal_ends, asserted_at):
            return (absent,)
        late = self._absent(digests, asserted_at) - absent
        if called is None and len(late) > 1:
            # Which of them the operator called unavailable, only its bundle tells.
            self._wait_while("the operator's bundle is missing")
        names = frozenset(e.image_digest for e in entries if e.ticket_id in (called or ()))
        views = (absent | (late & names), absent | late, absent)
        return tuple(dict.fromkeys(views if late & names else views[1:]))

    def _absent(self, digests: frozenset[Digest], before: int) -> Hidden:
        return Hidden(digest for digest in digests if not self.seen.had(digest, before))

    def _wait_while(self, missing: str) -> None:
        if self.now < self.patience_ends:
            raise ContentUnavailable(
                missing,
                "add a store or gateway that holds it to [store]; looked for again next cycle",
            )
