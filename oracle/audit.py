"""The audit: re-running a judging from chain and hashes alone, and comparing every number.

An audit trusts nobody but the RPC endpoint it is given (an auditor's own node, at best) and its
own copy of this package. The first mismatch does not stop the rest, so that a report names
everything that differs.
"""

from __future__ import annotations

from dataclasses import dataclass

from oracle.audit_report import AuditReport
from oracle.bundle import MAX_BLOCK_BYTES, build_bundle, read_index
from oracle.bundle_diff import name_differences, published_rows
from oracle.chain.commitments import derive_seed, roll_entries_hash
from oracle.chain.competition import CompetitionContract
from oracle.chain.compile import compile_competition, matches_deployed
from oracle.chain.events import RankingAsserted
from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.errors import BadInput, ContentUnavailable, Mismatch
from oracle.fetch import Fetched, fetch_all
from oracle.judging import Case, Decode, Judgement, check_spec, decode_target, judge
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from scoring.errors import InvalidSpec
from scoring.flags import Flag
from scoring.judge import Progress
from scoring.ranking import Entry
from scoring.spec import JudgingSpec


@dataclass(frozen=True)
class Claims:
    """What is verified: what is on-chain, or what somebody else claims in its place."""

    model_hash: bytes
    ranking_root: bytes
    bundle_digest: Digest
    bundle_index: bytes | None  # None: nobody has it


