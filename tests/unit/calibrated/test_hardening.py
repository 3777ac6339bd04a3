"""`scripts/harden_perceptual.py`: what it trains, keeps and writes."""

import importlib
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from scoring.calibrated.perceptual import FORMAT, shipped_network

pytestmark = pytest.mark.unit

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def harden(monkeypatch):
    """The script as a module, made small."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = importlib.import_module("harden_perceptual")
    for name, value in (("BATCH", 2), ("MEASURED_PAIRS", 2), ("MEASURED_STEPS", 2)):
        monkeypatch.setattr(module, name, value)
    yield module
    del sys.modules["harden_perceptual"]


@pytest.fixture
def pictures(tmp_path, scene):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(16):
        Image.fromarray(scene(number)[::2, ::2]).save(folder / f"{number:02}.png")
    (folder / "notes.txt").write_text("no picture")
    return folder


def run(harden, monkeypatch, checkpoint, pictures, steps, *options):
    """So many steps of a run."""
    monkeypatch.setattr(harden, "until", lambda minutes: iter([None] * steps))
    words = [str(checkpoint), "--images", str(pictures), *options]
    result = CliRunner().invoke(harden.main, words)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in checkpoint.with_suffix(".jsonl").read_text().splitlines()]


def test_what_was_not_trained_is_written_as_it_ships(harden):
    parameters = harden.parameters_of(shipped_network())
    assert FORMAT.decode(harden.file_of(parameters)).sha256 == shipped_network().sha256


def test_a_run_goes_on_where_the_last_one_stopped(harden, monkeypatch, tmp_path, pictures):
    checkpoint = tmp_path / "network.checkpoint"
    first = run(harden, monkeypatch, checkpoint, pictures, 2)
    assert [line["step"] for line in first] == [0, 2]
    assert first[0]["drift"] == 0 and first[1]["drift"] > 0
    assert run(harden, monkeypatch, checkpoint, pictures, 1)[-1]["step"] == 3


def test_a_run_that_goes_on_keeps_its_pace(harden, monkeypatch, tmp_path, pictures):
    checkpoint = tmp_path / "network.checkpoint"
    run(harden, monkeypatch, checkpoint, pictures, 1, "--rate", "3e-4", "--calm", "0.25")
    run(harden, monkeypatch, checkpoint, pictures, 1)
    state = torch.load(checkpoint, weights_only=True)
    assert state["calm"] == 0.25
    assert state["optimizer"]["param_groups"][0]["lr"] == 3e-4
    written = tmp_path / "network.bin"
    result = CliRunner().invoke(harden.main, [str(checkpoint), "--write", str(written)])
    assert result.exit_code == 0, result.output
    assert FORMAT.decode(written.read_bytes()).sha256 != shipped_network().sha256


def test_a_step_looks_at_no_number_and_stays_where_it_is(harden, monkeypatch):
    """As a GPU needs it; on torch's device that has shapes and no numbers."""
    monkeypatch.setattr(torch, "autocast", lambda *_: nullcontext())
    training = harden.Hardening.begin(harden.parameters_of(shipped_network(), "meta"))
    before = dict(training.own)
    training.advance(torch.empty((2, 3, 128, 128), device="meta"))
    assert training.step == 1
    everything = [*training.own.values(), *training.average.values(), *training.losses]
    assert {value.device.type for value in everything} == {"meta"}
    assert all(training.own[name] is value for name, value in before.items())


def test_a_device_that_is_not_there_is_named(harden, tmp_path, pictures):
    words = [str(tmp_path / "c"), "--images", str(pictures), "--device"]
    for wrong in ("floppy", "cuda:99", "meta"):
        result = CliRunner().invoke(harden.main, [*words, wrong])
        assert result.exit_code == 2
        assert f"--device {wrong} cannot be used" in result.output


def test_an_attack_keeps_to_its_bound_and_gets_nearer(harden, scene):
    own = harden.parameters_of(shipped_network())
    start, target = (torch.from_numpy(scene(n)[::4, ::4].copy()) for n in (1, 2))
    images, wanted = (x.permute(2, 0, 1)[None].float() for x in (start, target))
    with torch.no_grad():
        goal = harden.features(own, wanted)
        before = harden.apart(harden.features(own, images), goal)
    moved = harden.attacked(own, images, goal, -1, 5)
    assert (moved - images).abs().max() <= harden.EPSILON
    assert moved.min() >= 0 and moved.max() <= 255
    with torch.no_grad():
        assert harden.apart(harden.features(own, moved), goal) < before


def test_the_network_with_gradients_is_the_one_that_judges_up_to_rounding(harden, scene):
    from scoring.calibrated.reference import reference_features

    pixels = scene(3)[::8, ::8]
    image = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float()
    found = harden.features(harden.parameters_of(shipped_network()), image)
    first, _, *_, deepest = reference_features(shipped_network(), pixels)
    assert np.abs(found[0][0].permute(1, 2, 0).numpy() - first).max() <= 0.5
    assert np.corrcoef(found[-1][0].permute(1, 2, 0).numpy().ravel(), deepest.ravel())[0, 1] > 0.97


def test_what_is_missing_is_said(harden, tmp_path, pictures):
    (pictures / "broken.png").write_bytes(b"no picture")
    alone = tmp_path / "alone"
    alone.mkdir()
    nowhere = CliRunner().invoke(harden.main, [str(tmp_path / "c"), "--write", str(alone / "n")])
    assert nowhere.exit_code == 2 and "train first" in nowhere.output
    few = CliRunner().invoke(harden.main, [str(tmp_path / "c"), "--images", str(alone)])
    assert few.exit_code == 2 and "too few" in few.output
    with CliRunner().isolation() as (_, said, *_):
        assert len(harden.pictures_in((pictures,))) == 16
        assert b"broken.png" in said.getvalue()
