"""Exact int8 × int8 → int32 products of blocks: a matrix unit's tiles, or dot products of bytes.

It is integer arithmetic, so the bits are the same whatever multiplies.
"""
# What writes the instructions runs only when numba's cache is empty, hence "no cover".

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from scoring.exact.backends import byte_dots
from scoring.exact.backends.block_shape import COLUMNS, STEP, TILE
from scoring.exact.backends.byte_dots import emit_by_dots
from scoring.exact.backends.byte_tiles import HAS_TILES, emit_by_tiles
from scoring.exact.backends.emitting import I8, I32, Loop, advance, call, load, store, whole

TURNED = byte_dots.TURNED and not HAS_TILES
"""Whether the left bytes have their first bit turned."""

_sums = ir.VectorType(I32, TILE)


def _emit_block(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    """See `block` for the arguments."""
    del context, signature
    emit = emit_by_tiles if HAS_TILES else emit_by_dots
    emit(builder, arguments)
    return whole(0)


@intrinsic
def block(
    typing_context: Any,
    a: Any,
    other: Any,
    row_step: Any,
    run: Any,
    runs: Any,
    run_step: Any,
    b: Any,
    c: Any,
    other_c: Any,
    c_step: Any,
    accumulate: Any,
) -> Any:  # pragma: no cover
    """C block (+)= A block · B panel, in int32; addresses and steps are int64 counts of bytes.

    a, other: addresses of the first and of the second TILE rows, int8 with |a| ≤ 64 and, where
       TURNED, the first bit turned; a row lies `row_step` after the one before; after `run` times
       STEP bytes all return to the start of the run plus `run_step`, `runs` times over. `run` and
       `runs` are at least 1.
    b: the panel, step after step: two tiles of (STEP / 4, TILE, 4) int8, contiguous.
    c, other_c: where the sums of the first and of the second TILE rows go: int32 (TILE, COLUMNS),
       rows `c_step` apart; kept and added to if `accumulate`.
    """
    del typing_context
    return types.int64(*[types.int64] * 11), _emit_block


def _emit_begin(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    del context, signature
    if HAS_TILES:
        shapes = builder.inttoptr(arguments[0], I8.as_pointer())
        call(builder, "llvm.x86.ldtilecfg", ir.VoidType(), [shapes])
    return whole(0)


@intrinsic
def begin(typing_context: Any, shapes: Any) -> Any:  # pragma: no cover
    """Before a thread's first `block`: its tiles have the SHAPES at this address."""
    del typing_context
    return types.int64(types.int64), _emit_begin


def _emit_end(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    del context, signature, arguments
    if HAS_TILES:
        call(builder, "llvm.x86.tilerelease", ir.VoidType(), [])
    return whole(0)


@intrinsic
def end(typing_context: Any) -> Any:  # pragma: no cover
    """After a thread's last `block`, for whoever uses tiles next."""
    del typing_context
    return types.int64(), _emit_end


def _emit_combine(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    """See `combine` for the arguments."""
    del context, signature
    c, out, out_step = arguments
    seven = ir.Constant(_sums, [ir.Constant(I32, 7)] * TILE)
    rows = Loop(builder, whole(TILE), [c, out])
    at, to = rows.carried
    for half in (0, STEP):
        low, high = (
            load(builder, advance(builder, at, half + digit), _sums, align=4)
            for digit in (0, TILE * COLUMNS * 4)
        )
        total = builder.add(low, builder.shl(high, seven))
        store(builder, total, advance(builder, to, half))
    rows.carried = [advance(builder, at, COLUMNS * 4), builder.add(to, out_step)]
    rows.close()
    return whole(0)


@intrinsic
def combine(typing_context: Any, c: Any, out: Any, out_step: Any) -> Any:  # pragma: no cover
    """out = low + 128 · high, of the sums of low digits in a block's first TILE rows.

    c: address of int32 (ROWS, COLUMNS). out: of int32 (TILE, COLUMNS), rows `out_step` bytes apart.
    """
    del typing_context
    return types.int64(*[types.int64] * 3), _emit_combine
