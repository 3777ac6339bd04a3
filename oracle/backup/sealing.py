"""A file that a passphrase opens: age's format around it, so that no cipher here is our own.

    judge backup 1\\n     the line that says what it is
    16 bytes             salt
    the rest             an age file for the identity that scrypt makes of passphrase and salt; a
                         cut or changed end is noticed

https://age-encryption.org/v1. Not age's own passphrases: they would keep the whole file in memory,
and a busy machine refuses to open what an idle one has sealed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pyrage

from oracle.backup.bech32 import bech32
from oracle.errors import BadInput, Mismatch

_MAGIC = b"judge backup 1\n"
_SALT_BYTES = 16
# 128 MiB and about half a second, so that nobody tries many passphrases.
_SCRYPT = {"n": 2**17, "r": 8, "p": 1, "maxmem": 2**28, "dklen": 32}


def write_sealed(path: Path, passphrase: str, fill: Callable[[IO[bytes]], None]) -> None:
    """Writes what `fill` writes, sealed, to a new file: whole and flushed, or not at all.

    Raises BadInput when `path` exists or cannot be written, and whatever `fill` raises.
    """
    if path.exists():
        raise _taken(path)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        _write(unfinished, passphrase, fill)
        _name(unfinished, path)
        _flush_folder(path.parent)
    except FileExistsError:
        raise _taken(path) from None
    except (OSError, pyrage.EncryptError) as error:
        reason = getattr(error, "strerror", None) or error
        place = getattr(error, "filename", None) or unfinished
        if Path(os.fsdecode(place)) not in (unfinished, path):
            reason = f"{reason}: {place}"
        raise BadInput(
            f"{path} cannot be written: {reason}", "nothing was kept; make room, or write elsewhere"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def read_sealed(path: Path, passphrase: str, drain: Callable[[IO[bytes]], None]) -> None:
    """Gives `drain` the contents to read; all of them have been authenticated when this returns.

    Raises BadInput for another file or passphrase, and Mismatch for one that was cut or changed.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", "check the path") from error
    with file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BadInput(f"{path} is no backup of this kind", "make one with: judge backup FILE")
        identity = _identity(passphrase, file.read(_SALT_BYTES))
        try:
            _pour(lambda into: pyrage.decrypt_io(file, into, [identity]), _to_the_end(drain))
        except pyrage.DecryptError as error:
            raise BadInput(
                f"{path} does not open with this passphrase",
                "check the passphrase; without it nobody can read this backup",
            ) from error
        except _Cut as error:
            raise Mismatch(
                f"{path} is cut or damaged", "nothing was restored; take another backup"
            ) from error


class _Cut(Exception):
    """The stream ended before its authentic end."""


def _write(path: Path, passphrase: str, fill: Callable[[IO[bytes]], None]) -> None:
    salt = secrets.token_bytes(_SALT_BYTES)
    recipients = [_identity(passphrase, salt).to_public()]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_MAGIC + salt)
        _pour(fill, lambda source: pyrage.encrypt_io(source, file, recipients))
        file.flush()
        os.fsync(file.fileno())


def _name(unfinished: Path, path: Path) -> None:
    """Gives a whole file its name. Raises FileExistsError rather than overwrite another."""
    try:
        # Unlike a rename, a link overwrites nothing, whoever came in between.
        os.link(unfinished, path)
        return
    except FileExistsError:
        raise
    except OSError:
        pass  # exFAT, network drives and others have no links, each with an error of its own
    # The name is taken first, by an empty file, which nobody takes for a backup.
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        os.replace(unfinished, path)
    except BaseException:
        path.unlink()
        raise


def _identity(passphrase: str, salt: bytes) -> Any:
    key = hashlib.scrypt(passphrase.encode(), salt=salt, **_SCRYPT)
    return pyrage.x25519.Identity.from_str(bech32("age-secret-key-", key).upper())


def _to_the_end(drain: Callable[[IO[bytes]], None]) -> Callable[[IO[bytes]], None]:
    def both(source: IO[bytes]) -> None:
        drain(source)
        while source.read(1 << 20):
            pass  # what follows is padding, and age's last word that nothing is missing

    return both


def _pour(fill: Callable[[Any], None], drain: Callable[[Any], None]) -> None:
    """Runs `fill` on a thread of its own, into a pipe that `drain` reads from."""
    read_end, write_end = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with open(write_end, "wb") as into:
                fill(into)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="backup")
    thread.start()
    try:
        with open(read_end, "rb") as source:
            drain(source)
    except BaseException as error:
        thread.join()
        # The cause is on the side that failed first: a reader meets an end that came too early.
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise _cause(failed[0]) from error
        raise
    thread.join()
    if failed:
        raise _cause(failed[0])


def _cause(error: BaseException) -> BaseException:
    # So pyrage tells that a stream is not whole.
    is_age = isinstance(error, OSError) and "decryption error" in str(error)
    return _Cut(str(error)) if is_age else error


def _flush_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems cannot
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _taken(path: Path) -> BadInput:
    return BadInput(f"{path} exists", "a backup overwrites nothing; choose another name")
