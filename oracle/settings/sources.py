"""How settings are read from TOML, environment and flags, and merged."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from oracle.errors import InvalidConfig
from oracle.settings.values import Text, checked

PREFIX = "JUDGE_"
# In the environment, but not settings: the key's own variable and the file's name.
NOT_SETTINGS = frozenset({"JUDGE_PRIVATE_KEY", "JUDGE_CONFIG"})
# What a developer has set for the tests must not stop the commands.
TEST_PREFIX = "JUDGE_TEST_"

Section = TypeVar("Section")
Values = dict[str, dict[str, Any]]


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
    # A ValueError also of bytes that are no text, and of a number with too many digits.
    except (ValueError, RecursionError) as error:
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
            _put(values, known, *_from_variable(name, known), Text(text))
    for name, value in flags.items():
        if value is not None:
            section, _, key = name.partition(".")
            _require_known(section, known, "section", name)
            text = Text(value) if isinstance(value, str) else value
            _put(values, known, section, key, text)
    return values


def section_of(kind: type[Section], section: str, values: Mapping[str, Any]) -> Section:
    """One section's dataclass from its values, each checked. Raises InvalidConfig."""
    if not values:
        return kind()
    hints = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    found = {
        key: checked(
            f"{section}.{key}",
            value,
            hints[key],
            fields[key].default,
            fields[key].metadata.get("limits"),
        )
        for key, value in values.items()
    }
    return kind(**found)


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
