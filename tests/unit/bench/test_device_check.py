"""`scripts/check-gpu`: what is wrong is said, what there is no time for is named."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from scoring.bench import device as checked
from scoring.bench.device import Device, Report, main, measure
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.report import BackendReport, Check
from scoring.exact.proofs.selftest import backend_named
from scoring.exact.reference import ReferenceBackend
from tests.tiny_specs import TINY_JUDGING

pytestmark = pytest.mark.unit

_GROUP_OF_FOUR = SimpleNamespace(group=4)


@pytest.fixture(scope="module")
def report() -> Report:
    """Everything, of a tiny profile, on this CPU."""
    return measure(Device("cpu"), 10_000, {"tiny": TINY_JUDGING})


def test_a_cpu_goes_through_every_part_and_nothing_is_wrong(report: Report) -> None:
    assert report.wrong == []
    assert report.left_out == []
    assert {check["of"] for check in report.facts["checks"]} >= {"numpy", "reference"}
    assert len(report.facts["golden_judging"]) >= 1
    assert report.facts["images_together"] == {"group": 4, "images": 9}
    json.dumps(report.to_json_object())


def test_rates_and_the_profile_are_numbers_that_can_be_compared(report: Report) -> None:
    rates = report.facts["rates"]["tiny"]
    assert rates["trained_per_second"] > 1
    assert rates["scored_per_second"] > 0.1 and rates["judged_per_second"] > 0.1
    assert rates["exact_over_fp32"] > 0
    assert rates["training_seconds"] > rates["step_seconds"]
    assert report.facts["profile"]["tiny"][0]["cpu_us"] > 0


def test_what_there_is_no_time_for_is_named_and_the_self_test_comes_first() -> None:
    now = iter(range(0, 10_000, 7))
    short = measure(Device("cpu"), 10, {"tiny": TINY_JUDGING}, clock=lambda: float(next(now)))
    assert short.left_out[:3] == ["self-test", "golden judging", "images together"]
    assert not short.wrong


def test_a_backend_that_gives_another_bit_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(name: str, count: int) -> BackendReport:
        return BackendReport(name, (Check("golden training steps", name != "int8", "other"),))

    monkeypatch.setattr(checked, "check_backend", check)
    monkeypatch.setattr(checked, "_parts", lambda profiles: {"self-test": checked._self_test})
    assert measure(Device("cpu"), 10_000).wrong == ["int8: golden training steps: other"]


class OtherWeights(ReferenceBackend):
    """Right in all that the self-test asks for, and not in networks of this size."""

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        found = super().window_gradient(wide, narrow)
        return Fixed(found.q + 1, found.e)


@pytest.mark.parametrize(("second", "wrong"), [(ReferenceBackend, 0), (OtherWeights, 1)])
def test_backends_of_a_gpu_must_come_to_the_same_weights_at_full_size(
    monkeypatch: pytest.MonkeyPatch, second: type[ReferenceBackend], wrong: int
) -> None:
    report = Report({"checks": [{"of": "broken", "passed": False}], "missing": {}})
    made = {
        "cuda_fused": lambda _: second(),
        "cuda_int8": lambda _: backend_named("float64"),
        "broken": lambda _: pytest.fail("what is wrong already is not tried again"),
    }
    monkeypatch.setattr(checked, "GPU_BACKENDS", made)
    spec = TINY_JUDGING.training_part()
    pixels = checked._noise(2, spec.image_side)
    taken = checked._compare_backends(report, Device("cpu"), spec, pixels)
    assert [*taken] == ["cuda_fused", "cuda_int8"]
    assert len(report.wrong) == wrong
    assert all("other weights" in words for words in report.wrong)


def test_an_image_that_is_scored_otherwise_among_others_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checked, "judge_together", lambda *_: SimpleNamespace(terms=_GROUP_OF_FOUR))
    monkeypatch.setattr(checked, "scored_otherwise", lambda judge, images: 2)
    monkeypatch.setattr(checked, "_parts", lambda profiles: {"t": checked._images_together})
    assert measure(Device("cpu"), 10_000).wrong == ["images together: 2 of 9 have another score"]


def test_a_part_that_fails_is_named_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(report: Report, device: Device) -> None:
        raise RuntimeError("CUDA error: out of memory")

    def note(report: Report, device: Device) -> None:
        report.facts["done"] = True

    monkeypatch.setattr(checked, "_parts", lambda profiles: {"first": fail, "second": note})
    found = measure(Device("cpu"), 10_000)
    assert found.wrong == ["first: RuntimeError: CUDA error: out of memory"]
    assert found.facts["done"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is a GPU")
def test_without_a_gpu_two_lines_say_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--write", str(tmp_path / "gpu.json")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
    assert not (tmp_path / "gpu.json").exists()
