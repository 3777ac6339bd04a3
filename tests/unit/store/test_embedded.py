import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from oracle.errors import BadInput, ContentNotStored, ContentUnavailable
from oracle.store import MAX_BLOCK_BYTES, EmbeddedStore, cid_of
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

DATA = b"a submission"
DIGEST = sha256(DATA)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "content")


def block_path(root: Path, digest: Digest) -> Path:
    [path] = root.glob(f"blocks/*/{cid_of(digest)}")
    return path


def test_a_block_is_one_readable_file_named_by_its_cid(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.put(DATA)
    path = block_path(tmp_path / "content", DIGEST)
    assert path.read_bytes() == DATA
    assert path.parent.name == cid_of(DIGEST)[-3:]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_nothing_but_blocks_is_left_behind(store: EmbeddedStore, tmp_path: Path) -> None:
    store.put(DATA)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [block_path(tmp_path / "content", DIGEST)]


def test_two_stores_on_one_folder_see_the_same_blocks(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path).put(DATA)
    assert EmbeddedStore(tmp_path).get(DIGEST, max_bytes=100) == DATA


@pytest.mark.parametrize("damage", [b"", b"a submissioN", DATA[:-1], DATA + b"!"])
def test_a_damaged_file_is_not_handed_out_and_the_next_put_mends_it(
    store: EmbeddedStore, tmp_path: Path, damage: bytes
) -> None:
    store.put(DATA)
    block_path(tmp_path / "content", DIGEST).write_bytes(damage)
    with pytest.raises(ContentUnavailable, match="lied"):
        store.get(DIGEST, max_bytes=100)
    store.put(DATA)
    assert store.get(DIGEST, max_bytes=100) == DATA


def test_a_link_in_the_folder_is_not_followed(store: EmbeddedStore, tmp_path: Path) -> None:
    store.put(DATA)
    path = block_path(tmp_path / "content", DIGEST)
    (tmp_path / "elsewhere").write_bytes(DATA)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ContentUnavailable, match="symbolic link"):
        store.get(DIGEST, max_bytes=100)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_folder_in_place_of_a_block_does_not_hold_the_reader(
    store: EmbeddedStore, tmp_path: Path, make: object
) -> None:
    store.put(DATA)
    path = block_path(tmp_path / "content", DIGEST)
    path.unlink()
    make(path)  # type: ignore[operator]
    with pytest.raises(ContentUnavailable, match="not a regular file"):
        store.get(DIGEST, max_bytes=100)


def test_odd_names_in_the_folder_disturb_nobody(store: EmbeddedStore, tmp_path: Path) -> None:
    store.put(DATA)
    shard = block_path(tmp_path / "content", DIGEST).parent
    for name in ["..data", "README", "x" * 200, "bafkrei\n"]:
        (shard / name).write_bytes(b"odd")
    store.check()
    assert store.get(DIGEST, max_bytes=100) == DATA


def test_a_larger_file_than_asked_for_is_not_read_whole(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.put(DATA)
    with block_path(tmp_path / "content", DIGEST).open("wb") as file:
        file.truncate(1 << 40)  # sparse: reading it whole would not end
    with pytest.raises(ContentUnavailable, match="larger than 1000 bytes"):
        store.get(DIGEST, max_bytes=1000)


def test_a_full_disk_is_said_plainly_and_leaves_no_trace(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ContentNotStored, match="no space left on device") as caught:
            store.put(DATA)
    assert caught.value.hint == "free some space there"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    store.put(DATA)


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = EmbeddedStore(tmp_path / "file" / "content")
    for attempt in (lambda: store.put(DATA), store.check):
        with pytest.raises(ContentNotStored, match="not a directory"):
            attempt()


def test_check_finds_a_folder_that_lost_its_permissions(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.check()

    def denied(_source: str, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", denied)
    with pytest.raises(ContentNotStored, match="permission denied"):
        store.check()


def test_check_clears_what_killed_writers_left_but_not_what_is_being_written(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.check()
    incoming = tmp_path / "content" / "incoming"
    old, young = incoming / "old", incoming / "young"
    old.touch()
    young.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    store.check()
    assert not old.exists()
    assert young.exists()


def test_concurrent_writers_and_readers_never_meet_half_a_block(tmp_path: Path) -> None:
    data = os.urandom(MAX_BLOCK_BYTES)
    digest = sha256(data)
    failures: list[BaseException] = []

    def work() -> None:
        store = EmbeddedStore(tmp_path)
        try:
            for _ in range(5):
                store.put(data)
                assert store.get(digest, max_bytes=MAX_BLOCK_BYTES) == data
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_what_is_too_large_for_one_block_is_bad_input(store: EmbeddedStore) -> None:
    with pytest.raises(BadInput, match="do not fit into one block"):
        store.put(bytes(MAX_BLOCK_BYTES + 1))
