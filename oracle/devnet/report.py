"""The demo's leaderboard and report page, from what the daemon published and nothing else."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from oracle.chain.amounts import format_eth
from oracle.devnet.competition import Played
from oracle.devnet.network import Devnet
from oracle.judging.bundle import MAX_PART_BYTES, read_index, read_page
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest
from scoring.ranking import Entry, RankedEntry
from scoring.render import (
    AuditResult,
    Fact,
    Payout,
    ReportData,
    ReportEntry,
    Transaction,
    render_report,
)
from scoring.spec import JudgingSpec
from scoring.submission.image import (
    Flag,
    InvalidSubmission,
    Pixels,
    decode_submission,
    reasons,
    remarks,
)


@dataclass(frozen=True)
class Line:
    """One line of the leaderboard, for people."""

    rank: int
    name: str
    score: str
    flags: str
    story: str


class Published:
    """The bundle of a played competition, read from the devnet's store."""

    def __init__(self, devnet: Devnet, played: Played) -> None:
        self._store = EmbeddedStore(devnet.store_folder)
        self.index = read_index(self.block(played.state.bundle_digest))
        pages = (self.block(_bytes(page)) for page in self.index["pages"])
        self.rows = [row for page in pages for row in read_page(page)]

    def block(self, digest: bytes) -> bytes:
        return self._store.get(Digest(digest), max_bytes=MAX_PART_BYTES)

    def picture(self, digest: str | None) -> Pixels | None:
        """A published PNG's pixels."""
        if digest is None:
            return None
        with Image.open(io.BytesIO(self.block(_bytes(digest))), formats=["PNG"]) as image:
            return np.asarray(image)

    def submission(self, digest: str) -> Pixels | None:
        """A submission's pixels, None when it is not a valid image."""
        try:
            return decode_submission(self.block(_bytes(digest)))
        except InvalidSubmission:
            return None


def leaderboard(devnet: Devnet, played: Played) -> list[Line]:
    """The ranking, with the players' names and stories; who never revealed comes last."""
    lines = []
    for row in Published(devnet, played).rows:
        part = played.seat_of(row["ticket_id"]).part
        flags = Flag(row["flags"])
        out = Flag.DISQUALIFIED in flags
        lines.append(
            Line(row["rank"], part.name, "" if out else row["score"], _flags(flags), part.story)
        )
    ranked = {row["ticket_id"] for row in Published(devnet, played).rows}
    for seat in played.seats:
        if seat.ticket_id not in ranked:
            lines.append(Line(0, seat.part.name, "", "not revealed", seat.part.story))
    return lines


def write_report(devnet: Devnet, played: Played, audit: dict[str, Any], path: Path) -> Path:
    """Writes the self-contained page and returns its path."""
    published = Published(devnet, played)
    target = published.submission("0x" + played.state.target_digest.hex())
    if target is None:
        raise ValueError("a judged competition has a valid target")
    data = ReportData(
        target=target,
        entries=[_entry(published, played, row) for row in published.rows],
        spec=JudgingSpec.from_json(published.block(played.state.terms.spec_digest)),
        seed=played.state.seed,
        model_hash=Digest(played.state.model_hash),
        title=f"Competition {played.competition_id}",
        facts=_facts(devnet, played),
        payouts=_payouts(played),
        transactions=[
            Transaction(action, transaction_hash, gas)
            for action, transaction_hash, gas in played.transactions
        ],
        audit=AuditResult(
            audit["verdict"] == "ok",
            f"A stranger's audit repeated {len(audit['checks'])} checks from the hashes alone.",
        ),
    )
    path.write_text(render_report(data), encoding="utf-8")
    return path


def _entry(published: Published, played: Played, row: dict[str, Any]) -> ReportEntry:
    seat = played.seat_of(row["ticket_id"])
    entry = Entry(row["ticket_id"], seat.part.name, Digest(_bytes(row["image_digest"])), 0)
    terms = {name: int(value) for name, value in row["terms"].items()}
    return ReportEntry(
        RankedEntry(row["rank"], entry, int(row["score"]), Flag(row["flags"]), terms),
        submission=published.submission(row["image_digest"]),
        reconstruction=published.picture(row["reconstruction"]),
        error_map=published.picture(row["error_map"]),
        remark=f"{seat.part.name} {seat.part.story}.",
    )


def _facts(devnet: Devnet, played: Played) -> list[Fact]:
    state = played.state
    return [
        Fact("Chain", f"devnet, id {devnet.anvil.chain_id}"),
        Fact("Contract", devnet.contract_address),
        Fact("Operator", state.operator),
        Fact("Tickets", f"{state.sold} at {format_eth(state.terms.ticket_price)}"),
        Fact("Pot", format_eth(state.pot)),
        Fact("Revealed", str(state.revealed)),
        Fact("Entries hash", "0x" + state.entries_hash.hex()),
        Fact("Ranking root", "0x" + state.ranking_root.hex()),
        Fact("Bundle", "0x" + state.bundle_digest.hex()),
    ]


def _payouts(played: Played) -> list[Payout]:
    finalized = played.history.finalized
    if finalized is None:
        return []
    winner = played.seat_of(finalized.ticket_id).part.name
    return [
        Payout(f"{winner}, winner (80 %)", finalized.winner, format_eth(finalized.prize)),
        Payout("Operator (20 %)", played.state.operator, format_eth(finalized.fee)),
    ]


def _flags(flags: Flag) -> str:
    return ", ".join((*reasons(flags), *remarks(flags)))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
