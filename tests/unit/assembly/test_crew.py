"""Where a cluster's workers read images, and when they put pictures there themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.assembly.parts import open_crew
from oracle.cluster.crew import RayCrew
from oracle.errors import InvalidConfig
from oracle.judging.crew import LocalCrew
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.unit


def settings(folder: Path, **judge: str) -> Settings:
    flags = {f"judge.{name}": value for name, value in judge.items()}
    flags |= {"judge.work_dir": str(folder), "store.url": "kubo:/ip4/10.0.0.1/tcp/5001"}
    return load_settings(None, {}, flags)


def test_without_an_address_this_process_judges(tmp_path: Path) -> None:
    assert isinstance(open_crew(settings(tmp_path), "judgings", publishes=True), LocalCrew)


@pytest.mark.parametrize(
    ("store", "publishes", "puts"),
    [
        ("kubo:/ip4/10.0.0.1/tcp/5001", True, True),
        ("kubo:/ip4/10.0.0.1/tcp/5001", False, False),  # an audit: nothing of it is published
        ("dir:/mnt/judge/content", True, False),  # not where auditors look for them
        ("", True, False),
    ],
)
def test_workers_put_pictures_only_where_they_are_published(
    tmp_path: Path, store: str, publishes: bool, puts: bool
) -> None:
    named = settings(tmp_path, ray_address="10.0.0.1:6379", ray_store=store)
    crew = open_crew(named, "judgings", publishes=publishes)
    assert isinstance(crew, RayCrew)
    assert (crew.store, crew.store_publishes) == (store, puts)


def test_a_folder_that_is_another_on_every_machine_is_refused(tmp_path: Path) -> None:
    named = settings(tmp_path, ray_address="10.0.0.1:6379", ray_store="dir:content")
    with pytest.raises(InvalidConfig, match="is another on every machine"):
        open_crew(named, "judgings")


def test_a_store_for_workers_that_there_are_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="ray_store is set, and judge.ray_address is not"):
        open_crew(settings(tmp_path, ray_store="https://gateway.example"), "judgings")
