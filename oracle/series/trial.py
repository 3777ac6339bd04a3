"""Whether a target can be judged, found out before anybody buys a ticket; see target_check.py."""

from __future__ import annotations

from scoring.progress import Progress
from scoring.spec import JudgingSpec
from scoring.submission.png import decode_submission
from scoring.target_check import check_target


def why_not_judged(target: bytes, spec: JudgingSpec, progress: Progress | None = None) -> str:
    """Why `target`, a canonical PNG, cannot be judged by `spec`; "" when it can.

    Takes some ten seconds on a CPU for the calibrated judge. What `progress` raises ends it.
    """
    return check_target(decode_submission(target), spec, progress).refusal
