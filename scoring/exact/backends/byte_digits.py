"""Sixteen channels of a few pixels as int8 digits, turned round: LLVM vectors.

Numbers are digits themselves (ONE, int8), or one of the two digits of an int16 (LOW, HIGH).
"""
# What writes the vectors runs only when numba's cache is empty, hence "no cover".

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from scoring.exact.backends.emitting import I8, I16, I32, load, store, whole

ONE, LOW, HIGH = 0, 1, 2
_CHANNELS = 16
_sums = ir.VectorType(I32, _CHANNELS)


def _all(value: int) -> Any:  # pragma: no cover
    return ir.Constant(_sums, [ir.Constant(I32, value)] * _CHANNELS)


def _digits(builder: Any, address: Any, digit: int) -> Any:  # pragma: no cover
    """One digit of each of the channels at an address, as int32 of which 8 bits count."""
    kind = ir.VectorType(I8 if digit == ONE else I16, _CHANNELS)
    numbers = builder.sext(load(builder, address, kind, align=1), _sums)
    if digit == ONE:
        return numbers
    moved = builder.add(numbers, _all(64))
    if digit == HIGH:
        return builder.ashr(moved, _all(7))
    return builder.sub(builder.and_(moved, _all(127)), _all(64))


def _four(builder: Any, address: Any, step: Any, digit: int) -> Any:  # pragma: no cover
    """Each channel's digits of four pixels as one int32, the first in its lowest byte."""
    total = None
    for j in range(4):
        found = _digits(builder, builder.add(address, builder.mul(step, whole(j))), digit)
        part = builder.shl(builder.and_(found, _all(255)), _all(8 * j))
        total = part if total is None else builder.or_(total, part)
    return total


def _shuffled(builder: Any, left: Any, right: Any, lanes: list[int]) -> Any:  # pragma: no cover
    mask = ir.Constant(ir.VectorType(I32, len(lanes)), [ir.Constant(I32, i) for i in lanes])
    return builder.shuffle_vector(left, right, mask)


def _emit_fours(builder: Any, arguments: Any, digit: int) -> None:  # pragma: no cover
    address, step, out = arguments
    store(builder, _four(builder, address, step, digit), out)


def _emit_sixteens(builder: Any, arguments: Any, digit: int) -> None:  # pragma: no cover
    address, step, out, out_step = arguments
    quads = [
        _four(builder, builder.add(address, builder.mul(step, whole(4 * i))), step, digit)
        for i in range(4)
    ]
    between = [lane for i in range(_CHANNELS) for lane in (i, i + _CHANNELS)]
    pairs = [_shuffled(builder, quads[i], quads[i + 1], between) for i in (0, 2)]
    for c in range(_CHANNELS):
        lanes = [2 * c, 2 * c + 1, 2 * (c + _CHANNELS), 2 * (c + _CHANNELS) + 1]
        place = builder.add(out, builder.mul(out_step, whole(c)))
        found = _shuffled(builder, pairs[0], pairs[1], lanes)
        builder.store(found, builder.inttoptr(place, found.type.as_pointer()), align=1)


def _by_digit(emit: Callable[[Any, Any, int], None]) -> Callable[..., Any]:  # pragma: no cover
    """Code that finds out which digit is wanted, the last argument, and then does as it should."""

    def written(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        *others, wanted = arguments
        for digit in (ONE, LOW, HIGH):
            with builder.if_then(builder.icmp_signed("==", wanted, whole(digit))):
                emit(builder, others, digit)
        return whole(0)

    return written


@intrinsic
def fours(
    typing_context: Any, address: Any, step: Any, out: Any, digit: Any
) -> Any:  # pragma: no cover
    """16 channels of 4 pixels, `step` bytes apart, as (16, 4) digits at `out`; all are int64."""
    del typing_context
    return types.int64(*[types.int64] * 4), _by_digit(_emit_fours)


@intrinsic
def sixteens(
    typing_context: Any, address: Any, step: Any, out: Any, out_step: Any, digit: Any
) -> Any:  # pragma: no cover
    """16 channels of 16 pixels, `step` bytes apart, as rows of 16 digits `out_step` apart."""
    del typing_context
    return types.int64(*[types.int64] * 5), _by_digit(_emit_sixteens)
