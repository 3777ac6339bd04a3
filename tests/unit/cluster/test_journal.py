"""What workers answered survives a kill, whole or not at all, and only under its own key."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.cluster.journal import Journal
from oracle.cluster.records import (
    pack_look,
    pack_score,
    pack_shared,
    unpack_look,
    unpack_score,
    unpack_shared,
)
from oracle.errors import RetryLater
from oracle.judging.crew import Pictures
from scoring.bench.evasions import EVASIONS
from scoring.copies.blocks import Shared
from scoring.copies.correlation import Correlation
from scoring.copies.grain import SharedGrain
from scoring.copies.look import Look, Looker
from scoring.digest import sha256
from scoring.spec import JudgingSpec
from scoring.submission.image import Flag
from scoring.workers import Points
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

KEY, ONE, TWO = sha256(b"key"), sha256(b"one"), sha256(b"two")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Journal(tmp_path / "folder" / "looks", KEY) as journal:
        journal.put(ONE, b"first")
        journal.put(TWO, b"")
    return tmp_path / "folder" / "looks"


def test_what_was_written_is_there_the_next_time(path: Path) -> None:
    with Journal(path, KEY) as journal:
        assert (journal.get(ONE), journal.get(TWO), len(journal)) == (b"first", b"", 2)
        assert journal.get(sha256(b"three")) is None


def test_an_answer_is_not_replaced(path: Path) -> None:
    with Journal(path, KEY) as journal:
        journal.put(ONE, b"other")
        assert journal.get(ONE) == b"first"


def test_a_record_cut_short_anywhere_is_dropped_and_the_ones_before_it_stay(path: Path) -> None:
    whole = path.read_bytes()
    begins = whole.index(TWO)
    for length in range(begins, len(whole)):
        path.write_bytes(whole[:length])
        with Journal(path, KEY) as journal:
            assert ONE in journal and TWO not in journal
            journal.put(TWO, b"again")
        with Journal(path, KEY) as journal:
            assert journal.get(TWO) == b"again"


def test_a_damaged_record_is_not_believed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"first", b"worst"))
    with Journal(path, KEY) as journal:
        assert len(journal) == 0


def test_answers_to_another_case_or_of_other_code_are_not_taken(path: Path) -> None:
    with Journal(path, sha256(b"other")) as journal:
        assert len(journal) == 0


def test_two_processes_do_not_write_into_one_journal(path: Path) -> None:
    with Journal(path, KEY), pytest.raises(RetryLater, match="another process"):
        Journal(path, KEY).__enter__()


def test_a_look_comes_back_as_it_was() -> None:
    looker = Looker(png.photo(), JudgingSpec())
    look = looker.look(EVASIONS["mirrored"](png.photo()))
    assert look.detail is not None and look.detail.of_target, "it is remarked upon"
    back = unpack_look(pack_look(look))
    assert isinstance(back, Look) and back.detail is not None
    assert back.pixels == back.detail.pixels == look.pixels
    assert back.detail.of_target == look.detail.of_target
    for there, here in (
        (back.detail.grain.lighter, look.detail.grain.lighter),
        (back.detail.grain.mirrored, look.detail.grain.mirrored),
        (back.detail.grain.telling, look.detail.grain.telling),
        (back.detail.outline.grids, look.detail.outline.grids),
    ):
        assert there.dtype == here.dtype
        assert (there == here).all()


def test_verdicts_scores_and_comparisons_come_back_as_they_were() -> None:
    flags = Flag.DISQUALIFIED | Flag.CORRUPT
    assert unpack_look(pack_look(flags)) == flags
    points, pictures = Points(-(2**70), {"z": 2**60, "a": -1}), Pictures(ONE, TWO)
    back, seen = unpack_score(pack_score(points, pictures))
    assert (back, list(back.terms), seen) == (points, ["z", "a"], pictures)
    likeness = Correlation(-900_000, True, False, 512, (-3, 8))
    shared = Shared({7: (0, SharedGrain(200, 210, True))}, {9: (4, likeness)})
    assert unpack_shared(pack_shared(shared)) == shared
