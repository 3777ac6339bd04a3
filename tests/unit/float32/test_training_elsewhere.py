"""Another process on this machine trains the very same model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scoring.float32.judge import FloatJudge


@pytest.mark.integration
@pytest.mark.parametrize("threads", ["1", "4"])
def test_another_process_with_other_threads_gets_the_same_model(
    threads: str, tiny_model: FloatJudge
) -> None:
    program = (
        "import sys, torch\n"
        "from scoring.judge import train\n"
        "from scoring.spec import JudgingSpec\n"
        "from tests.unit import png_files as png\n"
        "from tests.tiny_specs import SEED\n"
        "torch.manual_seed(5); torch.set_default_dtype(torch.float64)\n"
        "spec = JudgingSpec.from_json(sys.argv[1].encode())\n"
        "print(train(png.photo(), spec, SEED).digest().hex())\n"
    )
    arguments = [tiny_model.spec.canonical_json().decode()]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=Path(__file__).parents[3],
        env={"OMP_NUM_THREADS": threads, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.stdout.strip() == tiny_model.digest().hex(), done.stderr
