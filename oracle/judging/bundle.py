"""The bundle: what the oracle publishes so that anyone can see why an entry placed where it did.

An index (canonical JSON, RFC 8785) names spec, seed, hashes and the digests of pages; each page
holds up to `PAGE_ENTRIES` rows of the ranking. Every part is one raw block of at most 1 MiB, and
every byte follows from the case, so an auditor rebuilds the bundle and compares digests.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from oracle.errors import Mismatch
from oracle.judging.judgement import Judgement
from scoring.copies.findings import Copy, Remark
from scoring.digest import Digest, sha256
from scoring.ranking import RankedEntry
from scoring.submission.flags import Flag

BUNDLE_VERSION = 3
PAGE_ENTRIES = 1000
MAX_PART_BYTES = 1_048_576


@dataclass(frozen=True)
class Bundle:
    """The published blocks of one judgement: index, pages and spec. Pictures come separately."""

    digest: Digest
    blocks: Mapping[Digest, bytes]


def build_bundle(judgement: Judgement) -> Bundle:
    """The blocks of a judgement's bundle. Raises `ValueError` when a block would be too large."""
    blocks: dict[Digest, bytes] = {}

    def keep(data: bytes) -> str:
        if len(data) > MAX_PART_BYTES:
            raise ValueError(f"a bundle block has {len(data)} bytes, more than {MAX_PART_BYTES}")
        digest = sha256(data)
        blocks[digest] = data
        return "0x" + digest.hex()

    # A page at a time: all rows of a hundred thousand entries would take a gigabyte.
    pages = [
        keep(rfc8785.dumps({"rows": [_row(judgement, row) for row in page]}))
        for page in _paged(judgement.ranking)
    ]
    case = judgement.case
    keep(case.spec.canonical_json())
    index = rfc8785.dumps(
        {
            "version": BUNDLE_VERSION,
            "chain_id": case.domain.chain_id,
            "contract": case.domain.competition,
            "competition_id": case.competition_id,
            "spec": json.loads(case.spec.canonical_json()),
            "spec_digest": "0x" + case.spec.digest().hex(),
            "seed": "0x" + case.seed.hex(),
            "target_digest": "0x" + case.target_digest.hex(),
            "entries_hash": "0x" + case.entries_hash.hex(),
            "model_hash": "0x" + judgement.model_hash.hex(),
            "epoch_digests": ["0x" + digest.hex() for digest in judgement.epoch_digests],
            "ranking_root": "0x" + judgement.tree.root.hex(),
            "leaf_count": len(judgement.ranking),
            "pages": pages,
        }
    )
    keep(index)
    return Bundle(sha256(index), blocks)


def read_index(data: bytes) -> dict[str, Any]:
    """The index of a published bundle; raises `Mismatch` when it is not one."""
    return _read_object(data, "bundle index", {"version", "pages", "spec", "seed", "model_hash"})


def read_page(data: bytes) -> list[dict[str, Any]]:
    """The rows of one page of a published bundle, each with integer `ticket_id` and `flags`.

    Raises `Mismatch` when it is not one.
    """
    rows = _read_object(data, "bundle page", {"rows"})["rows"]
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise Mismatch("a bundle page does not hold a list of rows", "the bundle is malformed")
    return rows


def bundle_contents(digest: Digest, read: Callable[[Digest], bytes]) -> Iterator[Digest]:
    """Everything that belongs to a bundle, as far as `read` has it: itself, spec and target too.

    The submissions are among it, but for those that it calls unavailable.

    Raises `Mismatch` when what it reads is no bundle, and whatever `read` raises.
    """
    index = read_index(read(digest))
    yield from (parse_digest(index.get("spec_digest")), digest)
    yield parse_digest(index.get("target_digest"))
    for page in map(parse_digest, read_pages(index)):
        yield page
        for row in read_page(read(page)):
            if not row["flags"] & Flag.UNAVAILABLE:
                yield parse_digest(row.get("image_digest"))
            for name in ("reconstruction", "error_map"):
                if row.get(name) is not None:
                    yield parse_digest(row[name])


def read_pages(index: Mapping[str, Any]) -> list[object]:
    """What an index lists as its pages; raises `Mismatch` when that is no list."""
    pages = index["pages"]
    if not isinstance(pages, list):
        raise Mismatch("the bundle index lists no pages", "the bundle is malformed")
    return pages


def parse_digest(text: object) -> Digest:
    """The digest written as 0x-hex; raises `Mismatch` for anything else."""
    try:
        value = bytes.fromhex(str(text).removeprefix("0x"))
    except ValueError:
        value = b""
    if len(value) != 32:
        raise Mismatch(f"the bundle names a page {text!r}", "the bundle is malformed")
    return Digest(value)


def page_count(entries: int) -> int:
    """How many pages a ranking of so many entries fills."""
    return -(-entries // PAGE_ENTRIES)


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict) and _is_number(row.get("ticket_id")) and _is_number(row.get("flags"))
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _read_object(data: bytes, what: str, needed: set[str]) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Mismatch(f"the {what} is not JSON", "the bundle is malformed") from error
    if not isinstance(value, dict) or not needed <= value.keys():
        raise Mismatch(f"the {what} lacks {', '.join(sorted(needed))}", "the bundle is malformed")
    return value


def _row(judgement: Judgement, row: RankedEntry) -> dict[str, Any]:
    pictures = judgement.pictures.get(row.entry.ticket_id)
    return {
        "rank": row.rank,
        "ticket_id": row.entry.ticket_id,
        "player": row.entry.player,
        "image_digest": "0x" + row.entry.image_digest.hex(),
        # A string: RFC 8785 numbers are doubles, a score may be wider.
        "score": str(row.score),
        "flags": int(row.flags),
        "terms": {name: str(value) for name, value in row.terms.items()},
        "reconstruction": "0x" + pictures.reconstruction.hex() if pictures else None,
        "error_map": "0x" + pictures.error_map.hex() if pictures else None,
        "copy": _copy(judgement.copies.get(row.entry.ticket_id)),
        "remarks": [_remark(it) for it in judgement.remarks.get(row.entry.ticket_id, ())],
    }


def _copy(copy: Copy | None) -> dict[str, Any] | None:
    """What an entry is a copy of (a ticket, or null for the target) and the evidence for it."""
    if copy is None:
        return None
    evidence = dataclasses.asdict(copy.evidence) if copy.evidence else None
    return {"of_ticket": copy.original, "evidence": evidence}


def _remark(remark: Remark) -> dict[str, Any]:
    """What a ranked entry looks like an edit of; it decides nothing."""
    return {"of_ticket": remark.original, "evidence": dataclasses.asdict(remark.evidence)}


def _paged(rows: Sequence[RankedEntry]) -> Iterator[Sequence[RankedEntry]]:
    for start in range(0, len(rows), PAGE_ENTRIES):
        yield rows[start : start + PAGE_ENTRIES]
