"""`judge selftest`, `judge bisect`: whether this machine is exact, and where two runs part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oracle.cli.output import print_facts, print_json, print_table
from oracle.cli.parameters import JSON

if TYPE_CHECKING:
    from scoring.exact.proofs.second_opinion import SecondOpinion

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("selftest")
@JSON
def selftest_command(as_json: bool) -> int:
    """Try every backend of the exact arithmetic on this machine, and every sight of the judge.

    Shows what was tested, what passed, what judging would use, and the golden hash, which is the
    same on every machine. Exits with 3 if one that is there gave another bit.
    """
    from scoring.calibrated.choice import SIGHTS, check_sight, check_sight_on
    from scoring.exact.proofs.golden import GOLDEN_DIGEST
    from scoring.exact.proofs.selftest import GPU_BACKENDS, self_test

    report, sights = self_test(), [check_sight(name) for name in SIGHTS]
    on_gpu = check_sight_on("cuda")
    tried = (*report.backends, *sights, on_gpu)
    checks = [("machine", check) for check in report.machine]
    checks += [(one.name, check) for one in tried for check in one.checks]
    missing = {one.name: one.missing for one in tried if one.missing}
    wanted = [on_gpu, *sights] if report.chosen in GPU_BACKENDS else sights
    sight = next((sight.name for sight in wanted if sight.passed), "no sight")
    passed = report.passed and all(one.passed or bool(one.missing) for one in (*sights, on_gpu))
    if as_json:
        print_json(
            {
                "passed": passed,
                "golden": GOLDEN_DIGEST,
                "chosen": report.chosen,
                "sight": sight,
                "checks": [
                    {"of": of, "name": c.name, "passed": c.passed, "detail": c.detail}
                    for of, c in checks
                ],
                "missing": missing,
            }
        )
    else:
        rows = [(of, c.name, "ok" if c.passed else "WRONG", c.detail) for of, c in checks]
        rows += [(name, "", "not here", why) for name, why in missing.items()]
        print_table(("of", "check", "", "detail"), rows)
        print_facts([("golden hash", GOLDEN_DIGEST), ("judging uses", f"{report.chosen}, {sight}")])
    return 0 if passed else 3


@click.command("bisect")
@click.argument("run_a", type=_FILE)
@click.argument("run_b", type=_FILE)
@click.option("--target", type=_FILE, help="What both were trained on: repeats the step.")
@click.option("--image", type=_FILE, help="Scores it with both by the reference alone.")
@JSON
def bisect_command(
    run_a: Path, run_b: Path, target: Path | None, image: Path | None, as_json: bool
) -> int:
    """Find the first training step in which two models differ, and the tensors.

    RUN_A and RUN_B are model files of exact trainings, as `judge train` writes them. With the
    target, that step is executed once more by the slow reference, which shows which run is right
    and, should this machine be wrong too, in which layer and operation. Exits with 3 when they
    differ.
    """
    from scoring.exact import ExactModel, InvalidArchive
    from scoring.exact.proofs.bisect import bisect_runs, different_tensors
    from scoring.exact.proofs.second_opinion import reference_error, second_opinion
    from scoring.submission.image import prepared_pixels

    try:
        a, b = ExactModel.load(run_a), ExactModel.load(run_b)
    except InvalidArchive as error:
        raise click.UsageError(str(error)) from error
    found = bisect_runs(a, b)
    facts: dict[str, Any] = {"same": found.same, "cause": found.cause}
    facts |= {"step": found.step, "epoch": found.epoch, "tensors": list(different_tensors(a, b))}
    if target is not None and found.step is not None:
        pixels = prepared_pixels(target)
        opinion = second_opinion(a, b, found.step, pixels)
        facts["reference"] = {
            "digest": opinion.digest.hex(),
            "agrees with": _agreeing(opinion),
            "backend": opinion.backend,
            "parts at": opinion.parts_at and f"{opinion.parts_at.layer} {opinion.parts_at.name}",
            "tensors": list(opinion.tensors),
        }
    if image is not None:
        pixels = prepared_pixels(image)
        facts["errors"] = {"a": reference_error(a, pixels), "b": reference_error(b, pixels)}
    if as_json:
        print_json(facts)
    else:
        _print_bisection(facts)
    return 0 if found.same else 3


def _agreeing(opinion: SecondOpinion) -> str:
    agree = [
        name
        for name, agrees in (("RUN_A", opinion.run_a_agrees), ("RUN_B", opinion.run_b_agrees))
        if agrees
    ]
    return " and ".join(agree) or "neither"


def _print_bisection(facts: dict[str, Any]) -> None:
    if facts["same"]:
        click.echo("the two runs agree in every step")
    else:
        names = (("differs first", "cause"), ("step", "step"), ("epoch", "epoch"))
        rows = [(shown, facts[name]) for shown, name in names if facts[name] is not None]
        print_facts([*rows, ("tensors", _listed(facts["tensors"]))])
    if reference := facts.get("reference"):
        parts = reference["parts at"]
        machine = f"like the reference in every operation ({reference['backend']})"
        if parts:
            machine = f"{reference['backend']} is wrong here, first in {parts}"
        print_facts(
            [
                ("reference gets", reference["digest"]),
                ("as does", reference["agrees with"]),
                ("this machine", machine),
                *([("wrong tensors", _listed(reference["tensors"]))] if parts else []),
            ]
        )
    if errors := facts.get("errors"):
        print_facts([("error by A", errors["a"]), ("error by B", errors["b"])])


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:6]) or "none"
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown
