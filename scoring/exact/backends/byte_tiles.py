"""Writing `byte_block.block` for a matrix unit: Intel's AMX multiplies tiles by itself."""
# What writes the instructions runs only when numba's cache is empty, hence "no cover".

import ctypes
import platform
import sys
from typing import Any

import numpy as np
from llvmlite import ir

from scoring.exact.backends.block_shape import STEP, TILE
from scoring.exact.backends.emitting import I8, Loop, advance, call, whole
from scoring.exact.backends.instructions import permitted

HAS_TILES = "amx-int8" in permitted()


def _may_use_tiles() -> bool:
    """Ask Linux for this process's use of the tiles' registers, which are 8 KiB a thread."""
    request_permission, tile_data = 0x1023, 18  # ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    arch_prctl = 158
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    return bool(ctypes.CDLL(None).syscall(arch_prctl, request_permission, tile_data) == 0)


if HAS_TILES and not _may_use_tiles():
    raise ImportError("the system does not let this process use the processor's matrix unit")

SHAPES = np.zeros(64, np.uint8)
"""Eight tiles of sixteen rows of 64 bytes, as `begin` is told."""
SHAPES[0] = 1  # the palette
SHAPES[16:32].view(np.uint16)[:] = STEP
SHAPES[48:56] = TILE


def _tile(builder: Any, what: str, tile: int, address: Any, step: Any) -> None:  # pragma: no cover
    """Load or store a tile, its rows `step` bytes apart."""
    place = builder.inttoptr(address, I8.as_pointer())
    call(builder, f"llvm.x86.{what}", ir.VoidType(), [ir.Constant(I8, tile), place, step])


def emit_by_tiles(builder: Any, arguments: Any) -> None:  # pragma: no cover
    """The arguments are those of `block`.

    Tiles 0 … 3 are sums, 4 and 5 rows of the left matrix, 6 and 7 columns of the right one.
    """
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
