"""What players reveal can be anything: every entry keeps its row, and the ranking is asserted."""

from __future__ import annotations

import json
import os
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from oracle.auditing.bundle_diff import published_rows
from oracle.chain.state import Phase
from oracle.daemon.schedule import Daemon
from oracle.judging.bundle import read_index, read_page
from oracle.ledger.ledger import Step
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256
from scoring.spec import FAST
from scoring.submission.flags import Flag
from scoring.submission.image import encode_png
from scoring.target_check import trial_spec
from tests.integration.competition_world import TARGET, World, picture, saved
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration

NOWHERE = Digest(sha256(b"nobody has this"))
# Three looks are enough, however quickly they come.
HASTY = {"judge__give_up_after_seconds": "0"}


def until_asserted(world: World, daemon: Daemon, competition_id: int) -> None:
    """Cycles until a ranking is asserted: what is missing is looked for several times before."""
    for _ in range(4):
        if world.state(competition_id).phase is not Phase.ASSERTED:
            world.cycle(daemon)
    assert world.state(competition_id).phase is Phase.ASSERTED
    world.anvil.finalize()


def bomb() -> bytes:
    """A PNG of 30000×30000 pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(3 * 10**6), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def animated() -> bytes:
    frames = [Image.new("RGB", (512, 512), colour) for colour in ("red", "green")]
    return saved(frames[0], save_all=True, append_images=frames[1:])


def flags_of(world: World, competition_id: int) -> dict[int, Flag]:
    """The published flags by ticket, without remarks: these pictures look much alike."""
    index = read_index(
        world.store.get(Digest(world.state(competition_id).bundle_digest), max_bytes=1 << 20)
    )
    rows = list(published_rows(index, world.store, index["leaf_count"]))
    return {row["ticket_id"]: Flag(row["flags"]) & Flag(0xFFFF) for row in rows}


BAD = {
    Flag.CORRUPT: picture(3)[: len(picture(3)) // 2],
    Flag.WRONG_SIZE: picture(4, (640, 480)),
    Flag.WRONG_MODE: saved(Image.new("RGBA", (512, 512), "red")),
    Flag.MULTIPLE_FRAMES: animated(),
    Flag.TRAILING_DATA: picture(5) + b"and more",
    Flag.TOO_LARGE: os.urandom(1_500_000),
    Flag.NOT_PNG: saved(Image.new("CMYK", (512, 512)), "JPEG"),
    Flag.TARGET_COPY: TARGET,
}


def test_every_bad_file_is_a_row_with_its_reason(world: World) -> None:
    competition_id = world.create()
    contents = [picture(1), *BAD.values()]
    with world.daemon() as daemon:
        world.play_until_asserted(daemon, competition_id, *contents)
    flags = flags_of(world, competition_id)
    assert flags.pop(1) == 0
    assert flags == {
        ticket: Flag.DISQUALIFIED | reason for ticket, reason in enumerate(BAD, start=2)
    }
    assert world.state(competition_id).winner_ticket == 1


def test_a_bomb_a_text_and_a_copy_of_another_entry_are_rows_too(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        contents = picture(1), bomb(), b"this is no image\n", picture(1)
        world.play_until_asserted(daemon, competition_id, *contents)
    assert flags_of(world, competition_id) == {
        1: Flag(0),
        2: Flag.DISQUALIFIED | Flag.WRONG_SIZE,
        3: Flag.DISQUALIFIED | Flag.NOT_PNG,
        4: Flag.DISQUALIFIED | Flag.DUPLICATE,
    }


def test_a_hundred_megabytes_are_not_read_and_given_up_after_the_cut_off(world: World) -> None:
    huge = b"x" * (100 << 20)
    digest = sha256(huge)
    name = cid_of(digest)
    path = world.folder / "content" / "blocks" / name[-3:] / name
    path.parent.mkdir(parents=True)
    path.write_bytes(huge)
    competition_id = world.create()
    with world.daemon(**HASTY) as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), digest)
        assert "larger than" in world.cycle(daemon).failed[competition_id]
        state = world.state(competition_id)
        world.to_time((state.reveal_ends + state.judging_ends) // 2 + 1)
        until_asserted(world, daemon, competition_id)
    flags = flags_of(world, competition_id)
    assert flags == {1: Flag(0), 2: Flag.DISQUALIFIED | Flag.UNAVAILABLE}


def test_missing_content_is_waited_for_until_it_comes(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    competition_id = world.create()
    late = picture(2)
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), sha256(late))
        for _ in range(3):
            assert "1 of 3 images are missing" in world.cycle(daemon).failed[competition_id]
        assert caplog.text.count("tried again next cycle") == 1, "what lasts is told once"
        numbers = daemon.metrics.exposition().decode()
        failed = re.search(r'judge_fetches_total{outcome="failed"} (\d+)', numbers)
        assert failed is not None and int(failed[1]) >= 3, "and it was prefetched in vain"
        world.store.put(late)
        assert world.cycle(daemon).failed == {}
    assert flags_of(world, competition_id) == {1: Flag(0), 2: Flag(0)}


def test_content_given_up_is_followed_by_an_audit_that_cannot_find_it_either(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    competition_id = world.create()
    late = picture(2)
    with world.daemon(judge__give_up_missing_fraction="0", **HASTY) as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), sha256(late))
        until_asserted(world, daemon, competition_id)
        facts = daemon.cycle.ledger.steps(competition_id)[Step.BUNDLE_PINNED].data
    index = json.loads(world.store.get(Digest(bytes.fromhex(facts["given_up"])), max_bytes=9999))
    (page,) = (Digest(bytes.fromhex(page[2:])) for page in index["pages"])
    (given_up,) = json.loads(world.store.get(page, max_bytes=9999))["rows"]
    assert given_up["image_digest"] == "0x" + sha256(late).hex()
    assert given_up["sources"][0]["looked_in_vain"] >= 3
    assert caplog.text.count("entries given up: their images are shown nowhere") == 1
    assert flags_of(world, competition_id)[2] == Flag.DISQUALIFIED | Flag.UNAVAILABLE
    assert world.audit(competition_id).verdict == "ok"

    world.store.put(late)  # and now somebody has it
    report = world.audit(competition_id)
    assert report.verdict == "mismatch"
    named = {check.name for check in report.checks if check.verdict == "mismatch"}
    assert {"availability of ticket 2", "ranking root"} <= named


def test_a_lying_store_is_not_believed(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        name = cid_of(sha256(picture(2)))
        path = world.folder / "content" / "blocks" / name[-3:] / name
        path.write_bytes(picture(7))
        # It was prefetched while the store told the truth.
        (world.folder / "operator" / "content" / "blocks" / name[-3:] / name).unlink()
        assert "lied" in world.cycle(daemon).failed[competition_id]
        path.write_bytes(picture(2))
        assert world.cycle(daemon).failed == {}
    assert flags_of(world, competition_id) == {1: Flag(0), 2: Flag(0)}


def test_content_that_rots_in_the_cache_is_fetched_again(world: World) -> None:
    competition_id = world.create()
    with world.daemon(judge__give_up_missing_fraction="1") as daemon:
        contents = picture(1), NOWHERE
        world.play_until_judging(daemon, competition_id, *contents)
        world.cycle(daemon)
        name = cid_of(sha256(picture(1)))
        cached = world.folder / "operator" / "content" / "blocks" / name[-3:] / name
        cached.write_bytes(b"rot")
        world.cycle(daemon)
        assert sha256(cached.read_bytes()) == sha256(picture(1))


def test_a_target_that_is_no_image_halts_and_is_voided_by_the_daemon(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    competition_id = world.create(image=b"no image")
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1))
        for _ in range(3):
            report = world.cycle(daemon)
        assert "the target is not a valid image" in report.halted[competition_id]
        assert caplog.text.count("halted: needs a human") == 1
        assert 'judge_competitions{phase="halted"} 1.0' in daemon.metrics.exposition().decode()
        world.to_time(world.state(competition_id).judging_ends)
        world.cycle(daemon)
        world.cycle(daemon)
        assert Step.VOID in daemon.cycle.ledger.steps(competition_id)
    assert world.state(competition_id).phase is Phase.VOID
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "text", [b'{"judge":"of the future"}', TINY_COMPETITION.canonical_json() + b" "]
)
def test_a_spec_nobody_can_judge_by_halts_and_audits_as_undecidable(
    world: World, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What an operator with another version of this package would publish.
    monkeypatch.setattr(type(TINY_COMPETITION), "canonical_json", lambda self: text)
    competition_id = world.create()
    monkeypatch.undo()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1))
        assert "cannot be judged" in world.cycle(daemon).halted[competition_id]
        world.to_time(world.state(competition_id).judging_ends)
        world.cycle(daemon)
    assert world.state(competition_id).phase is Phase.VOID


def test_a_page_of_a_bundle_has_rows_with_numbers() -> None:
    assert read_page(b'{"rows": [{"ticket_id": 1, "flags": 0}]}') == [{"ticket_id": 1, "flags": 0}]


@pytest.mark.slow  # a calibrated training
def test_a_target_that_a_blank_image_equals_halts_and_voids(world: World) -> None:
    pixels = np.full((512, 512, 3), 255, np.uint8)
    pixels[240:272, 240:272] = (200, 30, 40)
    competition_id = world.create(image=encode_png(pixels), spec=trial_spec(FAST))
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1))
        reason = world.cycle(daemon).halted[competition_id]
        assert "cannot be judged: this target cannot be judged: a blank image" in reason
        world.to_time(world.state(competition_id).judging_ends)
        world.cycle(daemon)
    assert world.state(competition_id).phase is Phase.VOID
