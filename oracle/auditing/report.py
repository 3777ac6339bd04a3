"""What an audit found: named checks, each with what is claimed and what was recomputed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from oracle.chain.state import Phase
from oracle.judging.judgement import Judgement

MAX_TEXT = 400


class AuditVerdict(StrEnum):
    """How one check ended, and by its worst check the whole audit."""

    OK = "ok"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"
    LATER = "later"  # cannot be known yet, or was not asked for; decides nothing


@dataclass(frozen=True)
class Check:
    """One thing that was verified, with what the chain or bundle claims and what was found."""

    name: str
    verdict: AuditVerdict
    claimed: str
    found: str

    def to_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "claimed": self.claimed,
            "found": self.found,
        }


@dataclass
class AuditReport:
    """All checks of one audit, in the order they were made."""

    competition_id: int
    phase: Phase
    ranking_root: bytes = bytes(32)  # what is asserted: a dispute names it
    model_hash: bytes = bytes(32)
    checks: list[Check] = field(default_factory=list)
    judgement: Judgement | None = None
    unjudgeable: str = ""  # why nobody can judge this target; empty when that is not known
    has_studio: bool = False
    # What the studio's log shows, where there is one; no ground to dispute the ranking.
    studio: AuditReport | None = None

    def compare(self, name: str, claimed: object, found: object) -> bool:
        """Adds a check that `claimed` equals `found`."""
        same = claimed == found
        verdict = AuditVerdict.OK if same else AuditVerdict.MISMATCH
        self.checks.append(Check(_plain(name), verdict, _shown(claimed), _shown(found)))
        return same

    def unknown(self, name: str, claimed: object, why: str) -> None:
        """Adds a check that could not be made."""
        self.checks.append(Check(_plain(name), AuditVerdict.UNKNOWN, _shown(claimed), _plain(why)))

    def later(self, name: str, claimed: object, why: str) -> None:
        """Adds a check that is still to be made, and decides nothing now."""
        self.checks.append(Check(_plain(name), AuditVerdict.LATER, _shown(claimed), _plain(why)))

    @property
    def verdict(self) -> AuditVerdict:
        verdicts = {check.verdict for check in self.checks}
        for worst in (AuditVerdict.MISMATCH, AuditVerdict.UNKNOWN, AuditVerdict.LATER):
            if worst in verdicts:
                return worst
        return AuditVerdict.OK

    @property
    def conclusion(self) -> AuditVerdict:
        """The verdict on ranking and studio together."""
        if self.studio is None or self.studio.verdict is AuditVerdict.LATER:
            return self.verdict
        verdicts = (self.verdict, self.studio.verdict)
        if AuditVerdict.MISMATCH in verdicts:
            return AuditVerdict.MISMATCH
        return AuditVerdict.UNKNOWN if AuditVerdict.UNKNOWN in verdicts else AuditVerdict.OK

    def to_json(self) -> dict[str, Any]:
        document = {
            "competition_id": self.competition_id,
            "phase": self.phase.name.lower(),
            "ranking_root": _shown(self.ranking_root),
            "model_hash": _shown(self.model_hash),
            "verdict": self.verdict.value,
            "checks": [check.to_json() for check in self.checks],
        }
        if self.studio is not None:
            document["studio"] = {
                "verdict": self.studio.verdict.value,
                "checks": [check.to_json() for check in self.studio.checks],
            }
        return document


def _shown(value: object) -> str:
    """Bytes as 0x-hex, the rest as short text: much of it was written by strangers."""
    return "0x" + value.hex() if isinstance(value, bytes) else _plain(str(value))


def _plain(text: str) -> str:
    """Of a bounded length, and nothing in it that a terminal or a file cannot take."""
    short = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " …"
    return "".join(c if c.isprintable() else "\ufffd" for c in short)
