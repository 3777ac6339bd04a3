"""An image comes off the shelf as it was put there, and its file is not larger than it must be."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from oracle.errors import ContentNotStored
from oracle.studio.shelf import ImageShelf
from oracle.studio.sketch.drawing import draw
from scoring.digest import Digest, sha256
from scoring.submission.prepare import encode_png
from scoring.submission.stored_png import encode_stored

pytestmark = pytest.mark.unit

NOISE = np.random.default_rng(7).integers(0, 256, (512, 512, 3), np.uint8)


@pytest.fixture
def shelf(tmp_path: Path) -> ImageShelf:
    return ImageShelf(tmp_path)


def put(shelf: ImageShelf, image: bytes) -> Digest:
    digest = sha256(image)
    shelf.put(image, digest)
    return digest


def only_file(folder: Path) -> Path:
    (path,) = (path for path in folder.rglob("*") if path.is_file())
    return path


def test_a_sketch_comes_back_byte_for_byte_from_a_file_of_a_fraction(
    shelf: ImageShelf, tmp_path: Path
) -> None:
    image = encode_stored(draw("a red house by a lake", 5))
    digest = put(shelf, image)
    assert shelf.get(digest) == image
    assert only_file(tmp_path).stat().st_size < len(image) / 3
    put(shelf, image)
    assert shelf.get(digest) == image


def test_what_is_compressed_already_is_kept_as_it_is(shelf: ImageShelf, tmp_path: Path) -> None:
    image = encode_png(NOISE)
    digest = put(shelf, image)
    assert only_file(tmp_path).read_bytes() == image
    assert shelf.get(digest) == image


def test_a_file_from_before_images_were_packed_is_found(shelf: ImageShelf, tmp_path: Path) -> None:
    image = encode_stored(draw("a boat", 1))
    digest = sha256(image)
    folder = tmp_path / digest.hex()[:2]
    folder.mkdir()
    (folder / f"{digest.hex()}.png").write_bytes(image)
    assert shelf.get(digest) == image


def test_an_image_is_at_hand_before_the_disk_has_it(shelf: ImageShelf, tmp_path: Path) -> None:
    image = encode_stored(draw("a boat", 1))
    digest = sha256(image)
    shelf.hold(image, digest)
    assert shelf.get(digest) == image and not list(tmp_path.rglob("*.zlib"))
    shelf.put_held()
    assert ImageShelf(tmp_path).get(digest) == image


def test_a_disk_without_room_does_not_fill_the_memory(tmp_path: Path) -> None:
    (tmp_path / "shelf").write_text("no folder")
    shelf = ImageShelf(tmp_path / "shelf")
    images = [encode_stored(draw("a boat", seed)) for seed in (1, 2)]
    for image in images:
        shelf.hold(image, sha256(image))
        with pytest.raises(ContentNotStored, match="cannot be kept"):
            shelf.put_held()
    assert [shelf.get(sha256(image)) for image in images] == [None, None]


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[: len(packed) // 2],
        lambda packed: b"not packed",
        lambda packed: zlib.compress(bytes(1 << 26)),
        lambda packed: zlib.compress(zlib.decompress(packed)[:-1] + b"?"),
    ],
)
def test_a_damaged_file_is_no_image(shelf: ImageShelf, tmp_path: Path, damage: object) -> None:
    digest = put(shelf, encode_stored(draw("a tree", 3)))
    path = only_file(tmp_path)
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    assert shelf.get(digest) is None
