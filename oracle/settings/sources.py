"""How settings are read from TOML, environment and flags, merged, and checked by their types."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from oracle.chain.address import parse_address
from oracle.errors import InvalidConfig

PREFIX = "JUDGE_"
# In the environment, but not settings: the key's own variable and the file's name.
NOT_SETTINGS = frozenset({"JUDGE_PRIVATE_KEY", "JUDGE_CONFIG"})
# What a developer has set for the tests must not stop the commands.
TEST_PREFIX = "JUDGE_TEST_"

Section = TypeVar("Section")
Values = dict[str, dict[str, Any]]


def limits(least: float, most: float) -> dict[str, tuple[float, float]]:
    """Field metadata: the range of a number, both ends included."""
    return {"limits": (least, most)}


def read_toml(path: Path | None) -> Mapping[str, Any]:
    """A TOML file as nested tables; empty without a file. Raises InvalidConfig."""
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise InvalidConfig(
            f"the configuration {path} cannot be read: {error.strerror}", "check --config"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidConfig(f"{path} is not TOML: {error}", "correct that line") from error


def merge_sources(
    known: Mapping[str, type],
    toml: Mapping[str, Any],
    environment: Mapping[str, str],
    flags: Mapping[str, Any],
) -> Values:
    """Values by section and key, later sources over earlier ones; unknown names are errors."""
    values: Values = {section: {} for section in known}
    for section, table in toml.items():
        _require_known(section, known, "section", f"[{section}]")
        if not isinstance(table, dict):
            raise InvalidConfig(f"{section} is not a section", f"write [{section}] above its keys")
        for key, value in table.items():
            _put(values, known, section, key, value)
    for name, text in sorted(environment.items()):
        is_ours = name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)
        if is_ours and name not in NOT_SETTINGS:
            _put(values, known, *_from_variable(name, known), _Text(text))
    for name, value in flags.items():
        if value is not None:
            section, _, key = name.partition(".")
            _require_known(section, known, "section", name)
            text = _Text(value) if isinstance(value, str) else value
            _put(values, known, section, key, text)
    return values


def section_of(kind: type[Section], section: str, values: Mapping[str, Any]) -> Section:
    """One section's dataclass from its values, each checked. Raises InvalidConfig."""
    hints = get_type_hints(kind)
    ranges = {f.name: f.metadata.get("limits") for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    checked = {
        key: _checked(f"{section}.{key}", value, hints[key], ranges[key])
        for key, value in values.items()
    }
    return kind(**checked)


class _Text(str):
    """A value from environment or flags: text for a setting of whatever type."""


def _from_variable(name: str, known: Mapping[str, type]) -> tuple[str, str]:
    section, separator, key = name.removeprefix(PREFIX).lower().partition("__")
    if not separator or section not in known:
        every = [
            f"{PREFIX}{s.upper()}__{f.name.upper()}"
            for s, kind in known.items()
            for f in dataclasses.fields(kind)
        ]
        raise InvalidConfig(
            f"the environment variable {name} is not a setting", _meant(name, every)
        )
    return section, key


def _put(values: Values, known: Mapping[str, type], section: str, key: str, value: Any) -> None:
    keys = [f.name for f in dataclasses.fields(known[section])]
    _require_known(key, keys, "setting", f"{section}.{key}")
    values[section][key] = value


def _require_known(name: str, known: Iterable[str], noun: str, shown: str) -> None:
    names = list(known)
    if name not in names:
        raise InvalidConfig(f"there is no {noun} {shown}", _meant(name, names))


def _meant(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are: {', '.join(names)}"


def _checked(name: str, value: Any, hint: Any, limits_: tuple[float, float] | None) -> Any:
    value = _typed(name, value, hint)
    if limits_ is not None and isinstance(value, int | float):
        least, most = limits_
        # Written so that a NaN is out of every range.
        if not least <= value <= most:
            raise InvalidConfig(
                f"{name} is {value}, out of range", f"use a number from {least:g} to {most:g}"
            )
    if name in _ADDRESSES:
        return _address(name, value)
    return _device(name, value) if name == "judge.device" else value


def _typed(name: str, value: Any, hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        choices = get_args(hint)
        number = int in choices and (_is_int(value) or (_is_text(value) and value.isdecimal()))
        if not number and value not in get_args(choices[0]):
            raise InvalidConfig(
                f'{name} is "{value}"', f'use "{get_args(choices[0])[0]}" or a whole number'
            )
        return _typed(name, value, int if number else choices[0])
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            words = ", ".join(f'"{choice}"' for choice in get_args(hint))
            raise InvalidConfig(f'{name} is "{value}"', f"use one of {words}")
        return str(value)
    if get_origin(hint) is tuple:
        return _texts(name, value)
    if isinstance(value, _Text):
        return _from_text(name, value, hint)
    if hint is float and _is_int(value):
        return float(value)
    if type(value) is not hint:
        raise InvalidConfig(f"{name} has the wrong type", f"use {_NOUNS[hint]}")
    return value


_ADDRESSES = (
    "chain.contract",
    "chain.quorum",
    "chain.beacon",
    "signer.remote_address",
    "series.studio",
    "series.arbiter",
)
_NOUNS = {int: "a whole number", float: "a number", str: "text in quotes"}


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, _Text)


def _from_text(name: str, text: str, hint: Any) -> Any:
    try:
        return hint(str(text).strip())
    except ValueError:
        raise InvalidConfig(f'{name} is "{text}"', f"use {_NOUNS[hint]}") from None


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, _Text):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise InvalidConfig(f"{name} has the wrong type", "use a list of texts")
    return tuple(value)


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
