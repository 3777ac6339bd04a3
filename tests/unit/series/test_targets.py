"""Which target a day gets, what its card says, and what is set aside."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from oracle.errors import BadInput
from oracle.ledger.ledger import open_ledger
from oracle.ledger.series_book import SeriesBook
from oracle.series.card import card_beside, card_content, card_fields, read_card
from oracle.series.choosing import Chooser
from oracle.series.targets import TargetList, deck_of
from oracle.series.trial import why_not_judged
from scoring.digest import Digest, sha256
from scoring.errors import UnjudgeableTarget
from scoring.submission.image import encode_png
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
DAY = date(2026, 11, 28)
SPEC = Digest(bytes(32))


def picture(seed: int) -> bytes:
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    return encode_png(blocks.repeat(128, axis=0).repeat(128, axis=1))


@pytest.fixture
def book() -> Iterator[SeriesBook]:
    ledger = open_ledger("sqlite://", 1, CONTRACT)
    yield ledger.series
    ledger.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (3, 1, 2):
        (tmp_path / f"{number}.png").write_bytes(picture(number))
    (tmp_path / ".hidden.png").write_bytes(picture(9))
    (tmp_path / "notes.txt").write_text("no image")
    return tmp_path


def chooser(folder: Path, book: SeriesBook, seed: Callable[[date], bytes] | None = None) -> Chooser:
    return Chooser(TargetList((folder,)), book, SPEC, seed)


def accept(image: bytes) -> str:
    return ""


def test_a_folder_is_taken_by_name_and_no_file_twice(folder: Path, book: SeriesBook) -> None:
    used: list[bytes] = []
    for number in (1, 2, 3):
        target = chooser(folder, book).choose(DAY, used, accept).target
        assert target is not None
        assert target.digest == sha256(picture(number))
        used.append(target.source)
    (folder / "1.png").rename(folder / "4.png")
    none = chooser(folder, book).choose(DAY, used, accept)
    assert none.target is None
    assert none.reason == "every target was used: add new ones"


def test_files_are_taken_in_their_order(folder: Path, book: SeriesBook) -> None:
    targets = TargetList((folder / "3.png", folder / "1.png", folder / "gone.png"))
    target = Chooser(targets, book, SPEC, None).choose(DAY, (), accept).target
    assert target is not None
    assert target.path.name == "3.png"


def test_a_draw_can_be_recomputed_by_anybody(folder: Path, book: SeriesBook) -> None:
    seeds = [bytes([number]) * 32 for number in range(20)]
    digests = [sha256(picture(number)) for number in (1, 2, 3)]
    drawn = set()
    for seed in seeds:
        choice = chooser(folder, book, lambda day, seed=seed: seed).choose(DAY, (), accept)
        assert choice.target is not None
        by_key = min(digests, key=lambda digest: hmac.digest(seed, digest, "sha256"))
        assert choice.target.digest == by_key
        assert choice.deck == deck_of(digests) == sha256(b"".join(sorted(digests)))
        drawn.add(choice.target.digest)
    assert drawn == set(digests)


def test_what_cannot_be_judged_is_tried_once_and_left_out_of_the_deck(
    folder: Path, book: SeriesBook
) -> None:
    tried: list[bytes] = []

    def trial(image: bytes) -> str:
        tried.append(image)
        return "nothing can be told from it" if image == picture(1) else ""

    for _ in range(2):
        choice = chooser(folder, book).choose(DAY, (), trial)
        assert choice.target is not None
        assert choice.target.path.name == "2.png"
        assert [aside.path.name for aside in choice.set_aside] == ["1.png"]
    assert tried == [picture(1), picture(2)]
    deck = chooser(folder, book, lambda day: bytes(32)).choose(DAY, (), trial).deck
    assert deck == deck_of([sha256(picture(2)), sha256(picture(3))])


def test_without_time_for_a_trial_an_untried_target_is_waited_for(
    folder: Path, book: SeriesBook
) -> None:
    choice = chooser(folder, book).choose(DAY, (), None)
    assert (choice.target, choice.reason) == (None, "its target has to be tried first")
    assert chooser(folder, book).expect(DAY, ()).target is not None


def test_an_empty_or_missing_folder_is_called_that(tmp_path: Path, book: SeriesBook) -> None:
    for place in (tmp_path, tmp_path / "gone"):
        assert "empty or missing" in chooser(place, book).choose(DAY, (), accept).reason


def test_a_changed_file_is_another_target(folder: Path, book: SeriesBook) -> None:
    targets = TargetList((folder,))
    before = targets.by_digest()
    (folder / "1.png").write_bytes(picture(50))
    after = targets.by_digest()
    assert sha256(picture(1)) in before
    assert sha256(picture(50)) in after
    assert sha256(picture(1)) not in after


def test_a_trial_tells_a_blank_picture_from_another() -> None:
    blank = encode_png(np.full((512, 512, 3), (10, 60, 90), np.uint8))
    assert "blank" in why_not_judged(blank, TINY_COMPETITION)
    assert why_not_judged(picture(1), TINY_COMPETITION) == ""


def test_a_target_that_the_judge_refuses_is_named_by_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UnjudgeableTarget("nothing can be told from this target")

    monkeypatch.setattr("scoring.judge.train", refuse)
    assert why_not_judged(picture(1), TINY_COMPETITION) == "nothing can be told from this target"


# ----------------------------------------------------------------------- cards


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", 'title = " Night "\nyear = 1889\n'),
        ("a.json", '{"title": "Night", "year": "1889"}'),
    ],
)
def test_a_card_is_the_same_content_from_either_form(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    beside = card_beside(tmp_path / "a.jpg")
    assert beside is not None
    content = card_content(read_card(beside), bytes(32))
    assert json.loads(content) == {
        "target": "0x" + "00" * 32,
        "title": "Night",
        "year": "1889",
    }
    assert card_fields(content) == {"title": "Night", "year": "1889"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 'red'", "no field colour"),
        ("title = 5", "title is not text"),
        ("year = true", "year is not text"),
        ("title = ''", "title has no text"),
        ('title = "a\\nb"', "line breaks"),
        ('title = "a\\u202Eb"', "invisible"),
        (f"title = '{'x' * 501}'", "500 characters"),
        ("title = ", "cannot be used"),
        ("x" * 20_000, "16384 bytes"),
    ],
)
def test_a_card_that_says_something_else_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match="cannot be used") as caught:
        read_card(path)
    assert words in caught.value.what


def test_two_cards_for_one_image_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").touch()
    (tmp_path / "a.json").touch()
    with pytest.raises(BadInput, match="two cards"):
        card_beside(tmp_path / "a.png")
    assert card_beside(tmp_path / "b.png") is None
