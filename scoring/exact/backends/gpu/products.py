"""Exact integer products on a GPU, by kernels of our own.

An int8 is one digit, an int16 with |x| ≤ 8191 is two (`numbers.digits`). Every sum is of integers,
so the order in which it is made is no matter. Operations are registered with torch, so that it can
trace them, and knows that they need no number on the host.
"""

import torch
import triton
from torch.library import custom_op

from scoring.exact.backends.gpu.kernels import products as kernels
from scoring.exact.backends.gpu.launching import ENOUGH, launch

_ROWS, _COLUMNS, _DEPTH = 128, 64, 64
"""Of a tile, at most."""
_LEAST = 16
"""Of a tile's side: what a tensor core takes."""
_LEAST_DEPTH = 32
_WARPS = {"num_warps": 8}
"""With fewer, the sums of digits would not fit into the registers."""
_PART, _LEAST_PART = 4096, 512
"""Terms that one program adds up where sums are long: 2 · 4096 · 64 · 64 is far below 2^31."""
_LONGEST_INT32 = (1 << 31) - 1
_BOUNDS = {torch.int8: 63, torch.int16: 8191}


def _side(length: int, most: int, least: int = _LEAST) -> int:
    """Of a tile: as much of the length as it takes."""
    return min(most, max(least, 1 << (length - 1).bit_length()))


def _tile(rows: int, columns: int, depth: int) -> dict[str, int]:
    return {
        "ROWS": _side(rows, _ROWS),
        "COLUMNS": _side(columns, _COLUMNS),
        "DEPTH": _side(depth, _DEPTH, _LEAST_DEPTH),
    }


def _of(largest: torch.Tensor, positions: int, tile: dict[str, int]) -> str:
    """Whose largest number a tile's is: of all, of the one image that it lies in, or of several."""
    if len(largest) == 1:
        return "all"
    return "rows" if positions % tile["ROWS"] else "image"


def _part(depth: int, tiles: int) -> int:
    """So long that there are enough programs, if that is not too short."""
    part = _PART
    while part > _LEAST_PART and triton.cdiv(depth, part) * tiles < ENOUGH:
        part //= 2
    return part


def _grid(rows: int, columns: int, tile: dict[str, int], parts: int) -> tuple[int, int, int]:
    return triton.cdiv(rows, tile["ROWS"]), triton.cdiv(columns, tile["COLUMNS"]), parts


@custom_op("judging_oracle::down", mutates_args=("z", "largest"))
def down(x: torch.Tensor, w: torch.Tensor, z: torch.Tensor, largest: torch.Tensor) -> None:
    """(N, 2H, 2W, Ci) × (4, 4, Ci, Co) → z, int32 (N, H, W, Co).

    `largest`: int32 (1,) for all or (N,) for each image, at first 0; becomes the largest |z|.
    """
    n, height, width, outputs = z.shape
    inputs = x.shape[3]
    count = n * height * width
    tile = _tile(count, outputs, 16 * inputs)
    launch(
        kernels.down, _grid(count, outputs, tile, 1),
        x, w, z, largest, count, height, width, outputs,
        INPUTS=inputs, OF=_of(largest, height * width, tile), **tile, **_WARPS,
    )  # fmt: skip


@custom_op("judging_oracle::up", mutates_args=("z", "largest"))
def up(x: torch.Tensor, w: torch.Tensor, z: torch.Tensor, largest: torch.Tensor) -> None:
    """(N, H, W, Co) × (4, 4, Ci, Co) → z, int32 (N, 2H, 2W, Ci). `largest` as of `down`."""
    n, height, width, inputs = x.shape
    outputs = z.shape[3]
    count = n * height * width
    tile = _tile(count, outputs, 4 * inputs)
    launch(
        kernels.up, _grid(count, outputs, tile, 4),
        x, w, z, largest, count, height, width, outputs,
        INPUTS=inputs, OF=_of(largest, height * width, tile), **tile, **_WARPS,
    )  # fmt: skip


@custom_op("judging_oracle::window_gradient", mutates_args=("z",))
def window_gradient(wide: torch.Tensor, narrow: torch.Tensor, z: torch.Tensor) -> None:
    """(N, 2H, 2W, Ci) × (N, H, W, Co) → z, int64 (4, 4, Ci, Co)."""
    n, height, width, outputs = narrow.shape
    inputs, count = wide.shape[3], n * height * width
    tile = _tile(16 * inputs, outputs, count)
    x, y, _ = _grid(16 * inputs, outputs, tile, 1)
    part = _part(count, x * y)
    parts = triton.cdiv(count, part)
    if parts > 1:
        z.zero_()
    launch(
        kernels.window_gradient, (x, y, parts),
        wide, narrow, z, count, height, width, outputs,
        INPUTS=inputs, PART=part, ALONE=parts == 1, **tile, **_WARPS,
    )  # fmt: skip


@custom_op("judging_oracle::matrix", mutates_args=("z",))
def matrix(a: torch.Tensor, b: torch.Tensor, z: torch.Tensor) -> None:
    """(M, K) × (K, N), of any strides → z, int32 or int64 (M, N)."""
    (rows, depth), columns = a.shape, b.shape[1]
    tile = _tile(rows, columns, depth)
    x, y, _ = _grid(rows, columns, tile, 1)
    part = _part(depth, x * y)
    parts = triton.cdiv(depth, part)
    if parts > 1:
        z.zero_()
    launch(
        kernels.matrix, (x, y, parts),
        a, b, z, rows, depth, columns, *a.stride(), *b.stride(),
        PART=part, ALONE=parts == 1, **tile, **_WARPS,
    )  # fmt: skip


for _op in (down, up, window_gradient, matrix):
    _op.register_fake(lambda *_: None)


def kind_of_sums(a: torch.Tensor, b: torch.Tensor, terms: int) -> torch.dtype:
    """int32 where so many products surely fit."""
    fits = terms * _BOUNDS[a.dtype] * _BOUNDS[b.dtype] <= _LONGEST_INT32
    return torch.int32 if fits else torch.int64
