"""A file of named tensors with a JSON header: the same content is always the same bytes.

`EXACT1\\n`, the header's length (u32) and canonical JSON, each tensor's header and little-endian
values, and the sha256 of all that.
"""

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import rfc8785

Tensors = dict[str, npt.NDArray[Any]]
_MAGIC = b"EXACT1\n"
_KINDS = ("f4", "f8")
_MOST_BYTES = 4 << 30


class InvalidArchive(Exception):
    """A file is not an archive that this package wrote, or was altered since."""


def tensor_header(name: str, values: npt.NDArray[Any]) -> bytes:
    """Length (u16) and name, the kind ('f4' or 'f8'), the rank (u8) and the sides (u32)."""
    text = name.encode()
    kind = values.dtype.str[1:].encode()
    shape = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    return struct.pack("<H", len(text)) + text + kind + shape


def tensor_bytes(values: npt.NDArray[Any]) -> memoryview:
    """Little-endian values, the last index running fastest."""
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).data.cast("B")


def tensors_digest(tensors: Iterable[tuple[str, npt.NDArray[Any]]]) -> bytes:
    """sha256 over header and values of each tensor, in order."""
    hasher = hashlib.sha256()
    for name, values in tensors:
        hasher.update(tensor_header(name, values))
        hasher.update(tensor_bytes(values))
    return hasher.digest()


def write_archive(
    path: Path, header: dict[str, Any], tensors: Iterable[tuple[str, npt.NDArray[Any]]]
) -> None:
    """Write all or nothing: the file appears under its name only when it is whole and on disk."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, header, tensors)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _write(
    file: BinaryIO, header: dict[str, Any], tensors: Iterable[tuple[str, npt.NDArray[Any]]]
) -> None:
    hasher = hashlib.sha256()

    def put(data: bytes | memoryview) -> None:
        hasher.update(data)
        file.write(data)

    text = rfc8785.dumps(header)
    put(_MAGIC + struct.pack("<I", len(text)) + text)
    for name, values in tensors:
        put(tensor_header(name, values))
        put(tensor_bytes(values))
    file.write(hasher.digest())


def read_archive(path: Path) -> tuple[dict[str, Any], Tensors]:
    """The header and the tensors by name. Raises InvalidArchive; OSError where it cannot read."""
    if path.stat().st_size > _MOST_BYTES:
        raise InvalidArchive(f"{path} is larger than {_MOST_BYTES} bytes")
    data = memoryview(path.read_bytes())
    if bytes(data[: len(_MAGIC)]) != _MAGIC or len(data) < len(_MAGIC) + 36:
        raise InvalidArchive(f"{path} is not an archive of the exact judge")
    if hashlib.sha256(data[:-32]).digest() != data[-32:]:
        raise InvalidArchive(f"{path} was altered or cut short: its checksum does not match")
    try:
        return _parse(data[len(_MAGIC) : -32])
    except (ValueError, struct.error, UnicodeDecodeError) as error:
        raise InvalidArchive(f"{path} does not follow the format: {error}") from error


def _parse(data: memoryview) -> tuple[dict[str, Any], Tensors]:
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(bytes(data[4 : 4 + length]))
    if not isinstance(header, dict):
        raise ValueError("the header is not an object")
    at, tensors = 4 + length, Tensors()
    while at < len(data):
        (size,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + size]).decode()
        kind = bytes(data[at + 2 + size : at + 4 + size]).decode()
        at += 4 + size
        (rank,) = struct.unpack_from("<B", data, at)
        shape = struct.unpack_from(f"<{rank}I", data, at + 1)
        at += 1 + 4 * rank
        if kind not in _KINDS:
            raise ValueError(f"tensor {name} is of kind {kind}")
        values = np.frombuffer(data, f"<{kind}", int(np.prod(shape)), at).reshape(shape)
        tensors[name] = values.astype(f"={kind}")
        at += values.nbytes
    return header, tensors
