"""Which entries nobody shows the image of: said once, with what shows it published for people.

The evidence is an index, `{"given_up": COUNT, "pages": ["0x…", …]}`, and pages of rows. Each part
fits into a block, however many phantoms somebody revealed. It stands beside the bundle.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from oracle.errors import OracleError
from oracle.judging.search import Search
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from scoring.ranking import Entry

log = logging.getLogger(__name__)

PAGE_BYTES = 512 * 1024


@dataclass
class GivenUp:
    """What was given up in the judgings that are under way."""

    store: ContentStore
    search: Search  # knows what every source said
    _told: dict[Digest, Digest | None] = field(default_factory=dict, init=False)

    def tell(self, gone: Sequence[Entry]) -> Digest | None:
        """Says that these are given up, and publishes what shows it; told again, nothing is new.

        The evidence's digest. None where no store takes it, which is only said: no ranking waits
        for what explains it.
        """
        key = sha256(b"".join(entry.image_digest for entry in gone))
        is_new = key not in self._told
        evidence = self._told.get(key)
        if evidence is None:
            evidence = self._told[key] = self._publish(gone, is_new)
        if is_new:
            facts = {
                "entries": len(gone),
                "first": self._row(gone[0]),
                "evidence": None if evidence is None else "0x" + evidence.hex(),
            }
            log.warning("entries given up: their images are shown nowhere", extra=facts)
        return evidence

    def forget(self) -> None:
        """Lets go of what was told."""
        self._told.clear()

    def _publish(self, gone: Sequence[Entry], is_new: bool) -> Digest | None:
        try:
            return publish_evidence(self.store, map(self._row, gone))
        except OracleError as error:
            if is_new:
                facts = {"reason": error.what, "hint": error.hint}
                log.warning("evidence of missing images not published", extra=facts)
            return None

    def _row(self, entry: Entry) -> dict[str, Any]:
        return {
            "ticket_id": entry.ticket_id,
            "image_digest": "0x" + entry.image_digest.hex(),
            "sources": self.search.evidence(entry.image_digest),
        }


def publish_evidence(store: ContentStore, rows: Iterable[dict[str, Any]]) -> Digest:
    """Puts pages and index into the store, a page at a time; returns the index's digest."""
    count, pages = 0, []
    for page in _paged(map(rfc8785.dumps, rows)):
        count += len(page)
        pages.append("0x" + store.put(b'{"rows":[' + b",".join(page) + b"]}").hex())
    return store.put(rfc8785.dumps({"given_up": count, "pages": pages}))


def _paged(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    """By bytes and not by number: a row grows with the sources that were asked."""
    page: list[bytes] = []
    size = 0
    for row in rows:
        if page and size + len(row) > PAGE_BYTES:
            yield page
            page, size = [], 0
        page.append(row)
        size += len(row)
    if page:
        yield page
