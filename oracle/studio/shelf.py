"""Images that nobody but their player may see yet: files on this machine, named by their digest."""

from __future__ import annotations

import os
from pathlib import Path

from oracle.errors import ContentNotStored
from oracle.sealed.secret import write_private
from scoring.digest import Digest, sha256


class ImageShelf:
    """A private folder of prepared images."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, image: bytes, digest: Digest) -> None:
        """Keeps an image durably by its digest; raises `ContentNotStored` when it cannot."""
        path = self._path(digest)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                write_private(path, image)
        except OSError as error:
            raise ContentNotStored(
                f"an image cannot be kept in {self._folder}: {os.strerror(error.errno or 0)}",
                "make room, or choose another [studio] work_dir",
            ) from error

    def get(self, digest: Digest) -> bytes | None:
        """The image, or None when it is not here or no longer what it was."""
        try:
            image = self._path(digest).read_bytes()
        except OSError:
            return None
        return image if sha256(image) == digest else None

    def _path(self, digest: Digest) -> Path:
        return self._folder / digest.hex()[:2] / f"{digest.hex()}.png"
