"""Which metric gets which order right? All of them on the same real cases.

A constraint is a pair of images of which one must be nearer to the target: every honest edit
before every stranger, and every near copy before every larger edit. A tie counts half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scoring.errors import ScoringError
from scoring.progress import Progress
from scoring.similarity.bench_cases import HONEST, NEAR, STRANGE, BenchTarget
from scoring.similarity.errors import UnknownMetric
from scoring.similarity.metric import Metric, closeness, compare_many
from scoring.similarity.registry import MetricOptions, listed_metrics, metric
from scoring.similarity.share_table import draw_shares
from scoring.submission.image import Pixels

# Each column is a question, its share of constraints held the answer.
QUESTIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "copies first": ((NEAR,), HONEST[1:]),
    **{kind: ((kind,), STRANGE) for kind in HONEST},
    "before unrelated": (HONEST, ("unrelated",)),
    "before flat": (HONEST, ("flat",)),
    "before static": (HONEST, ("static",)),
}
OVERALL = "all"
_DPS_FORMS = (("squeezenet", "spatial"), ("squeezenet", "mean"), ("autoencoder", "spatial"))


@dataclass(frozen=True)
class BenchRow:
    """One metric's share of constraints held, for each question and overall, in [0, 1]."""

    name: str
    held: Mapping[str, float]
    constraints: int


def measure_row(
    name: str, compared_by: Metric, targets: Sequence[BenchTarget], progress: Progress
) -> BenchRow:
    """The metric on every target."""
    answers: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    for done, target in enumerate(targets):
        progress(name, done, len(targets))
        values = compare_many(compared_by, target.pixels, [case.pixels for case in target.cases])
        close = [closeness(compared_by, value) for value in values]
        for question, (nearer, farther) in QUESTIONS.items():
            answers[question] += [
                0.5 if close[i] == close[j] else float(close[i] > close[j])
                for i, first in enumerate(target.cases)
                for j, second in enumerate(target.cases)
                if first.kind in nearer and second.kind in farther
            ]
    held = {question: float(np.mean(given)) for question, given in answers.items() if given}
    # The three "before" questions ask every honest-stranger pair once more, so they stay out.
    once = [a for question in ("copies first", *HONEST) for a in answers[question]]
    return BenchRow(name, held | {OVERALL: float(np.mean(once))}, len(once))


def measure_bench(
    targets: Sequence[BenchTarget],
    names: Sequence[str],
    weights: Path | None,
    progress: Progress,
) -> tuple[list[BenchRow], list[tuple[str, str]]]:
    """Rows of all metrics, or of those named, the best first; and what cannot run, with reasons."""
    rows, problems = [], []
    for label, name, options in _contenders(names, weights):
        try:
            rows.append(measure_row(label, metric(name, options), targets, progress))
        except UnknownMetric:
            raise
        except ScoringError as error:
            problems.append((label, error.what))
    return ranked(rows), problems


def _contenders(names: Sequence[str], weights: Path | None) -> list[tuple[str, str, MetricOptions]]:
    """Every metric once; deep perceptual similarity in the forms that differ most."""
    found = []
    for name in names or [listed.name for listed in listed_metrics()]:
        options = MetricOptions(weights=weights)
        if name != "dps":
            found.append((name, name, options))
            continue
        for network, pool in _DPS_FORMS:
            chosen = replace(options, network=network, pool=pool, unit_normalize=True)
            found.append((f"dps {network} {pool}", name, chosen))
    return found


def ranked(rows: Sequence[BenchRow]) -> list[BenchRow]:
    """The best first."""
    return sorted(rows, key=lambda row: (-row.held[OVERALL], row.name))


def draw_rows(rows: Sequence[BenchRow]) -> Pixels:
    """The table as a picture."""
    columns = [OVERALL, *(c for c in QUESTIONS if any(c in row.held for row in rows))]
    shares = np.array([[row.held.get(column, np.nan) for column in columns] for row in rows])
    caption = "share of orders right, in percent"
    return draw_shares([row.name for row in rows], columns, shares, caption)
