"""Joining a side of a dispute: the audit's report is the evidence, any amount is the stake."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path

import rfc8785

from oracle.auditing.report import AuditReport, AuditVerdict
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.errors import BadInput, OracleError
from oracle.sending.wallet import Sent, Wallet
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Disputer:
    """Pays on a side of disputes, for one account on one contract. `evidence` is a folder."""

    contract: CompetitionContract
    store: ContentStore
    evidence: Path
    wallet: Wallet

    def dispute(self, report: AuditReport, wei: int | None = None) -> tuple[Digest, Sent]:
        """Publishes the report, if it can, and pays against the very ranking that it is about.

        `wei` is any amount; without it, all that the pool lacks. Returns the report's digest and
        the transaction. Repeated after a kill, it continues with the same transaction. Raises
        `BadInput` when the report shows no mismatch, or nothing can be paid against the ranking.
        """
        if report.verdict is not AuditVerdict.MISMATCH:
            raise BadInput("this audit found nothing to dispute", "no dispute was sent")
        competition_id = report.competition_id
        data = rfc8785.dumps(report.to_json())
        digest = self._publish(data)
        key = f"{competition_id}:dispute:"
        for record in self.wallet.unfinished(key):
            return digest, self.wallet.send(record.key, record.call)
        state, block = self._joinable(competition_id, (Phase.ASSERTED, Phase.DISPUTED))
        if wei is None:
            wei = max(0, state.bond - state.dispute.against)
        call = self.contract.calls.dispute(
            competition_id, report.ranking_root, report.model_hash, digest, self._amount(wei)
        )
        return digest, self.wallet.send(f"{key}{block.number}", call)

    def support(
        self, competition_id: int, wei: int, ranking_root: bytes, model_hash: bytes
    ) -> Sent:
        """Pays for a disputed ranking, beside the operator's bond."""
        key = f"{competition_id}:support:"
        for record in self.wallet.unfinished(key):
            return self.wallet.send(record.key, record.call)
        _, block = self._joinable(competition_id, (Phase.DISPUTED,))
        calls = self.contract.calls
        call = calls.support(competition_id, ranking_root, model_hash, self._amount(wei))
        return self.wallet.send(f"{key}{block.number}", call)

    def claim(self, competition_id: int, account: str | None = None) -> tuple[int, Sent]:
        """Has an account, its own by default, paid what its contributions are worth now."""
        account = account or self.wallet.address
        block = self.contract.client.latest_block()
        amount = self.contract.claim(competition_id, account, block)
        if amount == 0:
            raise BadInput(
                f"{account} has nothing to claim in competition {competition_id}",
                "shares are for who paid on the side of the verdict, once it is there",
            )
        call = self.contract.calls.claim_bond(competition_id, account)
        return amount, self.wallet.send(f"{competition_id}:claimBond:{account}", call)

    def _joinable(
        self, competition_id: int, phases: tuple[Phase, ...]
    ) -> tuple[CompetitionState, Block]:
        block = self.contract.client.latest_block()
        state = self.contract.state(competition_id, block)
        asserted = state.phase is Phase.ASSERTED
        ends = state.liveness_ends if asserted else state.dispute.join_ends
        if state.phase not in phases or block.timestamp >= ends:
            phase = state.phase.name.lower()
            raise BadInput(
                f"competition {competition_id} cannot be joined in a dispute: it is {phase}",
                "a ranking is disputed while its liveness lasts; a side is joined until votes show",
            )
        return state, block

    def _amount(self, wei: int) -> int:
        if wei <= 0:
            raise BadInput(
                "nothing would be paid: the pool against this ranking is full",
                "name what to add with --amount, such as 0.01eth",
            )
        return wei

    def _publish(self, data: bytes) -> Digest:
        """Keeps the report on this machine, and in the store if that can be written.

        Trouble with either is only told: the dispute has a deadline, and its report can follow.
        """
        digest = sha256(data)
        path = self.evidence / f"{digest.hex()}.json"
        afterwards = f"put {path} there afterwards: ipfs block put --cid-codec raw --pin FILE"
        try:
            self.evidence.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            with contextlib.suppress(OSError):  # half a report
                path.unlink(missing_ok=True)
            afterwards = "what judge audit prints says the same"
            log.warning(
                "the report is not kept in %s (%s), and it is disputed all the same; make room "
                "there, or choose another [judge] work_dir",
                self.evidence,
                error.strerror,
            )
        if self.store.writable:
            try:
                self.store.put(data)
            except OracleError as error:
                log.warning(
                    "the report is not published (%s), and it is disputed all the same; %s",
                    error.what,
                    afterwards,
                )
        return digest
