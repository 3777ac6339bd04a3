"""From a closed entry set to a ranking and its Merkle root: one pure function of chain facts
and content, run by the daemon and by every auditor alike."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from oracle.chain.commitments import Domain, hash_leaves
from oracle.chain.entries import row_of
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion
from oracle.errors import Mismatch, RetryLater, Undecidable
from scoring.copies.search import Copy, find_copies
from scoring.digest import Digest
from scoring.errors import UnjudgeableTarget
from scoring.ranking import Entry, RankedEntry, ScoredEntry, rank
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag, InvalidSubmission
from scoring.submission.stored_png import encode_stored

if TYPE_CHECKING:
    # Loaded when there is something to judge: torch takes seconds and a gigabyte, and a daemon
    # mostly waits.
    from scoring.judge import Progress, TrainedJudge

Pixels = npt.NDArray[np.uint8]
Decode = Callable[[bytes], Pixels]
ImageOf = Callable[[Digest], Pixels]
"""The pixels, uint8 (512, 512, 3), behind a digest; raises `InvalidSubmission` with a reason."""
Keep = Callable[[bytes], Digest]
"""Does with a picture what is to be done with it (publish it, or nothing); returns its digest."""


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
class Pictures:
    """What the judge saw in one submission: the digests of deterministic PNG files."""

    reconstruction: Digest
    error_map: Digest


@dataclass(frozen=True)
class Judgement:
    """A ranking, and all that explains it."""

    case: Case
    model_hash: Digest
    epoch_digests: tuple[Digest, ...]
    ranking: tuple[RankedEntry, ...]
    tree: StandardMerkleTree
    pictures: Mapping[int, Pictures]  # by ticket id; disqualified entries have none
    copies: Mapping[int, Copy]  # by ticket id; the entries that are copies, and of what

    @property
    def winner(self) -> RankedEntry:
        return self.ranking[0]

    def winner_proof(self) -> tuple[bytes, ...]:
        return self.tree.proof(0)


def decode_target(data: bytes, decode: Decode) -> Pixels:
    """The target's pixels; a target that is not a valid image makes judging impossible."""
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
) -> TrainedJudge:
    """The case's judge; a target that nothing can be told from makes judging impossible."""
    from scoring.judge import train

    try:
        return train(target, case.spec, case.seed, progress=progress, checkpoint=checkpoint)
    except UnjudgeableTarget as error:
        raise Undecidable(error.what, error.hint) from error


def judge(
    case: Case,
    target: Pixels,
    image_of: ImageOf,
    keep: Keep,
    *,
    model: TrainedJudge | None = None,
    progress: Progress | None = None,
) -> Judgement:
    """Trains on `target` (unless an already trained `model` is given), scores and ranks.

    A few images and pictures are held at a time: `image_of` is asked twice for most entries, by
    several threads.
    """
    from scoring.judge import score_all

    if model is None:
        model = train_on(target, case, progress=progress)
    invalid, copies = _disqualified(case, target, image_of)
    flags = invalid | {ticket: copy.flags for ticket, copy in copies.items()}
    scored = [ScoredEntry(e, 0, flags[e.ticket_id]) for e in case.entries if e.ticket_id in flags]
    qualified = [entry for entry in case.entries if entry.ticket_id not in flags]
    pictures: dict[int, Pictures] = {}
    if progress is not None:
        progress("score", 0, len(qualified))
    images = [partial(_again, image_of, entry) for entry in qualified]
    with closing(score_all(model, images)) as results:
        for entry, result in zip(qualified, results, strict=True):
            scored.append(ScoredEntry(entry, result.value, terms=result.terms))
            pictures[entry.ticket_id] = Pictures(
                keep(encode_stored(result.reconstruction)), keep(encode_stored(result.error_map))
            )
            if progress is not None:
                progress("score", len(pictures), len(qualified))
    ranking = rank(scored)
    tree = ranking_tree(case, ranking)
    return Judgement(case, model.digest(), model.epoch_digests, ranking, tree, pictures, copies)


def _disqualified(
    case: Case, target: Pixels, image_of: ImageOf
) -> tuple[dict[int, Flag], dict[int, Copy]]:
    """By ticket: the flags of entries that are no valid image, and those that are copies."""
    from scoring.parallel import side_by_side

    invalid: dict[int, Flag] = {}

    def load(entry: Entry) -> Pixels | Flag:
        try:
            return image_of(entry.image_digest)
        except InvalidSubmission as error:
            return error.flags

    def valid() -> Generator[tuple[Entry, Pixels], None, None]:
        with closing(side_by_side(load, case.entries)) as loaded:
            for entry, image in zip(case.entries, loaded, strict=True):
                if isinstance(image, Flag):
                    invalid[entry.ticket_id] = image
                else:
                    yield entry, image

    with closing(valid()) as images:
        copies = find_copies(images, target, case.spec.copy_threshold, case.spec.copy_share)
    return invalid, copies


def _again(image_of: ImageOf, entry: Entry) -> Pixels:
    """The pixels of an entry that was found valid a moment ago."""
    try:
        return image_of(entry.image_digest)
    except InvalidSubmission as error:
        raise RetryLater(
            f"the image of ticket {entry.ticket_id} decoded once and then did not: {error.detail}",
            "look at this machine's memory; its verdicts must not depend on it",
        ) from error


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
