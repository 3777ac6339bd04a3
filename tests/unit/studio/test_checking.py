"""`judge studio check`: what an operator learns about a back end before the hour begins."""

from __future__ import annotations

import pytest

from oracle.studio.backends.base import Model, Parameters, Progress, no_progress
from oracle.studio.backends.sketch import SketchBackend
from oracle.studio.checking import BackendFinding, Demand, check_backend
from oracle.studio.errors import GeneratorDown, GeneratorMisconfigured, GeneratorTooSlow
from scoring.digest import sha256

pytestmark = pytest.mark.unit


class _Generator(SketchBackend):
    """Takes as long as it is told, on a clock of its own, and fails as it is told."""

    name = "told"

    def __init__(self, *times: float, drifts: bool = False, fails: str = "") -> None:
        self.now = 0.0
        self._times, self._drifts, self._fails, self.drawn = list(times), drifts, fails, 0

    def model(self, *, seconds: float) -> Model:
        if self._fails == "model":
            raise GeneratorMisconfigured("it has no model", "load one")
        return Model("a model", sha256(b"it"))

    def check(self, *, seconds: float) -> None:
        if self._fails == "check":
            raise GeneratorDown("nobody answers", "start it")

    def generate(
        self,
        prompt: str,
        seed: int,
        parameters: Parameters,
        *,
        seconds: float,
        progress: Progress = no_progress,
    ) -> bytes:
        if self._fails == "draw":
            raise GeneratorTooSlow("it drew nothing", "wait")
        self.now += self._times[self.drawn]
        self.drawn += 1
        return f"{prompt} {seed} {self.drawn if self._drifts else ''}".encode()


def _found(generator: _Generator) -> BackendFinding:
    return check_backend(generator, Parameters(), seconds=60, clock=lambda: generator.now)


def test_an_image_takes_the_median_time_and_loading_is_told_apart() -> None:
    finding = _found(_Generator(30, 2, 9, 3))
    assert finding.seconds_per_image == 3
    assert finding.first_seconds == 30
    assert finding.is_repeatable is True
    assert finding.model == Model("a model", sha256(b"it"))


def test_the_hour_fits_exactly_as_many_tickets_as_it_says() -> None:
    finding = _found(_Generator(1, 4.5, 4.5, 4.5))
    assert finding.most_tickets(Demand(1)) == 8
    assert finding.fits(Demand(8))
    assert not finding.fits(Demand(9))
    assert finding.fits(Demand(9, prompts_per_ticket=50))
    assert not finding.fits(Demand(8, open_seconds=1800))


def test_a_generator_that_draws_the_same_words_differently_is_noticed() -> None:
    assert _found(_Generator(1, 1, 1, 1, drifts=True)).is_repeatable is False


@pytest.mark.parametrize(
    ("fails", "problem", "knows_model"),
    [("check", "nobody answers", False), ("model", "no model", False), ("draw", "nothing", True)],
)
def test_what_is_wrong_is_said_with_what_to_do(fails: str, problem: str, knows_model: bool) -> None:
    finding = _found(_Generator(fails=fails))
    assert problem in finding.problem
    assert finding.hint
    assert not finding.is_usable
    assert (finding.model is not None) == knows_model
    assert not finding.fits(Demand(1))
    assert finding.most_tickets(Demand(1)) is None


def test_the_embedded_back_end_is_found_usable_and_repeatable() -> None:
    finding = check_backend(SketchBackend(), Parameters(), seconds=60)
    assert finding.is_usable
    assert finding.is_repeatable
    assert finding.model is not None and not finding.model.is_neural
