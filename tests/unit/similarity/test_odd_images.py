"""What every metric answers when an image is odd: tiny, flat, grey, transparent, deep, broken."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scoring.errors import UnreadableImage
from scoring.similarity.errors import NoImages
from scoring.similarity.reading import image_files, read_image
from scoring.similarity.registry import listed_metrics, metric
from scoring.submission.image import Pixels

pytestmark = pytest.mark.unit

CLASSICAL = [e.name for e in listed_metrics() if not e.needs and not e.package]
DOT = np.full((1, 1, 3), 90, np.uint8)
FLAT = np.full((40, 60, 3), 90, np.uint8)
STRIP = np.arange(300 * 3, dtype=np.uint16).astype(np.uint8).reshape(1, 300, 3)


@pytest.mark.parametrize("name", CLASSICAL)
@pytest.mark.parametrize("odd", [DOT, FLAT, STRIP], ids=["1x1", "flat", "1x300"])
def test_odd_images_have_an_answer_in_range(name: str, odd: Pixels, cat: Pixels) -> None:
    measure = metric(name)
    for a, b in ((odd, cat), (cat, odd), (odd, odd)):
        value = measure(a, b)
        assert not math.isnan(value)
        assert measure.range[0] <= value <= measure.range[1]


@pytest.mark.parametrize("name", ["orb", "sift"])
def test_images_without_keypoints_are_not_similar(name: str, cat: Pixels) -> None:
    assert metric(name)(FLAT, cat) == 0
    assert metric(name)(FLAT, FLAT) == 0


def test_a_flat_image_correlates_only_with_itself(cat: Pixels) -> None:
    assert metric("pearson")(FLAT, FLAT) == 1
    assert metric("pearson")(FLAT, cat) == 0
    assert metric("vifp")(FLAT, FLAT) == 1
    assert metric("vifp")(FLAT, cat) == 0


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def test_grey_becomes_rgb() -> None:
    pixels = read_image(saved(Image.new("L", (5, 4), 77), "PNG"))
    assert pixels.shape == (4, 5, 3)
    assert (pixels == 77).all()


def test_transparency_is_laid_on_white() -> None:
    pixels = read_image(saved(Image.new("RGBA", (2, 2), (0, 0, 0, 0)), "PNG"))
    assert (pixels == 255).all()


def test_sixteen_bits_are_scaled_to_eight() -> None:
    deep = Image.fromarray(np.array([[0, 65535]], np.uint16))
    assert read_image(saved(deep, "PNG"))[..., 0].tolist() == [[0, 255]]


def test_of_an_animation_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_image(data)[0, 0].tolist() == [255, 0, 0]


def test_a_large_image_is_scaled_down_when_asked() -> None:
    data = saved(Image.new("RGB", (3000, 1500)), "PNG")
    assert read_image(data, max_side=100).shape == (50, 100, 3)
    assert read_image(data).shape == (1500, 3000, 3)


def test_a_huge_image_is_refused_before_it_is_decoded() -> None:
    data = bytearray(saved(Image.new("L", (8, 8)), "BMP"))
    data[18:26] = (40_000).to_bytes(4, "little") * 2
    with pytest.raises(UnreadableImage, match="million pixels"):
        read_image(bytes(data))


@pytest.mark.parametrize("data", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_corrupt_file_is_an_error_with_a_hint(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(data)
    with pytest.raises(UnreadableImage, match="broken.png") as caught:
        read_image(path)
    assert caught.value.hint


def test_a_cut_file_is_an_error(cat: Pixels, tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    data = saved(Image.fromarray(cat), "JPEG")
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableImage, match="damaged"):
        read_image(str(path))


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage, match="does not exist"):
        read_image(tmp_path / "nothing.png")
    with pytest.raises(UnreadableImage):
        read_image(tmp_path)


def test_folders_are_searched_below_and_in_order(tmp_path: Path) -> None:
    for name in ("b.PNG", "a/z.jpg", ".hidden.png", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [p.relative_to(tmp_path).as_posix() for p in image_files(tmp_path)] == [
        "a/z.jpg",
        "b.PNG",
    ]


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoImages, match="holds no image"):
        image_files(tmp_path)
    with pytest.raises(NoImages, match="is not a folder"):
        image_files(tmp_path / "nowhere")
