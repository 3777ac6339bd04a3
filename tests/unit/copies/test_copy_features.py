"""Copies of the target are recognised by its features, wherever the picture was moved to."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pytest
import rfc8785
from PIL import Image, ImageDraw, ImageFont

from scoring.bench.edits import MOVES, frame, mirror, turn
from scoring.copies import features
from scoring.copies.features import UNIT, Features, find_features, grey_of, soften
from scoring.copies.matches import FEWEST, Original, Recognition
from scoring.copies.search import find_copies
from scoring.digest import sha256
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

SPEC = JudgingSpec()
NOT_FOUND = {"waved 15", "turned, inverted", "turned, blurred 15"}


@pytest.fixture(scope="module")
def original() -> Original:
    return Original(png.photo())


def look(pixels: np.ndarray) -> Features:
    return find_features(grey_of(pixels))


@pytest.mark.parametrize("move", sorted(MOVES.keys() - NOT_FOUND))
def test_a_picture_that_was_moved_is_recognised(original: Original, move: str) -> None:
    found = original.recognise(look(MOVES[move](png.photo())))
    assert found is not None and found.reaches(SPEC.remark_features)
    assert found.mirrored == ("mirrored" in move or move == "upended")
    assert FEWEST <= found.found <= found.visible


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea"])
def test_another_picture_is_not_recognised(original: Original, name: str) -> None:
    assert original.recognise(look(png.photo(name))) is None


def test_a_picture_without_features_is_recognised_nowhere(original: Original) -> None:
    flat = np.full((512, 512, 3), 77, np.uint8)
    assert look(flat).places.shape == (0, 2) and look(flat).descriptors.shape == (0, 128)
    assert original.recognise(look(flat)) is None
    assert Original(flat).recognise(look(png.photo())) is None


def test_a_blurred_picture_is_recognised_by_its_blurred_original(original: Original) -> None:
    found = original.recognise(look(MOVES["turned, blurred 7"](png.photo())))
    assert found is not None and found.softened > 0


def test_half_a_picture_counts_by_what_is_seen_of_it(original: Original) -> None:
    """A narrow cut shows few of the features, and nearly as large a share of those it shows."""
    whole = original.recognise(look(png.photo()))
    part = original.recognise(look(MOVES["cropped to 65 %"](png.photo())))
    assert whole and part
    assert part.visible < whole.visible * 2 // 3
    assert part.reaches(SPEC.remark_features)


def test_a_frame_of_noise_does_not_hide_what_is_inside(original: Original) -> None:
    loud = np.random.default_rng(0).integers(0, 256, (512, 512, 3), np.uint8)
    loud[64:448, 64:448] = np.asarray(Image.fromarray(png.photo()).resize((384, 384)))
    found = original.recognise(look(loud))
    assert found is not None and found.reaches(SPEC.remark_features)


def lettering(sign: str, ground: int, size: int, left: int) -> np.ndarray:
    """A sign of one word in the one font that everybody has."""
    image = Image.new("RGB", (512, 512), (ground, 40, 60))
    write = ImageDraw.Draw(image)
    write.rectangle((left - 20, 180, 500, 330), (200, 30, 40))
    write.text((left, 200), sign, (250, 250, 250), ImageFont.load_default(size))
    return np.asarray(image)


def test_another_word_in_the_same_letters_is_not_recognised() -> None:
    sign = Original(lettering("ORACLE", 90, 100, 40))
    assert sign.recognise(look(lettering("ORACLE", 90, 100, 40))) is not None
    for word in ("STUDIO", "REPLAY"):
        found = sign.recognise(look(lettering(word, 30, 85, 70)))
        assert found is None or not found.reaches(SPEC.remark_features)


def test_a_pattern_that_repeats_has_nothing_to_recognise_it_by() -> None:
    """Every feature is like many others: what docs/copies.md says is missed."""
    tiles = (np.indices((512, 512)) // 32).sum(0) % 2 * 200 + 20
    pattern = np.repeat(tiles.astype(np.uint8)[:, :, None], 3, axis=2)
    assert Original(pattern).recognise(look(pattern)) is None


def test_features_turn_with_the_picture() -> None:
    """Turned by a right angle, no pixel is interpolated: nearly all are where they should be."""
    here, there = look(png.photo()), look(np.ascontiguousarray(np.rot90(png.photo())))
    turned = {(y, 510 - x) for x, y in here.places.tolist()}
    again = {(x, y) for x, y in there.places.tolist()}
    near = sum(any(abs(x - a) + abs(y - b) <= 8 for a, b in again) for x, y in turned)
    assert near > 0.8 * len(turned)


def test_what_is_calculated_in_float32_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in float64, where all of it is far from any rounding, at the sharpest there is."""
    board = (np.indices((512, 512)) // 24).sum(0) % 2 * 255
    noise = np.random.default_rng(1).integers(0, 2, (512, 512)) * 255
    sharpest = [np.repeat(p.astype(np.uint8)[:, :, None], 3, axis=2) for p in (board, noise)]
    found = [look(pixels) for pixels in sharpest]
    for table in ("_DIRECTIONS", "_FINE_DIRECTIONS", "_PATCH_CELLS"):
        monkeypatch.setattr(features, table, getattr(features, table).astype(np.float64))
    for here, pixels in zip(found, sharpest, strict=True):
        there = look(pixels)
        assert len(here.places) > 50
        assert np.array_equal(here.places, there.places)
        assert np.array_equal(here.descriptors, there.descriptors)
        assert (here.descriptors.astype(np.int64) ** 2).sum(1).max() <= UNIT


def test_a_blur_is_the_mean_of_whole_numbers() -> None:
    grey = grey_of(png.photo())
    wide = np.pad(grey.astype(object), 4, mode="edge")
    weights = {0: 1, 4: 2, 8: 1}
    y, x = 13, 250
    total = sum(weights[j] * weights[i] * wide[y + j, x + i] for j in weights for i in weights)
    assert soften(grey, 4)[y, x] == (total + 8) // 16
    assert soften(grey, 4).shape == grey.shape


def test_how_much_is_found_decides() -> None:
    assert Recognition(25, 100, mirrored=False, softened=0).reaches(250)
    assert not Recognition(24, 100, mirrored=False, softened=0).reaches(250)
    assert not Recognition(FEWEST - 1, FEWEST, mirrored=False, softened=0).reaches(1)
    assert not Recognition(100, 100, mirrored=False, softened=0).reaches(1_001)


def entries(*pictures: np.ndarray) -> list[tuple[Entry, np.ndarray]]:
    return [
        (Entry(number, f"0x{number:040x}", sha256(bytes([number])), number), pixels)
        for number, pixels in enumerate(pictures, start=1)
    ]


def test_a_moved_target_is_remarked_upon_where_the_spec_says_so() -> None:
    target = png.photo()
    given = entries(turn(target, 12), mirror(frame(target, 75)), png.photo("coffee"))
    found = find_copies(given, target, SPEC)
    assert not found.copies and found.remarks.keys() == {1, 2}
    turned, framed = (
        next(r for r in found.remarks[ticket] if isinstance(r.evidence, Recognition))
        for ticket in (1, 2)
    )
    assert turned.original is None and turned.flag == Flag.LIKE_TARGET
    assert framed.evidence.mirrored
    # Canonical JSON, which the bundle is written in, takes no number of numpy's.
    assert b'"found":' in rfc8785.dumps(asdict(turned.evidence))
    deaf = replace(SPEC, remark_features=1_001, remark_patches=1_000_001)
    assert find_copies(given, target, deaf).remarks == {}


def test_the_share_grows_with_what_the_picture_keeps(original: Original) -> None:
    shares = []
    for border in (20, 70, 110):
        found = original.recognise(look(frame(png.photo(), border)))
        assert found is not None
        shares.append(found.found)
    assert all(more > less for more, less in pairwise(shares))
