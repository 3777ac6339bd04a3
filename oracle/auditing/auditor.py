"""The audit: re-running a judging from chain and hashes alone, and comparing every number.

An audit trusts nobody but the RPC endpoint it is given (an auditor's own node, at best) and its
own copy of this package. The first mismatch does not stop the rest, so that a report names
everything that differs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oracle.auditing.availability import check_shown
from oracle.auditing.bundle_diff import claimed_unavailable, name_differences
from oracle.auditing.report import AuditReport
from oracle.chain.commitments import derive_seed, roll_entries_hash
from oracle.chain.competition import CompetitionContract
from oracle.chain.compile import compile_competition, matches_deployed
from oracle.chain.events import History, RankingAsserted
from oracle.chain.state import ZERO_ADDRESS, CompetitionState
from oracle.chain.wire import Block
from oracle.errors import (
    BadInput,
    ChainDisagrees,
    ChainUnavailable,
    ContentUnavailable,
    Mismatch,
    RetryLater,
    Undecidable,
)
from oracle.judging.bundle import MAX_PART_BYTES, build_bundle
from oracle.judging.crew import Crew, Decode, Keep, LocalCrew, keep_none
from oracle.judging.fetch import Fetched, fetch_all
from oracle.judging.judgement import (
    Case,
    Judgement,
    check_spec,
    decode_target,
    judge,
    train_on,
)
from oracle.judging.search import Search
from oracle.judging.specs import builtin_spec
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from scoring.errors import InvalidSpec
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

if TYPE_CHECKING:
    from scoring.judge import Progress, TrainedJudge

ShownRule = Callable[
    [tuple[Entry, ...], frozenset[int] | None, Fetched], Sequence[Collection[Digest]]
]
"""Of the entries, the tickets called unavailable (None: no bundle tells), and what was fetched:
sets of digests that were not shown in time, of which the first counts that gives the asserted
ranking, else the last. Raises `RetryLater` while that is not known."""

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
    keep: Keep = keep_none
    tries: int = 1  # how often content that is missing is asked for
    pause_seconds: float = 0.0  # between two tries
    search: Search = field(default_factory=Search)
    crew: Crew = field(default_factory=LocalCrew)

    def audit(
        self,
        competition_id: int,
        block: Block,
        *,
        bundle_index: bytes | None = None,
        ranking_root: bytes | None = None,
        rule: ShownRule | None = None,
    ) -> AuditReport:
        """Re-runs everything at the final `block`.

        A given bundle index or ranking root is tested instead of the one on-chain. Who ranks must
        show: an entry that nobody serves counts as unavailable, and is a mismatch where the
        operator did not say so. `rule` may decide otherwise which entries were shown in time.

        Raises `BadInput` when nothing is asserted yet, `Mismatch` when the chain's data cannot be
        of this contract, and `Undecidable` when this package does not know how to judge the
        competition.
        """
        same_code, why_not_compiled = self._is_own_code(block)
        try:
            state = self.contract.state(competition_id, block)
            history = self.contract.history(competition_id, block)
        except ChainUnavailable as error:
            if same_code is not False:
                raise
            raise Mismatch(
                f"the code at {self.contract.address} is not this package's contract",
                "check [chain] contract, or use the version that it was deployed from",
            ) from error
        asserted = _asserted(state, history)
        claims = self._claims(state, bundle_index, ranking_root)
        stated = asserted.assertion
        report = AuditReport(competition_id, state.phase, stated.ranking_root, stated.model_hash)
        report.has_studio = state.terms.studio != ZERO_ADDRESS
        if same_code is not None:
            report.compare("contract code", _SOURCES, _SOURCES if same_code else "other code")
        elif self.check_code:
            report.unknown("contract code", _SOURCES, why_not_compiled)
        entries = self._check_entries(report, state, history, block)
        self._check_seed(report, state, history)
        fetched = self._fetch(state, entries)
        called = claimed_unavailable(claims.bundle_index, self.store, len(entries))
        views: tuple[Fetched, ...] = (fetched,)
        if rule is not None:
            views = tuple(
                fetched.without(hidden, "it was not shown in time")
                for hidden in rule(entries, called, fetched)
            )
        self._recompute(report, state, asserted, claims, entries, views, called)
        return report

    def _recompute(
        self,
        report: AuditReport,
        state: CompetitionState,
        asserted: RankingAsserted,
        claims: Claims,
        entries: tuple[Entry, ...],
        views: tuple[Fetched, ...],
        called: frozenset[int] | None,
    ) -> None:
        """`views` are what may count as shown; see `ShownRule`."""
        why_down, fetched = self._why_down(), views[-1]
        complete = check_shown(report, entries, fetched, called or frozenset(), why_down)
        case = self._case(report, state, entries, fetched, why_down)
        target = _target(report, case, fetched, self.decode) if case is not None else None
        if case is None or target is None:
            return
        model = self._trained(report, case, target)
        if model is None:
            return
        report.compare("model hash", claims.model_hash, model.digest())
        if not complete:
            return
        for view in views:
            judgement = self._judge(case, target, model, view)
            if judgement.tree.root == claims.ranking_root:
                break
        self.crew.forget(case.spec.digest(), case.seed, case.target_digest)
        report.judgement = judgement
        self._compare(report, state, asserted, claims, judgement)

    def _judge(
        self, case: Case, target: Pixels, model: TrainedJudge, fetched: Fetched
    ) -> Judgement:
        return judge(
            case,
            target,
            fetched.images(self.decode),
            self.keep,
            model=model,
            progress=self.progress,
            crew=self.crew,
        )

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

    def _is_own_code(self, block: Block) -> tuple[bool | None, str]:
        """Whether the contract is compiled from this package; None, and why, if that is unknown.

        Without a compiler all other checks are made all the same.
        """
        if not self.check_code:
            return None, ""
        code = self.contract.client.code(self.contract.address, block.hash)
        try:
            return matches_deployed(code, compile_competition()), ""
        except Undecidable as error:
            return None, f"{error.what}; {error.hint}"

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

    def _fetch(self, state: CompetitionState, entries: tuple[Entry, ...]) -> Fetched:
        """All content that can be had: what is missing is asked for again, after a pause."""
        spec_digest, target = Digest(state.terms.spec_digest), Digest(state.target_digest)
        wanted = [target, *(entry.image_digest for entry in entries)]
        if builtin_spec(spec_digest) is None:
            wanted.append(spec_digest)
        left = self.tries
        while True:
            fetched = fetch_all(
                self.store, self.cache, wanted, search=self.search, progress=self.progress
            )
            left -= 1
            # Phantoms can use up several tries: everything has a turn before anything is missed.
            if not fetched.missing or (left <= 0 and not fetched.unasked):
                return fetched
            time.sleep(self.pause_seconds)

    def _why_down(self) -> str:
        """Why the sources themselves do not work now; empty when they do."""
        try:
            self.store.check()
        except RetryLater as error:
            return error.what
        return ""

    def _case(
        self,
        report: AuditReport,
        state: CompetitionState,
        entries: tuple[Entry, ...],
        fetched: Fetched,
        why_down: str,
    ) -> Case | None:
        """The case, if its spec can be had."""
        digest = Digest(state.terms.spec_digest)
        spec = builtin_spec(digest)
        if spec is None:
            if reason := fetched.why_not(digest):
                _not_served(report, "the spec", reason, why_down)
                return None
            spec = _spec(fetched, digest)
        report.compare("spec", digest, spec.digest())
        if reason := fetched.why_not(Digest(state.target_digest)):
            _not_served(report, "the target", reason, why_down)
            return None
        return Case(
            domain=self.contract.domain,
            competition_id=state.id,
            spec=spec,
            seed=state.seed,
            entries_hash=state.entries_hash,
            target_digest=Digest(state.target_digest),
            entries=entries,
        )

    def _trained(self, report: AuditReport, case: Case, target: Pixels) -> TrainedJudge | None:
        try:
            return train_on(target, case, progress=self.progress, device=self.device)
        except Undecidable as error:
            # Nobody could have judged it honestly.
            report.unjudgeable = error.what
            report.compare("target", "one that can be judged", error.what)
            return None

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


def _not_served(report: AuditReport, what: str, reason: str, why_down: str) -> None:
    if why_down:
        report.unknown(f"availability of {what}", "served", f"{reason}; {why_down}")
    else:
        report.compare(f"availability of {what}", "served", "served by nobody")


def _target(report: AuditReport, case: Case, fetched: Fetched, decode: Decode) -> Pixels | None:
    try:
        return decode_target(fetched.require(case.target_digest, "the target"), decode)
    except Undecidable as error:
        report.compare("target", "a valid image", error.what)
        return None


def _spec(fetched: Fetched, digest: Digest) -> JudgingSpec:
    try:
        return check_spec(fetched.require(digest, "the judging spec"), digest)
    except InvalidSpec as error:
        raise Undecidable(
            f"this version of judge does not know the judging spec: {error.what}",
            "audit with the version that the competition was created for",
        ) from error
