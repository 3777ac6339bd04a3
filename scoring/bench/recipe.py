"""The published recipe in ordinary float32 PyTorch, to compare the exact judge's speed with."""

from collections.abc import Iterator

import torch
from torch import nn

from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels


class Recipe:
    """The published recipe at its best in ordinary PyTorch: channels last, fused Adam."""

    def __init__(self, spec: TrainingSpec, device: str = "cpu") -> None:
        # A bias before batch norm would only be subtracted again.
        core, layers = spec.image_side // 16, list[nn.Module]()
        sizes = [3, *spec.widths]
        for one, two in zip(sizes, sizes[1:], strict=False):
            layers += [
                nn.Conv2d(one, two, 4, 2, 1, bias=False),
                nn.BatchNorm2d(two),
                nn.ReLU(inplace=True),
            ]
        flat = core * core * sizes[-1]
        layers += [nn.Flatten(), nn.Linear(flat, spec.latent_size)]
        layers += [nn.Linear(spec.latent_size, flat), nn.Unflatten(1, (sizes[-1], core, core))]
        for one, two in zip(sizes[:1:-1], sizes[-2:0:-1], strict=False):
            layers += [nn.ConvTranspose2d(one, two, 4, 2, 1, bias=False), nn.BatchNorm2d(two)]
            layers += [nn.ReLU(inplace=True)]
        layers += [nn.ConvTranspose2d(sizes[1], 3, 4, 2, 1), nn.Sigmoid()]
        self._device = torch.device(device)
        self._network = nn.Sequential(*layers).to(self._device)
        self._network.to(memory_format=torch.channels_last)
        self._adam = torch.optim.Adam(
            self._network.parameters(), lr=1e-3, weight_decay=1e-5, fused=True
        )

    def parameters(self) -> Iterator[nn.Parameter]:
        """What Adam trains."""
        return self._network.parameters()

    @staticmethod
    def tensor(pixels: Pixels) -> torch.Tensor:
        """(N, S, S, 3) uint8 → (N, 3, S, S) float32, channels last in memory."""
        return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255)

    def step(self, pixels: Pixels) -> None:
        """One training step."""
        self._network.train()
        x = self.tensor(pixels).to(self._device)
        self._adam.zero_grad()
        loss = nn.functional.mse_loss(self._network(x), x)
        torch.autograd.backward(loss)
        self._adam.step()

    def score(self, pixels: Pixels) -> float:
        """The reconstruction error of one image, (S, S, 3)."""
        self._network.eval()
        with torch.inference_mode():
            x = self.tensor(pixels[None]).to(self._device)
            return nn.functional.mse_loss(self._network(x), x).item()
