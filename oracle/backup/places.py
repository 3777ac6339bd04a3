"""Where on this machine the things are that a backup holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from oracle.ledger.copying import ledger_file

WORK = "work"
STUDIO = "studio"
STUDIO_BOOK = "studio.sqlite"


@dataclass(frozen=True)
class Places:
    """The ledger's address, and folders by the name under which a backup has them."""

    ledger_url: str
    # There is one called WORK. One of them may lie within another.
    folders: Mapping[str, Path]
    # What can be made or fetched again, at a price of time.
    spare: frozenset[Path] = field(default_factory=frozenset)

    @property
    def ledger_file(self) -> Path | None:
        """The ledger's own file, where it is one."""
        return ledger_file(self.ledger_url)
