"""Exact int16 × int16 → int32 products, a register tile and a dot product, as LLVM vectors.

They add nothing up in floating point and nothing in an order that could matter: they are integer
arithmetic, so any instruction that computes them (vpmaddwd, vpdpwssd, smlal …) gives the same bits.
"""
# What writes the vectors runs only when numba's cache is empty, hence "no cover".

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from scoring.exact.backends.emitting import (
    I16,
    I32,
    I64,
    Loop,
    advance,
    broadcast,
    call,
    load,
    store,
    whole,
    zeros,
)
from scoring.exact.backends.instructions import permitted


def _instruction_set() -> str:
    """The widest vectors that numba will be allowed to emit here."""
    names = permitted()
    if "avx512bw" in names:
        return "avx512"
    return "avx2" if "avx2" in names else "generic"


INSTRUCTION_SET = _instruction_set()
_LANES = {"avx512": 16, "avx2": 8, "generic": 4}[INSTRUCTION_SET]
_COLUMN_VECTORS = 2
TILE_ROWS = 4
TILE_COLUMNS = _LANES * _COLUMN_VECTORS
DOT_STEP = 2 * _LANES
"""How many numbers `dot` takes at once."""
_MULTIPLY_ADD = {
    "avx512": "llvm.x86.avx512.pmaddw.d.512",
    "avx2": "llvm.x86.avx2.pmadd.wd",
}

_pairs = ir.VectorType(I16, 2 * _LANES)
_sums = ir.VectorType(I32, _LANES)


def _multiply_add(builder: Any, left: Any, right: Any) -> Any:  # pragma: no cover
    """Lane i: left[2i]·right[2i] + left[2i+1]·right[2i+1], as int32."""
    name = _MULTIPLY_ADD.get(INSTRUCTION_SET)
    if name:
        return call(builder, name, _sums, [left, right])
    wide = ir.VectorType(I32, 2 * _LANES)
    product = builder.mul(builder.sext(left, wide), builder.sext(right, wide))
    halves = []
    for parity in (0, 1):
        lanes = ir.Constant(
            ir.VectorType(I32, _LANES), [ir.Constant(I32, 2 * i + parity) for i in range(_LANES)]
        )
        halves.append(builder.shuffle_vector(product, ir.Constant(wide, ir.Undefined), lanes))
    return builder.add(*halves)


def _pair(builder: Any, address: Any) -> Any:  # pragma: no cover
    """The pair of int16 at an address, in every lane."""
    return builder.bitcast(broadcast(builder, load(builder, address, I32), _sums), _pairs)


def _emit_tile(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    """See `tile` for the arguments."""
    del context, signature
    a, row_step, step, run, runs, run_step, b, c, c_step, accumulate = arguments
    rows = [builder.mul(row_step, whole(r)) for r in range(TILE_ROWS)]
    zero = zeros(_sums)
    outer = Loop(builder, runs, [a, b] + [zero] * (TILE_ROWS * _COLUMN_VECTORS))
    inner = Loop(builder, run, list(outer.carried))
    at, bt, *sums = inner.carried
    columns = [load(builder, advance(builder, bt, 4 * _LANES * v), _pairs)
               for v in range(_COLUMN_VECTORS)]  # fmt: skip
    for r in range(TILE_ROWS):
        left = _pair(builder, builder.add(at, rows[r]))
        for v in range(_COLUMN_VECTORS):
            i = r * _COLUMN_VECTORS + v
            sums[i] = builder.add(sums[i], _multiply_add(builder, left, columns[v]))
    inner.carried = [builder.add(at, step), advance(builder, bt, 4 * TILE_COLUMNS), *sums]
    _, after, *sums = inner.close()
    outer.carried = [builder.add(outer.carried[0], run_step), after, *sums]
    _, _, *sums = outer.close()
    keep = builder.icmp_signed("!=", accumulate, whole(0))
    for i, total in enumerate(sums):
        r, v = divmod(i, _COLUMN_VECTORS)
        row = builder.add(c, builder.mul(c_step, whole(r)))
        place = advance(builder, row, 4 * _LANES * v)
        before = builder.select(keep, load(builder, place, _sums, align=4), zero)
        store(builder, builder.add(total, before), place)
    return whole(0)


@intrinsic
def tile(
    typing_context: Any,
    a: Any,
    row_step: Any,
    step: Any,
    run: Any,
    runs: Any,
    run_step: Any,
    b: Any,
    c: Any,
    c_step: Any,
    accumulate: Any,
) -> Any:  # pragma: no cover
    """C tile (+)= A tile · B panel, in int32; addresses and steps are int64 counts of bytes.

    a: address of row 0's first pair of int16 along the contraction; row r lies `row_step` further,
       the next pair `step` further; after `run` pairs the address returns to the start of the run
       plus `run_step`, `runs` times over.
    b: the panel, pair after pair: TILE_COLUMNS columns of two int16 each, contiguous.
    c: int32 (TILE_ROWS, TILE_COLUMNS), rows `c_step` apart; kept and added to if `accumulate`.
    """
    del typing_context
    return types.int64(*[types.int64] * 10), _emit_tile


def _emit_dot(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    """See `dot` for the arguments."""
    del context, signature
    a, b, count = arguments
    loop = Loop(builder, count, [a, b, zeros(_sums)])
    at, bt, sums = loop.carried
    product = _multiply_add(builder, load(builder, at, _pairs), load(builder, bt, _pairs))
    ends = [advance(builder, address, 2 * DOT_STEP) for address in (at, bt)]
    loop.carried = [*ends, builder.add(sums, product)]
    *_, sums = loop.close()
    while sums.type.count > 1:
        half = sums.type.count // 2
        none = ir.Constant(sums.type, ir.Undefined)
        lower, upper = (
            builder.shuffle_vector(sums, none, ir.Constant(
                ir.VectorType(I32, half), [ir.Constant(I32, i + start) for i in range(half)]))
            for start in (0, half)
        )  # fmt: skip
        sums = builder.add(lower, upper)
    return builder.sext(builder.extract_element(sums, ir.Constant(I32, 0)), I64)


@intrinsic
def dot(typing_context: Any, a: Any, b: Any, count: Any) -> Any:  # pragma: no cover
    """Σ a[i] · b[i] over `count` times DOT_STEP numbers, which has to fit into an int32.

    a, b: addresses of contiguous int16.
    """
    del typing_context
    return types.int64(*[types.int64] * 3), _emit_dot
