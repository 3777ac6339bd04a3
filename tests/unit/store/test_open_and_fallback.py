from pathlib import Path

import pytest

from oracle.errors import (
    BadInput,
    ContentNotStored,
    ContentUnavailable,
    InvalidConfig,
    RetryLater,
)
from oracle.store import EmbeddedStore, cid_of, open_store
from oracle.store.fallback import FallbackStore
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

DATA = b"a target"
DIGEST = sha256(DATA)


class Mirror:
    """A read-only store that has one block, or fails with what it is told to."""

    writable = False

    def __init__(self, name: str, answer: bytes | RetryLater) -> None:
        self.name = name
        self.answer = answer
        self.asked = 0

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        self.asked += 1
        if isinstance(self.answer, RetryLater):
            raise self.answer
        return self.answer

    def put(self, data: bytes) -> Digest:
        raise BadInput("read-only")

    def check(self) -> None:
        if isinstance(self.answer, RetryLater):
            raise self.answer


DOWN = ContentUnavailable("mirror down is down", "try another gateway")
LIES = ContentUnavailable("mirror liar lied", "do not use this source")


def test_the_next_store_is_asked_when_one_fails(tmp_path: Path) -> None:
    good, unneeded = Mirror("good", DATA), Mirror("unneeded", DATA)
    store = FallbackStore([Mirror("down", DOWN), Mirror("liar", LIES), good, unneeded])
    assert store.get(DIGEST, max_bytes=100) == DATA
    assert (good.asked, unneeded.asked) == (1, 0)


def test_when_all_fail_every_reason_is_named_and_each_hint_once() -> None:
    store = FallbackStore([Mirror("a", DOWN), Mirror("b", LIES), Mirror("c", DOWN)])
    with pytest.raises(ContentUnavailable) as caught:
        store.get(DIGEST, max_bytes=100)
    assert caught.value.what == (
        f"no store has {cid_of(DIGEST)}: mirror down is down; mirror liar lied; mirror down is down"
    )
    assert caught.value.hint == "try another gateway; do not use this source"


def test_what_a_mirror_delivered_is_kept_and_not_asked_for_again(tmp_path: Path) -> None:
    mirror = Mirror("good", DATA)
    store = FallbackStore([EmbeddedStore(tmp_path), mirror])
    assert store.get(DIGEST, max_bytes=100) == DATA
    assert store.get(DIGEST, max_bytes=100) == DATA
    assert mirror.asked == 1


@pytest.mark.parametrize("error", [ContentNotStored("disk full"), BadInput("too large")])
def test_a_full_disk_does_not_hide_content_that_came(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    keeper = EmbeddedStore(tmp_path)

    def refuse(_data: bytes) -> Digest:
        raise error

    store = FallbackStore([keeper, Mirror("good", DATA)])
    with monkeypatch.context() as full:
        full.setattr(keeper, "put", refuse)
        for _ in range(3):
            assert store.get(DIGEST, max_bytes=100) == DATA
    assert caplog.text.count(str(error)) == 1, "said for each of many thousand images"
    store.get(DIGEST, max_bytes=100)
    assert keeper.get(DIGEST, max_bytes=100) == DATA


def test_writing_goes_to_the_first_store_that_can_be_written(tmp_path: Path) -> None:
    first, second = EmbeddedStore(tmp_path / "1"), EmbeddedStore(tmp_path / "2")
    store = FallbackStore([Mirror("read-only", DOWN), first, second])
    assert store.writable
    store.put(DATA)
    assert first.get(DIGEST, max_bytes=100) == DATA
    with pytest.raises(ContentUnavailable):
        second.get(DIGEST, max_bytes=100)


def test_reading_works_and_writing_is_bad_input_when_all_are_read_only() -> None:
    store = FallbackStore([Mirror("good", DATA)])
    assert not store.writable
    assert store.get(DIGEST, max_bytes=100) == DATA
    with pytest.raises(BadInput, match="nothing can be written to good"):
        store.put(DATA)


def test_check_tolerates_one_dead_mirror_but_not_all(caplog: pytest.LogCaptureFixture) -> None:
    FallbackStore([Mirror("down", DOWN), Mirror("good", DATA)]).check()
    assert "mirror down is down" in caplog.text
    with pytest.raises(ContentUnavailable, match="mirror down is down; mirror liar lied"):
        FallbackStore([Mirror("down", DOWN), Mirror("liar", LIES)]).check()


def test_check_fails_when_the_writable_store_does(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = FallbackStore([Mirror("good", DATA), EmbeddedStore(tmp_path / "file")])
    with pytest.raises(ContentNotStored):
        store.check()


def test_a_list_of_no_stores_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FallbackStore([])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("dir:/srv/content", "folder /srv/content"),
        ("dir:relative", "folder relative"),
        ("kubo:/ip4/127.0.0.1/tcp/5001", "kubo /ip4/127.0.0.1/tcp/5001"),
        ("https://gateway.example/", "gateway https://gateway.example"),
        ("https://user:secret@gateway.example/x", "gateway https://gateway.example"),
        ("http://127.0.0.1:8080", "gateway http://127.0.0.1:8080"),
        (" dir:/a , https://b.example", "folder /a, gateway https://b.example"),
    ],
)
def test_each_address_opens_the_store_it_names(address: str, name: str) -> None:
    assert open_store(address).name == name


def test_a_home_folder_is_meant_by_a_tilde() -> None:
    assert open_store("dir:~/content").name == f"folder {Path.home()}/content"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/content",
        "dir:",
        "kubo:",
        "kubo:127.0.0.1:5001",
        "kubo:/ip4/999.0.0.1/tcp/5001",
        "ftp://gateway.example",
        "https://",
        "https://gateway.example?x=1",
        "http://[::1",
        "http://gateway.example:port",
        "dir:/a,",
        "dir:/a,nonsense",
    ],
)
def test_an_address_that_means_nothing_is_refused_with_a_hint(address: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        open_store(address)
    assert caught.value.hint


def test_without_the_ipfs_client_a_kubo_address_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "oracle.store.kubo", None)
    with pytest.raises(InvalidConfig) as caught:
        open_store("kubo:/ip4/127.0.0.1/tcp/5001")
    assert "[kubo]" in caught.value.hint
