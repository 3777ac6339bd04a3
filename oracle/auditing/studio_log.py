"""Checking a studio's log against what was revealed: limit held, one receipt for every image."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from oracle.auditing.report import AuditReport
from oracle.chain.client import ChainClient
from oracle.chain.commitments import Domain
from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.signing.verifying import is_signed_by
from oracle.studio.log import PromptRecord
from oracle.studio.publishing import PublishedLog
from oracle.studio.seeds import prompt_seed
from scoring.digest import Digest, sha256
from scoring.ranking import Entry

Redraw = Callable[[PromptRecord], bytes | None]
"""Makes a record's image again: the submission's bytes, or None where its back end is not exact."""


def check_studio_log(
    report: AuditReport,
    state: CompetitionState,
    entries: Sequence[Entry],
    log: PublishedLog,
    domain: Domain,
    client: ChainClient,
    block: Block,
    redraw: Redraw | None = None,
) -> None:
    """Adds a check for everything that a log must show; none of them ends the others.

    With `redraw`, the image of every revealed entry is made again from its words.
    """
    signed = is_signed_by(log.head, domain, log.signature, state.terms.studio, client, block)
    report.compare("studio's signature", "by the studio", "by the studio" if signed else "forged")
    by_ticket: dict[int, list[PromptRecord]] = defaultdict(list)
    for record in log.records:
        by_ticket[record.ticket_id].append(record)
    _check_counts(report, state, by_ticket)
    _check_seeds(report, state, domain, log.records)
    for entry in entries:
        _check_entry(report, entry, by_ticket.get(entry.ticket_id, []), redraw)


def _check_counts(
    report: AuditReport, state: CompetitionState, by_ticket: dict[int, list[PromptRecord]]
) -> None:
    limit = state.terms.prompt_limit
    over = {ticket: len(made) for ticket, made in by_ticket.items() if len(made) > limit}
    report.compare(f"at most {limit} images a ticket", {}, over)
    gaps = [
        ticket
        for ticket, made in sorted(by_ticket.items())
        if [record.index for record in made] != list(range(len(made)))
    ]
    report.compare("prompts numbered without a gap", [], gaps)


def _check_seeds(
    report: AuditReport,
    state: CompetitionState,
    domain: Domain,
    records: Sequence[PromptRecord],
) -> None:
    wrong = [
        (record.ticket_id, record.index)
        for record in records
        if record.seed != _seed(domain, state.id, record)
    ]
    report.compare("generator's seeds follow from ticket and prompt", [], wrong)


def _seed(domain: Domain, competition_id: int, record: PromptRecord) -> int:
    return prompt_seed(
        domain.chain_id, domain.competition, competition_id, record.ticket_id, record.index
    )


def _check_entry(
    report: AuditReport, entry: Entry, made: list[PromptRecord], redraw: Redraw | None
) -> None:
    name = f"prompt behind ticket {entry.ticket_id}"
    found = [record for record in made if record.image_sha256 == entry.image_digest]
    if not found:
        report.compare(name, "one record", "none")
        return
    record = found[0]
    report.compare(name, "one record", "one record")
    if redraw is None:
        return
    if record.prompt is None:
        report.unknown(f"{name}, drawn again", entry.image_digest, "its words are not public")
        return
    again = redraw(record)
    if again is not None:
        report.compare(f"{name}, drawn again", entry.image_digest, Digest(sha256(again)))
