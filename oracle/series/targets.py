"""The targets of a series: files in their order, or drawn by the day's seed.

A target is known by the sha256 of its file as it lies there: the prepared image's bytes may change
with the version of Pillow. A file that cannot be used is set aside, and the next one is taken.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from oracle.errors import OracleError
from oracle.series.card import card_beside, card_content, read_card
from scoring.digest import Digest, sha256
from scoring.errors import ScoringError
from scoring.submission.prepare import prepare

IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif")


@dataclass(frozen=True)
class SeriesTarget:
    """A target, ready to be committed to."""

    path: Path
    source: bytes  # sha256 of the file
    image: bytes  # the target itself, a canonical PNG
    card: bytes | None  # as it will be published

    @property
    def digest(self) -> Digest:
        return sha256(self.image)


@dataclass(frozen=True)
class SetAside:
    """A file that cannot be used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class _Known:
    source: bytes
    digest: bytes  # of the prepared image


@dataclass
class TargetList:
    """A folder of targets, or files in order. What a file holds is remembered until it changes."""

    places: tuple[Path, ...]
    _known: dict[tuple[Path, int, int], _Known] = field(default_factory=dict, init=False)

    def files(self) -> list[Path]:
        """Every image, in order: a folder's by name. What is not there is not in the list."""
        found: list[Path] = []
        for place in self.places:
            if place.is_dir():
                found += sorted(p for p in place.iterdir() if _is_image(p))
            elif place.is_file():
                found.append(place)
        return list(dict.fromkeys(found))

    def unused(self, used: Collection[bytes]) -> Iterator[SeriesTarget | SetAside]:
        """Every target whose file is not among `used`, in order; also what cannot be used."""
        for path in self.files():
            try:
                if self._look(path).source not in used:
                    yield self.load(path)
            except (OracleError, ScoringError, OSError) as error:
                yield _set_aside(path, error)

    def drawn(self, used: Collection[bytes], seed: bytes) -> Iterator[SeriesTarget | SetAside]:
        """As `unused`, in the order that the seed draws: by HMAC-SHA256(seed, target's digest)."""
        drawn: list[tuple[bytes, Path]] = []
        for path in self.files():
            try:
                known = self._look(path)
                if known.source not in used:
                    drawn.append((hmac.digest(seed, known.digest, "sha256"), path))
            except (OracleError, ScoringError, OSError) as error:
                yield _set_aside(path, error)
        for _, path in sorted(drawn):
            try:
                yield self.load(path)
            except (OracleError, ScoringError, OSError) as error:
                yield _set_aside(path, error)

    def load(self, path: Path) -> SeriesTarget:
        """One target with its card. Raises `BadInput`, `UnreadableImage` and OSError."""
        source = path.read_bytes()
        image = prepare(path)
        beside = card_beside(path)
        card = None if beside is None else card_content(read_card(beside), sha256(image))
        return SeriesTarget(path, sha256(source), image, card)

    def digests(self) -> dict[bytes, bytes]:
        """Every target's digest by that of its file; leaves out what cannot be read."""
        return {known.source: known.digest for known, _ in self._readable()}

    def by_digest(self) -> dict[bytes, Path]:
        """Every target's file by the digest of the target; leaves out what cannot be read."""
        return {known.digest: path for known, path in self._readable()}

    def _readable(self) -> Iterator[tuple[_Known, Path]]:
        for path in self.files():
            try:
                yield self._look(path), path
            except (ScoringError, OSError):
                continue

    def _look(self, path: Path) -> _Known:
        status = path.stat()
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in self._known:
            self._known[key] = _Known(sha256(path.read_bytes()), sha256(prepare(path)))
        return self._known[key]


def deck_of(digests: Collection[bytes]) -> bytes:
    """What a target was drawn from: sha256 of all their digests, sorted, one after the other."""
    return sha256(b"".join(sorted(digests)))


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGES and not path.name.startswith(".") and path.is_file()


def _set_aside(path: Path, error: OracleError | ScoringError | OSError) -> SetAside:
    if isinstance(error, OSError):
        return SetAside(path, f"it cannot be read: {error.strerror}")
    return SetAside(path, error.what)
