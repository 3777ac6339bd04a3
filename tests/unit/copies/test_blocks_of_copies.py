"""Comparing block by block, wherever, finds what comparing all at once finds."""

from __future__ import annotations

from collections.abc import Generator, Iterable

import pytest

from scoring.bench.edits import EDITS
from scoring.bench.evasions import EVASIONS
from scoring.copies.blocks import Comparison, Shared
from scoring.copies.findings import Findings
from scoring.copies.look import Look, Looker
from scoring.copies.search import Compare, compare_here, details_in, search
from scoring.digest import sha256
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import Flag
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

SPEC = JudgingSpec()
TARGET = png.photo()


@pytest.fixture(scope="module")
def looks() -> dict[int, Look]:
    """Copies and look-alikes of the target, of an original, and of a copy; and a stranger."""
    pictures = [
        png.photo("coffee"),
        EVASIONS["mirrored"](png.photo("coffee")),
        EDITS["gamma 2"](png.photo("coffee")),
        EVASIONS["mirrored"](TARGET),
        png.photo("rocket"),
        png.photo("coffee"),
        EVASIONS["recoloured"](png.photo("rocket")),
        EDITS["gamma 2"](TARGET),
    ]
    looker = Looker(TARGET, SPEC)
    return {number: looker.look(picture) for number, picture in enumerate(pictures, start=1)}


def found(looks: dict[int, Look], block_entries: int, compare: Compare = compare_here) -> Findings:
    # The last ticket was committed first.
    entries = [Entry(t, f"0x{t:040x}", sha256(bytes([t])), 100 - t) for t in looks]
    pixels = {ticket: look.pixels for ticket, look in looks.items()}
    return search(entries, pixels, TARGET, SPEC, details_in(looks), compare, block_entries)


@pytest.mark.parametrize("block_entries", [1, 2, 3, 8])
def test_the_size_of_the_blocks_changes_nothing(looks: dict[int, Look], block_entries: int) -> None:
    whole = found(looks, 100)
    assert found(looks, block_entries) == whole
    assert {copy.flags for copy in whole.copies.values()} >= {
        Flag.DISQUALIFIED | Flag.DUPLICATE,
        Flag.DISQUALIFIED | Flag.EDITED_DUPLICATE,
        Flag.DISQUALIFIED | Flag.EDITED_TARGET,
    }
    assert whole.remarks


def test_the_order_in_which_blocks_are_compared_changes_nothing(looks: dict[int, Look]) -> None:
    def last_first(comparisons: Iterable[Comparison]) -> Generator[Shared, None, None]:
        results = [comparison.run() for comparison in reversed(list(comparisons))]
        yield from reversed(results)

    assert found(looks, 2, last_first) == found(looks, 100)


def test_what_has_its_original_is_not_compared_again(looks: dict[int, Look]) -> None:
    """A thousand copies of one picture must not cost a million comparisons."""
    compared = 0

    def counting(comparisons: Iterable[Comparison]) -> Generator[Shared, None, None]:
        nonlocal compared
        for comparison in comparisons:
            if comparison.originals is not None:
                compared += len(comparison.images.numbers) * len(comparison.originals.numbers)
            yield comparison.run()

    same = {ticket: Look(sha256(bytes([ticket])), looks[1].detail) for ticket in range(1, 41)}
    assert len(found(same, 5, counting).copies) == 39
    assert compared <= 5 * 40, "each only with the first block's originals"
