"""What a judging depends on, each fact once: the judge reads its numbers here.

`judging` is the whole spec, built from `training` and `calibration`; `fields` checks them.
"""

from scoring.spec.calibration import CalibrationSpec
from scoring.spec.judging import FAST, FULL, MAX_SPEC_BYTES, PROFILES, JudgingSpec
from scoring.spec.training import TrainingSpec

__all__ = [
    "FAST",
    "FULL",
    "MAX_SPEC_BYTES",
    "PROFILES",
    "CalibrationSpec",
    "JudgingSpec",
    "TrainingSpec",
]
