"""Prepares strangers' uploads: a valid submission stays as it is, anything else is made one.

The strict reader of submissions works in `oracle.sandbox.decoder`; any other image is read by
Pillow in a process of its own (`oracle.sandbox.prepare_jail`) that sees this one image and nothing
else. What comes out is read again by the strict reader, so that a broken process can harm nobody
but itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from oracle.errors import DecoderUnavailable, NotAnImage
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.prepare_jail import PREPARED, REFUSED
from scoring.submission.image import MAX_IMAGE_BYTES, InvalidSubmission

MEMORY_BYTES = 1 << 30
"""Address space of the process: enough for about 60 million pixels."""

_PNG = b"\x89PNG\r\n\x1a\n"
_MAX_WORDS = 2_000


class Preparer:
    """Turns uploads into submissions; can be shared by threads.

    `command` is for tests.
    """

    def __init__(
        self,
        decoder: SandboxedDecoder,
        *,
        timeout_seconds: float = 20.0,
        memory_bytes: int = MEMORY_BYTES,
        command: Sequence[str] | None = None,
    ) -> None:
        self._decoder = decoder
        self._timeout_seconds = timeout_seconds
        module = (sys.executable, "-I", "-m", "oracle.sandbox.prepare_jail")
        self._command = list(command or (*module, f"{memory_bytes}", f"{int(timeout_seconds) + 1}"))

    def prepare(self, data: bytes, *, only_pixels: bool = False) -> bytes:
        """The submission made of `data`: its very bytes when it is one already.

        With `only_pixels` one that holds more than pixels, such as a colour profile, is made anew.
        Raises `NotAnImage` when it cannot be made one, `DecoderUnavailable` when that is this
        machine's fault.
        """
        if not only_pixels and self._is_submission(data):
            return data
        prepared = self._made(data)
        if not self._is_submission(prepared):
            raise DecoderUnavailable("what was prepared is no submission", "see the log")
        return prepared

    def _is_submission(self, data: bytes) -> bool:
        if len(data) > MAX_IMAGE_BYTES or not data.startswith(_PNG):
            return False
        try:
            self._decoder.decode(data)
        except InvalidSubmission:
            return False
        return True

    def _made(self, data: bytes) -> bytes:
        try:
            done = subprocess.run(
                self._command,
                input=data,
                capture_output=True,
                timeout=self._timeout_seconds,
                cwd="/",
                env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            raise NotAnImage(
                f"the image could not be read within {self._timeout_seconds:g} s",
                "shrink it or export it as a JPEG first",
            ) from error
        except OSError as error:
            raise DecoderUnavailable(
                f"images cannot be prepared now: {os.strerror(error.errno or 0)}", "try again later"
            ) from error
        status, body = done.stdout[:1], done.stdout[1:]
        if status == PREPARED and len(body) <= MAX_IMAGE_BYTES:
            return body
        if status == REFUSED and len(body) <= _MAX_WORDS:
            what, _, hint = body.decode("utf-8", "replace").partition("\n")
            raise NotAnImage(what, hint)
        raise NotAnImage(
            "the image makes its reader crash", "open it in an image editor and export it again"
        )
