"""`judge studio check` says whether the generator works and the hour fits, and ends accordingly."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from oracle.cli.main import main

pytestmark = pytest.mark.unit


def test_the_embedded_generator_works_and_a_few_tickets_fit() -> None:
    done = CliRunner().invoke(
        main, ["studio", "check", "--tickets", "1", "--prompts", "1", "--json"]
    )
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["works"] and found["fits_the_hour"] and found["repeatable"]
    assert "no neural network" in found["model"]


def test_more_tickets_than_the_hour_holds_are_said() -> None:
    arguments = ["studio", "check", "--tickets", "1000000", "--json"]
    done = CliRunner().invoke(main, arguments)
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert found["works"] and not found["fits_the_hour"]
    assert 0 < found["most_tickets"] < 1_000_000


def test_a_generator_that_is_not_there_is_named() -> None:
    arguments = ["--set", "studio.backend=skech", "studio", "check"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "no back end is called skech" in done.stderr
