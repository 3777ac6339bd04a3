"""Content is given up only when sources that work have looked for it again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from oracle.errors import ContentAbsent, ContentUnavailable, SourceFailed
from oracle.judging.fetch import fetch_all
from oracle.judging.search import SOUND_LOOKS, Search
from oracle.store.embedded import EmbeddedStore
from oracle.store.fallback import FallbackStore
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

IMAGE = sha256(b"an image")
ABSENT, SILENT, FAILED = ContentAbsent("404"), ContentUnavailable("late"), SourceFailed("429")


@dataclass
class Gateway:
    """Says whatever it is told to say; `well` is what it answers to a check."""

    answer: ContentUnavailable
    well: bool = True
    name: str = "gateway"
    writable: bool = field(default=False, init=False)

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        raise self.answer

    def put(self, data: bytes) -> Digest:
        raise NotImplementedError

    def remove(self, digest: Digest) -> None:
        raise NotImplementedError

    def check(self) -> None:
        if not self.well:
            raise ContentUnavailable("it is down")


class Searching:
    """Looks for one image in a folder and some gateways, on a clock that the test moves."""

    def __init__(self, folder: Path, *gateways: Gateway) -> None:
        self.store = FallbackStore([EmbeddedStore(folder / "store"), *gateways])
        self.cache = EmbeddedStore(folder / "cache")
        self.now = 0.0
        self.search = Search(self.store, lambda: self.now, lambda: 1_700_000_000 + self.now)

    def look(self, times: int = 1) -> None:
        """Looks, and looks again two minutes later."""
        for _ in range(times):
            fetch_all(self.store, self.cache, [IMAGE], search=self.search)
            self.now += 120

    @property
    def over(self) -> bool:
        return self.search.may_give_up(IMAGE, 200)


def test_one_429_of_the_only_gateway_gives_no_image_up(tmp_path: Path) -> None:
    gateway = Gateway(FAILED)
    searching = Searching(tmp_path, gateway)
    searching.look(times=20)
    assert not searching.over, "a gateway that does not look has not looked in vain"
    gateway.answer = ABSENT
    searching.look(times=SOUND_LOOKS)
    assert searching.over


def test_an_image_that_a_working_gateway_does_not_have_is_given_up_after_three_looks(
    tmp_path: Path,
) -> None:
    searching = Searching(tmp_path, Gateway(ABSENT))
    searching.look(times=SOUND_LOOKS - 1)
    assert not searching.over
    searching.look()
    assert searching.over


def test_three_looks_within_a_moment_are_no_search(tmp_path: Path) -> None:
    searching = Searching(tmp_path, Gateway(ABSENT))
    for _ in range(10):
        searching.look()
        searching.now -= 119
    assert not searching.over
    searching.now += 200
    searching.look()
    assert searching.over


def test_a_gateway_that_only_lets_time_pass_counts_where_it_answers_otherwise(
    tmp_path: Path,
) -> None:
    gateway = Gateway(SILENT, well=False)
    searching = Searching(tmp_path, gateway)
    searching.look(times=5)
    assert not searching.over, "it is down"
    gateway.well = True
    searching.look(times=SOUND_LOOKS)
    assert searching.over


def test_a_gateway_that_was_dead_all_the_time_holds_nothing_up(tmp_path: Path) -> None:
    searching = Searching(tmp_path, Gateway(FAILED, well=False, name="dead"), Gateway(ABSENT))
    searching.look(times=SOUND_LOOKS)
    assert searching.over


def test_a_gateway_that_worked_before_has_to_look_itself(tmp_path: Path) -> None:
    other = Gateway(ABSENT, name="other")
    searching = Searching(tmp_path, other, Gateway(ABSENT))
    fetch_all(searching.store, searching.cache, [sha256(b"something")], search=searching.search)
    other.answer = FAILED
    searching.look(times=10)
    assert not searching.over
    other.answer = ABSENT
    searching.look()
    assert searching.over


def test_a_folder_alone_says_by_itself_what_is_not_there(tmp_path: Path) -> None:
    searching = Searching(tmp_path)
    searching.look(times=SOUND_LOOKS)
    assert searching.over


def test_the_evidence_tells_who_looked_when_and_no_folders_name(tmp_path: Path) -> None:
    gateway = Gateway(FAILED)
    searching = Searching(tmp_path, gateway)
    searching.look(times=2)
    gateway.answer = ABSENT
    searching.look(times=SOUND_LOOKS)
    folder, gateways = searching.search.evidence(IMAGE)
    assert gateways == {
        "source": "gateway",
        "looked_in_vain": SOUND_LOOKS,
        "failed": 2,
        "first": 1_700_000_240,
        "last": 1_700_000_480,
    }
    assert folder["source"] == "this machine"
    searching.search.forget([IMAGE])
    assert searching.search.evidence(IMAGE) == ()
