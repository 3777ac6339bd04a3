"""A local text-to-image pipeline of Hugging Face's diffusers, in a process of its own.

Stable Diffusion, SDXL, SD-Turbo, FLUX and the rest, by model id or folder.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence

from oracle.errors import InvalidConfig
from oracle.studio.backends.base import (
    Backend,
    BackendOptions,
    Model,
    Parameters,
    Progress,
    no_progress,
    require_image,
)
from oracle.studio.backends.process import GeneratorProcess
from oracle.studio.dialects import DIFFUSERS
from scoring.installing import install_command

_WORKER = ("-m", "oracle.studio.backends.diffusers_worker")


class DiffusersBackend:
    """Draws with the pipeline `model` on `device`; one image at a time.

    `command` is for tests.
    """

    name = "diffusers"

    def __init__(
        self, model: str, device: str = "auto", *, command: Sequence[str] | None = None
    ) -> None:
        self._model = model
        self._process = GeneratorProcess(
            f"the pipeline {model}", command or (sys.executable, *_WORKER, model, device)
        )

    def model(self, *, seconds: float) -> Model:
        """The model by its id or folder's name; the digest covers all of its files."""
        digest = self._process.digest(seconds=seconds)
        return Model(os.path.basename(os.path.normpath(self._model)), digest)

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
        image = self._process.draw(ask, seconds=seconds, progress=progress)
        return require_image(image, parameters, source=f"the pipeline {self._model}")

    def check(self, *, seconds: float) -> None:
        """Loads the pipeline, if it is not loaded."""
        self.model(seconds=seconds)

    def close(self) -> None:
        """Ends the process."""
        self._process.close()

    @property
    def worker_pid(self) -> int | None:
        """The process that draws, if one runs."""
        return self._process.pid


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
