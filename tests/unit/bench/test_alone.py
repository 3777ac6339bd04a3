"""A GPU's backend in a process of its own, whatever becomes of that."""

import pytest

from scoring.bench import alone
from scoring.bench.alone import try_alone

pytestmark = pytest.mark.unit


def test_where_there_is_no_gpu_it_is_missing_and_says_why() -> None:
    report = try_alone("cuda_int8", "cuda:7")
    assert "GPU" in report.missing and not report.checks


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("import os; os.abort()", "exit -6: without a word"),
        ("raise SystemExit('illegal memory access')", "exit 1: illegal memory access"),
        ("import time; time.sleep(60)", "no answer within 1 s"),
    ],
)
def test_one_that_ends_its_process_is_refused(
    monkeypatch: pytest.MonkeyPatch, does: str, why: str
) -> None:
    monkeypatch.setattr(alone, "_ASKED", does)
    monkeypatch.setattr(alone, "_SECONDS", 1 if "sleep" in does else 60)
    report = try_alone("cuda_fused", "cuda")
    assert not report.passed and report.checks[0].detail == why
