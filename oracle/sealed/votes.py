"""Recomputed results and the salts that hide them, kept on this machine from before the vote.

A vote whose salt is lost can never be revealed, so the file is on disk, flushed and readable by its
owner alone, before the commitment is sent. A file is named by competition and commitment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from oracle.chain.commitments import RankingRow
from oracle.chain.state import Assertion
from oracle.chain.votes import RankingResult
from oracle.errors import BadInput, RetryLater
from oracle.sealed.secret import remedy, write_private

_PROBE_BYTES = 8192
"""More than a vote's file has, however deep the ranking's tree is."""


@dataclass(frozen=True)
class SealedVote:
    """A result, what it was recomputed from, and the salt behind its commitment."""

    competition_id: int
    seed: bytes  # with the entries hash it fixes what there was to recompute
    result: RankingResult
    salt: bytes
    commitment: bytes
    commit_ends: int  # unix seconds, as read when it was committed: not revealed before

    def __repr__(self) -> str:
        return f"SealedVote({self.competition_id}, {self.commitment.hex()})"


class SealedVotes:
    """A folder of sealed votes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, vote: SealedVote) -> None:
        """Writes a vote durably; raises `RetryLater` while the folder takes nothing."""
        self._write(self._path(vote.competition_id, vote.commitment), _to_json(vote))

    def require_room(self) -> None:
        """Raises as `save` would, before hours are spent on a vote that cannot be kept."""
        probe = self._folder / "probe"  # no `.json`: it is never taken for a vote
        self._write(probe, bytes(_PROBE_BYTES))
        probe.unlink(missing_ok=True)

    def load(self, competition_id: int, commitment: bytes) -> SealedVote | None:
        """The vote behind `commitment`; `None` when it is not on this machine."""
        path = self._path(competition_id, commitment)
        try:
            return _from_json(competition_id, commitment, path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(
                f"the vote in {path} cannot be read: {type(error).__name__}",
                "restore it from a backup; without its salt the vote cannot be revealed",
            ) from error

    def of(self, competition_id: int) -> Iterator[SealedVote]:
        """Every vote on a competition that is kept here and can be read."""
        for path in sorted(self._folder.glob(f"{competition_id}-*.json")):
            try:
                commitment = bytes.fromhex(path.stem.partition("-")[2])
                vote = self.load(competition_id, commitment)
            except (ValueError, BadInput):
                continue  # a damaged one is made again; one on-chain is loaded by name
            if vote is not None:
                yield vote

    def _write(self, path: Path, data: bytes) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, data)
        except OSError as error:
            # Room is made, and permissions are mended: no vote may stay halted for it.
            raise RetryLater(
                f"the salt of a vote cannot be kept in {self._folder}: {error.strerror}",
                f"nothing was sent; {remedy(error)}, and the vote goes on by itself",
            ) from error

    def _path(self, competition_id: int, commitment: bytes) -> Path:
        return self._folder / f"{competition_id}-{commitment.hex()}.json"


def _to_json(vote: SealedVote) -> bytes:
    document = {
        "seed": vote.seed.hex(),
        "salt": vote.salt.hex(),
        "commit_ends": vote.commit_ends,
        "assertion": _shown(astuple(vote.result.assertion)),
        "winner": _shown(astuple(vote.result.winner)),
        "work_digest": vote.result.work_digest.hex(),
        "winner_salt": vote.result.winner_salt.hex(),
        "proof": _shown(vote.result.proof),
    }
    return json.dumps(document).encode()


def _from_json(competition_id: int, commitment: bytes, data: bytes) -> SealedVote:
    document = json.loads(data)
    entries_hash, model_hash, root, leaf_count, bundle_digest = document["assertion"]
    rank, ticket_id, player, image_digest, score, flags = document["winner"]
    result = RankingResult(
        Assertion(
            _hash(entries_hash), _hash(model_hash), _hash(root), leaf_count, _hash(bundle_digest)
        ),
        RankingRow(rank, ticket_id, player, _hash(image_digest), int(score), flags),
        _hash(document["work_digest"]),
        _hash(document["winner_salt"]),
        tuple(_hash(node) for node in document["proof"]),
    )
    return SealedVote(
        competition_id,
        _hash(document["seed"]),
        result,
        _hash(document["salt"]),
        commitment,
        int(document["commit_ends"]),
    )


def _shown(values: tuple[Any, ...]) -> list[Any]:
    """Bytes as hex; whole numbers and addresses as they are."""
    return [value.hex() if isinstance(value, bytes) else value for value in values]


def _hash(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("not 32 bytes")
    return value
