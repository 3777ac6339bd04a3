"""Sums of integers at the ends of their range, tried on a backend beside the reference."""

from collections.abc import Iterator

import numpy as np

from scoring.exact.backend import Backend
from scoring.exact.numbers import Fixed, Ints, Stream
from scoring.exact.proofs.report import Check
from scoring.exact.reference import ReferenceBackend

_EXTREMES = (63, -63, 62, 1, 0)


def extreme(name: str, shape: tuple[int, ...], factor: int) -> Iterator[Ints]:
    """Integers in which every product has the largest size, then signs by chance."""
    for value in (1, -1):
        yield np.full(shape, value * 63 * factor + (value * 62 if factor > 1 else 0), np.int16)
    chosen = Stream(b"selftest", name).words(0, int(np.prod(shape))) % np.uint64(5)
    yield (np.array(_EXTREMES, np.int16) * np.int16(factor))[chosen.astype(np.int64)].reshape(shape)


def _same(backend: Backend, found: Fixed, wanted: Fixed) -> bool:
    values = backend.numpy(found.q).astype(np.int64)
    return int(found.e) == wanted.e and np.array_equal(values, wanted.q)


def check_contractions(backend: Backend) -> Check:
    """Every contraction, at the longest sums the spec allows and sizes that divide by nothing.

    More have sizes that fill every register and tile, and all results are held until all are there:
    a backend that gave its own working memory away would be found out.
    """
    reference = ReferenceBackend()
    for odd, full in zip(_odd_sizes(), _full_sizes(), strict=True):
        results = [
            [*_odd_products(b, *odd), *_full_products(b, *full)] for b in (backend, reference)
        ]
        if not all(_same(backend, f, v) for f, v in zip(*results, strict=True)):
            return Check("contractions at the extremes", False, "a sum of products is wrong")
    return Check("contractions at the extremes", True, "equal to plain integers")


def _odd_sizes() -> Iterator[tuple[Ints, ...]]:
    return zip(
        extreme("w", (4, 4, 256, 3), 1),
        extreme("a", (2, 8, 8, 256), 1),
        extreme("g", (2, 4, 4, 3), 130),
        extreme("weights", (4100, 5), 1),
        extreme("wide", (3, 4100), 1),
        extreme("narrow", (3, 5), 130),
        strict=True,
    )


def _odd_products(
    b: Backend, w: Ints, a: Ints, g: Ints, weights: Ints, wide: Ints, narrow: Ints
) -> list[Fixed]:
    kernel = b.weight(b.array(w.astype(np.float32)))
    matrix = b.weight(b.array(weights.astype(np.float32)))
    x, d, y = b.load(a, 0), b.load(g, 0), b.load(wide, 0)
    big, back = b.load(a * np.int16(130), 0), b.load(narrow, 0)
    return [
        b.down(x, kernel),
        b.down(big, kernel),
        b.up(d, kernel),
        b.window_gradient(x, d),
        b.window_gradient(big, b.load(g // 130, 0)),
        b.dense(y, matrix),
        b.dense_back(back, matrix),
        b.outer(y, back),
    ]


def _full_sizes() -> Iterator[tuple[Ints, ...]]:
    return zip(
        extreme("even", (2, 8, 8, 16), 1),
        extreme("odd", (2, 4, 4, 32), 130),
        extreme("tile", (4, 4, 16, 32), 1),
        extreme("line", (1, 32, 32, 16), 1),
        extreme("half", (1, 16, 16, 32), 1),
        extreme("rows", (64, 128), 1),
        strict=True,
    )


def _full_products(
    b: Backend, even: Ints, odd: Ints, tile: Ints, line: Ints, half: Ints, rows: Ints
) -> list[Fixed]:
    kernel = b.weight(b.array(tile.astype(np.float32)))
    matrix = b.weight(b.array(rows.astype(np.float32)))
    found = [b.window_gradient(b.load(x, 0), b.load(odd, 0)) for x in (even, even[::-1])]
    # What is loaded as int8 is an activation: one digit, where gradients are two.
    wide, narrow = b.load(line.astype(np.int8), 0), b.load(half.astype(np.int8), 0)
    big, back = b.load(line * np.int16(130), 0), b.load(half * np.int16(130), 0)
    found += [b.down(wide, kernel), b.down(big, kernel), b.up(narrow, kernel), b.up(back, kernel)]
    found += [b.window_gradient(wide, back), b.window_gradient(big, narrow)]
    found.append(b.dense_back(b.load(rows[:3] * np.int16(130), 0), matrix))
    return found


def check_many(backend: Backend) -> Check:
    """Sums that a GPU's programs make together, and tiles that are full: the golden networks are
    too small for either."""
    results = [_products_of_many(b) + _rounded_many(b) for b in (backend, ReferenceBackend())]
    for found, wanted in zip(*results, strict=True):
        if not np.array_equal(found, wanted):
            return Check("sums of many parts", False, "a sum, or what is rounded, is wrong")
    return Check("sums of many parts", True, "equal to plain integers")


def _products_of_many(b: Backend) -> list[Ints]:
    kernel = b.weight(b.array(_drawn("tile", (4, 4, 32, 72)).astype(np.float32)))
    x, d = _drawn("wide", (2, 16, 16, 32)), _drawn("narrow", (2, 8, 8, 72), 130)
    line, high = _drawn("line", (1, 132, 132, 4)), _drawn("high", (1, 66, 66, 72), 130)
    matrix = b.weight(b.array(_drawn("matrix", (6, 4200)).astype(np.float32)))
    back = _drawn("back", (3, 4200), 130)
    digit, digits = b.load(x.astype(np.int8), 0), b.load(x * np.int16(130), 0)
    found = [
        b.down(digit, kernel),
        b.down(digits, kernel),
        b.up(b.load(d, 0), kernel),
        b.window_gradient(digit, b.load(d, 0)),
        b.window_gradient(b.load(line.astype(np.int8), 0), b.load(high, 0)),
        b.dense_back(b.load(back, 0), matrix),
    ]
    return [b.numpy(z.q).astype(np.int64) for z in found]


def _rounded_many(b: Backend) -> list[Ints]:
    """Batch norm's passes over more rows than one program takes, in two widths of a tile."""
    found: list[Ints] = []
    x, narrow = _drawn("x", (1, 192, 192, 4)), _drawn("g", (1, 48, 48, 8), 130)
    for channels in (6, 72):
        before, after = (
            b.weight(b.array(_drawn(f"kernel.{channels}", shape).astype(np.float32)))
            for shape in ((4, 4, 4, channels), (4, 4, channels, 8))
        )
        rows = (np.arange(channels, dtype=np.float32) - 1) / np.float32(64)
        by, plus = b.array(rows), b.array(rows[::-1].copy())
        m = b.measure(b.down(b.load(x, 0), before))
        masked = b.mask(m, by, plus, b.up(b.load(narrow, 0), after))
        mixed = b.mix(masked.value, m.value, by, plus, by)
        # What is kept between is a backend's own affair; its sums say whether it is right.
        for rounded in (b.activate(m, by, plus), mixed):
            found += [b.integers(rounded).astype(np.int64), np.array([int(rounded.e)])]
        for sums in (m.total, m.squares, masked.total, masked.products):
            found.append(b.numpy(sums).astype(np.int64))
    return found


def _drawn(name: str, shape: tuple[int, ...], factor: int = 1) -> Ints:
    """Integers of one digit, or with 130 as factor of two, signs by chance."""
    *_, chosen = extreme(name, shape, factor)
    return chosen
