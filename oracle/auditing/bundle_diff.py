"""Where a published bundle differs from the recomputed one, named field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oracle.auditing.report import AuditReport
from oracle.errors import ContentUnavailable, Mismatch
from oracle.judging.bundle import (
    MAX_PART_BYTES,
    Bundle,
    page_count,
    parse_digest,
    read_index,
    read_page,
    read_pages,
)
from oracle.store.base import ContentStore
from scoring.submission.flags import Flag

# A bundle can be made to differ everywhere; the report has to fit into one block all the same.
MAX_CHECKS = 500


def published_rows(
    index: dict[str, Any], store: ContentStore, entries: int
) -> Iterator[dict[str, Any]]:
    """Rows of a published bundle of so many entries.

    Raises `ContentUnavailable` or `Mismatch` at a bad page, or when there are more pages than the
    entries fill: reading those would only cost time and memory.
    """
    pages = read_pages(index)
    if len(pages) > page_count(entries):
        raise Mismatch(
            f"the bundle index does not list {page_count(entries)} pages", "the bundle is malformed"
        )
    for page in pages:
        yield from read_page(store.get(parse_digest(page), max_bytes=MAX_PART_BYTES))


def claimed_unavailable(
    index: bytes | None, store: ContentStore, entries: int
) -> frozenset[int] | None:
    """The tickets that a published bundle calls unavailable; None where no bundle can be read."""
    if index is None:
        return None
    try:
        rows = tuple(published_rows(read_index(index), store, entries))
    except (ContentUnavailable, Mismatch):
        return None
    return frozenset(row["ticket_id"] for row in rows if row["flags"] & Flag.UNAVAILABLE)


def name_differences(
    report: AuditReport, published: bytes, ours: Bundle, store: ContentStore
) -> None:
    """Adds a check for every field in which the index `published` and its pages differ."""
    try:
        index = read_index(published)
    except Mismatch as error:
        report.compare("bundle index", "readable", error.what)
        return
    own_index = read_index(ours.blocks[ours.digest])
    for key in sorted(own_index.keys() | index.keys()):
        if key != "pages":
            _compare(report, f"bundle: {key}", index.get(key), own_index.get(key))
    own_rows = [
        row for page in own_index["pages"] for row in read_page(ours.blocks[parse_digest(page)])
    ]
    try:
        rows = list(published_rows(index, store, len(own_rows)))
    except ContentUnavailable as error:
        report.unknown("bundle pages", "published", error.what)
    except Mismatch as error:
        report.compare("bundle pages", "readable", error.what)
    else:
        _compare_rows(report, rows, own_rows)


def _compare_rows(
    report: AuditReport, published: list[dict[str, Any]], own: list[dict[str, Any]]
) -> None:
    by_ticket = {row["ticket_id"]: row for row in published}
    for row in own:
        ticket = row["ticket_id"]
        theirs = by_ticket.pop(ticket, {})
        for key in sorted(row.keys() | theirs.keys()):
            name = f"bundle: ticket {ticket}: {key}"
            _compare(report, name, theirs.get(key), row.get(key))
    for ticket in list(by_ticket)[:1]:
        report.compare(f"bundle: ticket {ticket}", "in the ranking", "never revealed")


def _compare(report: AuditReport, name: str, published: object, own: object) -> None:
    """Adds a check for every field of an object that differs, and for the first item of a list.

    The lists are of one digest an epoch: after the first epoch that differs, all others differ too.
    """
    if published == own or len(report.checks) >= MAX_CHECKS:
        return
    if isinstance(published, dict) and isinstance(own, dict):
        for key in sorted(published.keys() | own.keys()):
            _compare(report, f"{name}: {key}", published.get(key), own.get(key))
    elif isinstance(published, list) and isinstance(own, list) and len(published) == len(own):
        first = next(at for at, value in enumerate(own) if value != published[at])
        report.compare(f"{name}: number {first + 1}", published[first], own[first])
    else:
        report.compare(name, published, own)
