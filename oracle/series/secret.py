"""The one secret of a series: every day's salt and draw follow from it.

It is made once, on the first day, and backed up once. With it and the targets' files, everything
that commits to a target can be made again.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from oracle.chain.commitments import Domain
from oracle.errors import BadInput, NeedsHuman
from oracle.sealed.secret import remedy, write_private
from scoring.digest import sha256

log = logging.getLogger(__name__)

FILE_NAME = "series.secret"


@dataclass(frozen=True, slots=True, repr=False)
class SeriesSecret:
    """32 bytes; what follows from them is bound to one contract, one operator and one day."""

    value: bytes

    def salt(self, domain: Domain, operator: str, day: date) -> bytes:
        """What hides the day's target: 32 bytes."""
        return self._derive("salt", domain, operator, day)

    def draw_seed(self, domain: Domain, operator: str, day: date) -> bytes:
        """What the day's target is drawn by: 32 bytes, public once the target is open."""
        return self._derive("draw", domain, operator, day)

    def _derive(self, purpose: str, domain: Domain, operator: str, day: date) -> bytes:
        facts = (purpose, str(domain.chain_id), domain.competition, operator, day.isoformat())
        text = " ".join(("judging-oracle series", *facts)).lower()
        return hmac.digest(self.value, text.encode(), "sha256")


def draw_commitment(seed: bytes) -> bytes:
    """What is published of a draw's seed before the target opens."""
    return sha256(seed)


def load_secret(folder: Path) -> SeriesSecret | None:
    """The secret in a folder, or None. Raises BadInput if others can read it, or it is damaged."""
    path = folder / FILE_NAME
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("ascii").strip()
        value = bytes.fromhex(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"the secret of the series, {path}, cannot be read: {type(error).__name__}",
            "restore it from its backup",
        ) from error
    if mode & 0o077:
        raise BadInput(f"others can read {path}", f"chmod 600 {path}")
    if len(value) != 32:
        raise BadInput(f"{path} does not hold 32 bytes of hex", "restore it from its backup")
    return SeriesSecret(value)


def make_secret(folder: Path) -> SeriesSecret:
    """Makes a new secret, on disk before it is used. Raises BadInput when it cannot be kept."""
    secret = SeriesSecret(secrets.token_bytes(32))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(folder / FILE_NAME, secret.value.hex().encode() + b"\n")
    except OSError as error:
        raise BadInput(
            f"the secret of the series cannot be kept in {folder}: {error.strerror}",
            remedy(error),
        ) from error
    return secret


def missing_secret(folder: Path) -> NeedsHuman:
    """What to say when days were created from a secret that is gone: a new one opens none."""
    return NeedsHuman(
        f"the secret of the series is missing: {folder / FILE_NAME}",
        "restore it from its backup; no new one is made, because it could not open these days",
    )


@dataclass
class SecretKeeper:
    """The secret where it is needed: loaded once, and made when no day rests on one yet."""

    folder: Path
    is_in_use: Callable[[], bool]  # whether days were committed to with a secret
    _secret: SeriesSecret | None = field(default=None, init=False)

    def peek(self) -> SeriesSecret | None:
        """The secret, if there is one. Raises BadInput."""
        if self._secret is None:
            self._secret = load_secret(self.folder)
        return self._secret

    def get(self) -> SeriesSecret:
        """The secret; the first time a new one. Raises NeedsHuman when the old one is missing."""
        secret = self.peek()
        if secret is None:
            if self.is_in_use():
                raise missing_secret(self.folder)
            secret = self._secret = make_secret(self.folder)
            log.warning(
                "the series' secret was made: back it up",
                extra={"file": str(self.folder / FILE_NAME)},
            )
        return secret
