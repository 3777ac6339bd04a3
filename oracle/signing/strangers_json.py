"""JSON from somebody else, read field by field: bounded, and of exactly the types expected."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_FILE_BYTES = 65_536
_HASH = re.compile(r"0x[0-9a-fA-F]{64}\Z")
_SIGNATURE = re.compile(r"0x(?:[0-9a-fA-F]{2}){1,4096}\Z")  # a contract's can be longer than 65

# What `read_object` and the rest raise, between them, for a document that is not as it should be.
MALFORMED = (ValueError, KeyError, RecursionError)


def read_object(data: bytes) -> dict[str, Any]:
    """The JSON object in at most `MAX_FILE_BYTES`; one of `MALFORMED` for anything else."""
    value = json.loads(data) if len(data) <= MAX_FILE_BYTES else None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def unsigned(value: object, bits: int) -> int:
    """A whole number of at most so many bits. ValueError for anything else."""
    if type(value) is not int or not 0 <= value < 2**bits:
        raise ValueError("not a number of this many bits")
    return value


def hash_bytes(value: object) -> bytes:
    """The 32 bytes in 0x and 64 hexadecimal digits. ValueError for anything else."""
    return _bytes(_HASH, value)


def signature_bytes(value: object) -> bytes:
    """A signature of an account or a contract, as 0x and digits. ValueError for anything else."""
    return _bytes(_SIGNATURE, value)


def _bytes(pattern: re.Pattern[str], text: object) -> bytes:
    if not isinstance(text, str) or not pattern.match(text):
        raise ValueError("not hexadecimal of this length")
    return bytes.fromhex(text[2:])
