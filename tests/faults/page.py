"""The table of faults in `docs/reliability.md`, written from what was played."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.faults.plan import Outcome
from tests.faults.rows import GROUPS

BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"


def write_table(page: Path, outcomes: Sequence[Outcome]) -> None:
    """Puts what was played between the page's marks; rows of other faults stay as they are.

    Raises ValueError without marks.
    """
    text = page.read_text()
    before, begin, rest = text.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no marks {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{table(outcomes, old)}\n{END}{after}")


def table(outcomes: Sequence[Outcome], old: str = "") -> str:
    """The rows, group by group; what was never played is left out."""
    rows = {line.split("`")[1]: line for line in old.splitlines() if line.startswith("| `")}
    rows |= {outcome.fault.name: _row(outcome) for outcome in outcomes}
    lines = ["| fault | what fails | when | `/healthz` meanwhile | result |", "|" + " --- |" * 5]
    for title, faults in GROUPS.items():
        found = [rows[fault.name] for fault in faults if fault.name in rows]
        if found:
            lines += [f"| **{title}** | | | | |", *found]
    return "\n".join(lines)


def _row(outcome: Outcome) -> str:
    fault, course = outcome.fault, outcome.course
    if fault.says:
        health = f"“{fault.says}”"
    elif course is not None and course.red == 0:
        health = "green"
    else:
        health = "red at times"
    result = "failed" if course is None else "held"
    when = fault.begins.name.lower()
    if fault.ends_with is not None:
        when += f" to {fault.ends_with.name.lower()}"
    return f"| `{fault.name}` | {fault.what} | {when} | {health} | {result} |"
