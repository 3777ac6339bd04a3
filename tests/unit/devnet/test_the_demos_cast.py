"""The demo's players: who copies is caught, who recreates is not."""

from __future__ import annotations

import pytest

from oracle.devnet.cast import cast, target_image
from scoring.copies.search import find_copies
from scoring.digest import sha256
from scoring.ranking import Entry
from scoring.spec import PROFILES
from scoring.submission.flags import Flag, InvalidSubmission
from scoring.submission.image import decode_submission

pytestmark = pytest.mark.unit


def test_the_edited_target_and_the_target_are_caught_and_nobody_else() -> None:
    parts = cast()
    assert len(parts) == 9
    entries = []
    for number, part in enumerate(parts):
        try:
            pixels = decode_submission(part.image)
        except InvalidSubmission:
            assert part.name == "Gus"
            continue
        entries.append((Entry(number, part.name, sha256(part.image), number), pixels))
    target = decode_submission(target_image())
    found = find_copies(
        [item for item in entries if parts[item[0].ticket_id].reveals],
        target,
        PROFILES["demo"].copy_threshold,
        PROFILES["demo"].copy_share,
    )
    caught = {parts[ticket].name: copy.flags for ticket, copy in found.items()}
    assert caught == {
        "Ben": Flag.DISQUALIFIED | Flag.EDITED_TARGET,
        "Iris": Flag.DISQUALIFIED | Flag.TARGET_COPY,
    }
