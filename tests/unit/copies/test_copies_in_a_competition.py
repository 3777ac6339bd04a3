"""Copies of the target and of earlier entries are disqualified, with what they copy as evidence."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scoring.bench.edits import EDITS
from scoring.bench.evasions import EVASIONS
from scoring.bench.fairness import measure_kind
from scoring.bench.look_alikes import PROMPTS, draw
from scoring.copies.findings import Findings, remark_flags
from scoring.copies.grain import FEWEST, SharedGrain, grain_of, shared_grain
from scoring.copies.patches import PatchedOriginal, SharedPatches, grid_of
from scoring.copies.search import find_copies
from scoring.digest import sha256
from scoring.exact.numbers import Stream
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import Flag
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

SPEC = JudgingSpec()
WITHIN_PIXELS = {"lowest bits turned", "mirrored", "recoloured"}
"""Edits that leave the smallest details in their places: more than a remark."""


def entry(ticket_id: int, commit_order: int | None = None) -> Entry:
    order = ticket_id if commit_order is None else commit_order
    return Entry(ticket_id, f"0x{ticket_id:040x}", sha256(bytes([ticket_id])), order)


def flags_of(found):
    return {ticket: copy.flags for ticket, copy in found.copies.items()}


def test_of_equal_images_the_earliest_commitment_stays() -> None:
    same, other = png.photo("coffee"), png.photo("rocket")
    entries = [(entry(1, 30), same), (entry(2, 10), same), (entry(3, 20), same)]
    found = find_copies([*entries, (entry(4, 5), other)], png.photo(), SPEC)
    duplicate = Flag.DISQUALIFIED | Flag.DUPLICATE
    assert flags_of(found) == {1: duplicate, 3: duplicate}
    assert found.copies[1].original == found.copies[3].original == 2


def test_where_a_studio_makes_all_images_only_equal_pixels_are_copies() -> None:
    target = png.photo()
    almost = EDITS["gamma 2"](target)
    entries = [(entry(1), almost), (entry(2), target), (entry(3), png.photo("coffee"))]
    found = find_copies(entries, target, SPEC.for_studio())
    assert flags_of(found) == {2: Flag.DISQUALIFIED | Flag.TARGET_COPY}
    assert not found.remarks
    assert flags_of(find_copies(entries, target, SPEC)).keys() == {1, 2}


@pytest.mark.parametrize("spec", [SPEC, SPEC.for_studio()], ids=["uploads", "studio"])
def test_a_copy_of_the_target_is_found_and_is_nobodys_original(spec: JudgingSpec) -> None:
    entries = [(entry(1), png.photo().copy()), (entry(3), png.photo().copy())]
    copy = Flag.DISQUALIFIED | Flag.TARGET_COPY
    found = find_copies(iter(entries), png.photo(), spec)
    assert flags_of(found) == {1: copy, 3: copy}
    assert [found.copies[ticket].original for ticket in (1, 3)] == [None, None]


def test_one_bit_of_difference_makes_a_copy_where_the_spec_says_so() -> None:
    almost = png.photo().copy()
    almost[511, 511, 2] ^= 1
    found = find_copies([(entry(2), almost)], png.photo(), SPEC)
    assert flags_of(found) == {2: Flag.DISQUALIFIED | Flag.EDITED_TARGET}
    evidence = found.copies[2].evidence
    assert evidence is not None and evidence.same == evidence.telling > FEWEST
    lenient = dataclasses.replace(SPEC, copy_grain=1_001)
    assert flags_of(find_copies([(entry(2), almost)], png.photo(), lenient)) == {}


SAME_PIXELS = ["mirrored", "gamma 2", "hue turned 60°", "inverted", "sepia", "stamped"]


@pytest.mark.parametrize("edit", SAME_PIXELS)
def test_an_earlier_entry_in_other_colours_is_found_and_named(edit: str) -> None:
    first, target = png.photo("coffee"), png.photo()
    late = (entry(7, 50), EDITS[edit](first))
    found = find_copies([late, (entry(9, 3), first)], target, SPEC)
    assert flags_of(found) == {7: Flag.DISQUALIFIED | Flag.EDITED_DUPLICATE}
    assert found.copies[7].original == 9
    assert found.copies[7].evidence is not None
    assert found.copies[7].evidence.mirrored == (edit == "mirrored")


@pytest.mark.parametrize("edit", sorted(EVASIONS.keys() - WITHIN_PIXELS))
def test_an_edit_that_might_be_honest_is_remarked_upon_and_ranked(edit: str) -> None:
    target = png.photo()
    found = find_copies([(entry(1), EVASIONS[edit](target))], target, SPEC)
    assert not found.copies
    assert found.remarks.keys() == {1}
    assert remark_flags(found.remarks[1]) == Flag.LIKE_TARGET


def test_an_edit_of_an_earlier_entry_is_remarked_upon_and_names_it() -> None:
    first, target = png.photo("coffee"), png.photo()
    entries = [(entry(7, 50), EDITS["shifted 10 %"](first)), (entry(9, 3), first)]
    found = find_copies(entries, target, SPEC)
    assert not found.copies and found.remarks.keys() == {7}
    assert [remark.original for remark in found.remarks[7]] == [9]
    assert remark_flags(found.remarks[7]) == Flag.LIKE_EARLIER


def test_a_disqualified_entry_is_no_original_of_others() -> None:
    """Its edit would be a remark of it, were it ranked: what is nobody's cannot be taken."""
    first, target = png.photo("coffee"), png.photo()
    copy = EDITS["gamma 2"](first)
    further = EDITS["framed"](copy)
    found = find_copies([(entry(1), first), (entry(2), copy), (entry(3), further)], target, SPEC)
    assert flags_of(found) == {2: Flag.DISQUALIFIED | Flag.EDITED_DUPLICATE}
    assert [remark.original for remark in found.remarks[3]] == [1]


