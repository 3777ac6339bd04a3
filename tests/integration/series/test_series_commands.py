"""`judge series`: what the operator sees, and leaving a day out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from oracle.cli.main import main
from tests.integration.series.series_world import SeriesWorld

pytestmark = pytest.mark.integration


@pytest.fixture
def judge(series: SeriesWorld, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(series.world.folder)

    def run(*arguments: object, group: str = "series", **changed: str) -> Result:
        changes = {
            name.replace("__", "."): value for name, value in series.flags(**changed).items()
        }
        flags = {**series.world.flags(), **changes}
        overrides = [word for pair in flags.items() for word in ("--set", "=".join(pair))]
        words = [str(argument) for argument in (group, *arguments)]
        return CliRunner().invoke(main, [*overrides, *words])

    return run


def test_what_comes_next_and_what_stands_in_its_way(series: SeriesWorld, judge: Any) -> None:
    nothing = judge("next", "--json")
    assert nothing.exit_code == 1
    assert "empty or missing" in json.loads(nothing.stdout)["problems"][0]
    series.add("01", 1)
    found = judge("next", "--json")
    assert found.exit_code == 0, found.output
    day = json.loads(found.stdout)
    opens_at = datetime.fromisoformat(day["opens_at"]).timestamp()
    assert (day["number"], day["target"], opens_at) == (1, "01.png", series.first_opens)
    poor = judge("next", chain__contract=series.world.contract.address, signer__key_file="")
    assert poor.exit_code == 1
    assert "problem: no key is configured" in poor.stderr
    dear = judge("next", series__ticket_price_eth="1000")
    assert "problem: too little balance" in dear.stderr
    assert "its bond may be 100000 ETH where signer.max_bond_eth allows 10 ETH" in dear.stderr


def test_a_preview_gives_each_day_its_own_target(series: SeriesWorld, judge: Any) -> None:
    series.add("01", 1)
    series.add("[red]02", 2)
    skipped = judge("skip", series.day(2).isoformat(), "--json")
    assert json.loads(skipped.stdout)["state"] == "skipped"
    days = json.loads(judge("preview", 4, "--json").stdout)
    assert [(day["number"], day["state"], day["target"]) for day in days] == [
        (1, "planned", "01.png"),
        (2, "skipped", None),
        (3, "planned", "[red]02.png"),
        (4, "planned", None),
    ]
    assert "[red]02.png" in judge("preview", 4).stdout, "a name is never markup"
    undone = judge("skip", series.day(2).isoformat(), "--undo", "--json")
    assert json.loads(undone.stdout)["state"] == "planned"


def test_a_day_that_is_decided_or_none_cannot_be_skipped(series: SeriesWorld, judge: Any) -> None:
    series.add("01", 1)
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
    for day, words in (
        (series.day(1), "it cannot be skipped any more"),
        (series.day(0), "no day of this series"),
    ):
        refused = judge("skip", day.isoformat())
        assert refused.exit_code == 2
        assert words in refused.stderr
    assert "is not skipped" in judge("skip", series.day(2).isoformat(), "--undo").stderr
    assert judge("skip", "tomorrow").exit_code == 2


def test_the_status_names_the_secret_and_whatever_is_wrong(series: SeriesWorld, judge: Any) -> None:
    series.add("01", 1)
    before = json.loads(judge("status", "--json").stdout)
    assert before["secret"] == "made with the first day"
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
    good = judge("status", "--json")
    assert good.exit_code == 0
    status = json.loads(good.stdout)
    assert status["secret"].endswith("series.secret: back it up")
    assert (status["targets"], status["targets_left"]) == (1, 0)
    (day,) = status["days"]
    assert (day["state"], day["competition"], day["target"]) == ("created", 1, "01.png")
    (series.world.folder / "operator" / "series.secret").unlink()
    bad = judge("status")
    assert bad.exit_code == 1
    assert "problem: the secret of the series is missing" in bad.stderr


def test_without_targets_there_is_no_series(judge: Any) -> None:
    result = judge("status", series__targets="")
    assert result.exit_code == 2
    assert "the settings describe no series" in result.stderr


def test_judge_check_looks_at_the_series(series: SeriesWorld, judge: Any) -> None:
    def found() -> dict[str, Any]:
        checks = json.loads(judge("--json", group="check").stdout)
        return next(check for check in checks if check["name"] == "series")

    assert not found()["ok"]
    series.add("01", 1)
    assert (found()["ok"], found()["hint"]) == (True, "")
    assert "next is No. 1" in found()["found"]
