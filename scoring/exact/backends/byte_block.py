"""Exact int8 × int8 → int32 products of blocks: a matrix unit's tiles, or dot products of bytes.

Intel's AMX multiplies tiles by itself; AVX-512 with VNNI takes the dot products of sixteen groups
of four bytes at once (vpdpbusd). Elsewhere the same is written out, for tests. It is integer
arithmetic everywhere, so the bits are the same.
"""
# What writes the instructions runs only when numba's cache is empty, hence "no cover".

import ctypes
import platform
import sys
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.registry import cpu_target
from numba.extending import intrinsic

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

ROWS = COLUMNS = 32
"""Of a block: two by two tiles."""
TILE = 16
"""Rows of a tile, and its columns of int32."""
STEP = 64
"""How many products of a row and a column are summed at once: the bytes in a row of a tile."""
_QUADS = STEP // 4
_ROWS_AT_ONCE = 8
_BIAS = 128
"""Added to the left bytes where the instruction takes them unsigned: their first bit is turned."""

_features = {
    word[1:]
    for word in cpu_target.target_context.codegen().magic_tuple()[2].split(",")
    if word.startswith("+")
}
INSTRUCTIONS = next(
    (name for name in ("amx-int8", "avx512vnni") if name in _features), "written out"
)
"""What multiplies here, as numba is allowed to: the name of a feature of the processor."""


def _permitted() -> bool:
    """Ask Linux for this process's use of the tiles' registers, which are 8 KiB a thread."""
    request_permission, tile_data = 0x1023, 18  # ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    arch_prctl = 158
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    return bool(ctypes.CDLL(None).syscall(arch_prctl, request_permission, tile_data) == 0)


if INSTRUCTIONS == "amx-int8" and not _permitted():
    raise ImportError("the system does not let this process use the processor's matrix unit")

SHAPES = np.zeros(64, np.uint8)
"""Eight tiles of sixteen rows of 64 bytes, as `begin` is told."""
SHAPES[0] = 1  # the palette
SHAPES[16:32].view(np.uint16)[:] = STEP
SHAPES[48:56] = TILE

_bytes = ir.VectorType(I8, STEP)
_sums = ir.VectorType(I32, TILE)


def _tile(builder: Any, what: str, tile: int, address: Any, step: Any) -> None:  # pragma: no cover
    """Load or store a tile, its rows `step` bytes apart."""
    place = builder.inttoptr(address, I8.as_pointer())
    call(builder, f"llvm.x86.{what}", ir.VoidType(), [ir.Constant(I8, tile), place, step])


def _emit_by_tiles(builder: Any, arguments: Any) -> None:  # pragma: no cover
    """Tiles 0 … 3 are sums, 4 and 5 rows of the left matrix, 6 and 7 columns of the right one."""
    a, other, row_step, run, runs, run_step, b, c, other_c, c_step, accumulate = arguments
    places = [c, advance(builder, c, STEP), other_c, advance(builder, other_c, STEP)]
    for tile in range(4):
        call(builder, "llvm.x86.tilezero", ir.VoidType(), [ir.Constant(I8, tile)])
    with builder.if_then(builder.icmp_signed("!=", accumulate, whole(0))):
        for tile, place in enumerate(places):
            _tile(builder, "tileloadd64", tile, place, c_step)
    outer = Loop(builder, runs, [a, other, b])
    inner = Loop(builder, run, list(outer.carried))
    at, other_at, bt = inner.carried
    _tile(builder, "tileloadd64", 4, at, row_step)
    _tile(builder, "tileloadd64", 6, bt, whole(STEP))
    _tile(builder, "tileloadd64", 5, other_at, row_step)
    _tile(builder, "tileloadd64", 7, advance(builder, bt, TILE * STEP), whole(STEP))
    for tile, left, right in ((0, 4, 6), (2, 5, 6), (1, 4, 7), (3, 5, 7)):
        tiles = [ir.Constant(I8, number) for number in (tile, left, right)]
        call(builder, "llvm.x86.tdpbssd", ir.VoidType(), tiles)
    inner.carried = [
        advance(builder, at, STEP), advance(builder, other_at, STEP),
        advance(builder, bt, 2 * TILE * STEP),
    ]  # fmt: skip
    *_, after = inner.close()
    at, other_at, _ = outer.carried
    outer.carried = [builder.add(at, run_step), builder.add(other_at, run_step), after]
    outer.close()
    for tile, place in enumerate(places):
        _tile(builder, "tilestored64", tile, place, c_step)


