"""Paths in settings, where there is no home to begin them with."""

from __future__ import annotations

import pwd
from pathlib import Path

import pytest

from oracle.errors import InvalidConfig
from oracle.paths import path_of

pytestmark = pytest.mark.unit


def test_a_tilde_without_a_home_is_said_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> object:
        raise KeyError("no such account")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(InvalidConfig) as caught:
        path_of("~/oracle")
    assert "HOME" in caught.value.hint
    assert path_of("oracle") == Path("oracle")
