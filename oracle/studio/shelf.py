"""Images that nobody but their player may see yet: files on this machine, named by their digest.

An exact renderer's image is stored without compression, so that its bytes are the same everywhere;
a disk needs a fifth of its room for what it can be packed to. It can be drawn again, so that nobody
has to wait until the disk has it.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from oracle.errors import ContentNotStored
from oracle.sealed.secret import write_private
from scoring.digest import Digest, sha256
from scoring.submission.png import MAX_IMAGE_BYTES

_QUICK = 1
"""zlib's level. What it makes is read by any zlib, and is no part of the image."""
_SAMPLE_BYTES = 1 << 16
_WORTH_IT = 0.8  # of its size: what is compressed already stays as it is


class ImageShelf:
    """A private folder of prepared images."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[Digest, bytes] = {}

    def put(self, image: bytes, digest: Digest) -> None:
        """Keeps an image durably by its digest; raises `ContentNotStored` when it cannot."""
        whole, packed = self._paths(digest)
        try:
            whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._on_disk(digest) is not None:
                return
            whole.unlink(missing_ok=True)  # damaged: it is looked for first
            if _packs_well(image):
                write_private(packed, zlib.compress(image, _QUICK))
            else:
                write_private(whole, image)
        except OSError as error:
            raise ContentNotStored(
                f"an image cannot be kept in {self._folder}: {os.strerror(error.errno or 0)}",
                "make room, or choose another [studio] work_dir",
            ) from error

    def hold(self, image: bytes, digest: Digest) -> None:
        """Has an image at hand that can be drawn again, until `put_held`."""
        self._held[digest] = image

    def put_held(self) -> None:
        """Puts what is held into the folder; raises `ContentNotStored`, and holds nothing then."""
        while self._held:
            digest, image = next(iter(self._held.items()))
            try:
                self.put(image, digest)
            finally:
                del self._held[digest]

    def get(self, digest: Digest) -> bytes | None:
        """The image, or None when it is not here or no longer what it was."""
        held = self._held.get(digest)
        return held if held is not None else self._on_disk(digest)

    def _on_disk(self, digest: Digest) -> bytes | None:
        whole, packed = self._paths(digest)
        image = _read(whole)
        if image is None and (found := _read(packed)) is not None:
            image = _unpacked(found)
        return image if image is not None and sha256(image) == digest else None

    def _paths(self, digest: Digest) -> tuple[Path, Path]:
        """Where the image is as it is, and where it is packed."""
        folder = self._folder / digest.hex()[:2]
        return folder / f"{digest.hex()}.png", folder / f"{digest.hex()}.png.zlib"


def _packs_well(image: bytes) -> bool:
    sample = image[:_SAMPLE_BYTES]
    return len(zlib.compress(sample, _QUICK)) < _WORTH_IT * len(sample)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(packed, MAX_IMAGE_BYTES)
    except zlib.error:
        return None
