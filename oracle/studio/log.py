"""A studio's log of one competition: a record for every image, each chained to the one before.

A record is canonical JSON (RFC 8785). The chain begins with the hash of the competition it belongs
to; the hash after a record is sha256(hash before ‖ sha256(record)). The studio signs the last hash,
so it can neither take a record out nor slip one in later without two signatures that show it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from oracle.chain.commitments import Domain
from oracle.errors import Mismatch
from scoring.digest import Digest, sha256

MAX_RECORD_BYTES = 32_768
_KEYS = frozenset(
    {
        "backend",
        "image_sha256",
        "index",
        "model_digest",
        "parameters",
        "prompt",
        "prompt_sha256",
        "seed",
        "ticket",
        "time",
    }
)


@dataclass(frozen=True)
class PromptRecord:
    """One prompt that made an image."""

    ticket_id: int
    index: int  # which of the ticket's prompts, counted from 0
    time: int  # unix seconds at which the image was ready
    backend: str
    model_digest: str  # hexadecimal, or "" where a back end cannot say
    parameters: Mapping[str, Any]  # JSON without floats
    seed: int
    prompt_sha256: Digest
    image_sha256: Digest
    prompt: str | None = None  # None where the competition keeps its prompts hashed

    def to_json(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "ticket": self.ticket_id,
            "index": self.index,
            "time": self.time,
            "backend": self.backend,
            "model_digest": self.model_digest,
            "parameters": dict(self.parameters),
            # A JSON number holds 53 bits.
            "seed": str(self.seed),
            "prompt_sha256": self.prompt_sha256.hex(),
            "image_sha256": self.image_sha256.hex(),
        }
        if self.prompt is not None:
            fields["prompt"] = self.prompt
        return fields

    def canonical(self) -> bytes:
        """The bytes that are hashed."""
        return rfc8785.dumps(self.to_json())


def first_hash(domain: Domain, competition_id: int) -> Digest:
    """What the chain of a competition's log begins with."""
    text = f"{domain.chain_id}:{domain.competition.lower()}:{competition_id}"
    return sha256(b"judging-oracle studio log " + text.encode())


def next_hash(before: Digest, record: bytes) -> Digest:
    """The chain's hash after one more record."""
    return sha256(before + sha256(record))


def head_of(start: Digest, records: Iterable[bytes]) -> Digest:
    """The chain's hash after all of `records`."""
    for record in records:
        start = next_hash(start, record)
    return start


def read_record(data: bytes) -> PromptRecord:
    """A record from its canonical bytes. Raises `Mismatch` for any other bytes."""
    try:
        if len(data) > MAX_RECORD_BYTES:
            raise ValueError("too long")
        fields: Any = json.loads(data)
        if not isinstance(fields, dict) or not fields.keys() <= _KEYS:
            raise ValueError("not the fields of a record")
        record = PromptRecord(
            ticket_id=_whole(fields["ticket"], 32),
            index=_whole(fields["index"], 32),
            time=_whole(fields["time"], 48),
            backend=_text(fields["backend"]),
            model_digest=_text(fields["model_digest"]),
            parameters=_object(fields["parameters"]),
            seed=_whole(int(_text(fields["seed"])), 64),
            prompt_sha256=_digest(fields["prompt_sha256"]),
            image_sha256=_digest(fields["image_sha256"]),
            prompt=_text(fields["prompt"]) if "prompt" in fields else None,
        )
        if record.canonical() != data:
            raise ValueError("not in canonical form")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Mismatch(
            f"this is not a record of a studio's log: {error}", "ask the studio for its log again"
        ) from error
    if record.prompt is not None and sha256(record.prompt.encode()) != record.prompt_sha256:
        raise Mismatch(
            f"the record of ticket {record.ticket_id}, prompt {record.index}, names another prompt",
            "the studio's log contradicts itself",
        )
    return record


def read_records(lines: Sequence[bytes]) -> tuple[PromptRecord, ...]:
    """Every record of a log, in order. Raises `Mismatch`."""
    return tuple(map(read_record, lines))


def _whole(value: object, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 1 << bits:
        raise ValueError("a number is out of range")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is missing")
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("parameters are an object")
    return value


def _digest(value: object) -> Digest:
    data = bytes.fromhex(_text(value))
    if len(data) != 32:
        raise ValueError("a digest has 32 bytes")
    return Digest(data)
