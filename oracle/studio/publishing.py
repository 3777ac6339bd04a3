"""What a studio makes public, and when: an image once it is revealed, the log once all is over.

Before that an image is on the studio's own disk and nowhere else. The log is content like any
other: pages of records, and an index that names them and carries the studio's signature.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from oracle.chain.commitments import Domain
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.errors import Mismatch, OracleError
from oracle.logs import log_context
from oracle.signing.signer import Signer
from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from oracle.store.cid import cid_of
from oracle.studio.book import PromptBook
from oracle.studio.gallery import Gallery
from oracle.studio.log import PromptRecord, first_hash, head_of, read_records
from oracle.studio.permits import LogHead
from oracle.studio.prompt import TicketKey
from scoring.digest import Digest

log = logging.getLogger(__name__)

FORMAT = "judging-oracle studio log 1"
_PAGE_BYTES = 512 * 1024


@dataclass(frozen=True)
class PublishedLog:
    """A whole log as read from content: its records, and what the studio signed about them."""

    records: tuple[PromptRecord, ...]
    head: LogHead
    signature: bytes


def pages_of(records: Iterable[bytes]) -> list[bytes]:
    """The records as pages that each fit a block: one record a line."""
    pages: list[bytes] = []
    page = b""
    for record in records:
        if page and len(page) + len(record) >= _PAGE_BYTES:
            pages.append(page)
            page = b""
        page += record + b"\n"
    return [*pages, page] if page else pages


def publish_log(
    store: ContentStore,
    records: Sequence[bytes],
    head: LogHead,
    signature: bytes,
    domain: Domain,
) -> Digest:
    """Writes pages and index into the store; returns the index's digest."""
    index: dict[str, Any] = {
        "format": FORMAT,
        "chain_id": domain.chain_id,
        "contract": domain.competition,
        "competition": str(head.competition_id),
        "length": head.length,
        "head": head.head.hex(),
        "signature": signature.hex(),
        "pages": [store.put(page).hex() for page in pages_of(records)],
    }
    return store.put(rfc8785.dumps(index))


def read_log(
    store: ContentStore, digest: Digest, domain: Domain, competition_id: int
) -> PublishedLog:
    """A log from content. Raises `ContentUnavailable`, and `Mismatch` where it contradicts itself.

    Whose signature it is remains to be checked.
    """
    data = store.get(digest, max_bytes=MAX_BLOCK_BYTES)
    try:
        index: Any = json.loads(data)
        own = (FORMAT, domain.chain_id, domain.competition.lower(), str(competition_id))
        named = (
            index["format"],
            index["chain_id"],
            index["contract"].lower(),
            index["competition"],
        )
        if named != own:
            raise ValueError("it is the log of something else")
        head = LogHead(competition_id, int(index["length"]), bytes.fromhex(index["head"]))
        signature = bytes.fromhex(index["signature"])
        pages = [Digest(bytes.fromhex(page)) for page in index["pages"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Mismatch(
            f"this is not the studio's log of competition {competition_id}: {error}",
            "ask the studio which digest its log has",
        ) from error
    lines = [
        line
        for page in pages
        for line in store.get(page, max_bytes=MAX_BLOCK_BYTES).split(b"\n")
        if line
    ]
    computed = head_of(first_hash(domain, competition_id), lines)
    if (len(lines), computed) != (head.length, Digest(head.head)):
        raise Mismatch(
            f"the log of competition {competition_id} does not hash to what the studio signed",
            "a record was added, changed or taken out",
        )
    return PublishedLog(read_records(lines), head, signature)


@dataclass
class Publisher:
    """Follows the competitions of one studio, and makes public what may be."""

    contract: CompetitionContract
    book: PromptBook
    gallery: Gallery
    store: ContentStore
    signer: Signer
    on_published: Callable[[int, Digest], None] = lambda competition_id, digest: None
    published: dict[int, Digest] = field(default_factory=dict)  # logs, by competition
    _shown: set[tuple[int, Digest]] = field(default_factory=set)
    _lost: set[tuple[int, Digest]] = field(default_factory=set)

    def log_json(self, competition_id: int) -> dict[str, Any]:
        """What anyone may know of a log now: length, hash, signature, and where it is once public.

        A head is signed whenever it is asked for, so that a studio cannot later show another log.
        """
        position = self.book.position(competition_id)
        head = LogHead(competition_id, position.length, position.head)
        signature = self.signer.sign_message(head, self.contract.domain)
        digest = self.published.get(competition_id)
        return {
            "competition": competition_id,
            "length": head.length,
            "head": "0x" + head.head.hex(),
            "signature": "0x" + signature.hex(),
            "log_digest": None if digest is None else "0x" + digest.hex(),
            "log_cid": None if digest is None else cid_of(digest),
        }

    def run_once(self) -> None:
        """One pass over all competitions; trouble with one does not keep the others waiting."""
        block = self.contract.client.finalized_block()
        for competition_id in self.book.competitions():
            if competition_id in self.published:
                continue
            with log_context(competition=competition_id):
                try:
                    self._look_at(self.contract.state(competition_id, block))
                except OracleError as error:
                    log.warning("not published yet", extra={"reason": error.what})

    def _look_at(self, state: CompetitionState) -> None:
        if state.phase < Phase.REVEALING:
            return
        block = self.contract.client.finalized_block()
        for entry in self.contract.entries(state.id, block):
            self._show((state.id, entry.ticket_id), entry.image_digest)
        if state.phase in (Phase.FINAL, Phase.VOID):
            self._publish(state.id)

    def _show(self, ticket: TicketKey, digest: Digest) -> None:
        shown = ticket[0], digest
        if shown in self._shown:
            return
        try:
            image, why = self.gallery.find(ticket, digest), "neither kept nor drawn again"
        except OracleError as error:
            image, why = None, error.what
        if image is None:
            # The log is evidence and comes out all the same; whoever has the image can serve it.
            if shown not in self._lost:
                log.error("revealed image lost", extra={"digest": digest.hex(), "reason": why})
                self._lost.add(shown)
            return
        self.store.put(image)
        self._shown.add(shown)

    def _publish(self, competition_id: int) -> None:
        records = self.book.log(competition_id)
        start = first_hash(self.contract.domain, competition_id)
        head = LogHead(competition_id, len(records), head_of(start, records))
        signature = self.signer.sign_message(head, self.contract.domain)
        digest = publish_log(self.store, records, head, signature, self.contract.domain)
        self.published[competition_id] = digest
        self.on_published(competition_id, digest)
        log.info("log published", extra={"digest": digest.hex(), "records": len(records)})


class PublishingThread:
    """Runs a `Publisher` every few seconds, from `start` to `stop`."""

    def __init__(self, publisher: Publisher, interval_seconds: float) -> None:
        self._publisher = publisher
        self._interval_seconds = interval_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio publisher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._interval_seconds):
            try:
                self._publisher.run_once()
            except OracleError as error:
                log.warning("nothing published", extra={"reason": error.what})
            except Exception:
                log.exception("nothing published")