@dataclass(frozen=True)
class Auditor:
    """Audits competitions of one contract. `check_code` compiles the contract for comparison."""

    contract: CompetitionContract
    store: ContentStore
    cache: ContentStore  # on this machine
    decode: Decode
    progress: Progress | None = None
    check_code: bool = True

    def claims(
        self,
        asserted: RankingAsserted,
        *,
        bundle_index: bytes | None = None,
        ranking_root: bytes | None = None,
    ) -> Claims:
        """The claims of an assertion, with a bundle index or a root of one's own put in place."""
        digest = Digest(asserted.assertion.bundle_digest)
        if bundle_index is not None:
            digest = sha256(bundle_index)
        else:
            bundle_index = self._bundle_index(digest)
        return Claims(
            asserted.assertion.model_hash,
            ranking_root or asserted.assertion.ranking_root,
            digest,
            bundle_index,
        )

    def asserted(self, state: CompetitionState, block: Block) -> RankingAsserted:
        """The asserted ranking; raises `BadInput` when there is none yet."""
        asserted = self.contract.history(state.id, block).asserted
        if asserted is None:
            raise BadInput(
                f"competition {state.id} has no asserted ranking, "
                f"its phase is {state.phase.name.lower()}",
                "audit it once its ranking is asserted; see: judge status",
            )
        return asserted

    def audit(
        self,
        competition_id: int,
        block: Block,
        *,
        bundle_index: bytes | None = None,
        ranking_root: bytes | None = None,
    ) -> AuditReport:
        """Re-runs everything at the final `block`.

        Raises `BadInput` when there is nothing to audit, `Undecidable` when content is missing.
        """
        state = self.contract.state(competition_id, block)
        asserted = self.asserted(state, block)
        claims = self.claims(asserted, bundle_index=bundle_index, ranking_root=ranking_root)
        report = AuditReport(competition_id, state.phase)
        if self.check_code:
            self._check_code(report, block)
        entries = self._check_entries(report, state, block)
        self._check_seed(report, state)
        case, fetched = self._case(report, state, entries)
        judgement = self._rejudge(report, case, fetched, claims)
        report.judgement = judgement
        self._compare(report, asserted, claims, judgement)
        return report

    def _compare(
        self,
        report: AuditReport,
        asserted: RankingAsserted,
        claims: Claims,
        judgement: Judgement,
    ) -> None:
        bundle = build_bundle(judgement)
        winner = judgement.winner
        report.compare("model hash", claims.model_hash, judgement.model_hash)
        report.compare("ranking root", claims.ranking_root, judgement.tree.root)
        report.compare("leaf count", asserted.assertion.leaf_count, len(judgement.ranking))
        report.compare("winner's ticket", asserted.winner.ticket_id, winner.entry.ticket_id)
        report.compare("winner's score", asserted.winner.score, winner.score)
        if report.compare("bundle", claims.bundle_digest, bundle.digest):
            return
        if claims.bundle_index is None:
            report.unknown("bundle contents", claims.bundle_digest, "no store holds the bundle")
        else:
            name_differences(report, claims.bundle_index, bundle, self.store)

    def _check_code(self, report: AuditReport, block: Block) -> None:
        code = self.contract.client.code(self.contract.address, block.hash)
        same = matches_deployed(code, compile_competition())
        report.compare("contract code", "this package's sources", _source(same))

    def _check_entries(
        self, report: AuditReport, state: CompetitionState, block: Block
    ) -> tuple[Entry, ...]:
        history = self.contract.history(state.id, block)
        rolled = bytes(32)
        for reveal in history.reveals:
            rolled = roll_entries_hash(rolled, reveal.ticket_id, reveal.player, reveal.image_digest)
        report.compare("entries hash", state.entries_hash, rolled)
        return self.contract.entries(state.id, block)

    def _check_seed(self, report: AuditReport, state: CompetitionState) -> None:
        block_hash = self.contract.client.block(state.seed_block).hash
        seed = derive_seed(self.contract.domain, state.id, block_hash, state.entries_hash)
        report.compare("seed", state.seed, seed)

    def _case(
        self, report: AuditReport, state: CompetitionState, entries: tuple[Entry, ...]
    ) -> tuple[Case, Fetched]:
        spec_digest = Digest(state.terms.spec_digest)
        images = [Digest(state.target_digest), *(entry.image_digest for entry in entries)]
        fetched = fetch_all(self.store, self.cache, [spec_digest, *images])
        case = Case(
            domain=self.contract.domain,
            competition_id=state.id,
            spec=_spec(report, fetched, spec_digest),
            seed=state.seed,
            entries_hash=state.entries_hash,
            target_digest=Digest(state.target_digest),
            entries=entries,
        )
        return case, fetched

    def _rejudge(
        self, report: AuditReport, case: Case, fetched: Fetched, claims: Claims
    ) -> Judgement:
        given_up = self._given_up(report, case, fetched, claims)
        for entry in case.entries:
            if entry.image_digest in fetched.missing and entry.ticket_id not in given_up:
                fetched.require(entry.image_digest, f"the submission of ticket {entry.ticket_id}")
        target = decode_target(fetched.require(case.target_digest, "the target"), self.decode)
        return judge(
            case,
            target,
            lambda digest: fetched.image(digest, self.decode),
            progress=self.progress,
        )

    def _given_up(
        self, report: AuditReport, case: Case, fetched: Fetched, claims: Claims
    ) -> set[int]:
        """Tickets whose submission neither the oracle nor this audit could find.

        Whether content could be found in time is the one thing that hashes cannot show. Where the
        auditor cannot find it either, the oracle is followed; where the auditor can, the two
        disagree, and that is a mismatch.
        """
        claimed = self._claimed_unavailable(claims)
        followed = set()
        for entry in case.entries:
            if entry.ticket_id in claimed:
                here = entry.image_digest not in fetched.missing
                name = f"availability of ticket {entry.ticket_id}"
                report.compare(name, "not to be found", "found" if here else "not to be found")
                if not here:
                    followed.add(entry.ticket_id)
        return followed

    def _claimed_unavailable(self, claims: Claims) -> set[object]:
        if claims.bundle_index is None:
            return set()
        try:
            rows = list(published_rows(read_index(claims.bundle_index), self.store))
        except (ContentUnavailable, Mismatch):
            return set()  # whatever is missing then stays undecided
        flagged = [row for row in rows if isinstance(row.get("flags"), int)]
        return {row.get("ticket_id") for row in flagged if row["flags"] & Flag.UNAVAILABLE}

    def _bundle_index(self, digest: Digest) -> bytes | None:
        try:
            return self.store.get(digest, max_bytes=MAX_BLOCK_BYTES)
        except ContentUnavailable:
            return None


def _spec(report: AuditReport, fetched: Fetched, digest: Digest) -> JudgingSpec:
    try:
        spec = check_spec(fetched.require(digest, "the judging spec"), digest)
    except InvalidSpec as error:
        raise Mismatch(
            f"the judging spec behind the hash on-chain is not valid: {error}",
            "such a competition cannot be judged; its tickets are refunded after the deadline",
        ) from error
    report.compare("spec", digest, spec.digest())
    return spec


def _source(same: bool) -> str:
    return "this package's sources" if same else "other code"
