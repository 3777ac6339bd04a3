"""The strategies of docs/protocol.md are those that Strategies.t.sol plays, to the last digit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PARTIES = ("operator", "watcher", "arbiter", "players", "burned")

pytestmark = pytest.mark.unit


def _rows() -> list[dict[str, Any]]:
    path = ROOT / "tests" / "vectors" / "strategies.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["rows"]
    return rows


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| the operator's side | the others | operator's side | watcher | arbiter | other players "
        "| burned |",
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


def test_the_page_shows_what_the_contract_pays() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    assert _table(_rows()) in page


def test_every_row_is_played() -> None:
    played = (ROOT / "tests" / "contracts" / "Strategies.t.sol").read_text("utf-8")
    assert re.findall(r"ROWS = (\d+);", played) == [str(len(_rows()))]


def test_what_one_party_loses_another_has() -> None:
    assert all(sum(row[party] for party in PARTIES) == 0 for row in _rows())


def test_with_an_honest_arbiter_and_a_watcher_no_lie_ends_above_the_truth() -> None:
    truth = _rows()[0]["operator"]
    lies = [
        row
        for row in _rows()
        if "lies" in row["operator_does"]
        and "arbitrates" not in row["operator_does"]
        and row["others_do"] != "nobody looks"
    ]
    assert len(lies) > 4
    assert all(row["operator"] < 0 < truth for row in lies)
