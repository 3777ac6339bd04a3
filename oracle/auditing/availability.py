"""Whether every entry of a ranking is shown, as an audit's checks: who ranks must show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from oracle.auditing.report import AuditReport
from oracle.judging.fetch import Fetched
from scoring.ranking import Entry

# Tickets of one kind that are named: anybody can hide an image, and an operator can call every one
# unavailable. The report has to fit into one block all the same, beside what else differs.
MAX_NAMED = 100


def check_shown(
    report: AuditReport,
    entries: tuple[Entry, ...],
    fetched: Fetched,
    called: Collection[int],
    why_down: str,
) -> bool:
    """Whether it is known of every entry if it is shown; `called` are said not to be.

    An entry that is ranked and served by nobody is a mismatch, and so is one that is called
    unavailable and can be fetched; with a reason in `why_down`, what nobody serves is unknown.
    Of each kind the first `MAX_NAMED` get a check each, and the others one together.
    """
    unknown = ("served", why_down)
    counts: Counter[tuple[str, str]] = Counter()

    def add(name: str, kind: tuple[str, str]) -> None:
        if kind == unknown:
            report.unknown(name, *kind)
        else:
            report.compare(name, *kind)

    for entry in entries:
        missing = entry.image_digest in fetched.missing
        if entry.ticket_id in called:
            kind = ("not to be found", "not to be found" if missing else "found")
        elif missing:
            kind = unknown if why_down else ("served", "served by nobody")
        else:
            continue
        counts[kind] += 1
        if counts[kind] <= MAX_NAMED:
            add(f"availability of ticket {entry.ticket_id}", kind)
    for kind, count in counts.items():
        if count > MAX_NAMED:
            add(f"availability of {count - MAX_NAMED} more tickets", kind)
    return unknown not in counts
