"""What an operator's daemon does with one competition, phase by phase.

Every step may be taken again after a kill at any point: transactions are idempotent by their
key, training and scoring by their inputs. A step that is not possible yet raises `RetryLater`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from oracle.casework import Casework
from oracle.chain.calls import Call
from oracle.chain.competition import CompetitionContract
from oracle.chain.entries import row_of
from oracle.chain.state import Assertion, CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.errors import ChainDisagrees
from oracle.judging import Case, Judgement
from oracle.ledger import Ledger, Step
from oracle.ledger_transactions import TxStatus
from oracle.sealed import SealedImages
from oracle.tx import TransactionSender
from scoring.digest import Digest

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Steps:
    """The steps of one contract's competitions; a sender without a key sends nothing."""

    contract: CompetitionContract
    casework: Casework
    ledger: Ledger
    targets: SealedImages
    sender: TransactionSender

    def advance(self, state: CompetitionState, block: Block) -> None:
        """Takes the step that `state`, read at the final `block`, asks for."""
        self._note(state, Step.DISCOVERED)
        match state.phase:
            case Phase.OPENING:
                self._open_target(state, block)
            case Phase.SEEDING:
                self._seed(state, block)
            case Phase.JUDGING:
                self._judge(state, block)
            case Phase.ASSERTED:
                self._note(state, Step.ASSERTED)
                self._check_assertion(state)
                if block.timestamp >= state.liveness_ends:
                    self._send(state, "finalize", self.contract.calls.finalize(state.id))
            case Phase.FINAL:
                self._note(state, Step.FINALIZED)
            case Phase.VOID:
                self._note(state, Step.VOID)
            case _:
                pass  # players' turn, or the clock's

    def _open_target(self, state: CompetitionState, block: Block) -> None:
        sealed = self.targets.load(state.terms.target_commitment)
        opening_ends = state.terms.sale_ends + self.contract.opening_seconds(block)
        if block.timestamp >= opening_ends:
            self._void(state)
        elif sealed is None:
            log.error("target secret not on this machine", extra={"competition": state.id})
        else:
            # Only now: content that is published can be found by its digest.
            self.casework.store.put(sealed.image)
            call = self.contract.calls.open_target(state.id, sealed.digest, sealed.salt)
            self._send(state, "openTarget", call, deadline=opening_ends)

    def _seed(self, state: CompetitionState, block: Block) -> None:
        self._note(state, Step.ENTRIES_FINAL)
        too_few = state.revealed < state.terms.min_revealed
        if too_few or block.timestamp >= state.judging_ends:
            self._void(state)
        elif state.seed_block == 0:
            call = self.contract.calls.fix_seed_block(state.id)
            self._send(state, "fixSeedBlock", call, deadline=state.judging_ends)
        elif block.number > state.seed_block:
            # A final seed block: what is pinned cannot be reorganised into another seed.
            call = self.contract.calls.pin_seed(state.id)
            self._send(state, "pinSeed", call, deadline=state.judging_ends)

    def _judge(self, state: CompetitionState, block: Block) -> None:
        self._note(state, Step.SEEDED)
        if block.timestamp >= state.judging_ends:
            self._void(state)
            return
        entries = self.contract.entries(state.id, block)
        fetched = self.casework.fetch(state, entries, block.timestamp)
        self._note(state, Step.FETCHED)
        case = Case(
            domain=self.contract.domain,
            competition_id=state.id,
            spec=self.casework.load_spec(Digest(state.terms.spec_digest)),
            seed=self.contract.seed(state),
            entries_hash=state.entries_hash,
            target_digest=Digest(state.target_digest),
            entries=entries,
        )
        judgement, bundle = self.casework.work(case, fetched, lambda step: self._note(state, step))
        self.ledger.record_step(
            state.id,
            Step.ASSERTION_SENT,
            {
                "model_hash": judgement.model_hash.hex(),
                "ranking_root": judgement.tree.root.hex(),
                "bundle_digest": bundle.digest.hex(),
            },
        )
        call = self.contract.calls.assert_ranking(
            state.id,
            assertion_of(judgement, bundle.digest),
            row_of(judgement.winner),
            judgement.winner_proof(),
            bond_wei=state.bond,
        )
        self._send(state, "assertRanking", call, deadline=state.judging_ends)

    def _check_assertion(self, state: CompetitionState) -> None:
        """What is on-chain must be what this operator computed, if it computed anything."""
        record = self.ledger.steps(state.id).get(Step.ASSERTION_SENT)
        ours = record.data["ranking_root"] if record is not None else None
        if ours is not None and ours != state.ranking_root.hex():
            raise ChainDisagrees(
                f"competition {state.id} carries ranking root {state.ranking_root.hex()}, "
                f"this daemon computed {ours}",
                "find out who asserted with this operator's key",
            )

    def _void(self, state: CompetitionState) -> None:
        self._send(state, "voidCompetition", self.contract.calls.void_competition(state.id))

    def _send(
        self, state: CompetitionState, action: str, call: Call, deadline: int | None = None
    ) -> None:
        result = self.sender.submit(f"{state.id}:{action}", call, deadline)
        facts = {"competition": state.id, "action": action, "reason": result.reason}
        match result.status:
            case TxStatus.DRY:
                log.info("dry mode: not sent", extra=facts)
            case TxStatus.STUCK:
                # Not halted: it goes on by itself once fees fall or the account is funded.
                log.error("transaction stuck: needs a human", extra=facts)
            case TxStatus.REFUSED | TxStatus.EXPIRED | TxStatus.REVERTED:
                log.warning(f"transaction {result.status.value}", extra=facts)
            case _:
                log.info(f"transaction {result.status.value}", extra=facts)

    def _note(self, state: CompetitionState, step: Step) -> None:
        if step not in self.ledger.steps(state.id):
            self.ledger.record_step(state.id, step)
            log.info(step.name.lower(), extra={"competition": state.id})


def assertion_of(judgement: Judgement, bundle_digest: Digest) -> Assertion:
    """What is asserted on-chain for a judgement."""
    return Assertion(
        entries_hash=judgement.case.entries_hash,
        model_hash=judgement.model_hash,
        ranking_root=judgement.tree.root,
        leaf_count=len(judgement.ranking),
        bundle_digest=bundle_digest,
    )
