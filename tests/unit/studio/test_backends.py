"""Which back ends there are, and what each must keep to."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from importlib.metadata import EntryPoint

import pytest

from oracle.errors import InvalidConfig
from oracle.studio.backends import opening
from oracle.studio.backends.base import BackendOptions, Parameters, require_image
from oracle.studio.backends.opening import backend_names, open_backend
from oracle.studio.backends.sketch import SketchBackend, SketchBeside
from oracle.studio.errors import BadImage, GeneratorDown
from scoring.submission.image import decode_submission

pytestmark = pytest.mark.unit


def test_the_embedded_back_end_draws_a_submission_and_says_what_it_is() -> None:
    with closing(open_backend("sketch")) as backend:
        image = backend.generate("a red house", 7, Parameters(), seconds=60)
        assert decode_submission(image).std() > 20
        assert image == backend.generate("a red house", 7, Parameters(), seconds=60)
        model = backend.model(seconds=60)
    assert "no neural network" in model.name
    assert not model.is_neural


def test_a_sketch_is_the_same_in_whichever_process_it_is_drawn() -> None:
    here = SketchBackend()
    with closing(SketchBeside()) as there:
        assert there.model(seconds=60) == here.model(seconds=60)
        for words, seed in (("a red house", 7), ("two blue boats at night", 1 << 31)):
            drawn = there.generate(words, seed, Parameters(), seconds=60)
            assert drawn == here.generate(words, seed, Parameters(), seconds=60)


def test_a_sketch_whose_process_died_costs_one_prompt() -> None:
    with closing(SketchBeside()) as backend:
        image = backend.generate("a red house", 7, Parameters(), seconds=60)
        assert backend.worker_pid is not None
        os.kill(backend.worker_pid, signal.SIGKILL)
        with pytest.raises(GeneratorDown, match="sketch died"):
            backend.generate("a red house", 7, Parameters(), seconds=60)
        assert backend.generate("a red house", 7, Parameters(), seconds=60) == image


def test_an_unknown_back_end_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidConfig) as refusal:
        open_backend("sketsh")
    assert refusal.value.hint == "did you mean sketch?"


def test_options_that_a_back_end_cannot_use_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="sketch has no options"):
        open_backend("sketch", BackendOptions(url="http://127.0.0.1:1"))


class _Borrowed:
    """What another package's entry point names."""

    name = "borrowed"

    def __init__(self, options: BackendOptions) -> None:
        self._inner = open_backend("sketch")
        self.plain, self.generate = self._inner.plain, self._inner.generate
        self.model, self.check = self._inner.model, self._inner.check


def _entry_points(monkeypatch: pytest.MonkeyPatch, **points: str) -> None:
    found = [
        EntryPoint(name, f"{__name__}:{target}", opening.ENTRY_POINT_GROUP)
        for name, target in points.items()
    ]
    monkeypatch.setattr(opening, "entry_points", lambda group: found)


def test_another_package_adds_a_back_end(monkeypatch: pytest.MonkeyPatch) -> None:
    _entry_points(monkeypatch, borrowed="_Borrowed")
    assert backend_names()[-1] == "borrowed"
    assert open_backend("borrowed").name == "borrowed"


def test_another_package_cannot_replace_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    _entry_points(monkeypatch, sketch="_Borrowed")
    assert open_backend("sketch").name == "sketch"
    assert backend_names().count("sketch") == 1


def test_a_package_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _entry_points(monkeypatch, broken="not_there")
    with pytest.raises(InvalidConfig, match="the back end broken of another package"):
        open_backend("broken")


@pytest.mark.parametrize(
    "wrong", [{"width": 500}, {"height": 0}, {"width": 8192}, {"steps": -1}, {"guidance": 101}]
)
def test_parameters_that_no_generator_has_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidConfig):
        Parameters(**wrong)


def test_an_image_of_another_size_is_no_answer() -> None:
    image = SketchBackend().generate("a cat", 1, Parameters(), seconds=60)
    with pytest.raises(BadImage, match="drew 512x512 instead of 768x512"):
        require_image(image, Parameters(width=768), source="it")
