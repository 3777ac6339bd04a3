"""Copies of the target and of earlier entries are disqualified, with what they copy as evidence."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.bench.edits import EDITS
from scoring.copies.search import find_copies, find_equal_pixels
from scoring.digest import sha256
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import Flag
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

LIMITS = (JudgingSpec().copy_threshold, JudgingSpec().copy_share)
ONLY_EQUAL = (1_000_001, 1_001)


def entry(ticket_id: int, commit_order: int | None = None) -> Entry:
    order = ticket_id if commit_order is None else commit_order
    return Entry(ticket_id, f"0x{ticket_id:040x}", sha256(bytes([ticket_id])), order)


def flags_of(found):
    return {ticket: copy.flags for ticket, copy in found.items()}


def test_of_equal_images_the_earliest_commitment_stays() -> None:
    same, other = png.photo("coffee"), png.photo("rocket")
    entries = [(entry(1, 30), same), (entry(2, 10), same), (entry(3, 20), same)]
    found = find_copies([*entries, (entry(4, 5), other)], png.photo(), *LIMITS)
    duplicate = Flag.DISQUALIFIED | Flag.DUPLICATE
    assert flags_of(found) == {1: duplicate, 3: duplicate}
    assert found[1].original == found[3].original == 2


def test_where_a_studio_makes_all_images_only_equal_pixels_are_copies() -> None:
    target = png.photo()
    edited = EDITS["recompressed 30"](target)
    entries = [(entry(1), edited), (entry(2), target), (entry(3), png.photo("coffee"))]
    copies = find_equal_pixels(entries, target)
    assert flags_of(copies) == {2: Flag.DISQUALIFIED | Flag.TARGET_COPY}
    assert flags_of(find_copies(entries, target, *LIMITS)).keys() == {1, 2}


def test_a_copy_of_the_target_is_found_and_of_equal_ones_every_one() -> None:
    entries = [(entry(1), png.photo().copy()), (entry(3), png.photo().copy())]
    copy = Flag.DISQUALIFIED | Flag.TARGET_COPY
    found = find_copies(iter(entries), png.photo(), *LIMITS)
    assert flags_of(found) == {1: copy, 3: copy | Flag.DUPLICATE}


def test_one_bit_of_difference_makes_an_edited_copy_where_the_spec_says_so() -> None:
    almost = png.photo().copy()
    almost[511, 511, 2] ^= 1
    found = find_copies([(entry(2), almost)], png.photo(), *LIMITS)
    assert flags_of(found) == {2: Flag.DISQUALIFIED | Flag.EDITED_TARGET}
    assert found[2].original is None
    assert found[2].evidence is not None and found[2].evidence.correlation > 990_000
    assert find_copies([(entry(2), almost)], png.photo(), *ONLY_EQUAL) == {}


@pytest.mark.parametrize("edit", ["mirrored", "shifted 10 %", "recompressed 8", "hue turned 60°"])
def test_an_edit_of_an_earlier_entry_is_found_and_names_it(edit: str) -> None:
    first, target = png.photo("coffee"), png.photo()
    late = (entry(7, 50), EDITS[edit](first))
    found = find_copies([late, (entry(9, 3), first)], target, *LIMITS)
    assert flags_of(found) == {7: Flag.DISQUALIFIED | Flag.EDITED_DUPLICATE}
    assert found[7].original == 9
    assert found[7].evidence is not None
    assert found[7].evidence.mirrored == (edit == "mirrored")


def test_a_copy_in_a_frame_is_found() -> None:
    found = find_copies([(entry(1), EDITS["framed"](png.photo()))], png.photo(), *LIMITS)
    assert found[1].evidence is not None and found[1].evidence.framed


def test_other_pictures_are_no_copies() -> None:
    names = ("coffee", "rocket", "chelsea")
    entries = [(entry(n), png.photo(name)) for n, name in enumerate(names, 1)]
    assert find_copies(entries, png.photo(), *LIMITS) == {}


def test_a_flat_picture_is_a_copy_of_nothing_but_its_like() -> None:
    grey = np.full((512, 512, 3), 99, np.uint8)
    entries = [(entry(1), grey), (entry(2), grey + np.uint8(1)), (entry(3), grey)]
    found = find_copies(entries, png.photo(), *LIMITS)
    assert flags_of(found) == {3: Flag.DISQUALIFIED | Flag.DUPLICATE}


def test_the_same_ticket_or_commit_position_twice_is_a_programming_error() -> None:
    pixels = np.zeros((512, 512, 3), dtype=np.uint8)
    with pytest.raises(ValueError):
        find_copies([(entry(1, 1), pixels), (entry(1, 2), pixels)], pixels, *LIMITS)
    with pytest.raises(ValueError):
        find_copies([(entry(1, 1), pixels), (entry(2, 1), pixels)], pixels, *LIMITS)
