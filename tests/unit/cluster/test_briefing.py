"""A worker is used only if it runs the same code and comes to the same judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import oracle.cluster.worker
import scoring.ranking
from oracle.cluster.briefing import Ready, sources_digest
from oracle.cluster.crew import _accept
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

Alter = Callable[[str | None], Digest]
MODEL = sha256(b"model")


@pytest.fixture
def digest_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Alter]:
    """The digest of the sources with one file altered."""
    read = Path.read_bytes

    def altered(file: str | None) -> Digest:
        monkeypatch.setattr(
            Path, "read_bytes", lambda path: read(path) + b"#" * (file == str(path))
        )
        sources_digest.cache_clear()
        return sources_digest()

    yield altered
    sources_digest.cache_clear()


@pytest.mark.parametrize("module", [scoring.ranking, oracle.cluster.worker])
def test_a_byte_of_the_judge_or_of_how_workers_answer_is_another_version(
    module: object, digest_with: Alter
) -> None:
    altered = digest_with(str(module.__file__))  # type: ignore[attr-defined]
    assert altered != digest_with(None)


def test_only_the_same_code_and_the_same_judge_are_accepted() -> None:
    assert _accept(MODEL, Ready(MODEL, sources_digest(), "here", {})) == ""
    other_code = Ready(MODEL, sha256(b"other code"), "host a, process 7, fused", {})
    assert _accept(MODEL, other_code) == (
        "another version of the judge is installed there: host a, process 7, fused"
    )
    other_judge = Ready(sha256(b"other"), sources_digest(), "host a", {})
    assert "it worked out another judge" in _accept(MODEL, other_judge)
