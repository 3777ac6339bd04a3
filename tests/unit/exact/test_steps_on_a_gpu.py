"""What a GPU needs to be fast, as far as it can be shown without one.

Neither a step nor the evaluation of a group of images must wait for the host to look at a number:
done on torch's `meta` device, whose tensors have no numbers, it would fail. And a step has to give
the same bits when what it did is recorded once and repeated at the same addresses, as a CUDA graph
does: here torch's own tracing records it, which leaves out everything but operations on tensors.
"""

import logging
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx

from scoring.exact.backends import tensor
from scoring.exact.backends.gemm import multiply_cuda_int8, multiply_float64
from scoring.exact.backends.recording import Capture, RecordedSteps
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Stream
from scoring.exact.proofs.golden import GOLDEN_SPEC
from scoring.exact.proofs.selftest import backend_named
from scoring.submission.image import Pixels

pytestmark = pytest.mark.unit


def batch(number: int, size: int) -> Pixels:
    words = Stream(b"steps", f"batch.{number}").words(0, size * 64 * 64 * 3)
    return (words >> np.uint64(56)).astype(np.uint8).reshape(size, 64, 64, 3)


BATCHES = [batch(number, size) for number, size in enumerate((3, 3, 2, 3, 2))]


def traced(run: Callable[[], torch.Tensor]) -> tuple[Callable[[], object], torch.Tensor]:
    """`recording.Capture`: what was traced reads and writes the very tensors that `run` would."""
    graph = make_fx(run, tracing_mode="fake", _allow_non_fake_inputs=True)()
    result = torch.zeros((), dtype=torch.int64)
    return lambda: result.copy_(graph()), result


@pytest.fixture
def traceable_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU. numpy's, which a CPU's are, cannot be traced."""
    monkeypatch.setattr(tensor, "_root", torch.sqrt)


def trained(backend: TensorBackend) -> tuple[list[bytes], str]:
    network = Autoencoder(backend, GOLDEN_SPEC, b"steps")
    learned = [network.learn(pixels, 0.001 / (1 + i)) for i, pixels in enumerate(BATCHES)]
    errors = [int(one.squared_error).to_bytes(8, "little") for one in learned]
    witnesses = [one.witness() for one in learned]
    return [e + w for e, w in zip(errors, witnesses, strict=True)], network.digest(True).hex()


def test_no_number_leaves_the_device_within_a_step() -> None:
    backend = TensorBackend("meta", multiply_cuda_int8, "meta")
    network = Autoencoder(backend, GOLDEN_SPEC, b"steps")
    for pixels in BATCHES[:2]:
        learned = network.learn(pixels, 0.001)
    with pytest.raises((NotImplementedError, RuntimeError), match="meta"):
        int(learned.squared_error)
    with pytest.raises((NotImplementedError, RuntimeError), match="meta"):
        learned.witness()


def test_no_number_leaves_the_device_while_a_group_is_evaluated() -> None:
    backend = TensorBackend("meta", multiply_cuda_int8, "meta", group=3)
    network = Autoencoder(backend, GOLDEN_SPEC, b"steps")
    *maps, latent = network.encode(BATCHES[0])
    output = network.decode(latent)
    assert output.is_meta and output.shape == (3, 64, 64, 3)
    with pytest.raises((NotImplementedError, RuntimeError), match="meta"):
        backend.integers(maps[0])
    with pytest.raises((NotImplementedError, RuntimeError), match="meta"):
        backend.numpy(output)


def test_steps_that_are_read_late_say_the_same() -> None:
    """`run_epoch` reads them when all are done, `steps` each at once."""
    late, digest = trained(TensorBackend("late", multiply_float64))
    network = Autoencoder(backend_named("reference"), GOLDEN_SPEC, b"steps")
    for i, (pixels, one) in enumerate(zip(BATCHES, late, strict=True)):
        learned = network.learn(pixels, 0.001 / (1 + i))
        assert one == learned.squared_error.to_bytes(8, "little") + learned.witness()
    assert network.digest(True).hex() == digest


class Recorded(TensorBackend):
    """Records steps as on a GPU, by another `Capture`."""

    def __init__(self, capture: Capture) -> None:
        super().__init__("recorded", multiply_cuda_int8)
        self.capture = capture

    def recorded(self, network: Autoencoder) -> RecordedSteps:
        return RecordedSteps(network, self.capture)


@pytest.mark.usefixtures("traceable_roots")
def test_a_recorded_step_gives_the_same_bits() -> None:
    captured = []

    def capture(run: Callable[[], torch.Tensor]) -> tuple[Callable[[], object], torch.Tensor]:
        captured.append(run)
        return traced(run)

    assert trained(Recorded(capture)) == trained(TensorBackend("plain", multiply_cuda_int8))
    assert len(captured) == 2  # one for each size


@pytest.mark.usefixtures("traceable_roots")
def test_a_recording_goes_on_from_weights_that_were_put_in_its_place() -> None:
    networks = [
        Autoencoder(one, GOLDEN_SPEC, b"steps")
        for one in (Recorded(traced), TensorBackend("plain", multiply_cuda_int8))
    ]
    digests = []
    for network in networks:
        for pixels in BATCHES[:2]:
            network.learn(pixels, 0.001)
        kept = dict(network.tensors(moments=True))
        network.learn(BATCHES[3], 0.001)
        network.restore(kept)
        network.steps = 2
        errors = [network.squared_error(BATCHES[0][0]), network.step(BATCHES[0], 0.001)]
        digests.append((errors, network.digest(moments=True)))
    assert digests[0] == digests[1]


def test_what_cannot_be_recorded_is_done_as_written(caplog: pytest.LogCaptureFixture) -> None:
    def refused(run: Callable[[], torch.Tensor]) -> tuple[Callable[[], object], torch.Tensor]:
        traced(run)
        raise RuntimeError("operation not permitted when stream is capturing")

    with caplog.at_level(logging.WARNING):
        found = trained_once(Recorded(refused))
    assert found == trained_once(TensorBackend("plain", multiply_cuda_int8))
    assert "not recorded as a CUDA graph" in caplog.text


def trained_once(backend: TensorBackend) -> list[int]:
    network = Autoencoder(backend, GOLDEN_SPEC, b"steps")
    return [network.step(BATCHES[0], 0.001), *(network.step(BATCHES[1], 0.001) for _ in range(2))]
