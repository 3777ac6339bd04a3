"""A studio may open as many files as it takes connections, or says that it may not."""

from __future__ import annotations

import resource

import pytest

from oracle.studio import running
from oracle.studio.running import allow_open_files

pytestmark = pytest.mark.unit


class Limits:
    """The process's limits, which this test must not change."""

    def __init__(self, soft: int, hard: int) -> None:
        self.soft, self.hard = soft, hard

    def getrlimit(self, _: int) -> tuple[int, int]:
        return self.soft, self.hard

    def setrlimit(self, _: int, limits: tuple[int, int]) -> None:
        self.soft, self.hard = limits


@pytest.mark.parametrize(
    ("soft", "hard", "after", "warns"),
    [
        (1024, 524_288, 3000, False),
        (1024, resource.RLIM_INFINITY, 3000, False),
        (65_536, 524_288, 65_536, False),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, resource.RLIM_INFINITY, False),
        (1024, 2048, 2048, True),
    ],
)
def test_the_limit_is_raised_as_far_as_needed_and_allowed(
    soft: int,
    hard: int,
    after: int,
    warns: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    limits = Limits(soft, hard)
    monkeypatch.setattr(running.resource, "getrlimit", limits.getrlimit)
    monkeypatch.setattr(running.resource, "setrlimit", limits.setrlimit)
    allow_open_files(2500)
    assert (limits.soft, limits.hard) == (after, hard)
    assert ("fewer connections" in caplog.text) == warns
