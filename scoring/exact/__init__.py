"""Exact arithmetic: training and scoring whose every bit is the same on any machine.

`docs/arithmetic.md` is the specification; `reference.py` is the same as slow, obvious code.
"""

from scoring.exact.archive import InvalidArchive
from scoring.exact.model import ExactModel
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.choice import choose_backend
from scoring.exact.proofs.selftest import SelfTestReport, backend_named, self_test
from scoring.exact.training import Training, train_exact

__all__ = [
    "ExactModel",
    "Fixed",
    "InvalidArchive",
    "SelfTestReport",
    "Training",
    "backend_named",
    "choose_backend",
    "self_test",
    "train_exact",
]
