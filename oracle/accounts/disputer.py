"""Disputing a wrong ranking: the audit's report is the evidence, a bond is the stake."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import rfc8785

from oracle.auditing.report import AuditReport, AuditVerdict
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import Phase
from oracle.errors import BadInput
from oracle.sending.wallet import Sent, Wallet
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256


@dataclass(frozen=True)
class Disputer:
    """Disputes for one auditor's account on one contract. `evidence` is a folder."""

    contract: CompetitionContract
    store: ContentStore
    evidence: Path
    wallet: Wallet

    def dispute(self, report: AuditReport) -> tuple[Digest, Sent]:
        """Publishes the report and disputes; returns the report's digest and the transaction.

        Repeated after a kill, it continues with the same transaction. Raises `BadInput` when the
        report shows no mismatch, or the ranking cannot be disputed or no longer can.
        """
        if report.verdict is not AuditVerdict.MISMATCH:
            raise BadInput("this audit found nothing to dispute", "no dispute was sent")
        competition_id = report.competition_id
        key = f"{competition_id}:dispute"
        data = rfc8785.dumps(report.to_json())
        digest = self._publish(data)
        for record in self.wallet.unfinished(key):
            return digest, self.wallet.send(key, record.call)
        block = self.contract.client.latest_block()
        state = self.contract.state(competition_id, block)
        if state.phase is not Phase.ASSERTED or block.timestamp >= state.liveness_ends:
            phase = state.phase.name.lower()
            raise BadInput(
                f"competition {competition_id} cannot be disputed: it is {phase}",
                "a ranking can be disputed once, while its liveness lasts",
            )
        bond = self.contract.bond(competition_id, block)
        call = self.contract.calls.dispute(competition_id, digest, bond)
        return digest, self.wallet.send(key, call)

    def _publish(self, data: bytes) -> Digest:
        """Keeps the report on this machine, and in the store if that can be written."""
        digest = sha256(data)
        self.evidence.mkdir(parents=True, exist_ok=True)
        (self.evidence / f"{digest.hex()}.json").write_bytes(data)
        if self.store.writable:
            self.store.put(data)
        return digest
