"""The audit: re-running a judging from chain and hashes alone, and comparing every number.

An audit trusts nobody but the RPC endpoint it is given (an auditor's own node, at best) and its
own copy of this package. The first mismatch does not stop the rest, so that a report names
everything that differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from oracle.auditing.bundle_diff import name_differences, published_rows
from oracle.auditing.report import AuditReport, AuditVerdict
from oracle.chain.commitments import derive_seed, roll_entries_hash
from oracle.chain.competition import CompetitionContract
from oracle.chain.compile import compile_competition, matches_deployed
from oracle.chain.events import History, RankingAsserted
from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.errors import (
    BadInput,
    ChainDisagrees,
    ChainUnavailable,
    ContentUnavailable,
    Mismatch,
    Undecidable,
)
from oracle.judging.bundle import MAX_PART_BYTES, build_bundle, read_index
from oracle.judging.fetch import Fetched, fetch_all
from oracle.judging.judgement import Case, Decode, Judgement, Keep, check_spec, decode_target, judge
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from scoring.errors import InvalidSpec
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag

if TYPE_CHECKING:
    from scoring.judge import Progress

_SOURCES = "this package's sources"


@dataclass(frozen=True)
class Claims:
    """What is verified: what is on-chain, or what somebody claims instead."""

    model_hash: bytes
    ranking_root: bytes
    bundle_digest: Digest
    bundle_index: bytes | None  # None: nobody has it


@dataclass(frozen=True)
class Auditor:
    """Audits competitions of one contract.

    `check_code` compiles the contract for comparison; `keep` gets the pictures of what is judged.
    """

    contract: CompetitionContract
    store: ContentStore
    cache: ContentStore  # on this machine
    decode: Decode
    progress: Progress | None = None
    device: str = "auto"
    check_code: bool = True
    keep: Keep = sha256

    def audit(
        self,
        competition_id: int,
        block: Block,
        *,
        bundle_index: bytes | None = None,
        ranking_root: bytes | None = None,
        follow_unavailable: bool = True,
    ) -> AuditReport:
        """Re-runs everything at the final `block`.

        A given bundle index or ranking root is tested instead of the one on-chain. With
        `follow_unavailable`, a submission that neither the operator nor this audit can find is
        disqualified; without, it is missing. Missing content ends the audit early, with checks
        that are unknown.

        Raises `BadInput` when nothing is asserted yet, `Mismatch` when the chain's data cannot be
        of this contract, and `Undecidable` when this package does not know how to judge the
        competition.
        """
        same_code = not self.check_code or self._is_own_code(block)
        try:
            state = self.contract.state(competition_id, block)
            history = self.contract.history(competition_id, block)
        except ChainUnavailable as error:
            if same_code:
                raise
            raise Mismatch(
                f"the code at {self.contract.address} is not this package's contract",
                "check [chain] contract, or use the version that it was deployed from",
            ) from error
        asserted = _asserted(state, history)
        claims = self._claims(state, bundle_index, ranking_root)
        report = AuditReport(
            competition_id,
            state.phase,
            asserted.assertion.ranking_root,
            asserted.assertion.model_hash,
        )
        if self.check_code:
            report.compare("contract code", _SOURCES, _SOURCES if same_code else "other code")
        entries = self._check_entries(report, state, history, block)
        self._check_seed(report, state, history)
        case, fetched = self._case(report, state, entries)
        followed = claims if follow_unavailable else replace(claims, bundle_index=None)
        if case is None or not self._has_content(report, case, fetched, followed):
            return report
        report.judgement = judge(
            case,
            decode_target(fetched.require(case.target_digest, "the target"), self.decode),
            lambda digest: fetched.image(digest, self.decode),
            self.keep,
            progress=self.progress,
            device=self.device,
        )
        self._compare(report, state, asserted, claims, report.judgement)
        return report

    def _claims(
        self, state: CompetitionState, bundle_index: bytes | None, ranking_root: bytes | None
    ) -> Claims:
        digest = Digest(state.bundle_digest)
        if bundle_index is None:
            bundle_index = self._bundle_index(digest)
        else:
            digest = sha256(bundle_index)
        return Claims(state.model_hash, ranking_root or state.ranking_root, digest, bundle_index)

    def _compare(
        self,
        report: AuditReport,
        state: CompetitionState,
        asserted: RankingAsserted,
        claims: Claims,
        judgement: Judgement,
    ) -> None:
        bundle = build_bundle(judgement)
        winner = judgement.winner
        report.compare("model hash", claims.model_hash, judgement.model_hash)
        report.compare("ranking root", claims.ranking_root, judgement.tree.root)
        report.compare("leaf count", asserted.assertion.leaf_count, len(judgement.ranking))
        report.compare("first row's ticket", asserted.winner.ticket_id, winner.entry.ticket_id)
        report.compare("first row's score", asserted.winner.score, winner.score)
        paid = 0 if winner.disqualified else winner.entry.ticket_id
        report.compare("winner's ticket", state.winner_ticket, paid)
        if report.compare("bundle", claims.bundle_digest, bundle.digest):
            return
        if claims.bundle_index is None:
            report.unknown("bundle contents", claims.bundle_digest, "no store holds the bundle")
        else:
            name_differences(report, claims.bundle_index, bundle, self.store)

    def _is_own_code(self, block: Block) -> bool:
        code = self.contract.client.code(self.contract.address, block.hash)
        return matches_deployed(code, compile_competition())

    def _check_entries(
        self, report: AuditReport, state: CompetitionState, history: History, block: Block
    ) -> tuple[Entry, ...]:
        try:
            entries = self.contract.entries_of(history, state.id, block)
        except ChainDisagrees as error:
            raise Mismatch(error.what, "audit again with another RPC endpoint") from error
        rolled = bytes(32)
        for entry in entries:
            rolled = roll_entries_hash(rolled, entry.ticket_id, entry.player, entry.image_digest)
        report.compare("entries hash", state.entries_hash, rolled)
        return entries

    def _check_seed(self, report: AuditReport, state: CompetitionState, history: History) -> None:
        source = self.contract.seed_source(state, history)
        seed = derive_seed(self.contract.domain, state.id, source, state.entries_hash)
        report.compare("seed", state.seed, seed)

    def _case(
        self, report: AuditReport, state: CompetitionState, entries: tuple[Entry, ...]
    ) -> tuple[Case | None, Fetched]:
        """The case, if its spec and target can be fetched; and all its content that can."""
        spec_digest, target = Digest(state.terms.spec_digest), Digest(state.target_digest)
        wanted = [spec_digest, target, *(entry.image_digest for entry in entries)]
        fetched = fetch_all(self.store, self.cache, wanted, progress=self.progress)
        for name, digest in (("spec", spec_digest), ("target", target)):
            if fetched.why_not(digest):
                report.unknown(name, digest, fetched.why_not(digest))
        if report.verdict is AuditVerdict.UNKNOWN:
            return None, fetched
        case = Case(
            domain=self.contract.domain,
            competition_id=state.id,
            spec=_spec(report, fetched, spec_digest),
            seed=state.seed,
            entries_hash=state.entries_hash,
            target_digest=target,
            entries=entries,
        )
        return case, fetched

    def _has_content(
        self, report: AuditReport, case: Case, fetched: Fetched, claims: Claims
    ) -> bool:
        """Whether every submission is here but those that the oracle, too, could not find."""
        given_up = self._given_up(report, case, fetched, claims)
        missing = [
            entry
            for entry in case.entries
            if entry.image_digest in fetched.missing and entry.ticket_id not in given_up
        ]
        for entry in missing:
            why = fetched.missing[entry.image_digest]
            report.unknown(f"submission of ticket {entry.ticket_id}", entry.image_digest, why)
        return not missing

    def _given_up(
        self, report: AuditReport, case: Case, fetched: Fetched, claims: Claims
    ) -> set[int]:
        """Tickets whose submission neither the oracle nor this audit could find.

        Whether content could be found in time is the one thing that hashes cannot show. Where the
        auditor cannot find it either, the oracle is followed; where the auditor can, the two
        disagree, and that is a mismatch.
        """
        claimed = self._claimed_unavailable(claims, len(case.entries))
        followed = set()
        for entry in case.entries:
            if entry.ticket_id in claimed:
                here = entry.image_digest not in fetched.missing
                name = f"availability of ticket {entry.ticket_id}"
                report.compare(name, "not to be found", "found" if here else "not to be found")
                if not here:
                    followed.add(entry.ticket_id)
        return followed

    def _claimed_unavailable(self, claims: Claims, entries: int) -> set[int]:
        if claims.bundle_index is None:
            return set()
        try:
            rows = tuple(published_rows(read_index(claims.bundle_index), self.store, entries))
        except (ContentUnavailable, Mismatch):
            return set()  # whatever is missing then stays undecided
        return {row["ticket_id"] for row in rows if row["flags"] & Flag.UNAVAILABLE}

    def _bundle_index(self, digest: Digest) -> bytes | None:
        try:
            return self.store.get(digest, max_bytes=MAX_PART_BYTES)
        except ContentUnavailable:
            return None


def _asserted(state: CompetitionState, history: History) -> RankingAsserted:
    if history.asserted is None:
        raise BadInput(
            f"competition {state.id} has no asserted ranking that is final, "
            f"its phase is {state.phase.name.lower()}",
            "audit it once its ranking is asserted; see: judge status",
        )
    return history.asserted


def _spec(report: AuditReport, fetched: Fetched, digest: Digest) -> JudgingSpec:
    try:
        spec = check_spec(fetched.require(digest, "the judging spec"), digest)
    except InvalidSpec as error:
        raise Undecidable(
            f"this version of judge does not know the judging spec: {error.what}",
            "audit with the version that the competition was created for",
        ) from error
    report.compare("spec", digest, spec.digest())
    return spec
