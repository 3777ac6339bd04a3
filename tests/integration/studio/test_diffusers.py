"""The local pipeline: a real one, tiny and of random weights, in a process that may die."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from oracle.errors import InvalidConfig
from oracle.studio.backends import diffusers
from oracle.studio.backends.base import BackendOptions, Parameters
from oracle.studio.backends.diffusers import DiffusersBackend
from oracle.studio.backends.opening import open_backend
from oracle.studio.errors import (
    BadImage,
    GeneratorDown,
    GeneratorMisconfigured,
    GeneratorTooSlow,
)
from oracle.studio.image_header import Header, read_header

pytestmark = pytest.mark.integration
SIZE = Parameters(width=64, height=64, steps=2)

needs_extra = pytest.mark.skipif(
    importlib.util.find_spec("diffusers") is None,
    reason="the extra judging-oracle[studio] is not installed",
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiffusersBackend]:
    folder = tmp_path_factory.mktemp("tiny")
    command = [sys.executable, "-m", "tests.integration.studio.tiny_pipeline", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    backend = open_backend("diffusers", BackendOptions(model=str(folder / "pipeline")))
    assert isinstance(backend, DiffusersBackend)
    backend.check(seconds=900)
    yield backend
    backend.close()


# Slow: importing diffusers and transformers alone takes ten seconds, in two processes.
@needs_extra
@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_a_real_pipeline_draws_and_outlives_its_process(tiny: DiffusersBackend) -> None:
    told: list[float] = []
    image = tiny.generate("a red house", 7, SIZE, seconds=120, progress=told.append)
    assert read_header(image) == Header("PNG", 64, 64)
    assert told[0] == 0.5
    assert told[-1] == 1.0
    assert tiny.generate("a red house", 7, SIZE, seconds=120) == image
    assert tiny.generate("a red house", 8, SIZE, seconds=120) != image
    assert tiny.generate("a blue cat", 7, SIZE, seconds=120) != image

    model = tiny.model(seconds=10)
    assert model.name == "pipeline"
    assert len(model.digest) == 32

    with pytest.raises(BadImage, match="no scheduler os"):
        tiny.generate("a house", 1, Parameters(64, 64, sampler="os"), seconds=120)
    other = Parameters(64, 64, 2, sampler="EulerDiscreteScheduler")
    assert tiny.generate("a red house", 7, other, seconds=120) != image

    assert tiny.worker_pid is not None
    os.kill(tiny.worker_pid, signal.SIGKILL)
    with pytest.raises(GeneratorDown, match="died"):
        tiny.generate("a red house", 7, SIZE, seconds=60)
    assert tiny.generate("a red house", 7, SIZE, seconds=900) == image
    assert tiny.model(seconds=10) == model


_FAKE = """
import sys, time, os
from oracle.studio.backends.frames import *
mood = sys.argv[1]
if mood == "no model": sys.exit(3)
if mood == "loads long": time.sleep(3)
write_frame(sys.stdout.buffer, READY, ("00" * 32).encode())
while (frame := read_frame(sys.stdin.buffer, 1 << 20)) is not None:
    if mood == "dies": os._exit(9)
    if mood == "never": time.sleep(3600)
    if mood == "garbage": sys.stdout.buffer.write(b"Z" * 100); sys.stdout.buffer.flush()
    if mood == "huge": sys.stdout.buffer.write(b"I" + b"\\xff" * 4); sys.stdout.buffer.flush()
    if mood == "nothing": write_frame(sys.stdout.buffer, IMAGE, b"")
    if mood == "no memory": write_frame(sys.stdout.buffer, FAILED, b"OutOfMemoryError")
    if mood == "secrets":
        names = ",".join(k for k in os.environ if k.startswith("JUDGE"))
        write_frame(sys.stdout.buffer, FAILED, f"names <{names}>".encode())
    if mood == "loads long": write_frame(sys.stdout.buffer, FAILED, b"loaded")
"""


def _fake(mood: str) -> DiffusersBackend:
    return DiffusersBackend("fake", command=[sys.executable, "-c", _FAKE, mood])


@pytest.mark.parametrize(
    ("mood", "failure"),
    [
        ("dies", GeneratorDown),
        ("garbage", GeneratorDown),
        ("huge", GeneratorDown),
        ("no model", GeneratorDown),
        ("nothing", BadImage),
        ("no memory", BadImage),
    ],
)
def test_a_process_that_misbehaves_costs_one_prompt(mood: str, failure: type[Exception]) -> None:
    backend = _fake(mood)
    try:
        for _ in range(2):  # the second time by a new process, or by the one that still runs
            with pytest.raises(failure):
                backend.generate("a house", 1, SIZE, seconds=30)
    finally:
        backend.close()


def test_a_process_that_never_answers_is_ended_at_the_deadline() -> None:
    backend = _fake("never")
    backend.check(seconds=30)
    pid = backend.worker_pid
    assert pid is not None
    started = time.monotonic()
    with pytest.raises(GeneratorTooSlow):
        backend.generate("a house", 1, SIZE, seconds=1)
    assert time.monotonic() - started < 10
    assert backend.worker_pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_model_that_loads_long_goes_on_loading_after_the_deadline() -> None:
    backend = _fake("loads long")
    try:
        with pytest.raises(GeneratorTooSlow, match="did not load in time"):
            backend.generate("a house", 1, SIZE, seconds=0.5)
        pid = backend.worker_pid
        with pytest.raises(BadImage, match="loaded"):
            backend.generate("a house", 1, SIZE, seconds=30)
        assert backend.worker_pid == pid
    finally:
        backend.close()


def test_a_process_that_dies_again_and_again_calls_a_human() -> None:
    backend = _fake("dies")
    for _ in range(3):
        with pytest.raises(GeneratorDown):
            backend.generate("a house", 1, SIZE, seconds=30)
    with pytest.raises(GeneratorMisconfigured, match="3 times in a row"):
        backend.generate("a house", 1, SIZE, seconds=30)


def test_the_process_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_PRIVATE_KEY", "0x11")
    backend = _fake("secrets")
    with pytest.raises(BadImage, match="names <>"):
        backend.generate("a house", 1, SIZE, seconds=30)
    backend.close()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffusers.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InvalidConfig) as refusal:
        open_backend("diffusers", BackendOptions(model="stabilityai/sd-turbo"))
    assert "[studio]" in refusal.value.hint


def test_options_without_a_model_or_for_no_device_are_refused() -> None:
    for options in (BackendOptions(), BackendOptions(model="m", device="tpu")):
        with pytest.raises(InvalidConfig):
            open_backend("diffusers", options)
