"""`judge bench quality`: does the ranking agree with what people would say, and can cheats win?

For each target and seed: train, calibrate, measure some 190 images, and check the order
constraints, once for the judge, once for the published recipe, and once without each term. All of
that twice: with distortions of the listed strengths, the same for every target, and with strengths
and directions drawn for each target, which no list of references fits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from statistics import mean
from typing import Any, Literal, get_args

from scoring.bench.cases import Gallery, LabelledImage
from scoring.bench.constraints import OrderCheck, judge_order, kendall_tau
from scoring.bench.distortions import drawn_families
from scoring.calibrated.calibration import CannotCalibrate, Distances, calibrate
from scoring.calibrated.judge import CalibratedJudge
from scoring.exact.backend import Backend
from scoring.exact.training import train_exact
from scoring.spec import CalibrationSpec, TrainingSpec

Report = Callable[[str], None]
Strengths = Literal["listed", "drawn"]
STRENGTHS: tuple[Strengths, ...] = get_args(Strengths)

_TRUST = CalibrationSpec().trust
_OF_AUTOENCODER = ("target_features", "unexplained_detail")
_ONLY_AUTOENCODER = {name: Decimal(int(name in _OF_AUTOENCODER)) for name in _TRUST}
_ONLY_PERCEPTUAL = {**_TRUST, **dict.fromkeys(_OF_AUTOENCODER, Decimal(0))}
# What is scored again with other weights: the ablation.
VARIANTS: Mapping[str, Mapping[str, Decimal]] = {
    "calibrated": _TRUST,
    **{f"without {name}": {**_TRUST, name: Decimal(0)} for name in _TRUST},
    "autoencoder terms alone": _ONLY_AUTOENCODER,
    "frozen networks alone": _ONLY_PERCEPTUAL,
    "all six, equal trust": dict.fromkeys(_TRUST, Decimal(1)),
}
RECIPE = "published recipe"


@dataclass(frozen=True)
class TargetRun:
    """One target judged with one seed: scores of every case, by judge."""

    target: str
    seed: int
    strengths: Strengths
    scores: Mapping[str, Sequence[int]]
    verdicts: Mapping[str, OrderCheck]
    train_seconds: float
    seconds_an_image: float


@dataclass(frozen=True)
class Line:
    """One judge over all targets: what the tables show."""

    strengths: Strengths
    judge: str
    constraints: float  # share held, mean over targets
    worst_target: float
    attack_wins: float  # mean over targets, of 29
    above_median: int  # attacks above the median honest image, all targets together
    variations: float | None  # share of variation-unrelated pairs in order
    tau: float | None  # mean rank agreement between seeds
    margin: float  # mean distance from the worst honest image to the best attack


def run_target(
    gallery: Gallery,
    target: str,
    spec: TrainingSpec,
    seed: int,
    backend: Backend | None = None,
) -> list[TargetRun]:
    """Judge one target's cases with one seed: one run for each choice of strengths."""
    pixels = gallery.pixels(target)
    started = time.perf_counter()
    model = train_exact(pixels, spec, seed.to_bytes(32, "big"), backend=backend)
    judge = CalibratedJudge.prepare(pixels, model)
    trained = time.perf_counter() - started
    cases = list(gallery.cases(target))
    started = time.perf_counter()
    distances = [judge.score(case.pixels).distances for case in cases]
    an_image = (time.perf_counter() - started) / len(cases)
    drawn = list(gallery.distortions(target, drawn_families(target)))
    of_drawn = [judge.score(case.pixels).distances for case in drawn]
    for case, distance in zip(cases, distances, strict=True):
        if case.kind != "distortion":
            drawn.append(case)
            of_drawn.append(distance)
    runs = []
    shown = ((cases, distances), (drawn, of_drawn))
    for strengths, (alike, measured) in zip(STRENGTHS, shown, strict=True):
        scores = _scores(judge, alike, measured)
        verdicts = {name: judge_order(target, alike, own) for name, own in scores.items()}
        runs.append(TargetRun(target, seed, strengths, scores, verdicts, trained, an_image))
    return runs


def _scores(
    judge: CalibratedJudge, cases: Sequence[LabelledImage], distances: Sequence[Distances]
) -> dict[str, list[int]]:
    """The cases' scores, by judge."""
    scores: dict[str, list[int]] = {}
    for name, trust in VARIANTS.items():
        try:
            calibration = calibrate(judge.positives, judge.negatives, trust)
        except CannotCalibrate:
            scores[name] = [0] * len(cases)
            continue
        scores[name] = [calibration.score(d) for d in distances]
    scores[RECIPE] = [judge.model.squared_error(case.pixels) for case in cases]
    return scores


