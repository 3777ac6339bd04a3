"""Every error of the judge that a person is told about, as one tree.

    ScoringError
    ├── InvalidSpec        a judging spec has an unknown, missing or out-of-range field
    ├── InvalidModel       a model file is not one that this judge wrote
    ├── UnusableDevice     the device asked for is missing, or its arithmetic is wrong
    ├── NoExactBackend     this machine computes wrong bits, however it computes (exit code 1)
    ├── UnjudgeableTarget  nothing can be told from this target
    └── UnreadableImage    a file cannot be turned into a submission

The similarity tools continue it in `scoring.similarity.errors`. Others stand where they are raised,
for whoever calls there has to answer them:

    scoring.submission.flags.InvalidSubmission          a verdict on an entry; it carries a flag
    scoring.exact.archive.InvalidArchive                a checkpoint or model is damaged
    scoring.calibrated.calibration.CannotCalibrate      becomes UnjudgeableTarget
"""

from __future__ import annotations


class ScoringError(Exception):
    """Almost always bad input; `what` says what happened and `hint` what to do about it."""

    exit_code = 2

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class InvalidSpec(ScoringError):
    """A judging spec has an unknown, missing or out-of-range field."""


class InvalidModel(ScoringError):
    """A model file is not one that this judge wrote."""


class UnjudgeableTarget(ScoringError):
    """Nothing can be told from this target: its variations look like unrelated images."""


class UnusableDevice(ScoringError):
    """The device asked for is missing, or gave a wrong bit in its self-test."""


class NoExactBackend(ScoringError):
    """Nothing on this machine computes the right bits, so it cannot judge."""

    exit_code = 1


class UnreadableImage(ScoringError):
    """A file cannot be turned into a submission."""
