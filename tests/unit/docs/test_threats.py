"""The threats of docs/protocol.md: every test named there exists, and every threat names one."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]


def _tests_that_exist() -> set[str]:
    names: set[str] = set()
    for path in (ROOT / "tests" / "contracts").glob("*.sol"):
        names |= set(re.findall(r"function (\w+)", path.read_text("utf-8")))
    for path in (ROOT / "tests").rglob("test_*.py"):
        names |= set(re.findall(r"def (test_\w+)", path.read_text("utf-8")))
    return names


def _threats() -> dict[str, list[str]]:
    page = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    section = page.split("\n## Threats\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return {threat.strip(): re.findall(r"`(\w+)`", tests) for threat, _, tests in rows[2:]}


def test_every_threat_of_the_protocol_is_answered_by_tests_that_exist() -> None:
    threats, existing = _threats(), _tests_that_exist()
    assert len(threats) > 20
    assert [threat for threat, tests in threats.items() if not tests] == []
    named = {name for tests in threats.values() for name in tests}
    assert sorted(named - existing) == []
