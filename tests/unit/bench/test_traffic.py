"""`python -m scoring.bench.traffic`: what a step asks of a GPU, counted without one."""

import json

import pytest
import torch

from scoring.bench.traffic import Counter, main

pytest.importorskip("triton", reason="torch without CUDA comes without Triton")
pytestmark = pytest.mark.unit


def test_each_tensor_of_an_operation_is_counted_once_and_views_are_not() -> None:
    x = torch.zeros((3, 4), device="meta")
    with Counter() as counted:
        y = x.t().reshape(12)  # a view, then a copy
        torch.empty(100, device="meta")
        y.mul_(y)
    assert counted.operations == 2
    assert counted.bytes == 2 * 48 + 48


def test_fused_kernels_ask_less_of_a_gpus_memory(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fast"])
    plain, fused = map(json.loads, capsys.readouterr().out.splitlines())
    assert (plain["backend"], fused["backend"]) == ("cuda_int8", "cuda_fused")
    assert 0 < 5 * fused["gigabytes"] < plain["gigabytes"]
    assert 0 < 2 * fused["operations"] < plain["operations"]


def test_a_profile_that_there_is_not_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ful"])
    assert "there is no profile ful; name" in capsys.readouterr().err