def test_honest_pictures_that_look_alike_are_never_disqualified() -> None:
    """A small bank; `judge bench look-alikes` has one of 2115 pairs."""
    kinds = {"seascape", "flag", "keep calm", "sudoku", "moon or apple", "logo", "minimal"}
    for kind in sorted(kinds):
        pictures = [draw(kind, 0, hand).pixels for hand in range(3)]
        measured = measure_kind(kind, [pictures], SPEC)
        assert (measured.pairs, measured.disqualified) == (3, 0), kind


def test_a_bank_of_two_thousand_pairs_is_drawn_the_same_every_time() -> None:
    assert sum(map(len, PROMPTS.values())) * 10 * 9 // 2 >= 2000
    once, again, other = draw("pie", 1, 4), draw("pie", 1, 4), draw("pie", 1, 5)
    assert np.array_equal(once.pixels, again.pixels)
    assert not np.array_equal(once.pixels, other.pixels)


def test_other_pictures_are_neither_copies_nor_remarked_upon() -> None:
    names = ("coffee", "rocket", "chelsea")
    entries = [(entry(n), png.photo(name)) for n, name in enumerate(names, 1)]
    assert find_copies(entries, png.photo(), SPEC) == Findings()


def test_a_flat_picture_is_a_copy_of_nothing_but_its_like() -> None:
    grey = np.full((512, 512, 3), 99, np.uint8)
    entries = [(entry(1), grey), (entry(2), grey + np.uint8(1)), (entry(3), grey)]
    found = find_copies(entries, png.photo(), SPEC)
    assert flags_of(found) == {3: Flag.DISQUALIFIED | Flag.DUPLICATE}


def test_the_same_ticket_or_commit_position_twice_is_a_programming_error() -> None:
    pixels = np.zeros((512, 512, 3), dtype=np.uint8)
    for spec in (SPEC, SPEC.for_studio()):
        with pytest.raises(ValueError):
            find_copies([(entry(1, 1), pixels), (entry(1, 2), pixels)], pixels, spec)
        with pytest.raises(ValueError):
            find_copies([(entry(1, 1), pixels), (entry(2, 1), pixels)], pixels, spec)


def test_grain_and_pieces_have_the_numbers_that_are_written_down() -> None:
    """Whole numbers, so that every machine disqualifies and remarks upon the same entries."""
    words = Stream(b"copies", "picture").words(0, 64 * 64 * 3)
    cells = (words >> np.uint64(56)).astype(np.uint8).reshape(64, 64, 3)
    picture = cells.repeat(8, axis=0).repeat(8, axis=1)
    moved = np.roll(picture, (4, 12), axis=(0, 1)) // 2 + picture // 4
    grain = shared_grain(grain_of(np.roll(picture, 1, axis=0)), grain_of(picture))
    pieces = PatchedOriginal(picture).found_in(grid_of(moved))
    assert grain == SharedGrain(*GRAIN, mirrored=False)
    assert pieces == SharedPatches(*PIECES, mirrored=False)


GRAIN = (742, 878)
PIECES = (893493, 36)
