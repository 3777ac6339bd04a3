"""The autoencoder of the published recipe: four stride-2 convolutions, a dense latent, a mirror.

It is trained only on augmented copies of one target, so that what it reconstructs well is
what resembles the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from scoring.spec import JudgingSpec

CHANNELS = 3


@dataclass(frozen=True)
class AutoencoderConfig:
    """What the network's shape depends on."""

    side: int  # width and height of the image, a multiple of 16
    widths: tuple[int, int, int, int]  # channels after each encoder convolution
    latent_size: int  # numbers between encoder and decoder

    @classmethod
    def of(cls, spec: JudgingSpec) -> AutoencoderConfig:
        return cls(spec.image_side, spec.widths, spec.latent_size)


class Autoencoder(nn.Module):
    """Images in [0, 1], float32 (N, 3, side, side), to reconstructions of the same shape."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        first, second, third, last = config.widths
        grid = config.side // 16
        self.encoder = nn.Sequential(
            *_down(CHANNELS, first),
            *_down(first, second),
            *_down(second, third),
            *_down(third, last),
        )
        self.to_latent = nn.Linear(last * grid * grid, config.latent_size)
        self.from_latent = nn.Linear(config.latent_size, last * grid * grid)
        self.decoder = nn.Sequential(
            *_up(last, third),
            *_up(third, second),
            *_up(second, first),
            nn.ConvTranspose2d(first, CHANNELS, kernel_size=4, stride=2, padding=1),
            nn.Sigmoid(),
        )
        self._grid_shape = (last, grid, grid)

    def forward(self, images: Tensor) -> Tensor:
        features = self.encoder(images)  # (N, 3, S, S) -> (N, W, S/16, S/16)
        latent = self.to_latent(features.flatten(1))  # (N, W·(S/16)²) -> (N, L)
        grid = self.from_latent(latent).unflatten(1, self._grid_shape)  # (N, W, S/16, S/16)
        reconstruction: Tensor = self.decoder(grid)  # (N, 3, S, S)
        return reconstruction


def _down(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    """Halve the side: (N, inputs, 2h, 2w) -> (N, outputs, h, w)."""
    convolution = nn.Conv2d(inputs, outputs, kernel_size=4, stride=2, padding=1, bias=False)
    return convolution, nn.BatchNorm2d(outputs), nn.ReLU()


def _up(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    """Double the side: (N, inputs, h, w) -> (N, outputs, 2h, 2w)."""
    convolution = nn.ConvTranspose2d(
        inputs, outputs, kernel_size=4, stride=2, padding=1, bias=False
    )
    return convolution, nn.BatchNorm2d(outputs), nn.ReLU()


def empty_autoencoder(config: AutoencoderConfig) -> Autoencoder:
    """The network with unset weights, made without drawing from torch's global generator."""
    with torch.device("meta"):
        network = Autoencoder(config)
    return network.to_empty(device="cpu")


def initialise(network: Autoencoder, random: np.random.Generator) -> None:
    """Set every weight: uniform within ± 1/√fan_in, batch norm to the identity."""
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.reset_running_stats()
                module.weight.fill_(1)
                module.bias.fill_(0)
            elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                bound = 1 / np.sqrt(_fan_in(module))
                for parameter in module.parameters():
                    draw = random.uniform(-bound, bound, tuple(parameter.shape))
                    parameter.copy_(torch.from_numpy(draw.astype(np.float32)))


def _fan_in(module: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> int:
    """How many numbers add up to one output; a stride-2 transpose uses a quarter of its kernel."""
    if isinstance(module, nn.Linear):
        return module.in_features
    kernel_area = module.kernel_size[0] * module.kernel_size[1]
    if isinstance(module, nn.ConvTranspose2d):
        return module.in_channels * kernel_area // (module.stride[0] * module.stride[1])
    return module.in_channels * kernel_area


def tensors_of(network: Autoencoder) -> dict[str, Tensor]:
    """Weights and batch-norm statistics by name, in the network's order: all that scoring needs."""
    state = network.state_dict()
    return {name: state[name] for name in state if not name.endswith("num_batches_tracked")}
