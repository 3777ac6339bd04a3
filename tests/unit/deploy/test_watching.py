"""Every alert and every panel asks for a number that the daemon has, and says what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from oracle.chain.state import Phase
from oracle.ledger.series_book import DayState
from oracle.ledger.transaction import TxStatus
from oracle.metrics import Metrics

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[3]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "judge.json"
# What Prometheus itself adds to every target.
OF_EVERY_TARGET = {"up"}
LABELS = {
    ("judge_competitions", "phase"): {phase.name.lower() for phase in Phase} | {"halted"},
    ("judge_transactions", "state"): {status.value for status in TxStatus},
    ("judge_series_days", "state"): {state.value for state in DayState},
    ("judge_fetches_total", "outcome"): {"ok", "failed"},
    ("judge_cycles_total", "outcome"): {"ok", "failed"},
    ("judge_account_eth", "kind"): {"balance", "credit", "bonds"},
    ("up", "job"): {"judge"},
}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return found


def queries() -> list[str]:
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*(rule["expr"] for rule in rules()), *asked]


def selectors(expression: object) -> list[Any]:
    """Every metric that a query reads, whatever stands around it."""
    if isinstance(expression, promql_parser.VectorSelector):
        return [expression]
    parts = ("lhs", "rhs", "expr", "vector_selector", "param")
    inside = [getattr(expression, name) for name in parts if hasattr(expression, name)]
    inside += getattr(expression, "args", [])
    return [found for part in inside if part is not None for found in selectors(part)]


def names_told() -> set[str]:
    text = Metrics().exposition().decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    buckets = {
        name + end
        for name, kind in kinds.items()
        if kind == "histogram"
        for end in ("_bucket", "_sum", "_count")
    }
    return set(kinds) | buckets | OF_EVERY_TARGET


@pytest.mark.parametrize("query", queries())
def test_a_query_reads_metrics_that_there_are(query: str) -> None:
    found = selectors(promql_parser.parse(query))
    assert found
    for selector in found:
        assert selector.name in names_told(), f"{query!r} asks for {selector.name}"
        for matcher in selector.matchers.matchers:
            assert matcher.value in LABELS[selector.name, matcher.name], query


def test_a_metric_that_there_is_not_would_be_noticed() -> None:
    found = selectors(promql_parser.parse("sum(rate(judge_nothing_total[5m])) > 0 or vector(1)"))
    assert [selector.name for selector in found] == ["judge_nothing_total"]
    assert "judge_nothing_total" not in names_told()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_leads_to_its_cure(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    page, anchor = rule["annotations"]["runbook"].split("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    assert rule["alert"] in headings
    assert anchor == rule["alert"].lower()


def test_the_runbook_has_no_alert_that_never_comes() -> None:
    headings = re.findall(r"^### (Judge\w+)$", (ROOT / "docs/operate.md").read_text(), re.MULTILINE)
    assert headings == [rule["alert"] for rule in rules()]


def test_every_metric_is_on_the_dashboard() -> None:
    asked = {
        selector.name
        for panel in panels()
        for target in panel["targets"]
        for selector in selectors(promql_parser.parse(target["expr"]))
    }
    text = Metrics().exposition().decode()
    told = set(re.findall(r"^# TYPE (\S+) (?!histogram)\S+$", text, re.MULTILINE))
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    # `_created` is the client library's own.
    assert {name for name in told if not name.endswith("_created")} <= shown
