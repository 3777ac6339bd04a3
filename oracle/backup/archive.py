"""What is inside a backup: a tar with a manifest first, and a count of everything last."""

from __future__ import annotations

import json
import os
import stat
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from oracle.errors import Mismatch, RetryLater

FORMAT = 1
_MANIFEST = "manifest.json"
_END = "end.json"
_MAX_JSON_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    version: str  # of judge
    made_at: str  # ISO 8601, UTC
    chain_id: int
    contract: str  # empty where none was set
    parts: tuple[str, ...]
    whole: bool  # whether what can be made again is in it too
    format: int = FORMAT


@dataclass(frozen=True)
class Source:
    """A folder to write under a name; `instead` holds what stands for some of its files."""

    name: str
    folder: Path
    left_out: frozenset[Path] = frozenset()
    instead: Mapping[Path, Path] = field(default_factory=dict)


@dataclass
class Count:
    """How much was written or read."""

    files: int = 0
    size_bytes: int = 0

    def add(self, size_bytes: int) -> None:
        self.files += 1
        self.size_bytes += size_bytes


def write_archive(into: IO[bytes], manifest: Manifest, sources: tuple[Source, ...]) -> Count:
    """Writes all of them. Raises RetryLater when a file shrinks while it is read."""
    count = Count()
    with tarfile.open(fileobj=into, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add_json(tar, _MANIFEST, asdict(manifest))
        for source in sources:
            for path in _files(source.folder, source.left_out):
                name = f"{source.name}/{path.relative_to(source.folder).as_posix()}"
                _add(tar, name, source.instead.get(path, path), count)
        _add_json(tar, _END, asdict(count))
    return count


def read_archive(source: IO[bytes], places: Mapping[str, Path]) -> tuple[Manifest, Count]:
    """Unpacks each part into its place; the parts without a place are only counted.

    Raises Mismatch when it is no archive of this kind, or not a whole one.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members))
            count = Count()
            for member in members:
                if member.name == _END:
                    if _json(tar, member) != asdict(count):
                        raise ValueError("files are missing")
                    return manifest, count
                _unpack(tar, member, places)
                count.add(member.size)
            raise ValueError("it has no end")
    except (tarfile.TarError, StopIteration, ValueError, KeyError, TypeError) as error:
        raise Mismatch(
            f"the backup's contents cannot be used: {error}", "take another backup"
        ) from error


def _files(folder: Path, left_out: frozenset[Path]) -> Iterator[Path]:
    """Every file under a folder, in order; links are not followed."""

    def refuse(error: OSError) -> None:
        raise error

    for parent, folders, files in os.walk(folder, onerror=refuse):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if here / name not in left_out)
        yield from (here / name for name in sorted(files) if here / name not in left_out)


def _add(tar: tarfile.TarFile, name: str, path: Path, count: Count) -> None:
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except FileNotFoundError:
        return  # unfinished when the folder was listed, finished under another name, or cleared
    except OSError:
        if path.is_symlink():
            return
        raise
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return
        member = tarfile.TarInfo(name)
        member.size, member.mtime = status.st_size, int(status.st_mtime)
        member.mode = stat.S_IMODE(status.st_mode)
        try:
            tar.addfile(member, file)
        except OSError as error:
            if "unexpected end of data" not in str(error):
                raise
            raise RetryLater(f"{path} became shorter while it was read", "try again") from error
    count.add(member.size)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, places: Mapping[str, Path]) -> None:
    part, *rest = PurePosixPath(member.name).parts
    if not (rest and member.isreg()):
        raise ValueError(f"{member.name!r} does not belong here")
    if part in places:
        inside = member.replace(name="/".join(rest), deep=False)
        # The filter keeps names inside the folder, whatever they are.
        tar.extract(inside, places[part], filter="data")


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Manifest:
    if member.name != _MANIFEST:
        raise ValueError("it does not say what it is")
    fields = _json(tar, member)
    if fields.get("format") != FORMAT:
        raise ValueError(f"its format is {fields.get('format')}, and this judge knows {FORMAT}")
    return Manifest(**{**fields, "parts": tuple(fields["parts"])})


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    file = tar.extractfile(member)
    if file is None or member.size > _MAX_JSON_BYTES:
        raise ValueError(f"{member.name} is no file of this kind")
    fields: dict[str, Any] = json.loads(file.read())
    return fields


def _add_json(tar: tarfile.TarFile, name: str, fields: dict[str, Any]) -> None:
    data = json.dumps(fields, indent=1).encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, BytesIO(data))
