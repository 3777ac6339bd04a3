"""What runs before a commit and on a server is what scripts/test runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
EVERYTHING = (ROOT / "scripts" / "test").read_text("utf-8")


@pytest.mark.parametrize(
    "check",
    [
        "ruff format --check .",
        "ruff check .",
        "npm run --silent lint",
        "npm --prefix web run --silent lint",
    ],
)
def test_a_hook_runs_the_same_check_as_scripts_test(check: str) -> None:
    assert check in EVERYTHING
    assert check in (ROOT / ".pre-commit-config.yaml").read_text("utf-8")


def test_the_workflow_runs_scripts_test_and_nothing_else() -> None:
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    assert re.findall(r"^ +- run: (.+)$", workflow, re.MULTILINE) == ["scripts/test"]