def _dot(builder: Any, sums: Any, left: Any, right: Any) -> Any:  # pragma: no cover
    """Lane i: sums[i] + Σ left[4i + j] · right[4i + j]; the left bytes are unsigned for VNNI."""
    if INSTRUCTIONS == "avx512vnni":
        return call(builder, "llvm.x86.avx512.vpdpbusd.512", _sums, [sums, left, right])
    wide = ir.VectorType(I32, STEP)
    product = builder.mul(builder.sext(left, wide), builder.sext(right, wide))
    for j in range(4):
        lanes = ir.Constant(_sums, [ir.Constant(I32, 4 * i + j) for i in range(TILE)])
        part = builder.shuffle_vector(product, ir.Constant(wide, ir.Undefined), lanes)
        sums = builder.add(sums, part)
    return sums


def _emit_rows(  # pragma: no cover
    builder: Any, left: tuple[Any, Any, Any, Any, Any], b: Any, c: Any, c_step: Any, keep: Any
) -> None:
    """_ROWS_AT_ONCE rows of the block, all its columns: addresses, steps and runs as in `block`."""
    a, row_step, run, runs, run_step = left
    biased = INSTRUCTIONS == "avx512vnni"
    bias = ir.Constant(_bytes, [ir.Constant(I8, _BIAS)] * STEP)
    turned = ir.Constant(I32, int.from_bytes(bytes([_BIAS] * 4), "little"))
    rows = [builder.mul(row_step, whole(r)) for r in range(_ROWS_AT_ONCE)]
    # Beside the sums, what the bias adds to those of each column.
    start = [zeros(_sums)] * (2 * (_ROWS_AT_ONCE + biased))
    outer = Loop(builder, runs, [a, b, *start])
    inner = Loop(builder, run, list(outer.carried))
    at, bt, *sums = inner.carried
    quads = Loop(builder, whole(_QUADS), [at, bt, *sums])
    at, bt, *sums = quads.carried
    columns = [load(builder, advance(builder, bt, half), _bytes) for half in (0, TILE * STEP)]
    for r, row in enumerate(rows):
        quad = load(builder, builder.add(at, row), I32, align=1)
        if biased:  # before it is in all lanes: LLVM 22 never ends on a sum of those with a bias
            quad = builder.xor(quad, turned)
        one = builder.bitcast(broadcast(builder, quad, _sums), _bytes)
        for v, column in enumerate(columns):
            sums[2 * r + v] = _dot(builder, sums[2 * r + v], one, column)
    if biased:
        for v, column in enumerate(columns):
            sums[v - 2] = _dot(builder, sums[v - 2], bias, column)
    quads.carried = [advance(builder, at, 4), advance(builder, bt, STEP), *sums]
    at, bt, *sums = quads.close()
    inner.carried = [at, advance(builder, bt, TILE * STEP), *sums]
    _, after, *sums = inner.close()
    outer.carried = [builder.add(outer.carried[0], run_step), after, *sums]
    _, _, *sums = outer.close()
    for i in range(2 * _ROWS_AT_ONCE):
        r, v = divmod(i, 2)
        total = builder.sub(sums[i], sums[v - 2]) if biased else sums[i]
        row = builder.add(c, builder.mul(c_step, whole(r)))
        place = advance(builder, row, STEP * v)
        before = builder.select(keep, load(builder, place, _sums, align=4), zeros(_sums))
        store(builder, builder.add(total, before), place)


def _emit_by_dots(builder: Any, arguments: Any) -> None:  # pragma: no cover
    a, other, row_step, run, runs, run_step, b, c, other_c, c_step, accumulate = arguments
    keep = builder.icmp_signed("!=", accumulate, whole(0))
    for start, place in ((a, c), (other, other_c)):
        for first in range(0, TILE, _ROWS_AT_ONCE):
            at, to = (
                builder.add(address, builder.mul(step, whole(first)))
                for address, step in ((start, row_step), (place, c_step))
            )
            _emit_rows(builder, (at, row_step, run, runs, run_step), b, to, c_step, keep)


def _emit_block(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    """See `block` for the arguments."""
    del context, signature
    emit = _emit_by_tiles if INSTRUCTIONS == "amx-int8" else _emit_by_dots
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

    a, other: addresses of the first and of the second TILE rows, int8 with |a| ≤ 64; a row lies
       `row_step` after the one before; after `run` times STEP bytes all return to the start of the
       run plus `run_step`, `runs` times over. `run` and `runs` are at least 1.
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
    if INSTRUCTIONS == "amx-int8":
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
    if INSTRUCTIONS == "amx-int8":
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
