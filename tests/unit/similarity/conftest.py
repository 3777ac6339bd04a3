"""Real pictures, small, and ways to make the odd ones that users have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels
from tests.tiny_specs import TINY_SIMILARITY
from tests.unit.similarity.pictures import SHARED, photo, save

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Indexes, trained networks and downloads of a test stay its own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(folder / "torch"))
    return folder


@pytest.fixture(scope="session")
def cat() -> Pixels:
    return photo("chelsea")


@pytest.fixture(scope="session")
def astronaut() -> Pixels:
    return photo("astronaut")


@pytest.fixture(scope="session")
def tiny_spec() -> JudgingSpec:
    """Trains in a second; enough to tell a cat from a rocket."""
    return TINY_SIMILARITY


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    """A folder with six public photos."""
    folder = tmp_path / "gallery"
    for name in ("astronaut", "chelsea", "coffee", "rocket", "camera", "hubble_deep_field"):
        save(photo(name), folder / f"{name}.png")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The project's images and weights, which are not part of the repository."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the project's data folder at {SHARED}")
    return SHARED
