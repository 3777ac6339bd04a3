"""The fused backend, its large contractions by a library's int8 matrix products.

Processors with matrix units (Intel's AMX) or dot products of bytes (VNNI) multiply int8 several
times faster than int16. Gradients are two digits, so they take two products.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from scoring.exact.backend import TAPS
from scoring.exact.backends import digits
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.backends.gemm import LONGEST_INT8
from scoring.exact.backends.packed import PackedWeight
from scoring.exact.numbers import Fixed

_WINDOW_BYTES = 4 << 20
"""How much of the left matrix is laid out at a time."""


@dataclass(frozen=True)
class _Windows:
    """Where the windows of a bordered tensor lie, in elements."""

    source: npt.NDArray[np.int16]
    images: int
    lines: int
    width: int
    start: int
    image_step: int
    line_step: int
    pixel_step: int
    runs: int
    length: int
    run_step: int

    @property
    def depth(self) -> int:
        return self.runs * self.length

    @property
    def count(self) -> int:
        """Lines of all images."""
        return self.images * self.lines

    def geometry(self, first: int) -> tuple[int, ...]:
        """What `spread` takes, for lines from `first` on."""
        return (
            first, self.lines, self.width, self.start, self.image_step, self.line_step,
            self.pixel_step, self.runs, self.length, self.run_step,
        )  # fmt: skip


def _down_windows(x: npt.NDArray[np.int16]) -> _Windows:
    n, tall, wide, channels = x.shape
    line = wide * channels
    return _Windows(
        x.reshape(-1), n, (tall - 2) // 2, (wide - 2) // 2,
        0, tall * line, 2 * line, 2 * channels, 4, 4 * channels, line,
    )  # fmt: skip


def _up_windows(x: npt.NDArray[np.int16], a: int, b: int) -> _Windows:
    n, tall, wide, channels = x.shape
    line = wide * channels
    return _Windows(
        x.reshape(-1), n, tall - 2, wide - 2,
        a * line + b * channels, tall * line, line, channels, 2, 2 * channels, line,
    )  # fmt: skip


def _inside(x: npt.NDArray[np.int16]) -> _Windows:
    """Windows of one pixel: what a bordered tensor holds."""
    n, tall, wide, channels = x.shape
    line = wide * channels
    return _Windows(
        x.reshape(-1), n, tall - 2, wide - 2,
        line + channels, tall * line, line, channels, 1, channels, line,
    )  # fmt: skip


def _chunks(windows: _Windows, lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """(first line, lines) of the parts of lines lo … hi − 1 that are laid out at once."""
    pixels = min(_WINDOW_BYTES // windows.depth, LONGEST_INT8)
    step = max(1, pixels // windows.width)
    for first in range(lo, hi, step):
        yield first, min(step, hi - first)


@contextmanager
def _torch_alone() -> Iterator[None]:
    """Our threads share the work; torch's own would spin beside them, waiting for more."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class FusedInt8Backend(FusedBackend):
    """As `FusedBackend`; torch multiplies, in the backend's own threads."""

    name = "fused_int8"

    def _spread(self, name: str, windows: _Windows, first: int, lines: int) -> torch.Tensor:
        """int8 (digits · pixels, depth) of some lines, the low digits of all before the high."""
        pixels = lines * windows.width
        arguments = (windows.source, windows.geometry(first))
        one = self._scratch(name, (pixels, windows.depth), np.int8)
        if digits.spread(*arguments, one.reshape(-1), 0, lines) <= digits.LARGEST_DIGIT:
            return torch.from_numpy(one)
        two = self._scratch(name, (2 * pixels, windows.depth), np.int8)
        digits.spread_two(*arguments, two.reshape(-1), 0, lines)
        return torch.from_numpy(two)

    def _multiply_windows(
        self, windows: _Windows, right: torch.Tensor, out: npt.NDArray[np.int32],
        steps: tuple[int, int, int, int],
    ) -> None:  # fmt: skip
        with _torch_alone():
            self._share(self._multiply_lines, windows.count, windows, right, out, steps)

    def _multiply_lines(
        self, windows: _Windows, right: torch.Tensor, out: npt.NDArray[np.int32],
        steps: tuple[int, int, int, int], lo: int, hi: int,
    ) -> None:  # fmt: skip
        torch.set_num_threads(1)
        for first, lines in _chunks(windows, lo, hi):
            left = self._spread("windows", windows, first, lines)
            sums = self._scratch("products", (len(left), right.shape[1]), np.int32)
            torch._int_mm(left, right, out=torch.from_numpy(sums))
            geometry = (first, lines, windows.lines, windows.width, *steps)
            digits.place(sums, geometry, out.reshape(-1), 0, lines)

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        channels, columns = weight.shape[2:]
        windows = _down_windows(x.q)
        out = self._memory.empty((len(x.q), windows.lines, windows.width, columns), np.int32)
        right = torch.from_numpy(weight.q.reshape(16 * channels, columns))
        across = windows.width * columns
        steps = (0, windows.lines * across, across, columns)
        self._multiply_windows(windows, right, out, steps)
        return Fixed(out, x.e + w.e)

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        columns, channels = weight.shape[2:]
        n, tall, wide, _ = x.q.shape
        height, width = tall - 2, wide - 2
        out = self._memory.empty((n, 2 * height, 2 * width, columns), np.int32)
        across = 2 * width * columns
        for a, rows in enumerate(TAPS):
            for b, taps in enumerate(TAPS):
                kernel = weight.q[list(rows)][:, list(taps)].transpose(0, 1, 3, 2)
                right = torch.from_numpy(np.ascontiguousarray(kernel).reshape(-1, columns))
                steps = (a * across + b * columns, 2 * height * across, 2 * across, 2 * columns)
                self._multiply_windows(_up_windows(x.q, a, b), right, out, steps)
        return Fixed(out, x.e + w.e)

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        left, right = _down_windows(wide.q), _inside(narrow.q)
        with _torch_alone():
            parts = self._share(self._correlate_lines, left.count, left, right)
        total = np.add.reduce(parts)
        return Fixed(total.reshape(4, 4, -1, right.depth), wide.e + narrow.e)

    def _correlate_lines(
        self, left: _Windows, right: _Windows, lo: int, hi: int
    ) -> npt.NDArray[np.int64]:
        torch.set_num_threads(1)
        total = np.zeros((left.depth, right.depth), np.int64)
        for first, lines in _chunks(left, lo, hi):
            pixels = lines * left.width
            a = self._spread("windows", left, first, lines)
            b = self._spread("narrow", right, first, lines)
            for i in range(len(a) // pixels):
                for j in range(len(b) // pixels):
                    one, other = (t[k * pixels :][:pixels] for t, k in ((a, i), (b, j)))
                    total += torch._int_mm(one.t(), other).numpy().astype(np.int64) << 7 * (i + j)
        return total
