"""One judging whose every bit is written down: calibration, distances, scores, copies anywhere."""

import hashlib
import json
import os
import platform
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from scoring.bench.matrix import copies_digest, settings_here
from scoring.calibrated.choice import SIGHTS
from scoring.calibrated.judge import CalibratedJudge, fingerprint
from scoring.exact.numbers import Stream
from scoring.exact.proofs.selftest import backend_named
from scoring.exact.training import train_exact
from scoring.spec import CalibrationSpec
from tests.tiny_specs import TINY_CALIBRATED

GOLDEN = "253600e84ddf8634ee08358911be4f6703275167e8af7a979bed5b97df72b62f"
COPIES = "2d00ce63d04a618c84c1f589de1cf4d4c4dda206a77d05dc1a7d3433eb0c8fb0"
SETTINGS = {
    "one thread": {"OMP_NUM_THREADS": "1"},
    "two threads, ATen default": {"OMP_NUM_THREADS": "2", "ATEN_CPU_CAPABILITY": "default"},
    "Turkish, another hash seed": {"LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"},
} | {s.name: s.environment for s in settings_here() if s.name.startswith("numpy")}
if platform.machine() in ("x86_64", "AMD64"):  # elsewhere these would be ignored
    SETTINGS["ATen avx2, MKL compatible"] = {
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_CBWR": "COMPATIBLE",
    }


def picture(number: int) -> np.ndarray:
    """uint8 (512, 512, 3): blocks of colour that no library has drawn."""
    words = Stream(b"golden", f"picture.{number}").words(0, 16 * 16 * 3)
    blocks = (words >> np.uint64(56)).astype(np.uint8).reshape(16, 16, 3)
    return blocks.repeat(32, axis=0).repeat(32, axis=1)


def judging(sight: str) -> str:
    """sha256 over a calibration and three scores with all that explains them."""
    backend = backend_named("float64")
    model = train_exact(picture(0), replace(TINY_CALIBRATED, epochs=1), b"g" * 32, backend=backend)
    judge = CalibratedJudge.prepare(
        picture(0), model, CalibrationSpec(softened_views=2), SIGHTS[sight]()
    )
    scores = [judge.score(image) for image in (picture(1), picture(0)[::-1], picture(0) // 2)]
    found = [
        (s.value, sorted(s.contributions.items()), sorted(s.distances.items())) for s in scores
    ]
    pictures = b"".join(s.reconstruction.tobytes() + s.error_map.tobytes() for s in scores)
    text = json.dumps(found).encode() + pictures
    return hashlib.sha256(fingerprint(judge) + text).hexdigest()


@pytest.mark.unit
@pytest.mark.parametrize("sight", SIGHTS)
def test_this_process_gives_the_bits_that_are_written_down(sight):
    assert judging(sight) == GOLDEN


@pytest.mark.unit
def test_this_process_finds_the_copies_that_are_written_down():
    assert copies_digest(picture(0)) == COPIES


@pytest.mark.integration
@pytest.mark.slow  # each setting is a process that loads torch
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_gives_the_bits_that_are_written_down(setting):
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", **SETTINGS[setting]}
    done = subprocess.run(
        [sys.executable, __file__], env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [COPIES, *[GOLDEN] * len(SIGHTS)]


if __name__ == "__main__":
    print(copies_digest(picture(0)), *map(judging, SIGHTS))
