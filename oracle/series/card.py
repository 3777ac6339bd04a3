"""A target's card: what there is to say about it once it is open.

It lies beside the image, in a TOML or JSON file of the same name, and holds any of `title`,
`artist`, `year`, `licence`, `source`. As content it is canonical JSON (RFC 8785) with the target's
digest in it, so that a card's digest says which image it is about.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import rfc8785

from oracle.errors import BadInput

FIELDS = ("title", "artist", "year", "licence", "source")
MAX_CARD_BYTES = 16_384
_MAX_CHARACTERS = 500
_SUFFIXES = (".toml", ".json")


def card_beside(image: Path) -> Path | None:
    """The file of an image's card; None when there is none. Raises BadInput when there are two."""
    found = [path for path in map(image.with_suffix, _SUFFIXES) if path.is_file()]
    if len(found) > 1:
        raise BadInput(f"{image.name} has two cards", f"keep one of {found[0]} and {found[1]}")
    return found[0] if found else None


def read_card(path: Path) -> dict[str, str]:
    """The fields of a card's file, as text. Raises BadInput for anything that is not a card."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CARD_BYTES + 1)
        if len(data) > MAX_CARD_BYTES:
            raise ValueError(f"more than {MAX_CARD_BYTES} bytes")
        text = data.decode()
        fields = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        return _checked(fields)
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"the card {path} cannot be used: {error}",
            f"correct it; it may say {', '.join(FIELDS)}",
        ) from error


def card_content(fields: dict[str, str], target: bytes) -> bytes:
    """A card as it is published, about the target of this digest."""
    return rfc8785.dumps({**fields, "target": "0x" + target.hex()})


def card_fields(content: bytes) -> dict[str, str]:
    """What a published card says, without the target's digest."""
    fields: dict[str, str] = json.loads(content)
    return {name: fields[name] for name in FIELDS if name in fields}


def _checked(fields: Any) -> dict[str, str]:
    if not isinstance(fields, dict):
        raise ValueError("not a table of fields")
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise ValueError(f"there is no field {unknown[0]}")
    return {name: _text(name, value) for name, value in fields.items()}


def _text(name: str, value: Any) -> str:
    if name == "year" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    text = value.strip()
    if not 0 < len(text) <= _MAX_CHARACTERS:
        raise ValueError(f"{name} has no text, or more than {_MAX_CHARACTERS} characters")
    if not text.isprintable():
        raise ValueError(f"{name} holds line breaks or invisible characters")
    return text
