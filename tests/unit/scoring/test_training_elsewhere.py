"""Another process on this machine trains the very same model."""

from __future__ import annotations

import subprocess
import sys

import png_files as png
import pytest

from scoring.float_judge import FloatJudge


@pytest.mark.integration
@pytest.mark.parametrize("threads", ["1", "4"])
def test_another_process_with_other_threads_gets_the_same_model(
    threads: str, tiny_model: FloatJudge
) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import png_files as png, torch, conftest\n"
        "from scoring.judge import train\n"
        "from scoring.spec import JudgingSpec\n"
        "torch.manual_seed(5); torch.set_default_dtype(torch.float64)\n"
        "spec = JudgingSpec.from_json(sys.argv[2].encode())\n"
        "print(train(png.photo(), spec, conftest.SEED).digest().hex())\n"
    )
    arguments = [png.__file__.rpartition("/")[0], tiny_model.spec.canonical_json().decode()]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={"OMP_NUM_THREADS": threads, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.stdout.strip() == tiny_model.digest().hex(), done.stderr
