"""`judge selftest`, `judge bisect`: whether this machine is exact, and where two runs part."""

from __future__ import annotations

from pathlib import Path

import click

from oracle.cli.output import print_facts, print_json, print_table

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("selftest")
@_JSON
def selftest_command(as_json: bool) -> int:
    """Try every backend of the exact arithmetic on this machine, and every sight of the judge.

    Shows what was tested, what passed, what judging would use, and the golden hash, which is the
    same on every machine. Exits with 3 if one that is there gave another bit.
    """
    from scoring.calibrated.choice import SIGHTS, check_sight
    from scoring.exact.proofs.selftest import GOLDEN_DIGEST, self_test

    report, sights = self_test(), tuple(check_sight(name) for name in SIGHTS)
    tried = (*report.backends, *sights)
    checks = [("machine", check) for check in report.machine]
    checks += [(one.name, check) for one in tried for check in one.checks]
    missing = {one.name: one.missing for one in tried if one.missing}
    sight = next((sight.name for sight in sights if sight.passed), "no sight")
    passed = report.passed and all(sight.passed or bool(sight.missing) for sight in sights)
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
@click.argument("run_a", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("run_b", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
def bisect_command(run_a: Path, run_b: Path, as_json: bool) -> int:
    """Find the first training step in which two models differ.

    RUN_A and RUN_B are model files of exact trainings, as `judge train` writes them. Exits with 3
    when they differ.
    """
    from scoring.exact import ExactModel, InvalidArchive
    from scoring.exact.proofs.bisect import bisect_runs

    try:
        found = bisect_runs(ExactModel.load(run_a), ExactModel.load(run_b))
    except InvalidArchive as error:
        raise click.UsageError(str(error)) from error
    facts = {"same": found.same, "cause": found.cause, "step": found.step, "epoch": found.epoch}
    if as_json:
        print_json(facts)
    elif found.same:
        click.echo("the two runs agree in every step")
    else:
        print_facts([(name, value) for name, value in facts.items() if name != "same"])
    return 0 if found.same else 3
