"""The three remote back ends against a server that speaks their APIs, and misbehaves."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oracle.errors import InvalidConfig
from oracle.studio.backends.base import Backend, BackendOptions, Parameters
from oracle.studio.backends.opening import open_backend
from oracle.studio.errors import (
    BadImage,
    GeneratorDown,
    GeneratorFailed,
    GeneratorMisconfigured,
    GeneratorTooSlow,
    PromptRefused,
)
from tests.integration.studio.generator_server import (
    MODEL,
    WORKFLOW,
    Generator,
    drawn,
    running_generator,
)

pytestmark = pytest.mark.integration
SIZE = Parameters(width=128, height=64)
NAMES = ["openai", "automatic1111", "comfyui"]
Opener = Callable[[str], Backend]


@pytest.fixture(scope="module")
def shared() -> Iterator[Generator]:
    with running_generator() as generator:
        yield generator


@pytest.fixture
def generator(shared: Generator) -> Generator:
    shared.mood, shared.as_url, shared.refuses = "", "", set()
    shared.received.clear()
    shared.headers.clear()
    shared.deleted.clear()
    return shared


def _options(name: str, url: str, folder: Path, key_file: str = "") -> BackendOptions:
    if name == "openai":
        return BackendOptions(url, MODEL, key_file=key_file)
    if name == "automatic1111":
        return BackendOptions(url, "tiny", key_file=key_file)
    (folder / "workflow.json").write_text(WORKFLOW)
    return BackendOptions(url, workflow_file=str(folder / "workflow.json"), key_file=key_file)


@pytest.fixture(params=NAMES)
def backend(request: pytest.FixtureRequest, generator: Generator, tmp_path: Path) -> Backend:
    return open_backend(request.param, _options(request.param, generator.url, tmp_path))


def test_words_and_seed_arrive_and_their_image_comes_back(backend: Backend) -> None:
    backend.check(seconds=20)
    image = backend.generate("a red house", 4_294_967_295, SIZE, seconds=20)
    assert image == drawn("a red house", 4_294_967_295, 128, 64)


def test_the_model_has_a_name_and_a_digest_that_stays(backend: Backend) -> None:
    model = backend.model(seconds=20)
    assert "tiny" in model.name
    assert len(model.digest) == 32
    assert model == backend.model(seconds=20)
    assert model.is_neural


@pytest.mark.parametrize(
    "order",
    [
        "<lora:target:1>",
        '<sd_cpp_extra_args>{"init_image": "target"}</sd_cpp_extra_args>',
        "[a:target:0.5] (target:1.9) {a|target} a|target",
        "embedding:target __target__ $target",
        "a BREAK target AND target",
        "&lt;lora:target:1&gt; --sref target",
        '", "init_images": ["target"], "x": "',
        '"}}, "99": {"class_type": "LoadImage", "inputs": {"image": "target"}}, "x": {"a": {"b": "',
        "$seed $width",
    ],
)
def test_nothing_but_words_reaches_the_generator(
    backend: Backend, generator: Generator, order: str
) -> None:
    backend.generate(f"a house {order}", 1, SIZE, seconds=20)
    request = generator.received[0]
    words = request["6"]["inputs"]["text"] if "6" in request else request["prompt"]
    assert words.startswith("a house ")
    assert not set(words) & set("<>()[]{}|:\\&$")
    assert "--" not in words
    assert "BREAK" not in words
    # The prompt changed nothing else of the request: the next one has the same shape.
    generator.received.clear()
    backend.generate("a house", 1, SIZE, seconds=20)
    assert _shape(request) == _shape(generator.received[0])


def _shape(request: object) -> object:
    if isinstance(request, dict):
        return {key: _shape(value) for key, value in request.items()}
    return type(request)


@pytest.mark.parametrize("mood", ["nothing", "garbage", "bomb", "page", "wrong size"])
def test_an_answer_that_is_no_usable_image_is_none(
    backend: Backend, generator: Generator, mood: str
) -> None:
    generator.mood = mood
    with pytest.raises(BadImage):
        backend.generate("a house", 1, SIZE, seconds=20)


@pytest.mark.parametrize("mood", ["no json", "deep", "endless"])
def test_an_answer_of_another_kind_or_without_end_is_cut_off(
    backend: Backend, generator: Generator, mood: str
) -> None:
    generator.mood = mood
    with pytest.raises(BadImage):
        backend.generate("a house", 1, SIZE, seconds=30)


@pytest.mark.parametrize("mood", ["late", "never", "drip"])
def test_a_generator_that_keeps_us_waiting_is_left_at_the_deadline(
    backend: Backend, generator: Generator, mood: str
) -> None:
    generator.mood = mood
    started = time.monotonic()
    with pytest.raises(GeneratorTooSlow):
        backend.generate("a house", 1, SIZE, seconds=1)
    assert time.monotonic() - started < 10


def test_an_overloaded_generator_is_down_and_its_words_are_made_harmless(
    backend: Backend, generator: Generator
) -> None:
    generator.mood = "down"
    with pytest.raises(GeneratorDown) as failure:
        backend.generate("a house", 1, SIZE, seconds=20)
    assert "CUDA out of memory" in failure.value.what
    assert "\x1b" not in failure.value.what


@pytest.mark.parametrize("mood", ["locked", "moved"])
def test_a_generator_that_will_never_answer_calls_a_human(
    backend: Backend, generator: Generator, mood: str
) -> None:
    generator.mood = mood
    with pytest.raises(GeneratorMisconfigured):
        backend.generate("a house", 1, SIZE, seconds=20)
    with pytest.raises(GeneratorMisconfigured):
        backend.check(seconds=20)


@pytest.mark.parametrize("name", NAMES)
def test_a_port_where_nobody_listens_is_a_generator_that_is_down(name: str, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        backend = open_backend(name, _options(name, url, tmp_path))
        with pytest.raises(GeneratorDown):
            backend.generate("a house", 1, SIZE, seconds=20)


def test_after_any_failure_the_next_prompt_gets_its_image(
    backend: Backend, generator: Generator
) -> None:
    for mood in ("garbage", "down", "endless"):
        generator.mood = mood
        with pytest.raises(GeneratorFailed):
            backend.generate("a house", 1, SIZE, seconds=20)
        generator.mood = ""
        assert backend.generate("a cat", 2, SIZE, seconds=20) == drawn("a cat", 2, 128, 64)


@pytest.mark.parametrize("name", NAMES)
def test_the_key_is_sent_and_never_shown(name: str, generator: Generator, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("sk-secret\n")
    backend = open_backend(name, _options(name, generator.url, tmp_path, str(key_file)))
    backend.generate("a house", 1, SIZE, seconds=20)
    assert generator.headers[-1]["Authorization"] == "Bearer sk-secret"
    generator.mood = "locked"
    with pytest.raises(GeneratorMisconfigured) as failure:
        backend.generate("a house", 1, SIZE, seconds=20)
    assert "secret" not in failure.value.what + failure.value.hint


@pytest.mark.parametrize("url", ["", "ftp://a", "http://", "http://me:pw@host", "http://h:99999"])
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str, tmp_path: Path) -> None:
    for name in NAMES:
        with pytest.raises(InvalidConfig) as refusal:
            open_backend(name, _options(name, url, tmp_path))
        assert "pw" not in refusal.value.what


# -- what only one of them does


def _openai(generator: Generator) -> Backend:
    return open_backend("openai", BackendOptions(f"{generator.url}/v1", MODEL))


def test_parameters_that_a_server_does_not_know_are_left_out_from_then_on(
    generator: Generator,
) -> None:
    generator.refuses = {"seed", "response_format"}
    backend = _openai(generator)
    assert backend.generate("a cat", 7, SIZE, seconds=20) == drawn("a cat", 0, 128, 64)
    asked = len(generator.received)
    backend.generate("a dog", 8, SIZE, seconds=20)
    assert (asked, len(generator.received)) == (3, 4)


def test_what_the_generator_declines_to_draw_is_the_prompts_fault(generator: Generator) -> None:
    with pytest.raises(PromptRefused, match="declines"):
        _openai(generator).generate("a forbidden thing", 1, SIZE, seconds=20)


def test_an_image_by_address_is_fetched_from_the_same_host_only(generator: Generator) -> None:
    backend = _openai(generator)
    generator.as_url = generator.url
    assert backend.generate("a cat", 7, SIZE, seconds=20) == drawn("a cat", 7, 128, 64)
    for other in ("http://127.0.0.1:1", "http://127.0.0.1", "https://evil.example", "file://"):
        generator.as_url = other
        with pytest.raises(BadImage, match="another host"):
            backend.generate("a cat", 7, SIZE, seconds=20)


def test_a_model_that_the_server_lacks_calls_a_human(generator: Generator) -> None:
    for name in ("openai", "automatic1111"):
        backend = open_backend(name, BackendOptions(generator.url, "another"))
        with pytest.raises(GeneratorMisconfigured, match="another"):
            backend.check(seconds=20)


@pytest.mark.parametrize("name", ["automatic1111", "comfyui"])
def test_progress_is_passed_on(name: str, generator: Generator, tmp_path: Path) -> None:
    generator.mood = "slow" if name == "automatic1111" else "unfinished"
    told: list[float] = []
    backend = open_backend(name, _options(name, generator.url, tmp_path))
    if name == "comfyui":
        with pytest.raises(GeneratorTooSlow):
            backend.generate("a cat", 1, SIZE, seconds=2, progress=told.append)
        assert told == [0.25]
        assert generator.deleted == ["0000-1"]  # nobody waits for it any more
    else:
        backend.generate("a cat", 1, SIZE, seconds=20, progress=told.append)
        assert told[0] == 0.4
        assert told[-1] == 1.0


def test_a_workflow_that_fails_or_is_invalid_is_told_apart(
    generator: Generator, tmp_path: Path
) -> None:
    backend = open_backend("comfyui", _options("comfyui", generator.url, tmp_path))
    generator.mood = "fails"
    with pytest.raises(BadImage, match="failed to draw"):
        backend.generate("a cat", 1, SIZE, seconds=20)
    generator.mood = "invalid"
    with pytest.raises(GeneratorMisconfigured, match="no such node"):
        backend.generate("a cat", 1, SIZE, seconds=20)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "cannot be used"),
        ("{}", "no nodes"),
        ('{"nodes": [], "links": []}', "API format"),
        ('{"1": {"inputs": {"text": "$prompt"}}}', r"no slot \$seed"),
        ('{"1": {"inputs": {"text": "$prompt", "a": "$seed", "b": "$sed"}}}', r"slot \$sed"),
    ],
)
def test_a_workflow_that_cannot_work_is_refused_at_once(
    text: str, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "workflow.json"
    path.write_text(text)
    with pytest.raises(InvalidConfig, match=problem):
        open_backend("comfyui", BackendOptions("http://127.0.0.1:1", workflow_file=str(path)))
