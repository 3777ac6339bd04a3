"""`judge bench copies --entries N`: what looking for copies costs among so many submissions.

The pictures are drawn (clouds with the spectrum of photographs), and one in fifty is an edited copy
of an earlier one, so that both the screen and the full comparison have their usual work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from scoring.bench.edits import EDITS
from scoring.copies.correlation import close_pairs
from scoring.copies.features import find_features, grey_of
from scoring.copies.matches import Original
from scoring.copies.sketch import sketch
from scoring.submission.image import Pixels

_SIDE = 128
_COPY_EVERY = 50
_EDITS = ("mirrored", "recompressed 8", "blurred 3", "shifted 10 %", "framed")


@dataclass(frozen=True)
class CopyCost:
    """One size of a competition."""

    entries: int
    seconds_sketching: float  # of processor time, which other work on the machine disturbs less
    seconds_recognising: float  # the features of a target of its own in each
    seconds_comparing: float
    copies: int  # edited copies among the entries
    found: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure_cost(entries: int, threshold: int) -> CopyCost:
    """Draw `entries` pictures, look for a target's features in each, and compare their shapes."""
    sketching, recognising, sketches, copies = 0.0, 0.0, [], set()
    target = Original(_clouds(entries))
    for number, pixels in enumerate(_pictures(entries)):
        start = time.process_time()
        sketches.append(sketch(pixels))
        sketching += time.process_time() - start
        start = time.process_time()
        target.recognise(find_features(grey_of(pixels)))
        recognising += time.process_time() - start
        if _is_copy(number):
            copies.add(number)
    start = time.process_time()
    found = {image for image, _, _ in close_pairs(sketches, threshold)}
    comparing = time.process_time() - start
    return CopyCost(entries, sketching, recognising, comparing, len(copies), len(found & copies))


def _is_copy(number: int) -> bool:
    return number % _COPY_EVERY == _COPY_EVERY - 1


def _pictures(count: int) -> Iterator[Pixels]:
    """uint8 (512, 512, 3) each."""
    for number in range(count):
        if _is_copy(number):
            edit = _EDITS[number // _COPY_EVERY % len(_EDITS)]
            yield EDITS[edit](_clouds(number - 1))
        else:
            yield _clouds(number)


def _clouds(number: int) -> Pixels:
    """A picture whose frequencies f are as strong as 1 / f, as those of photographs are."""
    generator = np.random.default_rng(number)
    across, down = np.fft.rfftfreq(_SIDE), np.fft.fftfreq(_SIDE)
    strength = 1 / np.maximum(np.hypot(across[None, :], down[:, None]), 1 / _SIDE)
    noise = np.fft.irfft2(np.fft.rfft2(generator.normal(size=(_SIDE, _SIDE))) * strength)
    levels = np.clip(128 + 50 * (noise - noise.mean()) / noise.std(), 0, 255).astype(np.uint8)
    factor = 512 // _SIDE
    wide = levels.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.ascontiguousarray(np.broadcast_to(wide[:, :, None], (512, 512, 3)))


def text(costs: Sequence[CopyCost]) -> str:
    """The table of docs/copies.md."""
    rows = [
        "| entries | sketches | features | comparison | copies found |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    rows += [
        f"| {cost.entries:,} | {cost.seconds_sketching:.1f} s | {cost.seconds_recognising:.1f} s "
        f"| {cost.seconds_comparing:.1f} s | {cost.found} of {cost.copies} |"
        for cost in costs
    ]
    return "\n".join(rows)
