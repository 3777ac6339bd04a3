"""How a competition stands, as far as a shared link tells it; all of it from chain and digests.

Of a target that is not open, nothing is known here: the chain does not have it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.errors import ContentUnavailable, Mismatch
from oracle.judging.bundle import MAX_PART_BYTES, parse_digest, read_index, read_page, read_pages
from oracle.store.base import ContentStore
from scoring.digest import Digest

_TITLE_CHARACTERS = 80
# How a judge's integer is said: divided by, with so many digits.
_UNITS = {"calibrated": (1_000_000, 3), "autoencoder-mse": (1_000_000_000, 4)}
_LARGEST_SCORE = 1 << 128

Named = Callable[[int, int], str]
"""What a competition is called, by its number and the unix second at which its target opens."""
Cards = Callable[[int, bytes], Mapping[str, str]]
"""The card of a competition's opened target, by the target's digest; empty when there is none."""


@dataclass(frozen=True)
class Winner:
    """Who won, by the chain; which image and how near, by the bundle whose digest is there."""

    ticket: int
    player: str
    image: Digest | None  # None where the bundle is not here
    distance: str  # empty where the bundle is not here


@dataclass(frozen=True)
class Result:
    """A competition as a shared link tells it."""

    number: int
    name: str  # "No. 12 · 28 November"
    title: str  # of the opened target's card, or empty
    is_void: bool
    target: Digest | None
    winner: Winner | None  # None until it is paid
    is_ranked: bool = False  # a ranking was posted, and stands
    revealed: int = 0

    @property
    def headline(self) -> str:
        return f"{self.name}: {self.title}" if self.title else self.name

    @property
    def sentence(self) -> str:
        if self.winner is not None:
            account = f"{self.winner.player[:6]}…{self.winner.player[-4:]}"
            how_near = f", at a distance of {self.winner.distance}" if self.winner.distance else ""
            return f"The closest image is by {account}{how_near}."
        if self.is_void:
            return "This competition is void. Every ticket is refunded."
        return "One hidden picture. The closest image wins."


@dataclass(frozen=True)
class Results:
    """Reads results; can be used by one thread at a time."""

    contract: CompetitionContract
    store: ContentStore
    named: Named
    cards: Cards

    def of(self, number: int, *, settled: bool = False) -> Result | None:
        """The result of a competition; None when there is none of this number.

        With `settled` as of a block that will not be taken back.
        """
        client = self.contract.client
        block = client.finalized_block() if settled else client.latest_block()
        state = self.contract.state(number, block)
        if state.phase is Phase.NONE:
            return None
        target = Digest(state.target_digest) if any(state.target_digest) else None
        winner = None
        if state.phase is Phase.FINAL:
            player = self.contract.ticket(number, state.winner_ticket, block).player
            image, distance = self._winning_row(state)
            winner = Winner(state.winner_ticket, player, image, distance)
        card = self.cards(number, target) if target is not None else {}
        return Result(
            number=number,
            name=self.named(number, state.terms.sale_ends),
            title=plain(card.get("title", ""), _TITLE_CHARACTERS),
            is_void=state.phase is Phase.VOID,
            target=target,
            winner=winner,
            is_ranked=any(state.bundle_digest) and state.phase is not Phase.VOID,
            revealed=state.revealed,
        )

    def _winning_row(self, state: CompetitionState) -> tuple[Digest | None, str]:
        """The winner's image and distance. Its row is on the first page, as it has rank 1."""
        try:
            index = read_index(self._part(Digest(state.bundle_digest)))
            for name in read_pages(index)[:1]:
                for row in read_page(self._part(parse_digest(name))):
                    if row["ticket_id"] == state.winner_ticket:
                        return parse_digest(row.get("image_digest")), _distance(index, row)
        except (ContentUnavailable, Mismatch):
            pass  # the chain says who won, also without it
        return None, ""

    def _part(self, digest: Digest) -> bytes:
        return self.store.get(digest, max_bytes=MAX_PART_BYTES)


def plain(text: str, most: int) -> str:
    """Text on one line, without marks that have no shape or turn the writing around."""
    shown = "".join(
        character if not unicodedata.category(character).startswith("C") else " "
        for character in unicodedata.normalize("NFC", text)
    )
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _distance(index: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    spec, score = index["spec"], str(row.get("score"))
    judge = spec.get("judge") if isinstance(spec, dict) else None
    divisor, digits = _UNITS.get(judge if isinstance(judge, str) else "", (1, 0))
    if not score.removeprefix("-").isdecimal() or len(score) > len(str(_LARGEST_SCORE)):
        return ""
    return f"{int(score) / divisor:.{digits}f}".replace("-", "−")
