"""A local text-to-image pipeline of Hugging Face's diffusers, in a process of its own.

Stable Diffusion, SDXL, SD-Turbo, FLUX and the rest, by model id or folder. The process is started
when it is needed and again when it died; it sees no key and no setting of this one.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from oracle.errors import InvalidConfig
from oracle.studio.backends.base import (
    MAX_ANSWER_BYTES,
    Backend,
    BackendOptions,
    Model,
    Parameters,
    Progress,
    no_progress,
    require_image,
)
from oracle.studio.backends.diffusers_worker import (
    ASK,
    FAILED,
    IMAGE,
    PROGRESS,
    READY,
    REFUSED,
    read_frame,
    write_frame,
)
from oracle.studio.dialects import DIFFUSERS
from oracle.studio.errors import (
    BadImage,
    GeneratorDown,
    GeneratorMisconfigured,
    GeneratorTooSlow,
    PromptRefused,
)
from scoring.digest import Digest
from scoring.installing import install_command

_WORKER = ("-m", "oracle.studio.backends.diffusers_worker")
_STOP_SECONDS = 5.0
_QUICK_DEATHS = 3  # before anything was drawn: then it is no accident


class DiffusersBackend:
    """Draws with the pipeline `model` on `device`; one image at a time.

    `command` is for tests.
    """

    name = "diffusers"

    def __init__(
        self, model: str, device: str = "auto", *, command: Sequence[str] | None = None
    ) -> None:
        self._model = model
        self._command = list(command or (sys.executable, *_WORKER, model, device))
        self._worker: _Worker | None = None
        self._deaths = 0
        self._lock = threading.Lock()

    def model(self, *, seconds: float) -> Model:
        """The model by its id or folder's name; the digest covers all of its files."""
        ends = time.monotonic() + seconds
        with self._taken(ends):
            digest = self._ready(ends).digest
        return Model(os.path.basename(os.path.normpath(self._model)), Digest(digest))

    def plain(self, prompt: str) -> str:
        """See `Backend.plain`."""
        return DIFFUSERS.plain(prompt)

    def generate(
        self,
        prompt: str,
        seed: int,
        parameters: Parameters,
        *,
        seconds: float,
        progress: Progress = no_progress,
    ) -> bytes:
        """See `Backend.generate`; loading the model counts, and goes on after the deadline."""
        ask = {**parameters.as_record(), "prompt": self.plain(prompt), "seed": seed}
        ends = time.monotonic() + seconds
        with self._taken(ends):
            worker = self._ready(ends)
            try:
                image = worker.draw(json.dumps(ask).encode(), ends, progress)
            except _Gone as gone:
                self._stop()
                self._deaths += 1
                raise GeneratorDown(
                    f"the pipeline's process died: {gone}",
                    "it is started again with the next prompt",
                ) from gone
            except (GeneratorTooSlow, KeyboardInterrupt):
                # Its answer, still to come, would be taken for the next prompt's.
                self._stop()
                raise
            self._deaths = 0
        progress(1.0)
        return require_image(image, parameters, source=f"the pipeline {self._model}")

    def check(self, *, seconds: float) -> None:
        """Loads the pipeline, if it is not loaded."""
        self.model(seconds=seconds)

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._stop()

    @property
    def worker_pid(self) -> int | None:
        """The process that draws, if one runs."""
        return self._worker.pid if self._worker is not None else None

    @contextlib.contextmanager
    def _taken(self, ends: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=max(ends - time.monotonic(), 0)):
            raise GeneratorTooSlow("the pipeline is busy with another prompt", "try again")
        try:
            yield
        finally:
            self._lock.release()

    def _ready(self, ends: float) -> _Worker:
        """A process whose model is loaded."""
        if self._deaths >= _QUICK_DEATHS:
            raise GeneratorMisconfigured(
                f"the pipeline {self._model} died {self._deaths} times in a row",
                "see its messages on stderr: a wrong model, or too little memory",
            )
        if self._worker is None:
            self._worker = _Worker(self._command)
        try:
            self._worker.wait_ready(ends)
        except _Gone as gone:
            self._stop()
            self._deaths += 1
            raise GeneratorDown(
                f"the pipeline {self._model} did not load: {gone}", "see its messages on stderr"
            ) from gone
        return self._worker

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


class _Gone(Exception):
    """The process ended or broke its protocol."""


class _Worker:
    """One process, and a thread that takes its frames."""

    def __init__(self, command: list[str]) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JUDGE_")}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.digest = b""
        self._frames: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="pipeline", daemon=True)
        self._reader.start()

    def wait_ready(self, ends: float) -> None:
        """Waits until the model is loaded."""
        if not self.digest:
            kind, body = self._next(ends, "did not load")
            if kind != READY:
                raise _Gone("it speaks another protocol")
            self.digest = bytes.fromhex(body.decode())

    def draw(self, ask: bytes, ends: float, progress: Progress) -> bytes:
        """The PNG that answers `ask`."""
        try:
            write_frame(cast(BinaryIO, self._process.stdin), ASK, ask)
        except OSError as error:
            raise _Gone("it takes no prompt") from error
        while True:
            kind, body = self._next(ends, "drew nothing")
            if kind == PROGRESS:
                progress(float(body))
            elif kind == IMAGE:
                return body
            elif kind == REFUSED:
                raise PromptRefused("the generator declines to draw this", "use other words")
            elif kind == FAILED:
                raise BadImage(
                    f"the pipeline failed: {body.decode('utf-8', 'replace')}",
                    "correct the studio's parameters, or see its messages on stderr",
                )
            else:
                raise _Gone("it speaks another protocol")

    def stop(self) -> None:
        """Ends the process, and waits for it."""
        self._process.kill()
        self._process.wait(_STOP_SECONDS)
        self._reader.join(_STOP_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _next(self, ends: float, what: str) -> tuple[bytes, bytes]:
        try:
            frame = self._frames.get(timeout=max(ends - time.monotonic(), 0.001))
        except queue.Empty as error:
            raise GeneratorTooSlow(
                f"the pipeline {what} in time", "give it more time, or choose a smaller model"
            ) from error
        if frame is None:
            raise _Gone(f"exit code {self._process.wait(_STOP_SECONDS)}")
        return frame

    def _read(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        while True:
            try:
                frame = read_frame(stream, MAX_ANSWER_BYTES)
            except (OSError, ValueError):
                frame = None
            if frame is None:
                # What it wrote last cannot be read: it is of no more use.
                self._process.kill()
            self._frames.put(frame)
            if frame is None:
                return


def open_diffusers(options: BackendOptions) -> Backend:
    """The back end; raises `InvalidConfig` without a model or the extra `studio`."""
    if not options.model or options.url or options.workflow_file or options.key_file:
        raise InvalidConfig(
            "the back end diffusers needs a model", "set [studio] model to a model id or a folder"
        )
    if options.device not in ("auto", "cpu", "cuda"):
        raise InvalidConfig(f"there is no device {options.device}", "use auto, cpu or cuda")
    if importlib.util.find_spec("diffusers") is None:
        raise InvalidConfig(
            "the back end diffusers needs packages that are not installed",
            f"install them with: {install_command('studio')}",
        )
    return DiffusersBackend(options.model, options.device)
