"""The contract's interface, and coding by it: values in named fields to bytes and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from oracle.chain.address import checksummed
from oracle.chain.compile import (
    CompiledContract,
    load_beacon,
    load_competition,
    load_quorum,
)


@dataclass(frozen=True)
class AbiItem:
    """A function, an event or a custom error."""

    name: str
    signature: str  # such as "buyTicket(uint256)"
    inputs: tuple[Mapping[str, Any], ...]
    outputs: tuple[Mapping[str, Any], ...]

    @cached_property
    def selector(self) -> bytes:
        """First four bytes of a call, or of revert data."""
        return keccak(text=self.signature)[:4]

    @cached_property
    def topic(self) -> bytes:
        """First topic of an event."""
        return keccak(text=self.signature)

    def encode_call(self, *arguments: object) -> bytes:
        """Selector and arguments."""
        return self.selector + encode([_type(p) for p in self.inputs], arguments)

    def decode_output(self, data: bytes) -> tuple[Any, ...]:
        """What the function returned; structs as dicts by field name. ValueError when malformed."""
        return tuple(_decode(self.outputs, data).values())

    def decode_arguments(self, data: bytes) -> dict[str, Any]:
        """A custom error's arguments by name, from revert data."""
        return _decode(self.inputs, data[4:])

    def decode_log(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """An event's values by name, indexed and not. ValueError when malformed."""
        indexed = [p for p in self.inputs if p.get("indexed")]
        if len(topics) != len(indexed) + 1:
            raise ValueError(f"a {self.name} log has {len(topics)} topics")
        values = _decode([p for p in self.inputs if not p.get("indexed")], data)
        # All that is indexed is one word each, so that the topics are their encoding.
        return values | _decode(indexed, b"".join(topics[1:]))


@dataclass(frozen=True)
class ContractAbi:
    """What can be called, what is logged, and what is refused, by name."""

    functions: Mapping[str, AbiItem]
    events: Mapping[str, AbiItem]
    errors: Mapping[str, AbiItem]


@cache
def competition_abi() -> ContractAbi:
    """The interface of the Competition contract that this package ships."""
    return _abi_of(load_competition())


@cache
def quorum_abi() -> ContractAbi:
    """The interface of the AuditorQuorum contract that this package ships."""
    return _abi_of(load_quorum())


@cache
def beacon_abi() -> ContractAbi:
    """The interface of the DrandBeacon contract that this package ships."""
    return _abi_of(load_beacon())


def _abi_of(compiled: CompiledContract) -> ContractAbi:
    return ContractAbi(
        functions=_items(compiled.abi, "function"),
        events=_items(compiled.abi, "event"),
        errors=_items(compiled.abi, "error"),
    )


def _items(items: Sequence[Mapping[str, Any]], kind: str) -> dict[str, AbiItem]:
    return {
        item["name"]: AbiItem(
            name=item["name"],
            signature=f"{item['name']}({','.join(_type(p) for p in item['inputs'])})",
            inputs=tuple(item["inputs"]),
            outputs=tuple(item.get("outputs", ())),
        )
        for item in items
        if item["type"] == kind
    }


def _type(parameter: Mapping[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type(p) for p in parameter['components'])}){kind.removeprefix('tuple')}"


def _decode(parameters: Sequence[Mapping[str, Any]], data: bytes) -> dict[str, Any]:
    try:
        values = decode([_type(p) for p in parameters], data)
    except (DecodingError, OverflowError) as error:
        raise ValueError(f"the data does not decode: {error}") from error
    return {
        p["name"] or str(place): _named(p, value)
        for place, (p, value) in enumerate(zip(parameters, values, strict=True))
    }


def _named(parameter: Mapping[str, Any], value: Any) -> Any:
    if parameter["type"] == "tuple":
        return {
            p["name"]: _named(p, v) for p, v in zip(parameter["components"], value, strict=True)
        }
    return checksummed(value) if parameter["type"] == "address" else value
