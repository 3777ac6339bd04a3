"""The documentation site builds strictly: no dead link, no page left out, no broken docstring."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from oracle.cli.main import COMMANDS
from scripts.docs_site import _LINK, outwards

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]


def build(config: Path, into: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(into)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_the_site_builds_strictly(tmp_path: Path) -> None:
    built = build(ROOT / "mkdocs.yml", tmp_path)
    assert built.returncode == 0, built.stderr
    pages = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")}
    for name in ("play", "operate", "audit", "develop", "similarity", "similarity-in-python"):
        assert f"tutorials/{name}/index.html" in pages
    calls = (tmp_path / "api" / "similarity" / "index.html").read_text("utf-8")
    assert 'id="scoring.similarity.registry.metric"' in calls
    commands = (tmp_path / "commands" / "index.html").read_text("utf-8")
    assert [name for name in COMMANDS if f'id="judge-{name}"' not in commands] == []
    front = (tmp_path / "index.html").read_text("utf-8")
    assert "CONTRIBUTING" in front and "CONTRIBUTING.md" not in front, "a link out of the site"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[rules](../CONTRIBUTING.md)", "[rules](https://host/us/blob/main/CONTRIBUTING.md)"),
        ("[a `b`](../oracle/x.py#L3)", "[a `b`](https://host/us/blob/main/oracle/x.py#L3)"),
    ],
)
def test_a_link_to_code_leads_to_where_the_repository_is_published(link: str, shown: str) -> None:
    found = _LINK.search(link)
    assert found is not None
    assert outwards(found, "", "https://host/us") == shown
    assert outwards(found, "", "") == found[1]


def test_a_link_within_the_site_stays(tmp_path: Path) -> None:
    found = _LINK.search("[gas](../lab/gas.md)")
    assert found is not None
    assert outwards(found, "decisions", "https://host/us") == "[gas](../lab/gas.md)"
