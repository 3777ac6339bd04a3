"""Exact int16 × int16 → int32 products, a register tile and a dot product, as LLVM vectors.

They add nothing up in floating point and nothing in an order that could matter: they are integer
arithmetic, so any instruction that computes them (vpmaddwd, vpdpwssd, smlal …) gives the same bits.
"""
# What writes the vectors runs only when numba's cache is empty, hence "no cover".

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.registry import cpu_target
from numba.extending import intrinsic


def _instruction_set() -> str:
    """The widest vectors that numba will be allowed to emit here."""
    features = cpu_target.target_context.codegen().magic_tuple()[2]
    names = {word[1:] for word in features.split(",") if word.startswith("+")}
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

_i16, _i32, _i64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_pairs = ir.VectorType(_i16, 2 * _LANES)
_sums = ir.VectorType(_i32, _LANES)


def _multiply_add(builder: Any, left: Any, right: Any) -> Any:  # pragma: no cover
    """Lane i: left[2i]·right[2i] + left[2i+1]·right[2i+1], as int32."""
    name = _MULTIPLY_ADD.get(INSTRUCTION_SET)
    if name:
        kind = ir.FunctionType(_sums, [_pairs, _pairs])
        return builder.call(builder.module.declare_intrinsic(name, fnty=kind), [left, right])
    wide = ir.VectorType(_i32, 2 * _LANES)
    product = builder.mul(builder.sext(left, wide), builder.sext(right, wide))
    halves = []
    for parity in (0, 1):
        lanes = ir.Constant(
            ir.VectorType(_i32, _LANES), [ir.Constant(_i32, 2 * i + parity) for i in range(_LANES)]
        )
        halves.append(builder.shuffle_vector(product, ir.Constant(wide, ir.Undefined), lanes))
    return builder.add(*halves)


def _broadcast(builder: Any, value: Any) -> Any:  # pragma: no cover
    one = builder.insert_element(ir.Constant(_sums, ir.Undefined), value, ir.Constant(_i32, 0))
    zero = ir.Constant(ir.VectorType(_i32, _LANES), [ir.Constant(_i32, 0)] * _LANES)
    spread = builder.shuffle_vector(one, ir.Constant(_sums, ir.Undefined), zero)
    return builder.bitcast(spread, _pairs)


class _Loop:  # pragma: no cover
    """A counted loop that carries values: `with _Loop(...) as body: body.carried = [...]`."""

    def __init__(self, builder: Any, count: Any, carried: list[Any]) -> None:
        self._builder, self._count = builder, count
        entry = builder.block
        self._head = builder.append_basic_block("loop")
        self._end = builder.append_basic_block("done")
        builder.cbranch(
            builder.icmp_signed(">", count, ir.Constant(_i64, 0)), self._head, self._end
        )
        builder.position_at_end(self._head)
        self._index = builder.phi(_i64)
        self._index.add_incoming(ir.Constant(_i64, 0), entry)
        self._phis = [builder.phi(value.type) for value in carried]
        for phi, value in zip(self._phis, carried, strict=True):
            phi.add_incoming(value, entry)
        self._entry, self._before = entry, carried
        self.carried = list(self._phis)

    def close(self) -> list[Any]:
        """End the loop; returns the carried values as they are after it."""
        builder = self._builder
        following = builder.add(self._index, ir.Constant(_i64, 1))
        last = builder.block
        self._index.add_incoming(following, last)
        for phi, value in zip(self._phis, self.carried, strict=True):
            phi.add_incoming(value, last)
        builder.cbranch(builder.icmp_signed("<", following, self._count), self._head, self._end)
        builder.position_at_end(self._end)
        results = []
        for before, value in zip(self._before, self.carried, strict=True):
            result = builder.phi(value.type)
            result.add_incoming(before, self._entry)
            result.add_incoming(value, last)
            results.append(result)
        return results


def _load(builder: Any, address: Any, kind: Any) -> Any:  # pragma: no cover
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=2, typ=kind)


def _advance(builder: Any, address: Any, count: int) -> Any:  # pragma: no cover
    return builder.add(address, ir.Constant(_i64, count))


def _emit_tile(  # pragma: no cover
    context: Any, builder: Any, signature: Any, arguments: Any
) -> Any:
    """See `tile` for the arguments."""
    del context, signature
    a, row_step, step, run, runs, run_step, b, c, c_step, accumulate = arguments
    rows = [builder.mul(row_step, ir.Constant(_i64, r)) for r in range(TILE_ROWS)]
    zero = ir.Constant(_sums, [ir.Constant(_i32, 0)] * _LANES)
    outer = _Loop(builder, runs, [a, b] + [zero] * (TILE_ROWS * _COLUMN_VECTORS))
    inner = _Loop(builder, run, list(outer.carried))
    at, bt, *sums = inner.carried
    columns = [_load(builder, _advance(builder, bt, 4 * _LANES * v), _pairs)
               for v in range(_COLUMN_VECTORS)]  # fmt: skip
    for r in range(TILE_ROWS):
        left = _broadcast(builder, _load(builder, builder.add(at, rows[r]), _i32))
        for v in range(_COLUMN_VECTORS):
            i = r * _COLUMN_VECTORS + v
            sums[i] = builder.add(sums[i], _multiply_add(builder, left, columns[v]))
    inner.carried = [builder.add(at, step), _advance(builder, bt, 4 * TILE_COLUMNS), *sums]
    _, after, *sums = inner.close()
    outer.carried = [builder.add(outer.carried[0], run_step), after, *sums]
    _, _, *sums = outer.close()
    keep = builder.icmp_signed("!=", accumulate, ir.Constant(_i64, 0))
    for i, total in enumerate(sums):
        r, v = divmod(i, _COLUMN_VECTORS)
        row = builder.add(c, builder.mul(c_step, ir.Constant(_i64, r)))
        place = builder.inttoptr(_advance(builder, row, 4 * _LANES * v), _sums.as_pointer())
        before = builder.select(keep, builder.load(place, align=4, typ=_sums), zero)
        builder.store(builder.add(total, before), place, align=4)
    return ir.Constant(_i64, 0)


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
    loop = _Loop(builder, count, [a, b, ir.Constant(_sums, [ir.Constant(_i32, 0)] * _LANES)])
    at, bt, sums = loop.carried
    product = _multiply_add(builder, _load(builder, at, _pairs), _load(builder, bt, _pairs))
    ends = [_advance(builder, address, 2 * DOT_STEP) for address in (at, bt)]
    loop.carried = [*ends, builder.add(sums, product)]
    *_, sums = loop.close()
    while sums.type.count > 1:
        half = sums.type.count // 2
        none = ir.Constant(sums.type, ir.Undefined)
        lower, upper = (
            builder.shuffle_vector(sums, none, ir.Constant(
                ir.VectorType(_i32, half), [ir.Constant(_i32, i + start) for i in range(half)]))
            for start in (0, half)
        )  # fmt: skip
        sums = builder.add(lower, upper)
    return builder.sext(builder.extract_element(sums, ir.Constant(_i32, 0)), _i64)


@intrinsic
def dot(typing_context: Any, a: Any, b: Any, count: Any) -> Any:  # pragma: no cover
    """Σ a[i] · b[i] over `count` times DOT_STEP numbers, which has to fit into an int32.

    a, b: addresses of contiguous int16.
    """
    del typing_context
    return types.int64(*[types.int64] * 3), _emit_dot
