"""From a closed entry set to a ranking and its Merkle root.

One pure function of chain facts and content, which the daemon and every auditor run alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oracle.chain.commitments import Domain, hash_leaves
from oracle.chain.entries import row_of
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion
from oracle.errors import Mismatch, Undecidable
from oracle.judging.crew import Crew, Decode, Images, Keep, LocalCrew, Pictures, Task
from scoring.copies.findings import Copy, Remark
from scoring.digest import Digest
from scoring.errors import UnjudgeableTarget
from scoring.ranking import Entry, RankedEntry
from scoring.spec import JudgingSpec
from scoring.submission.image import InvalidSubmission, Pixels

if TYPE_CHECKING:
    # Loaded when there is something to judge: torch takes seconds and a gigabyte, and a daemon
    # mostly waits.
    from scoring.judge import Progress, TrainedJudge


@dataclass(frozen=True)
class Case:
    """Everything that fixes a ranking; read from the chain, the spec by its digest."""

    domain: Domain
    competition_id: int
    spec: JudgingSpec
    seed: bytes
    entries_hash: bytes
    target_digest: Digest
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Judgement:
    """A ranking, and all that explains it."""

    case: Case
    model_hash: Digest
    epoch_digests: tuple[Digest, ...]
    step_digests: tuple[Digest, ...]  # of every step of the training; in no bundle
    ranking: tuple[RankedEntry, ...]
    tree: StandardMerkleTree
    pictures: Mapping[int, Pictures]  # by ticket id; disqualified entries have none
    copies: Mapping[int, Copy]  # by ticket id; the entries that are copies, and of what
    remarks: Mapping[int, tuple[Remark, ...]]  # by ticket id; what ranked entries look like

    @property
    def winner(self) -> RankedEntry:
        return self.ranking[0]

    def winner_proof(self) -> tuple[bytes, ...]:
        return self.tree.proof(0)


def decode_target(data: bytes, decode: Decode) -> Pixels:
    """The target's pixels. Raises `Undecidable` for a target that is not a valid image."""
    try:
        return decode(data)
    except InvalidSubmission as error:
        raise Undecidable(
            f"the target is not a valid image: it {error.detail}",
            "the operator opened a bad target; the competition is voided after its deadline",
        ) from error


def train_on(
    target: Pixels,
    case: Case,
    *,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
    device: str = "auto",
) -> TrainedJudge:
    """The case's judge. Raises `Undecidable` for a target that nothing can be told from."""
    from scoring.judge import train

    try:
        return train(
            target,
            case.spec,
            case.seed,
            progress=progress,
            checkpoint=checkpoint,
            device=device,
        )
    except UnjudgeableTarget as error:
        raise Undecidable(error.what, error.hint) from error


def judge(
    case: Case,
    target: Pixels,
    images: Images,
    keep: Keep,
    *,
    model: TrainedJudge | None = None,
    progress: Progress | None = None,
    device: str = "auto",
    crew: Crew | None = None,
) -> Judgement:
    """Trains on `target` (unless an already trained `model` is given), scores and ranks.

    A few images and pictures are held at a time: most are asked for twice, by several threads.
    `crew` does the work on them, this process if None; who does it changes no bit.
    """
    from scoring.entry_set import rank_entries

    if model is None:
        model = train_on(target, case, progress=progress, device=device)
    task = Task(case.spec, case.seed, case.target_digest, target, model, images, keep, progress)
    with (crew or LocalCrew()).team(task) as team:
        ranked = rank_entries(case.spec, target, case.entries, team.workers, progress=progress)
    return Judgement(
        case,
        model.digest(),
        model.epoch_digests,
        model.step_digests,
        ranked.ranking,
        ranking_tree(case, ranked.ranking),
        team.pictures,
        ranked.copies,
        ranked.remarks,
    )


def ranking_tree(case: Case, ranking: tuple[RankedEntry, ...]) -> StandardMerkleTree:
    """The Merkle tree whose root goes on-chain; leaf i belongs to rank i + 1."""
    return StandardMerkleTree(
        list(hash_leaves(case.domain, case.competition_id, map(row_of, ranking)))
    )


def assertion_of(judgement: Judgement, bundle_digest: Digest) -> Assertion:
    """What is asserted on-chain for a judgement, or voted for."""
    return Assertion(
        entries_hash=judgement.case.entries_hash,
        model_hash=judgement.model_hash,
        ranking_root=judgement.tree.root,
        leaf_count=len(judgement.ranking),
        bundle_digest=bundle_digest,
    )


def check_spec(data: bytes, expected: Digest) -> JudgingSpec:
    """The judging spec in `data`, which must be the canonical form behind `expected`."""
    spec = JudgingSpec.from_json(data)
    if spec.digest() != expected:
        raise Mismatch(
            f"the spec's canonical form hashes to {spec.digest().hex()}, not {expected.hex()}",
            "the operator published a spec that is not in canonical form",
        )
    return spec
