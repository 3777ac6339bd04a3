"""`judge selftest` and `judge bisect` say what they found, and end with the right code."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from oracle.cli.exactness import bisect_command, selftest_command
from scoring.calibrated.choice import SIGHTS
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.plain_sight import PlainSight
from scoring.calibrated.sight import Means
from scoring.digest import sha256
from scoring.exact import ExactModel, train_exact
from scoring.exact.proofs.golden import GOLDEN_DIGEST
from scoring.exact.proofs.selftest import self_test
from scoring.submission.image import Pixels, decode_submission, encode_png
from tests.tiny_specs import TINY_TRAINING

pytestmark = pytest.mark.unit


class Blurred(PlainSight):
    """One level too bright."""

    def __init__(self) -> None:
        super().__init__(shipped_network(), shipped_subject_network())

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        return super().box_mean(view, reach, unit) + 1


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("target") / "target.png"
    pixels = np.random.default_rng(1).integers(0, 256, (512, 512, 3), np.uint8)
    path.write_bytes(encode_png(pixels))
    return path


@pytest.fixture(scope="module")
def model(target: Path) -> ExactModel:
    return train_exact(decode_submission(target.read_bytes()), TINY_TRAINING, bytes(32))


def saved(model: ExactModel, path: Path) -> str:
    model.save(path)
    return str(path)


@pytest.mark.slow  # tries every backend, some seconds each
def test_this_machine_passes_and_shows_the_golden_hash() -> None:
    result = CliRunner().invoke(selftest_command, ["--json"], standalone_mode=False)
    found = json.loads(result.output)
    assert found["passed"] and found["golden"] == GOLDEN_DIGEST
    assert all(check["passed"] for check in found["checks"]) and len(found["checks"]) > 5
    assert found["sight"] == "compiled sight"


def test_a_machine_that_is_wrong_is_shown_and_exits_with_3(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = self_test()
    wrong = dataclasses.replace(
        right, machine=tuple(dataclasses.replace(c, passed=False) for c in right.machine)
    )
    monkeypatch.setattr("scoring.exact.proofs.selftest.self_test", lambda: wrong)
    result = CliRunner().invoke(selftest_command, [], standalone_mode=False)
    assert result.return_value == 3 and "WRONG" in result.output and GOLDEN_DIGEST in result.output


def test_a_sight_that_is_wrong_is_shown_and_exits_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    right = self_test()
    monkeypatch.setattr("scoring.exact.proofs.selftest.self_test", lambda: right)
    monkeypatch.setitem(SIGHTS, "compiled", Blurred)
    result = CliRunner().invoke(selftest_command, [], standalone_mode=False)
    assert result.return_value == 3 and "WRONG" in result.output
    assert f"{right.chosen}, plain sight" in result.output


def test_equal_runs_agree(model: ExactModel, tmp_path: Path) -> None:
    paths = [saved(model, tmp_path / "a"), saved(model, tmp_path / "b")]
    result = CliRunner().invoke(bisect_command, paths, standalone_mode=False)
    assert result.return_value == 0 and "agree in every step" in result.output


def test_the_first_step_that_differs_is_named(model: ExactModel, tmp_path: Path) -> None:
    other = dataclasses.replace(model, step_digests=tuple(map(sha256, model.step_digests)))
    paths = [saved(model, tmp_path / "a"), saved(other, tmp_path / "b")]
    result = CliRunner().invoke(bisect_command, [*paths, "--json"], standalone_mode=False)
    assert result.return_value == 3
    found = {"same": False, "cause": "step", "step": 1, "epoch": None, "tensors": []}
    assert json.loads(result.output) == found
    shown = CliRunner().invoke(bisect_command, paths, standalone_mode=False).output
    assert "None" not in shown and "epoch" not in shown


def test_the_reference_says_which_run_is_right_and_what_an_image_scores(
    model: ExactModel, target: Path, tmp_path: Path
) -> None:
    tensors = {**model.tensors, "squeeze.bias": model.tensors["squeeze.bias"] + np.float32(1)}
    wrong = dataclasses.replace(
        model, step_digests=tuple(map(sha256, model.step_digests)), tensors=tensors
    )
    paths = [saved(wrong, tmp_path / "a"), saved(model, tmp_path / "b")]
    options = ["--target", str(target), "--image", str(target), "--json"]
    result = CliRunner().invoke(bisect_command, [*paths, *options], standalone_mode=False)
    found = json.loads(result.output)
    assert found["tensors"] == ["squeeze.bias"]
    assert found["reference"]["digest"] == model.step_digests[0].hex()
    assert found["reference"]["agrees with"] == "RUN_B"
    assert found["reference"]["parts at"] is None
    assert found["errors"]["b"] == model.squared_error(decode_submission(target.read_bytes()))
    assert found["errors"]["a"] != found["errors"]["b"]
    shown = CliRunner().invoke(bisect_command, [*paths, *options[:-1]], standalone_mode=False)
    assert "RUN_B" in shown.output and "squeeze.bias" in shown.output


def test_a_file_that_is_no_model_is_wrong_use(model: ExactModel, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"nothing")
    paths = [saved(model, tmp_path / "a"), str(tmp_path / "b")]
    result = CliRunner().invoke(bisect_command, paths, standalone_mode=False)
    assert type(result.exception).__name__ == "UsageError"
