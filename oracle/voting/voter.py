"""One auditor's vote on a dispute: recompute, commit, reveal, deliver, claim.

What is voted for is recomputed from the entry set, the seed and the spec. Every step may be taken
again after a kill: the salt is on disk before the commitment is sent, transactions are idempotent
by their key, and all else is read from the chain.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from oracle.auditing.auditor import Auditor, ShownRule
from oracle.auditing.report import AuditReport, AuditVerdict
from oracle.chain.calls import Call
from oracle.chain.competition import CompetitionContract
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.entries import row_of
from oracle.chain.quorum import Ballot, Charter, QuorumContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.votes import RankingResult, hash_vote, hash_work
from oracle.chain.wire import Block
from oracle.daemon.last_said import LastSaid
from oracle.daemon.logged_sender import LoggedSender, refusal_in
from oracle.errors import BadInput, ContentUnavailable, NeedsHuman, OracleError, Undecidable
from oracle.health import Deadline
from oracle.judging.bundle import Bundle, build_bundle
from oracle.judging.fetch import Fetched
from oracle.judging.judgement import assertion_of
from oracle.ledger.transaction import TxResult
from oracle.sealed.secret import new_salt
from oracle.sealed.votes import SealedVote, SealedVotes
from oracle.voting.shown import ShownInTime
from oracle.voting.stage import VoteStage, Windows, deadline_of
from oracle.voting.watcher import Watcher
from oracle.voting.wording import explain
from scoring.digest import Digest
from scoring.ranking import Entry

log = logging.getLogger(__name__)

# How long each auditor leaves the delivery to the one before, once all votes are in.
TURN_SECONDS = 60
_ZERO = bytes(32)


@dataclass
class Voter:
    """Votes of one account, a member of one quorum, on the disputes of one contract."""

    contract: CompetitionContract
    quorum: QuorumContract
    charter: Charter
    account: str
    auditor: Auditor
    votes: SealedVotes
    watcher: Watcher
    sender: LoggedSender
    # Share of the commit window in which content that cannot be found is looked for again.
    give_up_missing_fraction: float
    clock: Callable[[], float] = time.time
    _last_said: LastSaid = field(default_factory=LastSaid, init=False)

    def advance(self, state: CompetitionState, block: Block) -> VoteStage:
        """Takes the quick step that `state`, read at the final `block`, asks for."""
        stage = self._advance(state, block)
        if self._last_said.is_new((state.id, "stage"), stage) and stage is not VoteStage.FOREIGN:
            log.info("vote", extra={"stage": stage.value})
        return stage

    def deadline(
        self, state: CompetitionState, block: Block, stage: VoteStage | None = None
    ) -> Deadline | None:
        """Until when this account has to have done what is its turn; without `stage`, by time."""
        if not state.dispute.disputed_at or state.terms.arbiter != self.quorum.address:
            return None
        return deadline_of(state.id, Windows.of(state, self.charter), block.timestamp, stage)

    def has_revealed(self, state: CompetitionState, block: Block) -> bool:
        """Whether this account's vote on a competition was shown in time."""
        return self.quorum.ballot(state.id, self.account, block).result_hash != _ZERO

    def require_dispute(self, competition_id: int) -> None:
        """Raises `BadInput` when this account has nothing to vote on."""
        state = self.contract.state(competition_id, self.contract.client.latest_block())
        if state.phase is Phase.NONE:
            raise BadInput(
                f"there is no competition {competition_id}", "list them with: judge status"
            )
        if state.terms.arbiter != self.quorum.address:
            raise BadInput(
                f"disputes of competition {competition_id} are decided by {state.terms.arbiter}",
                "name that quorum in [chain] quorum, if you are a member of it",
            )
        if not state.dispute.disputed_at:
            raise BadInput(
                f"competition {competition_id} is not disputed: it is {state.phase.name.lower()}",
                "there is nothing to vote on; judge watch waits for disputes",
            )

    def explain(self, competition_id: int, stage: VoteStage) -> str:
        """What a stage means for this account now, in plain words."""
        block = self.contract.client.finalized_block()
        state = self.contract.state(competition_id, block)
        if not state.dispute.disputed_at or state.terms.arbiter != self.quorum.address:
            return explain(stage, None, None)
        ballot = self.quorum.ballot(competition_id, self.account, block)
        return explain(stage, Windows.of(state, self.charter), ballot)

    def recompute(self, state: CompetitionState, block: Block) -> SealedVote:
        """Re-runs the judging, and keeps result and salt; takes long.

        Raises `ContentUnavailable` while something is missing that may still be found, or without
        which nothing can be recomputed: then this auditor has to abstain. Raises `RetryLater` while
        the salt cannot be kept, `Undecidable` when nobody can ever judge this target, and
        `ChainDisagrees` when the node contradicts itself.
        """
        self.votes.require_room()
        history = self.contract.history(state.id, block)
        # Before the training, because another node is asked next. Both raise what does not follow.
        self.contract.entries_of(history, state.id, block)
        self.contract.seed(state, block, history)
        windows = Windows.of(state, self.charter)
        patience = self.give_up_missing_fraction * self.charter.commit_seconds
        patience_ends = windows.disputed_at + int(patience)
        seen = self.watcher.arrivals.of(state.id)
        rule = ShownInTime(state, seen, patience_ends, block.timestamp)
        if not rule.watched and self._last_said.is_new((state.id, "watched"), False):
            log.warning(
                "this machine did not watch before the dispute: what is served now counts as shown",
                extra={"hint": "run judge watch all the time, or you may vote against who did"},
            )
        report = self.auditor.audit(state.id, block, rule=self._exchanging(state, rule))
        judgement = report.judgement
        if report.unjudgeable:
            raise Undecidable(
                report.unjudgeable,
                "no ranking of it is right: abstain, and without a verdict it is void",
            )
        if judgement is None:
            raise ContentUnavailable(
                f"the ranking cannot be recomputed: {_first_unknown(report)}",
                "add a store or gateway that holds it to [store]; without it you abstain",
            )
        bundle = build_bundle(judgement)
        self._keep(bundle)
        electors = self.quorum.electors(state.id, block)
        winner, final = row_of(judgement.winner), self.contract.client.finalized_block()
        result = RankingResult(
            assertion_of(judgement, bundle.digest),
            winner,
            hash_work(judgement.step_digests, state.seed, electors),
            self.contract.winner_salt(history, state.id, winner, final),
            judgement.winner_proof(),
        )
        salt = new_salt()
        commitment = self._commitment(state.id, result, salt)
        vote = SealedVote(state.id, state.seed, result, salt, commitment, windows.commit_ends)
        self.votes.save(vote)
        return vote

    def _exchanging(self, state: CompetitionState, rule: ShownInTime) -> ShownRule:
        """As `rule`, once everything that was found is where the other members find it."""

        def pin_first(
            entries: tuple[Entry, ...], called: frozenset[int] | None, fetched: Fetched
        ) -> Sequence[Collection[Digest]]:
            images = [Digest(state.target_digest), *(entry.image_digest for entry in entries)]
            self.watcher.exchange.pin(fetched, images)
            self.watcher.exchange.pin_index(Digest(state.bundle_digest), len(entries))
            return rule(entries, called, fetched)

        return pin_first

    # ------------------------------------------------------------------ steps

    def _advance(self, state: CompetitionState, block: Block) -> VoteStage:
        if state.terms.arbiter != self.quorum.address:
            return VoteStage.FOREIGN
        if not state.dispute.disputed_at:
            ended = state.phase in (Phase.FINAL, Phase.VOID)
            return VoteStage.NEVER_DISPUTED if ended else VoteStage.UNDISPUTED
        if self.account not in self.quorum.electors(state.id, block):
            return VoteStage.NO_VOTE
        ballot = self.quorum.ballot(state.id, self.account, block)
        windows = Windows.of(state, self.charter)
        if block.timestamp < windows.commit_ends:
            return self._commit(state, ballot, windows)
        if ballot.commitment != _ZERO and block.timestamp < windows.reveal_ends:
            return self._reveal(state, ballot, windows)
        if state.phase is Phase.DISPUTED:
            return self._deliver(state, ballot, windows, block)
        return self._collect(state, ballot, windows, block)

    def _commit(self, state: CompetitionState, ballot: Ballot, windows: Windows) -> VoteStage:
        if ballot.commitment != _ZERO:
            self._own_vote(state.id, ballot.commitment)
            return VoteStage.COMMITTED
        vote = self._kept(state)
        if vote is None:
            return VoteStage.RECOMPUTING
        call = self.quorum.calls.commit_vote(state.id, vote.commitment)
        self._send(state.id, f"commitVote:{vote.commitment.hex()}", call, windows.commit_ends)
        return VoteStage.COMMITTING

    def _reveal(self, state: CompetitionState, ballot: Ballot, windows: Windows) -> VoteStage:
        vote = self._own_vote(state.id, ballot.commitment)
        # A node that lies about the time now, or about the dispute's, must not make this machine
        # show its vote early. On a devnet the chain's clock is moved.
        on_devnet = self.contract.client.chain_id == DEVNET_CHAIN_ID
        if not on_devnet and self.clock() < max(windows.commit_ends, vote.commit_ends):
            return VoteStage.COMMITTED
        call = self.quorum.calls.reveal_vote(state.id, vote.result, vote.salt)
        self._send(state.id, "revealVote", call, windows.reveal_ends)
        return VoteStage.REVEALING

    def _deliver(
        self, state: CompetitionState, ballot: Ballot, windows: Windows, block: Block
    ) -> VoteStage:
        if ballot.result_hash == _ZERO:
            return VoteStage.NOT_WITH_VERDICT
        if block.timestamp >= windows.verdict_ends:
            return VoteStage.NO_VERDICT
        votes = self.quorum.votes_for(state.id, ballot.result_hash, block)
        vote = self._kept(state, ballot.result_hash)
        if votes >= self.charter.threshold and vote is not None:
            self.watcher.exchange.publish(Digest(vote.result.assertion.bundle_digest))
            if self._is_my_turn(state.id, ballot, windows, block):
                call = self.quorum.calls.deliver(state.id, vote.result)
                sent = self._send(state.id, "deliver", call, windows.verdict_ends)
                self._check_delivery(state.id, sent)
        return VoteStage.REVEALED

    def _check_delivery(self, competition_id: int, sent: TxResult) -> None:
        """Raises ContractRefused for a verdict that is not taken, unless another came first."""
        refused = refusal_in(sent)
        if refused is None:
            return
        latest = self.contract.client.latest_block()
        if self.contract.state(competition_id, latest).phase is Phase.DISPUTED:
            raise refused

    def _collect(
        self, state: CompetitionState, ballot: Ballot, windows: Windows, block: Block
    ) -> VoteStage:
        verdict = self.quorum.case(state.id, block).verdict_hash
        if verdict == _ZERO:
            return VoteStage.NO_VERDICT
        if ballot.result_hash != verdict:
            return VoteStage.NOT_WITH_VERDICT
        if state.phase is Phase.RESOLVED and self._is_my_turn(state.id, ballot, windows, block):
            # The winner is paid even where the operator does not care to.
            self._send(state.id, "finalize", self.contract.calls.finalize(state.id))
        if ballot.claimed:
            return VoteStage.CLAIMED
        if block.timestamp < windows.reveal_ends:
            return VoteStage.DECIDED
        self._send(state.id, "claim", self.quorum.calls.claim(state.id, self.account))
        return VoteStage.CLAIMING

    # ----------------------------------------------------------------- inside

    def _keep(self, bundle: Bundle) -> None:
        """For the others, who want it once there is a verdict: no vote waits for that."""
        try:
            for part in bundle.blocks.values():
                self.auditor.cache.put(part)
        except OracleError as error:
            facts = {"reason": error.what, "hint": error.hint}
            log.warning("the recomputed bundle is not kept", extra=facts)

    def _commitment(self, competition_id: int, result: RankingResult, salt: bytes) -> bytes:
        domain, quorum = self.contract.domain, self.quorum.address
        return hash_vote(domain, quorum, competition_id, self.account, result.hash, salt)

    def _own_vote(self, competition_id: int, commitment: bytes) -> SealedVote:
        """The vote behind the commitment on-chain."""
        vote = self.votes.load(competition_id, commitment)
        if vote is None:
            raise NeedsHuman(
                f"the salt of your vote on competition {competition_id} is not on this machine",
                "run this where the vote was committed, or copy [judge] work_dir/votes from there",
            )
        if self._commitment(competition_id, vote.result, vote.salt) != commitment:
            raise NeedsHuman(
                f"the vote kept for competition {competition_id} is not the one committed to",
                "restore [judge] work_dir/votes from a backup",
            )
        return vote

    def _kept(self, state: CompetitionState, result_hash: bytes | None = None) -> SealedVote | None:
        """A kept vote on this very case, and on this result when one is given."""
        for vote in self.votes.of(state.id):
            is_of_case = (vote.seed, vote.result.assertion.entries_hash) == (
                state.seed,
                state.entries_hash,
            )
            is_own = self._commitment(state.id, vote.result, vote.salt) == vote.commitment
            if is_of_case and is_own and result_hash in (None, vote.result.hash):
                return vote
        return None

    def _is_my_turn(
        self, competition_id: int, ballot: Ballot, windows: Windows, block: Block
    ) -> bool:
        """Whether nobody before this account can be expected to do it: sending twice costs gas."""
        before = 0
        for member in self.charter.members:
            if member == self.account:
                break
            theirs = self.quorum.ballot(competition_id, member, block)
            before += theirs.result_hash == ballot.result_hash
        turn = min(TURN_SECONDS, self.charter.deliver_seconds // (2 * len(self.charter.members)))
        return before == 0 or block.timestamp >= windows.reveal_ends + before * turn

    def _send(
        self, competition_id: int, action: str, call: Call, deadline: int | None = None
    ) -> TxResult:
        key = f"{competition_id}:{action}"
        return self.sender.send(key, call, deadline, action=action.partition(":")[0])


def _first_unknown(report: AuditReport) -> str:
    for check in report.checks:
        if check.verdict is not AuditVerdict.OK:
            return f"{check.name}: {check.found}"
    return "content is missing"
