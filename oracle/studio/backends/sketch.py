"""The embedded back end: the rules of `oracle.studio.sketch`, which are no neural network.

Any auditor draws the same bytes again from the prompt and the seed.
"""

from __future__ import annotations

import sys

from oracle.deadline import within
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
from oracle.studio.dialects import SKETCH
from oracle.studio.errors import GeneratorMisconfigured, GeneratorTooSlow
from oracle.studio.sketch.drawing import draw, drawing_digest
from scoring.submission.image import IMAGE_SIDE
from scoring.submission.stored_png import encode_stored

MODEL_NAME = "sketch (drawn by rules, no neural network)"
_WORKER = ("-m", "oracle.studio.backends.sketch_worker")


class SketchBackend:
    """Draws with rules, in this process; needs nothing, and cannot be down."""

    name = "sketch"

    def model(self, *, seconds: float) -> Model:
        """The rules, named by the digest of their source."""
        return Model(MODEL_NAME, drawing_digest(), is_neural=False, is_exact=True)

    def plain(self, prompt: str) -> str:
        """See `Backend.plain`."""
        return SKETCH.plain(prompt)

    def generate(
        self,
        prompt: str,
        seed: int,
        parameters: Parameters,
        *,
        seconds: float,
        progress: Progress = no_progress,
    ) -> bytes:
        """A submission, 512×512, whose every byte is fixed; raises as `Backend.generate` does."""
        if (parameters.width, parameters.height) != (IMAGE_SIDE, IMAGE_SIDE):
            raise GeneratorMisconfigured(
                f"sketch draws {IMAGE_SIDE}x{IMAGE_SIDE} only", "leave width and height out"
            )
        image = self._draw(self.plain(prompt), seed, seconds)
        progress(1.0)
        return require_image(image, parameters, source=self.name)

    def check(self, *, seconds: float) -> None:
        """Nothing can be wrong."""

    def close(self) -> None:
        """Nothing was started."""

    def _draw(self, words: str, seed: int, seconds: float) -> bytes:
        try:
            return encode_stored(within(seconds, lambda: draw(words, seed)))
        except TimeoutError as error:
            raise GeneratorTooSlow(
                f"sketch drew nothing within {seconds:g} s", "this machine is overloaded"
            ) from error


class SketchBeside(SketchBackend):
    """Draws the same bytes in a process of its own, so that no thread of this one waits for it."""

    def __init__(self) -> None:
        self._process = GeneratorProcess("sketch", (sys.executable, *_WORKER))

    def model(self, *, seconds: float) -> Model:
        """The rules that the process has loaded."""
        digest = self._process.digest(seconds=seconds)
        return Model(MODEL_NAME, digest, is_neural=False, is_exact=True)

    def check(self, *, seconds: float) -> None:
        """Starts the process, if it does not run."""
        self.model(seconds=seconds)

    def close(self) -> None:
        """Ends the process."""
        self._process.close()

    @property
    def worker_pid(self) -> int | None:
        """The process that draws, if one runs."""
        return self._process.pid

    def _draw(self, words: str, seed: int, seconds: float) -> bytes:
        ask = {"prompt": words, "seed": seed}
        return self._process.draw(ask, seconds=seconds, progress=no_progress)


def open_sketch(options: BackendOptions) -> Backend:
    """The embedded back end; raises `InvalidConfig` for options, as it has none."""
    if options != BackendOptions():
        raise InvalidConfig("the back end sketch has no options", "leave them out")
    return SketchBeside()
