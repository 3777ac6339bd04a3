"""What every back end of the studio promises: words and a seed in, the bytes of one image out.

A back end is not trusted with the rules: the prompt was read by `oracle.studio.words`, the seed and
the parameters are the competition's, and the image is opened in the sandbox, never here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from oracle.errors import InvalidConfig
from oracle.studio.errors import BadImage
from oracle.studio.image_header import read_header
from scoring.digest import Digest
from scoring.submission.image import IMAGE_SIDE

MAX_ANSWER_BYTES = 16 << 20
"""The largest image that is taken from a generator."""

Progress = Callable[[float], None]
"""Told how much of an image is done, 0 to 1, as often as the generator says so."""


def no_progress(_: float) -> None:
    """For callers who do not want to know."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the competition fixes for all its players; 0 and "" leave it to the generator."""

    width: int = IMAGE_SIDE  # pixels
    height: int = IMAGE_SIDE
    steps: int = 0  # of the sampler
    guidance: float = 0.0  # how closely the words are followed
    sampler: str = ""
    negative_prompt: str = ""

    def __post_init__(self) -> None:
        sides = (self.width, self.height)
        if min(sides) < 64 or max(sides) > 4096 or any(side % 8 for side in sides):
            raise InvalidConfig(
                f"a generator cannot draw {self.width}x{self.height}",
                "choose sides from 64 to 4096 that 8 divides",
            )
        if not 0 <= self.steps <= 1000 or not 0 <= self.guidance <= 100:
            raise InvalidConfig(
                "steps must be from 0 to 1000, guidance from 0 to 100", "correct the parameters"
            )

    def as_record(self) -> dict[str, str | int | float]:
        """The parameters as the log keeps them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Model:
    """Which model draws; `digest` names as much of it as the back end can know."""

    name: str
    digest: Digest
    is_neural: bool = True
    is_exact: bool = False  # equal words, seed and parameters give equal bytes on any machine


@dataclass(frozen=True, slots=True)
class BackendOptions:
    """What an operator sets for a back end; each uses what it needs and refuses the rest unset."""

    url: str = ""  # of the generator's server
    model: str = ""  # its name there, or a model id or folder on this machine
    key_file: str = ""  # file with the server's API key
    workflow_file: str = ""  # ComfyUI's workflow in its API format, with named slots
    device: str = "auto"  # of a local pipeline: auto, cpu, cuda


class Backend(Protocol):
    """One generator. Every call blocks, ends by its deadline, and may come from any thread."""

    @property
    def name(self) -> str:
        """How settings, logs and messages call it; holds no secret."""
        ...

    def model(self, *, seconds: float) -> Model:
        """The model that draws now. Raises as `generate` does."""
        ...

    def plain(self, prompt: str) -> str:
        """The words that the generator gets for `prompt`: every order in it is taken out.

        Raises `PromptRefused` when none are left.
        """
        ...

    def generate(
        self,
        prompt: str,
        seed: int,
        parameters: Parameters,
        *,
        seconds: float,
        progress: Progress = no_progress,
    ) -> bytes:
        """One image as PNG, JPEG or WebP, of the size in `parameters`; only its header was read.

        `seed` is below 2^32. Raises `GeneratorDown`, `GeneratorTooSlow` after `seconds`,
        `BadImage`, `GeneratorMisconfigured`, or `PromptRefused`.
        """
        ...

    def check(self, *, seconds: float) -> None:
        """Raises as `generate` does if it could not draw now; draws nothing."""
        ...

    def close(self) -> None:
        """Ends what the back end started; it can still be used and starts it again."""
        ...


def require_image(data: bytes, parameters: Parameters, *, source: str) -> bytes:
    """`data` if its first bytes are those of an image of the size asked for.

    Raises `BadImage`; whatever else is wrong with the image is found in the sandbox.
    """
    if not data:
        raise BadImage(f"{source} answered with nothing", "see the generator's log")
    if len(data) > MAX_ANSWER_BYTES:
        raise BadImage(
            f"{source} answered with more than {MAX_ANSWER_BYTES} bytes", "see the generator's log"
        )
    header = read_header(data)
    if header is None:
        raise BadImage(
            f"{source} answered with something that is no PNG, JPEG or WebP",
            "see the generator's log",
        )
    if (header.width, header.height) != (parameters.width, parameters.height):
        raise BadImage(
            f"{source} drew {header.width}x{header.height} "
            f"instead of {parameters.width}x{parameters.height}",
            "choose a size that this model can draw",
        )
    return data
