"""Whatever a generator does, its player hears of it, loses no prompt, and gets the next image."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterator

import pytest
import requests
from PIL import Image

from oracle.assembly.studio import open_studio
from oracle.studio.running import RunningStudio
from scoring.digest import sha256
from scoring.submission.image import decode_submission
from tests.integration.competition_world import World
from tests.integration.studio.desk import LIMIT, Page, opened, studio_settings
from tests.integration.studio.generator_server import MODEL, Generator, running_generator

pytestmark = pytest.mark.integration

MOST_SECONDS = 1.5
TROUBLES = {
    "nothing": "nothing",
    "garbage": "no PNG, JPEG or WebP",
    "gif": "no PNG, JPEG or WebP",
    "page": "no PNG, JPEG or WebP",
    "bomb": "drew 65000x65000",
    "wrong size": "drew 64x64",
    "cut": "image",
    "no json": "no JSON",
    "late": "no answer within",
    "never": "no answer within",
    "down": "503",
    "locked": "401",
}


@pytest.fixture
def generator() -> Iterator[Generator]:
    with running_generator() as generator:
        yield generator


def started(world: World, backend: str, generator: Generator) -> Iterator[RunningStudio]:
    settings = studio_settings(
        world,
        studio__backend=backend,
        studio__backend_url=generator.url,
        studio__model=MODEL if backend == "openai" else "tiny",
    )
    with open_studio(settings) as running:
        worker = running.worker
        worker._maker = dataclasses.replace(worker._maker, seconds=MOST_SECONDS)
        running.start()
        yield running
        running.stop()


@pytest.fixture
def studio(world: World, generator: Generator) -> Iterator[RunningStudio]:
    yield from started(world, "openai", generator)


def test_no_trouble_of_a_generator_costs_a_prompt(
    world: World, studio: RunningStudio, generator: Generator
) -> None:
    page = Page(world, studio.api.url, opened(world, players=1))
    for mood, words in TROUBLES.items():
        generator.mood = mood
        told = page.drawn("a red house")
        assert (told["state"], told["index"]) == ("failed", None), (mood, told)
        assert words in told["reason"] and "not counted" in told["reason"], (mood, told)
        assert told["image_digest"] is None and told["studio_signature"] is None
        assert page.overview()["left"] == LIMIT, mood
    generator.mood = ""
    assert page.drawn("a red house")["index"] == 0
    assert page.overview()["left"] == LIMIT - 1
    assert page.get("logs/1").json()["length"] == 1, "a failed prompt is in the log"


def test_an_image_of_another_kind_becomes_a_submission(
    world: World, studio: RunningStudio, generator: Generator
) -> None:
    page = Page(world, studio.api.url, opened(world, players=1))
    generator.mood = "jpeg"
    told = page.drawn("a red house")
    assert told["state"] == "done", told
    image = page.get(f"images/{told['image_digest']}").content
    assert "0x" + sha256(image).hex() == told["image_digest"]
    assert Image.open(io.BytesIO(image)).format == "PNG"
    assert decode_submission(image).shape == (512, 512, 3)


def test_players_see_how_far_their_image_is_where_the_generator_says(
    world: World, generator: Generator
) -> None:
    generator.mood = "slow"
    for studio in started(world, "automatic1111", generator):
        worker = studio.worker
        worker._maker = dataclasses.replace(worker._maker, seconds=20)
        page = Page(world, studio.api.url, opened(world, players=1))
        url, headers = f"{studio.api.url}/studio/events", page._headers
        shares = []
        with requests.get(url, headers=headers, stream=True, timeout=30) as stream:
            lines = stream.iter_lines(decode_unicode=True)
            next(lines)
            number = page.ask("a red house").json()["number"]
            for line in lines:
                if not line.startswith("data: "):
                    continue
                for prompt in json.loads(line[6:])["prompts"]:
                    shares.append((prompt["state"], prompt["progress"]))
                if shares and shares[-1][0] == "done":
                    break
        assert ("running", 0.4) in shares
        assert shares[-1] == ("done", None)
        assert page.end_of(number)["progress"] is None
