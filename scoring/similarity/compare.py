"""Two images by many metrics: numbers, the reasons for missing ones, and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scoring.errors import ScoringError
from scoring.progress import Progress
from scoring.similarity.errors import UnknownMetric
from scoring.similarity.metric import Direction, Explaining, Metric
from scoring.submission.image import Pixels


@dataclass(frozen=True, eq=False)
class MetricResult:
    """What one metric says of a pair; without a value there is a problem."""

    name: str
    value: float | None
    direction: Direction | None = None
    range: tuple[float, float] | None = None
    source: str = ""
    picture: Pixels | None = None
    problem: str = ""
    hint: str = ""


def measure(metric: Metric, a: Pixels, b: Pixels, *, explain: bool = False) -> MetricResult:
    """The metric's number, and its picture when it draws one and `explain` asks for it."""
    value = metric(a, b)
    picture = metric.explain(a, b) if explain and isinstance(metric, Explaining) else None
    return MetricResult(metric.name, value, metric.direction, metric.range, metric.source, picture)


def measure_all(
    names: Sequence[str],
    make: Callable[[str], Metric],
    a: Pixels,
    b: Pixels,
    *,
    explain: bool = False,
    progress: Progress,
    stop_at_problem: bool = False,
) -> list[MetricResult]:
    """One line for each name; a metric that cannot be had says why, and the rest goes on.

    With `stop_at_problem` its error is raised instead; an unknown name always raises.
    """
    lines = []
    for done, name in enumerate(names):
        progress("measuring", done, len(names))
        try:
            lines.append(measure(make(name), a, b, explain=explain))
        except UnknownMetric:
            raise
        except ScoringError as error:
            if stop_at_problem:
                raise
            lines.append(MetricResult(name, None, problem=error.what, hint=error.hint))
    progress("measuring", len(names), len(names))
    return lines
