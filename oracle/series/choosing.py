"""Which target a day gets: the next one that was not used yet and can be judged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from oracle.ledger.series_book import SeriesBook
from oracle.series.targets import SeriesTarget, SetAside, TargetList, deck_of
from scoring.digest import Digest

Trial = Callable[[bytes], str]
"""Says why a target cannot be judged, "" when it can; takes long."""


@dataclass(frozen=True)
class Choice:
    """What was found for a day: a target, or why there is none."""

    target: SeriesTarget | None
    reason: str = ""
    deck: bytes | None = None  # what it was drawn from, where targets are drawn
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True)
class Chooser:
    """Chooses targets; `draw_seed` gives each day's seed where they are drawn, else None."""

    targets: TargetList
    book: SeriesBook
    spec_digest: Digest
    draw_seed: Callable[[date], bytes] | None

    def choose(self, day: date, used: Collection[bytes], trial: Trial | None) -> Choice:
        """The day's target; what was never tried is tried now, or without `trial` waited for."""
        return self._choose(day, used, lambda target: self._tried(target, trial))

    def expect(self, day: date, used: Collection[bytes]) -> Choice:
        """What `choose` would find if all that was never tried can be judged; tries nothing."""
        return self._choose(day, used, lambda target: self._known(target) or "")

    def _choose(
        self,
        day: date,
        used: Collection[bytes],
        reason_against: Callable[[SeriesTarget], str | None],
    ) -> Choice:
        aside: list[SetAside] = []
        for found in self._in_order(day, used):
            if isinstance(found, SetAside):
                aside.append(found)
                continue
            reason = reason_against(found)
            if reason is None:
                return Choice(None, "its target has to be tried first", None, tuple(aside))
            if not reason:
                return Choice(found, "", self._deck(used), tuple(aside))
            aside.append(SetAside(found.path, reason))
        return Choice(None, self._why_none(aside), None, tuple(aside))

    def _in_order(self, day: date, used: Collection[bytes]) -> Iterator[SeriesTarget | SetAside]:
        if self.draw_seed is None:
            return self.targets.unused(used)
        return self.targets.drawn(used, self.draw_seed(day))

    def _tried(self, target: SeriesTarget, trial: Trial | None) -> str | None:
        known = self._known(target)
        if known is None and trial is not None:
            known = trial(target.image)
            self.book.record_trial(target.source, self.spec_digest, known)
        return known

    def _known(self, target: SeriesTarget) -> str | None:
        return self.book.trial(target.source, self.spec_digest)

    def _deck(self, used: Collection[bytes]) -> bytes | None:
        if self.draw_seed is None:
            return None
        return deck_of(
            [
                digest
                for source, digest in self.targets.digests().items()
                if source not in used and not self.book.trial(source, self.spec_digest)
            ]
        )

    def _why_none(self, aside: list[SetAside]) -> str:
        if aside:
            return f"no usable target is left; {aside[0].path.name}: {aside[0].reason}"
        if self.targets.files():
            return "every target was used: add new ones"
        return "there is no target: the folder is empty or missing"
