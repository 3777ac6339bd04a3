"""Writing `byte_block.block` out of dot products of four bytes, for processors that have them.

AVX-512 with VNNI takes sixteen of them at once, AVX-VNNI eight (vpdpbusd), ARM's NEON four (sdot).
Elsewhere the same is written out, for tests.
"""
# What writes the instructions runs only when numba's cache is empty, hence "no cover".

from dataclasses import dataclass
from typing import Any

from llvmlite import binding, ir

from scoring.exact.backends.block_shape import COLUMNS, STEP, TILE
from scoring.exact.backends.emitting import (
    I8,
    I32,
    Loop,
    advance,
    broadcast,
    call,
    load,
    store,
    whole,
    zeros,
)
from scoring.exact.backends.instructions import DOT_PRODUCTS_OF_ARM, permitted

_QUADS = STEP // 4


@dataclass(frozen=True)
class _Way:
    """How many sums a vector holds, and which columns and rows are taken at once."""

    lanes: int
    vectors: int  # of columns
    rows: tuple[range, ...]  # of a tile


_BY_FOUR = tuple(range(first, first + 4) for first in range(0, TILE, 4))
_WAYS = {
    "avx512vnni": _Way(16, 2, (range(8), range(8, 16))),
    # Sixteen registers: two columns, a row, and what turned bytes add beside the first five rows.
    "avxvnni": _Way(8, 2, (range(5), range(5, 10), range(10, 16))),
    DOT_PRODUCTS_OF_ARM: _Way(4, 4, _BY_FOUR),
}
BY_DOTS = next((name for name in _WAYS if name in permitted()), "written out")
"""What multiplies here: the name of a feature of the processor."""
TURNED = BY_DOTS in {"avx512vnni", "avxvnni"}
"""Whether left bytes are unsigned to the instruction: their first bit is turned, which adds 128."""

_way = _WAYS.get(BY_DOTS, _Way(4, 2, _BY_FOUR))
_bytes = ir.VectorType(I8, 4 * _way.lanes)
_sums = ir.VectorType(I32, _way.lanes)
if BY_DOTS == DOT_PRODUCTS_OF_ARM:
    binding.initialize_native_asmparser()  # LLVM ends the process over assembly without it

_EXCESS = ir.Constant(_bytes, [ir.Constant(I8, 128)] * _bytes.count)


def _dot(builder: Any, sums: Any, left: Any, right: Any) -> Any:  # pragma: no cover
    """Lane i: sums[i] + Σ left[4i + j] · right[4i + j]; left bytes are unsigned where TURNED."""
    if TURNED:
        name = f"llvm.x86.avx512.vpdpbusd.{32 * _way.lanes}"
        return call(builder, name, _sums, [sums, left, right])
    if BY_DOTS == DOT_PRODUCTS_OF_ARM:
        kind = ir.FunctionType(_sums, [_sums, _bytes, _bytes])
        code = ".arch_extension dotprod\nsdot $0.4s, $2.16b, $3.16b"
        return builder.asm(kind, code, "=w,0,w,w", [sums, left, right], side_effect=False)
    wide = ir.VectorType(I32, 4 * _way.lanes)
    product = builder.mul(builder.sext(left, wide), builder.sext(right, wide))
    for j in range(4):
        lanes = ir.Constant(_sums, [ir.Constant(I32, 4 * i + j) for i in range(_way.lanes)])
        part = builder.shuffle_vector(product, ir.Constant(wide, ir.Undefined), lanes)
        sums = builder.add(sums, part)
    return sums


@dataclass(frozen=True)
class _Part:
    """Some rows and columns of the block, whose sums stay in registers."""

    rows: range
    columns: tuple[int, ...]  # the first of each vector


def _emit_part(  # pragma: no cover
    builder: Any, part: _Part, left: tuple[Any, ...], b: Any, to: tuple[Any, ...], excess: list[Any]
) -> list[Any]:
    """Addresses, steps and runs as in `block`, of the one tile's rows that the part is in.

    excess: what turned bytes add to each column, or nothing, if that is to be found out here.
    Returns it.
    """
    a, row_step, run, runs, run_step = left
    c, c_step, keep = to
    width, used = len(part.columns), len(part.rows) * len(part.columns)
    beside = width if TURNED and not excess else 0
    offsets = [column // TILE * TILE * STEP + column % TILE * 4 for column in part.columns]
    rows = [builder.mul(row_step, whole(r)) for r in part.rows]
    outer = Loop(builder, runs, [a, b, *[zeros(_sums)] * (used + beside)])
    inner = Loop(builder, run, list(outer.carried))
    quads = Loop(builder, whole(_QUADS), list(inner.carried))
    at, bt, *sums = quads.carried
    columns = [load(builder, advance(builder, bt, offset), _bytes) for offset in offsets]
    for r, row in enumerate(rows):
        quad = load(builder, builder.add(at, row), I32, align=1)
        one = builder.bitcast(broadcast(builder, quad, _sums), _bytes)
        for v, column in enumerate(columns):
            sums[r * width + v] = _dot(builder, sums[r * width + v], one, column)
    for v in range(beside):
        sums[used + v] = _dot(builder, sums[used + v], _EXCESS, columns[v])
    quads.carried = [advance(builder, at, 4), advance(builder, bt, STEP), *sums]
    at, bt, *sums = quads.close()
    inner.carried = [at, advance(builder, bt, TILE * STEP), *sums]
    _, after, *sums = inner.close()
    outer.carried = [builder.add(outer.carried[0], run_step), after, *sums]
    _, _, *sums = outer.close()
    excess = excess or sums[used:]
    for i, total in enumerate(sums[:used]):
        r, v = divmod(i, width)
        found = builder.sub(total, excess[v]) if TURNED else total
        row = builder.add(c, builder.mul(c_step, whole(part.rows[r])))
        place = advance(builder, row, 4 * part.columns[v])
        before = builder.select(keep, load(builder, place, _sums, align=4), zeros(_sums))
        store(builder, builder.add(found, before), place)
    return excess


def emit_by_dots(builder: Any, arguments: Any) -> None:  # pragma: no cover
    """The arguments are those of `block`."""
    a, other, row_step, run, runs, run_step, b, c, other_c, c_step, accumulate = arguments
    keep = builder.icmp_signed("!=", accumulate, whole(0))
    at_once = _way.lanes * _way.vectors
    for first in range(0, COLUMNS, at_once):
        columns = tuple(range(first, first + at_once, _way.lanes))
        excess: list[Any] = []
        for start, place in ((a, c), (other, other_c)):
            left, to = (start, row_step, run, runs, run_step), (place, c_step, keep)
            for rows in _way.rows:
                excess = _emit_part(builder, _Part(rows, columns), left, b, to, excess)
