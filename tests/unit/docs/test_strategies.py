"""The strategies in docs/protocol.md are those that the contracts' tests play, to the digit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PARTIES = ("operator", "watcher", "arbiter", "players", "burned")
# Each table of the page: where its rows stand, who plays them, and what it calls the arbiter.
TABLES = (
    ("rows", "Strategies.t.sol", "arbiter"),
    ("quorum_rows", "QuorumStrategies.t.sol", "honest members"),
)

pytestmark = pytest.mark.unit


def _rows(key: str = "rows") -> list[dict[str, Any]]:
    path = ROOT / "tests" / "vectors" / "strategies.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))[key]
    return rows


def _table(rows: list[dict[str, Any]], arbiter: str) -> str:
    lines = [
        f"| the operator's side | the others | operator's side | watcher | {arbiter} "
        "| other players | burned |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        amounts = [_pots(row[party]) for party in PARTIES]
        cells = [row["operator_does"], row["others_do"], *amounts]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _pots(ten_thousandths: int) -> str:
    if ten_thousandths == 0:
        return "0"
    digits = f"{abs(ten_thousandths) / 10_000:.4f}".rstrip("0").rstrip(".")
    whole, _, decimals = digits.partition(".")
    sign = "+" if ten_thousandths > 0 else "−"  # noqa: RUF001
    return f"{sign}{whole}.{decimals.ljust(2, '0')}"


@pytest.mark.parametrize(("key", "played_by", "arbiter"), TABLES)
def test_the_page_shows_what_the_contract_pays(key: str, played_by: str, arbiter: str) -> None:
    page = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    assert _table(_rows(key), arbiter) in page
    assert f"(../tests/contracts/{played_by})" in page


@pytest.mark.parametrize(("key", "played_by", "arbiter"), TABLES)
def test_every_row_is_played(key: str, played_by: str, arbiter: str) -> None:
    played = (ROOT / "tests" / "contracts" / played_by).read_text("utf-8")
    assert re.findall(r"ROWS = (\d+);", played) == [str(len(_rows(key)))]


def test_what_one_party_loses_another_has() -> None:
    rows = _rows() + _rows("quorum_rows")
    assert all(sum(row[party] for party in PARTIES) == 0 for row in rows)


def test_with_an_honest_arbiter_and_a_watcher_every_lie_loses() -> None:
    lies = [
        row
        for row in _rows()
        if "lies" in row["operator_does"]
        and "arbitrates" not in row["operator_does"]
        and row["others_do"] != "nobody looks"
    ]
    assert len(lies) > 4
    assert all(row["operator"] < 0 <= row["watcher"] for row in lies)


def test_every_lie_loses_unless_a_majority_of_members_votes_for_it() -> None:
    lies = [row for row in _rows("quorum_rows") if "lies" in row["operator_does"]]
    lost = [row for row in lies if row["operator"] < 0 <= row["watcher"]]
    assert [row["operator_does"] for row in lies if row not in lost] == [
        "lies, three members vote for the lie"
    ]


def test_colluding_costs_more_than_the_lie_alone() -> None:
    alone = next(row for row in _rows("quorum_rows") if row["operator_does"] == "lies")
    minorities = [
        row
        for row in _rows("quorum_rows")
        if re.search(r"lies.*, two members", row["operator_does"])
        and "honest member is silent" not in row["others_do"]
        and "disputes itself" not in row["operator_does"]
    ]
    assert len(minorities) > 4
    assert all(row["operator"] < alone["operator"] for row in minorities)
