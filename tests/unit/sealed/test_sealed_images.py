"""Secrets survive, stay private, and are never overwritten."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from oracle.errors import BadInput
from oracle.sealed.images import SealedImage, SealedImages
from oracle.sealed.secret import new_salt

pytestmark = pytest.mark.unit

COMMITMENT = bytes(range(32))


def sealed(image: bytes = b"image") -> SealedImage:
    return SealedImage(COMMITMENT, new_salt(), image)


def test_a_secret_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    kept = sealed()
    SealedImages(tmp_path / "new").save(kept)
    assert SealedImages(tmp_path / "new").load(COMMITMENT) == kept
    assert list(SealedImages(tmp_path / "new")) == [COMMITMENT]


def test_only_the_owner_can_read_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    SealedImages(folder).save(sealed())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_two_commitments_keep_two_secrets(tmp_path: Path) -> None:
    store = SealedImages(tmp_path)
    first = sealed(b"first")
    second = SealedImage(bytes(32), new_salt(), b"second")
    store.save(first)
    store.save(second)
    assert (store.load(COMMITMENT), store.load(bytes(32))) == (first, second)


def test_a_secret_of_another_machine_is_none(tmp_path: Path) -> None:
    assert SealedImages(tmp_path).load(COMMITMENT) is None


def test_salts_never_repeat() -> None:
    assert len({new_salt() for _ in range(100)}) == 100


def test_a_secret_does_not_show_its_salt_in_logs() -> None:
    secret = sealed()
    assert secret.salt.hex() not in repr(secret)


@pytest.mark.parametrize("text", ["", "{}", '{"salt": 1}', '{"salt": "zz"}', "[1]"])
def test_a_damaged_secret_file_is_named(tmp_path: Path, text: str) -> None:
    SealedImages(tmp_path).save(sealed())
    (tmp_path / f"{COMMITMENT.hex()}.json").write_text(text)
    with pytest.raises(BadInput, match="cannot be read") as caught:
        SealedImages(tmp_path).load(COMMITMENT)
    assert "backup" in caught.value.hint


def test_a_swapped_image_is_noticed(tmp_path: Path) -> None:
    SealedImages(tmp_path).save(sealed())
    (tmp_path / f"{COMMITMENT.hex()}.png").write_bytes(b"another")
    with pytest.raises(BadInput, match="does not hold the image"):
        SealedImages(tmp_path).load(COMMITMENT)


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be kept") as caught:
        SealedImages(tmp_path / "file").save(sealed())
    assert "nothing was sent" in caught.value.hint


def test_the_record_names_the_digest(tmp_path: Path) -> None:
    kept = sealed()
    SealedImages(tmp_path).save(kept)
    record = json.loads((tmp_path / f"{COMMITMENT.hex()}.json").read_text())
    assert record["digest"] == kept.digest.hex()
