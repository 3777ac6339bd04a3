"""What a field of a spec may hold, and the one way in which it is written as JSON.

A spec is a frozen dataclass derived from `CheckedSpec`, each of whose fields is made by `integer`,
`integers`, `decimal` or `choice`. A value outside of its range or choices is never built.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from scoring.errors import InvalidSpec


def integer(default: int, low: int, high: int) -> int:
    """A field for a whole number from `low` to `high`."""
    return dataclasses.field(default=default, metadata={"range": (low, high)})


def integers(default: tuple[int, ...], low: int, high: int) -> Any:
    """A field for as many whole numbers as `default` has, each from `low` to `high`."""
    return dataclasses.field(default=default, metadata={"range": (low, high)})


def decimal(default: str, low: str, high: str) -> Decimal:
    """A field for a decimal number from `low` to `high`."""
    return dataclasses.field(
        default=Decimal(default), metadata={"range": (Decimal(low), Decimal(high))}
    )


def choice(default: Any, *others: Any) -> Any:
    """A field for one of the values given."""
    return dataclasses.field(default=default, metadata={"choices": (default, *others)})


@dataclass(frozen=True)
class CheckedSpec:
    """A spec whose every field has the type of its default, and its range or choices.

    Raises InvalidSpec, by the field's name, when one is built that has not.
    """

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check_field(field, getattr(self, field.name))

    def to_json(self) -> dict[str, Any]:
        """Integers, strings and lists of integers, never a float: fit for canonical JSON."""
        names = (field.name for field in dataclasses.fields(self))
        return {name: _to_json(getattr(self, name)) for name in names}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`: every field once, none unknown. Raises InvalidSpec."""
        fields = {field.name: field for field in dataclasses.fields(cls)}
        if unknown := sorted(document.keys() - fields.keys()):
            raise InvalidSpec(f"spec: unknown field {unknown[0]}", f"known are {', '.join(fields)}")
        if missing := sorted(fields.keys() - document.keys()):
            raise InvalidSpec(f"spec: field {missing[0]} is missing", "a spec names every field")
        return cls(**{name: _from_json(fields[name], value) for name, value in document.items()})


def _to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _plain(value)
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Decimal) -> str:
    """The one way to write a decimal: no exponent, no zeros at the end, no minus zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _from_json(field: dataclasses.Field[Any], value: Any) -> Any:
    """A JSON value as the field's type; a decimal must be written in the canonical way."""
    if isinstance(field.default, tuple):
        if not isinstance(value, list):
            raise InvalidSpec(f"spec: {field.name} must be a list of integers", "")
        return tuple(value)
    if not isinstance(field.default, Decimal):
        return value
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or _plain(number) != value:
        raise InvalidSpec(
            f"spec: {field.name} is {value!r}, not a decimal as a string",
            f'write it like "{_plain(field.default)}"',
        )
    return number


def _check_field(field: dataclasses.Field[Any], value: Any) -> None:
    """Require the type of the field's default, and its range or choices."""
    values = value if isinstance(value, tuple) else (value,)
    kind = int if isinstance(field.default, tuple) else type(field.default)
    well_typed = type(value) is type(field.default) and all(type(item) is kind for item in values)
    if isinstance(field.default, tuple):
        well_typed = well_typed and len(values) == len(field.default)
    if not well_typed:
        raise InvalidSpec(
            f"spec: {field.name} is {value!r}", f"it is of the kind of {field.default!r}"
        )
    if choices := field.metadata.get("choices"):
        if value not in choices:
            allowed = " or ".join(str(allowed) for allowed in choices)
            raise InvalidSpec(f"spec: {field.name} is {value!r}", f"it must be {allowed}")
        return
    low, high = field.metadata["range"]
    # A comparison with a Decimal NaN raises, hence the finiteness first.
    if not all(Decimal(item).is_finite() and low <= item <= high for item in values):
        raise InvalidSpec(f"spec: {field.name} is {value}", f"it must be from {low} to {high}")
