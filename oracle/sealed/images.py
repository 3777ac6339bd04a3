"""Images and the salts that hide them, kept on this machine until they are opened or revealed.

A commitment whose salt is lost can never be opened, so both files are on disk, flushed and
readable by the owner only, before the commitment is sent. A file is named by its commitment:
committing twice never overwrites the earlier secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oracle.errors import BadInput
from oracle.sealed.secret import remedy, write_private
from scoring.digest import Digest, sha256


@dataclass(frozen=True)
class SealedImage:
    """An image and the salt that hides it."""

    commitment: bytes
    salt: bytes
    image: bytes  # PNG file

    @property
    def digest(self) -> Digest:
        return sha256(self.image)

    def __repr__(self) -> str:
        return f"SealedImage({self.commitment.hex()})"


class SealedImages:
    """A folder of sealed images."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, sealed: SealedImage) -> None:
        """Writes image and salt durably; raises `BadInput` when the folder cannot be written."""
        stem = sealed.commitment.hex()
        record = {"salt": sealed.salt.hex(), "digest": sealed.digest.hex()}
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._folder / f"{stem}.png", sealed.image)
            write_private(self._folder / f"{stem}.json", json.dumps(record).encode())
        except OSError as error:
            raise BadInput(
                f"the secret of a commitment cannot be kept in {self._folder}: {error.strerror}",
                f"nothing was sent; {remedy(error)}",
            ) from error

    def load(self, commitment: bytes) -> SealedImage | None:
        """The secret behind `commitment`; `None` when it is not on this machine."""
        stem = commitment.hex()
        try:
            record = json.loads((self._folder / f"{stem}.json").read_bytes())
            image = (self._folder / f"{stem}.png").read_bytes()
            salt = bytes.fromhex(record["salt"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"the secret file {self._folder / stem}.json cannot be read: {error}",
                "restore it from a backup; without its salt the commitment cannot be opened",
            ) from error
        if sha256(image).hex() != record.get("digest"):
            raise BadInput(
                f"{self._folder / stem}.png does not hold the image that was committed to",
                "restore it from a backup; another image cannot be opened or revealed",
            )
        return SealedImage(commitment, salt, image)

    def __iter__(self) -> Iterator[bytes]:
        """The commitments whose secrets are kept here."""
        for path in sorted(self._folder.glob("*.json")):
            yield bytes.fromhex(path.stem)
