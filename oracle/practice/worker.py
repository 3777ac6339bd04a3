"""A process that scores for practice: `python -I -m oracle.practice.worker`, at low priority.

It gets pixels, never a stranger's file, and one competition: a line of JSON, `{"spec", "model"}`,
and the target's pixels. It answers a line with its `model_hash`; then, for the pixels of every
image, a line with `score`, `terms` and `flags`. Pixels are 512·512·3 bytes of RGB rows. It ends
with its stdin.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from scoring.digest import sha256
from scoring.entry_set import rank_entries
from scoring.exact_judge import ExactJudge, load_exact_judge
from scoring.ranking import Entry
from scoring.score import Score
from scoring.spec import JudgingSpec
from scoring.submission.decode_worker import PIXEL_BYTES
from scoring.submission.image import IMAGE_SIDE, Pixels
from scoring.workers import Here

_LOWEST_PRIORITY = 19
_FIRST_TO_GO = "1000"


def stand_back() -> None:
    """Everything else on this machine comes first, when it is short of memory too."""
    os.nice(_LOWEST_PRIORITY)
    with contextlib.suppress(OSError):  # Linux alone has it
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Loads the judge, and scores images until there are no more."""
    wanted = json.loads(requests.readline())
    target = _pixels(requests.read(PIXEL_BYTES))
    # By the processor: the graphics card is the judging's.
    spec = JudgingSpec.from_json(json.dumps(wanted["spec"]).encode())
    judge = load_exact_judge(Path(wanted["model"]), target, spec, "cpu")
    _say(replies, {"model_hash": judge.digest().hex()})
    while len(data := requests.read(PIXEL_BYTES)) == PIXEL_BYTES:
        _say(replies, practised(judge, target, _pixels(data)))


def practised(judge: ExactJudge, target: Pixels, image: Pixels) -> dict[str, Any]:
    """What the judge says of an image that is the only entry; a copy is scored too."""
    scores: list[Score] = []
    entry = Entry(1, "", sha256(image.tobytes()), 1)
    workers = Here(judge, target, lambda _: image, lambda _, found: scores.append(found))
    ranked = rank_entries(judge.spec, target, [entry], workers, show_copies=True)
    (score,), (row,) = scores, ranked.ranking
    return {
        "score": str(score.value),
        "terms": {name: str(value) for name, value in score.terms.items()},
        "flags": int(row.flags),
    }


def _pixels(data: bytes) -> Pixels:
    return np.frombuffer(data, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE, 3)


def _say(replies: BinaryIO, facts: dict[str, Any]) -> None:
    replies.write(json.dumps(facts).encode() + b"\n")
    replies.flush()


if __name__ == "__main__":
    stand_back()
    serve(sys.stdin.buffer, sys.stdout.buffer)
