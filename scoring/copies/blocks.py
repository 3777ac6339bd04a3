"""Comparing images in blocks of their order, so that the quadratic part can be shared out.

A block is compared with itself, then its originals with every later block; what is found does not
depend on who compares, nor on the size of the blocks. An image that has its original is not
compared again, so that a thousand copies of one picture cost no more than a thousand strangers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from scoring.copies.correlation import Correlation, close_pairs, closest_originals
from scoring.copies.grain import GrainBook, SharedGrain
from scoring.copies.look import Detail
from scoring.copies.sketch import Sketch

BLOCK_ENTRIES = 1000
"""Images in a block that travels: 33 MB."""


@dataclass(frozen=True, eq=False)
class Block:
    """Images by number, in the order of their commitments; the target is number 0."""

    numbers: tuple[int, ...]
    details: tuple[Detail, ...]
    settled: frozenset[int] = frozenset()  # their earliest look-alike is known

    def without(self, copies: Collection[int]) -> Block:
        """The images of it that are no copies."""
        kept = [place for place, number in enumerate(self.numbers) if number not in copies]
        return Block(
            tuple(self.numbers[place] for place in kept),
            tuple(self.details[place] for place in kept),
            self.settled,
        )


@dataclass(frozen=True)
class Limits:
    """From where on an image is a copy of another, or looks like one: as in the spec."""

    grain: int  # thousandths
    shapes: int  # millionths


@dataclass(frozen=True)
class Shared:
    """By image, the number of its earliest original and the evidence."""

    copies: dict[int, tuple[int, SharedGrain]] = field(default_factory=dict)
    likes: dict[int, tuple[int, Correlation]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Comparison:
    """One piece of work: `images` against earlier `originals`, or with one another."""

    images: Block
    originals: Block | None
    limits: Limits

    def run(self) -> Shared:
        """What is found; the same wherever it runs."""
        if self.originals is None:
            return _within(self.images, self.limits)
        return _across(self.originals, self.images, self.limits)


def _within(images: Block, limits: Limits) -> Shared:
    """Images of one block, each an original for those after it unless it is itself a copy."""
    shared, originals, numbers = Shared(), GrainBook(len(images.numbers)), list[int]()
    for number, detail in zip(images.numbers, images.details, strict=True):
        # Nothing is held against the target but others against it.
        if number and (nearest := originals.first_shared(detail.grain, limits.grain)):
            shared.copies[number] = numbers[nearest[0]], nearest[1]
        else:
            originals.add(detail.grain)
            numbers.append(number)
    left = images.without(shared.copies)
    outlines = [detail.outline for detail in left.details]
    settled = [place for place, number in enumerate(left.numbers) if number in left.settled]
    for image, original, evidence in close_pairs(
        outlines, limits.shapes, earliest=True, settled=settled
    ):
        shared.likes[left.numbers[image]] = left.numbers[original], evidence
    return shared


def _across(originals: Block, images: Block, limits: Limits) -> Shared:
    """Images of a later block against the originals of an earlier one."""
    shared, book = Shared(), GrainBook(len(originals.numbers))
    for detail in originals.details:
        book.add(detail.grain)
    for number, detail in zip(images.numbers, images.details, strict=True):
        if nearest := book.first_shared(detail.grain, limits.grain):
            shared.copies[number] = originals.numbers[nearest[0]], nearest[1]
    left = images.without({*shared.copies, *images.settled})
    found = closest_originals(_outlines(originals), _outlines(left), limits.shapes)
    for image, (original, evidence) in found.items():
        shared.likes[left.numbers[image]] = originals.numbers[original], evidence
    return shared


def _outlines(block: Block) -> Sequence[Sketch]:
    return [detail.outline for detail in block.details]
