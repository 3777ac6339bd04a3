"""Writing LLVM's language for numba's intrinsics: counted loops and vectors in memory."""
# It runs only when numba's cache is empty, hence "no cover".

from typing import Any

from llvmlite import ir

I8, I16, I32, I64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))


def whole(value: int) -> Any:  # pragma: no cover
    """A constant int64."""
    return ir.Constant(I64, value)


def zeros(kind: Any) -> Any:  # pragma: no cover
    """A vector of int32 zeros."""
    return ir.Constant(kind, [ir.Constant(I32, 0)] * kind.count)


def load(builder: Any, address: Any, kind: Any, align: int = 2) -> Any:  # pragma: no cover
    """What stands at an address, an int64."""
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=align, typ=kind)


def store(builder: Any, value: Any, address: Any) -> None:  # pragma: no cover
    """Put a vector of int32 at an address."""
    builder.store(value, builder.inttoptr(address, value.type.as_pointer()), align=4)


def advance(builder: Any, address: Any, count: int) -> Any:  # pragma: no cover
    """The address so many bytes further."""
    return builder.add(address, whole(count))


def call(builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:  # pragma: no cover
    """Call one of LLVM's intrinsics by its full name."""
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    return builder.call(builder.module.declare_intrinsic(name, fnty=kind), arguments)


def broadcast(builder: Any, value: Any, kind: Any) -> Any:  # pragma: no cover
    """A vector of int32 with one value in every lane."""
    nothing = ir.Constant(kind, ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(I32, 0))
    return builder.shuffle_vector(one, nothing, zeros(kind))


class Loop:  # pragma: no cover
    """A counted loop that carries values: give the next to `carried`, then `close`."""

    def __init__(self, builder: Any, count: Any, carried: list[Any]) -> None:
        self._builder, self._count = builder, count
        entry = builder.block
        self._head = builder.append_basic_block("loop")
        self._end = builder.append_basic_block("done")
        builder.cbranch(builder.icmp_signed(">", count, whole(0)), self._head, self._end)
        builder.position_at_end(self._head)
        self._index = builder.phi(I64)
        self._index.add_incoming(whole(0), entry)
        self._phis = [builder.phi(value.type) for value in carried]
        for phi, value in zip(self._phis, carried, strict=True):
            phi.add_incoming(value, entry)
        self._entry, self._before = entry, carried
        self.carried = list(self._phis)

    def close(self) -> list[Any]:
        """End the loop; returns the carried values as they are after it."""
        builder = self._builder
        following = builder.add(self._index, whole(1))
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
