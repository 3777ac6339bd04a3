"""The backward passes against torch's automatic differentiation in float64."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import nn

from scoring.exact.backend import Parameter
from scoring.exact.layers import BatchNorm
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed
from scoring.exact.reference import ReferenceBackend
from tests.tiny_specs import TINY_TRAINING
from tests.unit.exact.drawn_picture import picture

pytestmark = pytest.mark.unit


class Double(nn.Module):
    """The same network in float64."""

    def __init__(self, tensors: dict[str, npt.NDArray[Any]]) -> None:
        super().__init__()
        self.weights = {
            name: torch.from_numpy(values.astype(np.float64)).requires_grad_()
            for name, values in tensors.items()
        }

    def normalised(self, z: torch.Tensor, name: str) -> torch.Tensor:
        gamma, beta = self.weights[f"{name}.gamma"], self.weights[f"{name}.beta"]
        return torch.relu(nn.functional.batch_norm(z, None, None, gamma, beta, training=True))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        w = self.weights
        for i in range(4):
            kernel = w[f"encoder.{i}.weight"].permute(3, 2, 0, 1)
            x = self.normalised(nn.functional.conv2d(x, kernel, None, 2, 1), f"encoder.{i}")
        shape = x.permute(0, 2, 3, 1).shape
        x = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        x = x @ w["squeeze.weight"] + w["squeeze.bias"]
        x = x @ w["expand.weight"] + w["expand.bias"]
        x = x.reshape(shape).permute(0, 3, 1, 2)
        for i in range(4):
            kernel = w[f"decoder.{i}.weight"].permute(3, 2, 0, 1)
            bias = w["decoder.3.bias"] if i == 3 else None
            x = nn.functional.conv_transpose2d(x, kernel, bias, 2, 1)
            x = self.normalised(x, f"decoder.{i}") if i < 3 else 0.5 + 0.5 * x / (1 + x.abs())
        return x


def test_every_gradient_points_where_the_true_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    gradients: dict[str, npt.NDArray[np.float64]] = {}
    backend = ReferenceBackend()
    spec = dataclasses.replace(TINY_TRAINING, widths=(24, 24, 24, 24), latent_size=24)

    def noted(p: Parameter, values: Any, factor: np.float32, _step: Any) -> None:
        gradients[p.name] = values.astype(np.float64) * float(factor)

    monkeypatch.setattr(backend, "adam", noted)
    network = Autoencoder(backend, spec, b"seed")
    pixels = np.stack([picture(i)[::8, ::8] for i in range(6)])
    double = Double(dict(network.tensors()))
    x = torch.from_numpy((pixels.astype(np.float64) * 2 - 255) / 256).permute(0, 3, 1, 2)
    loss = ((double(x).permute(0, 2, 3, 1) - torch.from_numpy(pixels / 255)) ** 2).mean()
    torch.autograd.backward(loss)
    error = network.step(pixels, 0.001)
    assert error / pixels.size / 4080**2 == pytest.approx(loss.item(), rel=0.01)
    for name, mine in gradients.items():
        true = double.weights[name].grad
        assert true is not None
        right = true.numpy().ravel()
        cosine = mine.ravel() @ right / np.linalg.norm(mine) / np.linalg.norm(right)
        # Seven bits an activation leave noise that adds up through the nine layers behind.
        assert cosine > (0.9 if name.startswith("decoder") else 0.6), (name, cosine)
        assert 0.5 < np.linalg.norm(mine) / np.linalg.norm(right) < 2, name


@pytest.mark.parametrize("seed", range(5))
def test_batch_norm_differentiates_to_three_digits(seed: int) -> None:
    random = np.random.default_rng(seed)
    backend = ReferenceBackend()
    norm = BatchNorm(backend, "norm", 5)
    norm.gamma.values = random.uniform(0.5, 2, 5).astype(np.float32)
    norm.beta.values = random.standard_normal(5).astype(np.float32)
    z = random.integers(-(1 << 20), 1 << 20, (3, 8, 8, 5)) + random.integers(-9999, 9999, 5)
    d = random.integers(-(1 << 22), 1 << 22, z.shape)
    gradients: dict[str, npt.NDArray[np.float64]] = {}

    def noted(p: Parameter, values: Any, exponent: int) -> None:
        gradients[p.name] = values * 2.0**exponent

    y, batch = norm.train(Fixed(z, -17))
    back = norm.backward(Fixed(d, -25), batch, noted)

    x = torch.from_numpy(z * 2.0**-17).requires_grad_()
    gamma, beta = (
        torch.from_numpy(p.values.astype(np.float64)).requires_grad_()
        for p in (norm.gamma, norm.beta)
    )
    true = nn.functional.batch_norm(x.permute(0, 3, 1, 2), None, None, gamma, beta, training=True)
    true = torch.relu(true).permute(0, 2, 3, 1)
    true.backward(torch.from_numpy(d * 2.0**-25))
    for mine, right, tolerance in (
        (y.q * 2.0**y.e, true, 0.51 * 2.0**y.e),
        (back.q * 2.0**back.e, x.grad, 3 * 2.0**back.e),
        (gradients["norm.gamma"], gamma.grad, 0.02),
        (gradients["norm.beta"], beta.grad, 0.02),
    ):
        assert right is not None
        # A value that rounds to the other side of zero passes the ReLU in one and not the other.
        assert (np.abs(mine - right.detach().numpy()) <= tolerance).mean() > 0.998
