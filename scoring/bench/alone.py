"""A GPU's backend, tried in a process of its own: one that breaks the GPU off spoils no other part.

After an access that a GPU refuses, CUDA does nothing more for the process that asked for it.
"""

import json
import subprocess
import sys

from scoring.exact.proofs.report import BackendReport, Check
from scoring.exact.proofs.selftest import BEFORE_JUDGING, GPU_BACKENDS, check_backend

_SECONDS = 240
_ASKED = "import sys; from scoring.bench.alone import try_here; try_here(*sys.argv[1:])"


def try_alone(name: str, device: str) -> BackendReport:
    """What `check_backend` finds of one of `GPU_BACKENDS` on a device, such as "cuda:1"."""
    command = [sys.executable, "-c", _ASKED, name, device]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return _failed(name, f"no answer within {_SECONDS} s")
    try:
        missing, checks = json.loads(done.stdout)
    except ValueError:
        said = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        return _failed(name, f"exit {done.returncode}: {said}")
    return BackendReport(name, tuple(Check(*check) for check in checks), missing)


def _failed(name: str, why: str) -> BackendReport:
    return BackendReport(name, (Check("running at all", False, why),))


def try_here(name: str, device: str) -> None:
    """Tries it in this process, and prints what was found as JSON."""
    report = check_backend(name, BEFORE_JUDGING, lambda: GPU_BACKENDS[name](device))
    print(json.dumps([report.missing, [[c.name, c.passed, c.detail] for c in report.checks]]))