def cost(runs: Sequence[TargetRun]) -> str:
    """One line: what an image and a training take."""
    milliseconds = 1000 * mean(run.seconds_an_image for run in runs)
    training = mean(run.train_seconds for run in runs)
    return f"{milliseconds:.0f} ms an image, {training:.1f} s of training and calibration"


def summarise(runs: Sequence[TargetRun]) -> list[Line]:
    """One line for each choice of strengths and judge, over all runs."""
    lines = []
    for strengths in STRENGTHS:
        alike = [run for run in runs if run.strengths == strengths]
        lines += [_line(strengths, judge, alike) for judge in runs[0].verdicts]
    return lines


def _line(strengths: Strengths, judge: str, runs: Sequence[TargetRun]) -> Line:
    verdicts = [run.verdicts[judge] for run in runs]
    pairs = sum(v.variation_pairs for v in verdicts)
    taus = []
    for target in {run.target for run in runs}:
        same = [run.scores[judge] for run in runs if run.target == target]
        taus += [kendall_tau(same[0], other) for other in same[1:]]
    return Line(
        strengths=strengths,
        judge=judge,
        constraints=mean(v.share for v in verdicts),
        worst_target=min(v.share for v in verdicts),
        attack_wins=mean(len(v.attack_wins) for v in verdicts),
        above_median=sum(v.attacks_above_median for v in verdicts),
        variations=sum(v.variations_ahead for v in verdicts) / pairs if pairs else None,
        tau=mean(taus) if taus else None,
        margin=mean(v.margin for v in verdicts),
    )


def markdown_tables(lines: Sequence[Line]) -> str:
    """The tables of docs/lab/quality.md."""
    tables = []
    for strengths in STRENGTHS:
        table = _table([line for line in lines if line.strengths == strengths])
        tables.append(f"Distortions of {strengths} strengths:\n\n{table}\n")
    return "\n".join(tables)


def _table(lines: Sequence[Line]) -> str:
    rows = [
        "| judge | constraints held | worst target | attacks of 29 that beat some honest image "
        "| attacks above the median honest image | AI variations ahead of unrelated "
        "| τ over seeds | margin |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for line in lines:
        variations = "–" if line.variations is None else f"{line.variations:.1%}"
        tau = "–" if line.tau is None else f"{line.tau:.3f}"
        margin = "–" if line.judge == RECIPE else f"{line.margin / 1e6:+.3f}"
        rows.append(
            f"| {line.judge} | {line.constraints:.2%} | {line.worst_target:.2%} "
            f"| {line.attack_wins:.2f} | {line.above_median} | {variations} | {tau} | {margin} |"
        )
    return "\n".join(rows)


def as_json(runs: Sequence[TargetRun]) -> dict[str, Any]:
    """Lines, and for each run which constraints broke and which attacks won."""
    return {
        "lines": [asdict(line) for line in summarise(runs)],
        "runs": [
            {
                "target": run.target,
                "seed": run.seed,
                "strengths": run.strengths,
                "train_seconds": round(run.train_seconds, 2),
                "milliseconds_an_image": round(run.seconds_an_image * 1000, 2),
                "judges": {
                    name: {
                        "share": round(verdict.share, 5),
                        "attack_wins": verdict.attack_wins,
                        "broken": dict(verdict.broken),
                    }
                    for name, verdict in run.verdicts.items()
                },
            }
            for run in runs
        ],
    }


def run_quality(
    gallery: Gallery,
    targets: Sequence[str],
    spec: TrainingSpec,
    seeds: int = 1,
    report: Report = lambda _line: None,
    backend: Backend | None = None,
) -> list[TargetRun]:
    """Judge every target with every seed; `report` gets a line after each."""
    runs = []
    for seed in range(1, seeds + 1):
        for target in targets:
            for run in run_target(gallery, target, spec, seed, backend):
                verdict = run.verdicts["calibrated"]
                wins = list(verdict.attack_wins)
                report(f"{target} seed {seed} {run.strengths}: {verdict.share:.2%}, wins {wins}")
                runs.append(run)
    return runs


def held_out(gallery: Gallery) -> list[str]:
    """Targets that no decision was made with: those the manifest lists, if they are here.

    Of another folder every image is held out that the manifest does not name as chosen on.
    """
    manifest = gallery.manifest
    listed = [name for name in manifest.held_out if name in gallery.names]
    return listed or [name for name in gallery.names if name not in set(manifest.chosen_on)]
