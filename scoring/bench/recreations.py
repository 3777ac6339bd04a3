"""`judge bench recreations`: do pictures made from the target's own words come first?

For each target everybody is measured once. What is owed then:

    prompt       the target's own prompt comes before every other picture
    subject      the same subject, from any prompt, comes before every other subject
    composition  what keeps the target's composition comes before what has only its words

Each is the share of pairs in the right order (the area under the curve, AUC), a mean over the
targets of a prompt. Distances are kept in a record, so a run that was interrupted goes on, and
other trusts are tried without measuring again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

from scoring.bench.prompted import Cohort, Collection, Half, Picture
from scoring.calibrated.calibration import Distances, calibrate
from scoring.calibrated.judge import CalibratedJudge
from scoring.exact.backend import Backend
from scoring.exact.training import train_exact
from scoring.parallel import side_by_side
from scoring.spec import JudgingSpec

Report = Callable[[str], None]
_SEED = bytes(31) + b"\1"


@dataclass(frozen=True)
class Measured:
    """One target's distances: to its variations and the bank, and to every other picture."""

    target: str
    spec: str
    """sha256 of the judging spec that it was measured with."""
    positives: Sequence[Distances]
    negatives: Sequence[Distances]
    distances: Mapping[str, Distances]


@dataclass(frozen=True)
class Order:
    """How well one cohort is ordered: shares of pairs, None where there is no pair."""

    subject: str
    prompt: str
    target: str
    held_out: bool
    of_prompt: float | None
    of_subject: float | None
    of_composition: float | None


@dataclass(frozen=True)
class Line:
    """One prompt of one subject, over its targets."""

    subject: str
    prompt: str
    held_out: bool
    targets: int
    of_prompt: float | None
    of_subject: float | None
    of_composition: float | None


def measure(
    collection: Collection,
    spec: JudgingSpec,
    half: Half,
    each: int | None,
    record: Path | None,
    report: Report,
    backend: Backend | None = None,
) -> list[tuple[Cohort, Measured]]:
    """Measure every cohort of one half; what the record already holds is not measured again."""
    known = {(m.target, m.spec): m for m in _read(record)}
    digest, found = spec.digest().hex(), []
    cohorts = list(collection.cohorts(half, each))
    for number, cohort in enumerate(cohorts, 1):
        measured = known.get((cohort.target.name, digest))
        if measured is None or not set(measured.distances) >= {p.name for p in everybody(cohort)}:
            measured = _measure(collection, cohort, spec, backend)
            _append(record, measured)
        found.append((cohort, measured))
        order = judge_order(collection, cohort, measured, spec.trust)
        report(f"{number}/{len(cohorts)} {cohort.target.name}: {_share(order.of_prompt)}")
    return found


def everybody(cohort: Cohort) -> tuple[Picture, ...]:
    """All who are compared with the target."""
    return cohort.composed + cohort.prompted + cohort.related + cohort.strangers


def _measure(
    collection: Collection, cohort: Cohort, spec: JudgingSpec, backend: Backend | None
) -> Measured:
    target = collection.pixels(cohort.target)
    judge = CalibratedJudge.prepare(target, train_exact(target, spec, _SEED, backend=backend), spec)
    others = everybody(cohort)
    scores = side_by_side(lambda picture: judge.score(collection.pixels(picture)), others)
    distances = {o.name: dict(s.distances) for o, s in zip(others, scores, strict=True)}
    name, digest = cohort.target.name, spec.digest().hex()
    return Measured(name, digest, judge.positives, judge.negatives, distances)


def _read(record: Path | None) -> Iterator[Measured]:
    if record is not None and record.exists():
        for line in record.read_text(encoding="utf-8").splitlines():
            yield Measured(**json.loads(line))


def _append(record: Path | None, measured: Measured) -> None:
    if record is not None:
        with record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(measured)) + "\n")


def judge_order(
    collection: Collection, cohort: Cohort, measured: Measured, trust: Mapping[str, Decimal]
) -> Order:
    """How well the judge, with each term trusted so much, orders one cohort."""
    calibration = calibrate(measured.positives, measured.negatives, trust)

    def scores(pictures: Sequence[Picture]) -> list[int]:
        return [calibration.score(measured.distances[picture.name]) for picture in pictures]

    composed, prompted = scores(cohort.composed), scores(cohort.prompted)
    related, strangers = scores(cohort.related), scores(cohort.strangers)
    return Order(
        cohort.target.subject,
        cohort.target.prompt,
        cohort.target.name,
        collection.held_out(cohort.target.subject),
        of_prompt=ahead(prompted, related + strangers),
        of_subject=ahead(prompted + related, strangers),
        of_composition=ahead(composed, prompted + related),
    )


def ahead(first: Sequence[int], then: Sequence[int]) -> float | None:
    """Share of pairs in which the first has the lower score; None without a pair."""
    pairs = [one < other for one in first for other in then]
    return mean(pairs) if pairs else None


def summarise(orders: Sequence[Order]) -> list[Line]:
    """One line for each prompt, those that decisions were made with first."""
    groups: dict[tuple[bool, str, str], list[Order]] = {}
    for order in orders:
        groups.setdefault((order.held_out, order.subject, order.prompt), []).append(order)
    return [
        Line(
            subject,
            prompt,
            held_out,
            len(own),
            of_prompt=average(order.of_prompt for order in own),
            of_subject=average(order.of_subject for order in own),
            of_composition=average(order.of_composition for order in own),
        )
        for (held_out, subject, prompt), own in sorted(groups.items())
    ]


def average(shares: Iterator[float | None]) -> float | None:
    """The mean of those that there are."""
    there = [share for share in shares if share is not None]
    return mean(there) if there else None


def markdown_tables(lines: Sequence[Line]) -> str:
    """A table for each half: its prompts, their mean, and the worst of them."""
    halves = [("Chosen on", False), ("Held out", True)]
    tables = []
    for title, held_out in halves:
        own = [line for line in lines if line.held_out == held_out]
        if own:
            tables.append(f"{title}:\n\n{_table(own)}\n")
    return "\n".join(tables)


_COLUMNS = ("of_prompt", "of_subject", "of_composition")


def _table(lines: Sequence[Line]) -> str:
    rows = [
        "| subject | prompt | targets | same prompt before all others "
        "| same subject before other subjects | same composition before same words |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for line in lines:
        shares = " | ".join(_share(getattr(line, column)) for column in _COLUMNS)
        rows.append(f"| {line.subject} | {line.prompt} | {line.targets} | {shares} |")
    for name, of in (("mean", mean), ("worst", min)):
        columns = [[s for line in lines if (s := getattr(line, c)) is not None] for c in _COLUMNS]
        shares = " | ".join(_share(of(column) if column else None) for column in columns)
        rows.append(f"| **{name}** | | {sum(line.targets for line in lines)} | {shares} |")
    return "\n".join(rows)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def as_json(lines: Sequence[Line], orders: Sequence[Order]) -> dict[str, Any]:
    """The lines, and every target by itself."""
    return {"lines": [asdict(line) for line in lines], "targets": [asdict(o) for o in orders]}
