"""Accounts without a home, or with one that nobody can write to."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import numpy as np
import pytest

from scoring.similarity.errors import MissingWeights, NoCacheFolder
from scoring.similarity.latent import space_for
from scoring.similarity.user_cache import user_cache
from scoring.similarity.weights import load_weights
from scoring.spec import PROFILES

pytestmark = pytest.mark.unit


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs under a number that no account has."""

    def unknown(_: int) -> object:
        raise KeyError("no such account")

    for name in ("HOME", "XDG_CACHE_HOME", "TORCH_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.fixture
def read_only_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home in whose place there is a file: even root can make nothing below it."""
    home = tmp_path / "home"
    home.write_bytes(b"")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CACHE_HOME", "TORCH_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("home", ["no_home", "read_only_home"])
def test_it_is_said_which_variable_to_set_before_anything_is_trained(
    home: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue(home)
    monkeypatch.setattr("scoring.similarity.latent.train_latent_space", pytest.fail)
    with pytest.raises(NoCacheFolder) as caught:
        space_for([np.zeros((8, 8, 3), np.uint8)], PROFILES["demo"], lambda *_: None)
    assert "XDG_CACHE_HOME" in caught.value.hint
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert user_cache("latent").is_dir()


@pytest.mark.parametrize("home", ["no_home", "read_only_home"])
def test_weights_without_a_place_name_their_variable(
    home: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue(home)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("torch.hub.download_url_to_file", pytest.fail)
    with pytest.raises(MissingWeights) as caught:
        load_weights("alexnet")
    assert "TORCH_HOME" in caught.value.hint
    assert not os.path.exists("~"), "a folder called ~ was made"
