"""`judge studio check`: whether a back end answers, which model it has,
and whether the hour fits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from oracle.errors import OracleError
from oracle.studio.backends.base import Backend, Model, Parameters

_WORDS = "a red house beside a tree, under a blue sky"
_SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Demand:
    """What the players of one competition may ask for at most."""

    tickets: int
    prompts_per_ticket: int = 100
    open_seconds: int = 3600

    @property
    def images(self) -> int:
        """How many images that is."""
        return self.tickets * self.prompts_per_ticket

    def seconds_needed(self, seconds_per_image: float) -> float:
        """How long one generator draws for it, one image after the other."""
        return self.images * seconds_per_image


@dataclass(frozen=True, slots=True)
class BackendFinding:
    """What was found out about a back end; times in seconds."""

    name: str
    model: Model | None = None
    seconds_per_image: float | None = None  # the median of a few, after a first one
    first_seconds: float | None = None  # the first image, with whatever has to be loaded
    is_repeatable: bool | None = None  # whether equal words and seed gave equal bytes
    problem: str = ""
    hint: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it drew."""
        return self.seconds_per_image is not None

    def fits(self, demand: Demand) -> bool:
        """Whether all images that the players may ask for can be drawn within the hour."""
        if self.seconds_per_image is None:
            return False
        return demand.seconds_needed(self.seconds_per_image) <= demand.open_seconds

    def most_tickets(self, demand: Demand) -> int | None:
        """For how many tickets the hour lasts if each uses all of its prompts; None: unknown."""
        if self.seconds_per_image is None:
            return None
        per_ticket = demand.prompts_per_ticket * max(self.seconds_per_image, 1e-6)
        return int(demand.open_seconds / per_ticket)


def check_backend(
    backend: Backend,
    parameters: Parameters,
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> BackendFinding:
    """Asks the back end for its model and draws four images, each within `seconds`.

    Never raises for what the back end does: that is the finding.
    """
    model: Model | None = None
    try:
        backend.check(seconds=seconds)
        model = backend.model(seconds=seconds)
        first, first_seconds = _timed(backend, _SEEDS[0], parameters, seconds, clock)
        drawn = [_timed(backend, seed, parameters, seconds, clock) for seed in _SEEDS]
    except OracleError as error:
        return BackendFinding(backend.name, model, problem=error.what, hint=error.hint)
    times = sorted(took for _, took in drawn)
    return BackendFinding(
        backend.name,
        model,
        seconds_per_image=times[len(times) // 2],
        first_seconds=first_seconds,
        is_repeatable=drawn[0][0] == first,
    )


def _timed(
    backend: Backend,
    seed: int,
    parameters: Parameters,
    seconds: float,
    clock: Callable[[], float],
) -> tuple[bytes, float]:
    started = clock()
    image = backend.generate(_WORDS, seed, parameters, seconds=seconds)
    return image, clock() - started
