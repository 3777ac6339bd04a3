"""One setting's value, checked by the type that its section declares for it.

From the environment and from flags every value is text, and is read as that type; from a TOML file
it has a type already, which must be the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from oracle.chain.address import parse_address
from oracle.errors import InvalidConfig
from oracle.settings.addresses import NETWORK


class Text(str):
    """A value from environment or flags: text for a setting of whatever type."""


def limits(least: float, most: float) -> dict[str, tuple[float, float]]:
    """Field metadata: the range of a number, both ends included."""
    return {"limits": (least, most)}


def checked(
    name: str, value: Any, hint: Any, default: Any, range_: tuple[float, float] | None
) -> Any:
    """The value that a setting of type `hint` gets. Raises InvalidConfig, naming the setting."""
    value = _typed(name, value, hint)
    if range_ is not None and isinstance(value, int | float):
        least, most = range_
        # Written so that a NaN is out of every range.
        if not least <= value <= most:
            raise InvalidConfig(
                f"{name} is {value}, out of range", f"use a number from {least:g} to {most:g}"
            )
    # Where nothing may stand, nothing is the default: an empty folder would be this one, and an
    # empty host all of them.
    if value == "" and default:
        raise InvalidConfig(f"{name} is empty", f'leave it out for its default, "{default}"')
    look = _LOOKS.get(name)
    return look(name, value) if look is not None else value


def zone_of(name: str, zone: str) -> ZoneInfo:
    """The time zone that a setting names. Raises InvalidConfig."""
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise InvalidConfig(
            f"{name}: there is no time zone {zone!r}", 'use a name such as "Europe/Rome"'
        ) from error


def _typed(name: str, value: Any, hint: Any) -> Any:
    if isinstance(value, Text):
        value = Text(value.strip())
    if get_origin(hint) in (Union, UnionType):
        return _word_or_number(name, value, *get_args(hint))
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            words = ", ".join(f'"{choice}"' for choice in get_args(hint))
            raise InvalidConfig(f'{name} is "{value}"', f"use one of {words}")
        return str(value)
    if get_origin(hint) is tuple:
        return _texts(name, value)
    if isinstance(value, Text):
        return _from_text(name, value, hint)
    if hint is float and _is_int(value):
        value = _float_of(name, value)
    if type(value) is not hint:
        raise InvalidConfig(f"{name} has the wrong type", f"use {_IN_TOML[hint]}")
    if hint is str:
        _require_usable(name, value)
    return value


def _word_or_number(name: str, value: Any, word: Any, number: Any) -> Any:
    is_number = _is_int(value) or (isinstance(value, Text) and value.isdecimal())
    if not is_number and value not in get_args(word):
        raise InvalidConfig(f'{name} is "{value}"', f'use "{get_args(word)[0]}" or a whole number')
    return _typed(name, value, number if is_number else word)


def _bool_of(text: str) -> bool:
    """Not `bool`, which takes every text but the empty one for yes, "false" too."""
    return {"true": True, "false": False}[text.lower()]


# How text is read, and what to write: as text, and in a TOML file.
_READ: Mapping[type, Callable[[str], Any]] = {bool: _bool_of, int: int, float: float, str: str}
_IN_TEXT = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
_IN_TOML = {**_IN_TEXT, bool: "true or false, without quotes", str: "text in quotes"}


def _from_text(name: str, text: str, hint: Any) -> Any:
    try:
        return _READ[hint](str(text))
    except (ValueError, LookupError):
        raise InvalidConfig(f'{name} is "{text}"', f"use {_IN_TEXT[hint]}") from None


def _float_of(name: str, value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise InvalidConfig(f"{name} is out of range", "use a smaller number") from None


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, Text):
        # As in a TOML file, whose brackets and quotes would become part of the items.
        if value.startswith("[") and value.endswith("]"):
            raise InvalidConfig(
                f"{name} is written in brackets", "write the items alone, separated by commas"
            )
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise InvalidConfig(f"{name} has the wrong type", "use a list of texts")
    for part in value:
        _require_usable(name, part)
    return tuple(value)


def _require_usable(name: str, text: str) -> None:
    """No path, address or name holds a NUL, and the system refuses it in its own way."""
    if "\0" in text:
        raise InvalidConfig(f"{name} holds a NUL character", "write it without")


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _device(name: str, value: str) -> str:
    """What the judge calculates on, by torch's names."""
    if re.fullmatch(r"auto|cpu|cuda(:[0-9]{1,3})?", value) is None:
        raise InvalidConfig(f'{name} is "{value}"', 'use one of "auto", "cpu", "cuda", "cuda:N"')
    return value


def _address(name: str, value: str) -> str:
    """A contract's address, checksummed; a wrong checksum is a typing error."""
    if not value:
        return value
    try:
        return parse_address(value)
    except ValueError:
        raise InvalidConfig(
            f"{name} is not an address", "use 0x and 40 hexadecimal digits"
        ) from None


def _zone(name: str, value: str) -> str:
    zone_of(name, value)
    return value


_CONTRACTS_AND_ACCOUNTS = (
    "chain.contract",
    "chain.quorum",
    "chain.beacon",
    "signer.remote_address",
    "series.studio",
    "series.arbiter",
)
# What a value must be beyond its type, by the setting's name.
_LOOKS: Mapping[str, Callable[[str, Any], Any]] = {
    **NETWORK,
    **dict.fromkeys(_CONTRACTS_AND_ACCOUNTS, _address),
    "judge.device": _device,
    "series.zone": _zone,
}
