"""What trying a backend, or a sight, found out."""

import logging
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """One thing that was tried on one backend."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class BackendReport:
    """How one backend did; it can be used if it is there and every check passed."""

    name: str
    checks: tuple[Check, ...]
    missing: str = ""

    @property
    def passed(self) -> bool:
        """Whether it may be used."""
        return not self.missing and all(check.passed for check in self.checks)


def may_be_used(report: BackendReport) -> bool:
    """Whether a report passed; what failed is logged."""
    failed = [check for check in report.checks if not check.passed]
    for check in failed:
        _log.warning("backend %s refused: %s: %s", report.name, check.name, check.detail)
    return report.passed
