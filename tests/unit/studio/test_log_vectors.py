"""The page checks a studio's log and sessions itself; these vectors hold both to one answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oracle.chain.commitments import Domain
from oracle.signing.typed_data import hash_typed
from oracle.studio.log import PromptRecord, first_hash, head_of
from oracle.studio.permits import LogHead, StudioSession
from scoring.digest import sha256

pytestmark = pytest.mark.unit
VECTORS = Path(__file__).parents[2] / "vectors" / "studio.json"
DOMAIN = Domain(31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
COMPETITION = 7
STUDIO = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"
PROMPTS = ("a red house", "ein rotes Haus, größer 🏠", None)


def record(index: int, words: str | None) -> PromptRecord:
    return PromptRecord(
        ticket_id=3,
        index=index,
        time=1_800_000_000 + index,
        backend="sketch",
        model_digest="ab" * 32,
        parameters={"height": 512, "width": 512},
        seed=2**63 + index,
        prompt_sha256=sha256((words or "kept to itself").encode()),
        image_sha256=sha256(bytes([index])),
        prompt=words,
    )


def vectors() -> dict[str, Any]:
    """What tests/vectors/studio.json must hold; print it to renew the file."""
    records = [record(index, words).canonical() for index, words in enumerate(PROMPTS)]
    first = first_hash(DOMAIN, COMPETITION)
    head = head_of(first, records)
    session = StudioSession(COMPETITION, 3, STUDIO, 1_800_003_600)
    log_head = LogHead(COMPETITION, len(records), head)
    return {
        "chain_id": DOMAIN.chain_id,
        "contract": DOMAIN.competition,
        "competition": COMPETITION,
        "session": {
            "message": session.message(),
            "digest": "0x" + hash_typed(session, DOMAIN).hex(),
        },
        "prompts": list(PROMPTS),
        "records": [line.decode() for line in records],
        "length": len(records),
        "first": "0x" + first.hex(),
        "head": "0x" + head.hex(),
        "head_digest": "0x" + hash_typed(log_head, DOMAIN).hex(),
    }


def test_the_page_and_the_studio_mean_the_same_log() -> None:
    assert json.loads(VECTORS.read_text()) == vectors()
