"""When this machine first had each submission of a competition, by the chain's clock, kept on disk.

Members who watched can then say together what was shown in time, whatever is served later.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from oracle.errors import RetryLater
from oracle.sealed.secret import remedy
from scoring.digest import Digest


@dataclass(frozen=True)
class Seen:
    """What was seen of one competition; times are unix seconds."""

    passes: tuple[int, ...] = ()  # ends of the looks for everything that was revealed
    # By digest in hex, when it was first here. A dictionary: each of 100,000 entries is asked for.
    first: Mapping[str, int] = field(default_factory=dict)

    def looked(self, since: int, before: int) -> bool:
        """Whether a look ended in that time."""
        return any(since <= moment < before for moment in self.passes)

    def had(self, digest: Digest, before: int) -> bool:
        """Whether the content was here before that time."""
        moment = self.first.get(digest.hex())
        return moment is not None and moment < before


class Arrivals:
    """A folder with one file a competition."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, competition_id: int) -> Seen:
        """What was seen so far; nothing when the file is missing or damaged."""
        try:
            document = json.loads(self._path(competition_id).read_bytes())
            first = {str(name): int(moment) for name, moment in document["first"].items()}
            return Seen(tuple(map(int, document["passes"])), first)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Seen()

    def note(self, competition_id: int, here: Iterable[Digest], moment: int) -> None:
        """Notes that these were here at `moment`. Raises `RetryLater` on a full disk."""
        seen = self.of(competition_id)
        self._write(competition_id, seen.passes, seen, here, moment)

    def record(self, competition_id: int, here: Iterable[Digest], moment: int) -> None:
        """Notes a look for everything that ended at `moment` and found these, as `note` does."""
        seen = self.of(competition_id)
        self._write(competition_id, (*seen.passes, moment), seen, here, moment)

    def _write(
        self,
        competition_id: int,
        passes: tuple[int, ...],
        seen: Seen,
        here: Iterable[Digest],
        moment: int,
    ) -> None:
        first = {digest.hex(): moment for digest in here} | {**seen.first}
        document = {"passes": passes, "first": first}
        path = self._path(competition_id)
        temporary = path.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(document))
            os.replace(temporary, path)
        except OSError as error:
            raise RetryLater(
                f"what was seen cannot be kept in {self._folder}: {error.strerror}",
                f"{remedy(error)}; until then a dispute finds that this machine did not look",
            ) from error

    def _path(self, competition_id: int) -> Path:
        return self._folder / f"{competition_id}.json"
