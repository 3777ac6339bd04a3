"""What the scores of a competition look like: three pictures that its judging leaves for the page.

They explain and decide nothing, so they stand beside the bundle and not in it, and whatever goes
wrong with them is only logged.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oracle.errors import OracleError
from oracle.store.base import ContentStore
from scoring.submission.image import Pixels
from scoring.submission.stored_png import encode_stored

if TYPE_CHECKING:
    from scoring.judge import TrainedJudge

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LooksBook:
    """Pictures go to the store by their digests, what they are to a file in `folder`."""

    folder: Path

    def keep(
        self, competition_id: int, judge: TrainedJudge, target: Pixels, store: ContentStore
    ) -> None:
        """Keeps what a competition's scores look like."""
        from scoring.looks import looks_of

        try:
            rows = [
                {
                    "mark": str(look.mark),
                    "score": str(look.score),
                    "is_variation": look.is_variation,
                    "picture": "0x" + store.put(encode_stored(look.picture)).hex(),
                }
                for look in looks_of(judge, target)
            ]
            if rows:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._path(competition_id).write_text(json.dumps({"looks": rows}))
        except (OracleError, OSError) as error:
            log.warning("nothing shows what scores look like", extra={"reason": str(error)})

    def of(self, competition_id: int) -> dict[str, Any] | None:
        """`{"looks": [{"mark", "score", "is_variation", "picture"}]}`; None if there is nothing."""
        try:
            return dict(json.loads(self._path(competition_id).read_text()))
        except (OSError, ValueError):
            return None

    def _path(self, competition_id: int) -> Path:
        return self.folder / f"{competition_id}.json"
