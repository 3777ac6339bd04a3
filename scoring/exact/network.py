"""The autoencoder: four halvings, a dense squeeze, four doublings; and its one training step."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.exact.archive import tensors_digest
from scoring.exact.backend import AdamStep, Backend, Parameter
from scoring.exact.layers import BatchNorm, Dense, Down, Head, Seed, Up
from scoring.exact.numbers import Fixed, Ints
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels

INPUT_EXPONENT = -8
"""A pixel p enters as (2p − 255) · 2^-8, so that black is nearly −1 and white nearly 1."""
_KEEP_MEAN, _KEEP_SQUARE, _EPSILON = 0.9, 0.999, 1e-8


def network_input(pixels: Pixels) -> Ints:
    """The odd integers 2p − 255."""
    return pixels.astype(np.int16) * np.int16(2) - np.int16(255)


def adam_constants(step: int, rate: float, weight_decay: float) -> AdamStep:
    """Step 1 is the first; the powers of the two decays are repeated products."""
    mean, square = 1.0, 1.0
    for _ in range(step):
        mean *= _KEEP_MEAN
        square *= _KEEP_SQUARE
    return AdamStep(
        weight_decay=np.float32(weight_decay),
        keep_mean=np.float32(_KEEP_MEAN),
        take_mean=np.float32(0.1),
        keep_square=np.float32(_KEEP_SQUARE),
        take_square=np.float32(0.001),
        rate=np.float32(rate / (1.0 - mean)),
        correction=np.float32(1.0 / np.sqrt(np.float64(1.0 - square))),
        epsilon=np.float32(_EPSILON),
    )


@dataclass(frozen=True, eq=False)
class Learned:
    """What a step came to, still in the backend's memory: whoever reads it waits for the step."""

    backend: Backend
    number: int
    """Of the step, from 1."""
    squared_error: Any
    """One integer: of the batch, before the step."""
    checksums: Any
    """Of all parameters."""
    statistics: Mapping[str, Any]
    """All running means, then all running variances."""

    def witness(self) -> bytes:
        """sha256 over the checksum of each parameter and the running statistics.

        It is cheap enough for every step, and any one changed bit shows in it. It is no commitment
        to the weights against someone who designs a collision; that is `Autoencoder.digest`.
        """
        checksums = self.backend.numpy(self.checksums).astype("<u8").tobytes()
        statistics = [(name, self.backend.numpy(x)) for name, x in self.statistics.items()]
        both = hashlib.sha256(checksums).digest() + tensors_digest(statistics)
        return hashlib.sha256(both).digest()


class Autoencoder:
    """Weights, running statistics and the count of steps taken."""

    def __init__(self, backend: Backend, spec: TrainingSpec, seed: Seed) -> None:
        self.backend, self.spec, self.steps = backend, spec, 0
        a, b, c, d = spec.widths
        self.core_side = spec.image_side // 16
        core = self.core_side**2 * d
        encoders = [(3, a), (a, b), (b, c), (c, d)]
        decoders = [(d, c), (c, b), (b, a)]
        self.encoders = [
            Down(backend, seed, f"encoder.{i}", *size) for i, size in enumerate(encoders)
        ]
        self.squeeze = Dense(backend, seed, "squeeze", core, spec.latent_size)
        self.expand = Dense(backend, seed, "expand", spec.latent_size, core)
        self.decoders = [
            Up(backend, seed, f"decoder.{i}", *size) for i, size in enumerate(decoders)
        ]
        self.head = Head(backend, seed, "decoder.3", a)
        self._perform = backend.recorded(self)
        self.prepare()

    @property
    def layers(self) -> list[Down | Dense | Up | Head]:
        """In the order in which an image goes through them."""
        return [*self.encoders, self.squeeze, self.expand, *self.decoders, self.head]

    @property
    def parameters(self) -> list[Parameter]:
        """In the order of the layers; within one: weight, then gamma and beta, or bias."""
        return [p for layer in self.layers for p in layer.parameters]

    @property
    def norms(self) -> list[tuple[str, BatchNorm]]:
        """The batch norms in the order of the layers."""
        named = [(f"encoder.{i}", layer.norm) for i, layer in enumerate(self.encoders)]
        return named + [(f"decoder.{i}", layer.norm) for i, layer in enumerate(self.decoders)]

    def prepare(self) -> None:
        """Quantise every weight as it is now."""
        for layer in self.layers:
            layer.prepare()

    def encode(self, pixels: Pixels) -> Iterator[Fixed]:
        """(N, S, S, 3) → the four feature maps, then the latent (N, latent), by running statistics.

        Every image has its own exponents, so the others change no bit of what becomes of it. Raises
        ValueError for more images than the backend's `group`.
        """
        if len(pixels) > self.backend.group:
            raise ValueError(f"{self.backend.name} evaluates {self.backend.group} at a time")
        x = self.backend.each(self.backend.load(network_input(pixels), INPUT_EXPONENT))
        for layer in self.encoders:
            x = layer.evaluate(x)
            yield x
        yield self.squeeze.evaluate(self.backend.flatten(x))

    def decode(self, latent: Fixed) -> Any:
        """(N, latent) → (N, S, S, 3) integers in [0, 4080], in the backend's memory."""
        x = self.expand.evaluate(latent)
        x = self.backend.unflatten(x, self.core_side)
        for layer in self.decoders:
            x = layer.evaluate(x)
        return self.head.evaluate(x)

    def output(self, pixels: Pixels) -> Ints:
        """(S, S, 3) uint8 → (S, S, 3) integers in [0, 4080], by running statistics."""
        output: Ints = self._outputs(pixels[None])[0]
        return output

    def _outputs(self, images: Pixels) -> Ints:
        *_, latent = self.encode(images)
        outputs: Ints = self.backend.numpy(self.decode(latent))
        return outputs

    def squared_error(self, pixels: Pixels) -> int:
        """Σ (output − 16 · pixel)²: the error of reconstruction in units of 4080^-2."""
        [error] = self.squared_errors(pixels[None])
        return error

    def squared_errors(self, images: Pixels) -> list[int]:
        """`squared_error` of each of (N, S, S, 3), in groups as large as the backend's."""
        errors: list[int] = []
        for start in range(0, len(images), self.backend.group):
            group = images[start : start + self.backend.group]
            residual = self._outputs(group).astype(np.int16) - group * np.int16(16)
            # Sums of squares below 2^53, which float64 adds up exactly in any order.
            flat = residual.reshape(len(group), -1).astype(np.float64)
            errors += [int(row @ row) for row in flat]
        return errors

    def step(self, pixels: Pixels, rate: float) -> int:
        """Learn from a batch (N, S, S, 3); returns its squared error before the step."""
        return int(self.learn(pixels, rate).squared_error)

    def learn(self, pixels: Pixels, rate: float) -> Learned:
        """Learn from a batch (N, S, S, 3), without waiting for a GPU to have done so."""
        self.steps += 1
        constants = adam_constants(self.steps, rate, float(self.spec.weight_decay))
        x = self.backend.load(network_input(pixels), INPUT_EXPONENT)
        error = self._perform(x, pixels, constants)
        self.prepare()
        return self.learned(error)

    def propagate(self, x: Fixed, pixels: Any, constants: AdamStep) -> Any:
        """A step with the weights as they were prepared: forward, back, Adam. The squared error.

        `x` is the batch as the network sees it, `pixels` the same as it was.
        """
        channels, values = self.backend.channels, 3 * len(pixels) * self.spec.image_side**2

        def gradient(parameter: Parameter, integers: Any, exponent: Any) -> None:
            # At once, so that a gradient's memory is free for the next. What is still to be
            # calculated in this step uses the quantised weights, which stay as they were.
            factor = channels.over(channels.power_of_two(exponent), values)
            self.backend.adam(parameter, integers, channels.single(factor), constants)

        for encoder in self.encoders:
            x = encoder.train(x)
        x = self.expand.train(self.squeeze.train(self.backend.flatten(x)))
        x = self.backend.unflatten(x, self.core_side)
        for decoder in self.decoders:
            x = decoder.train(x)
        error, d = self.head.train(x, pixels, gradient)
        for decoder in reversed(self.decoders):
            d = decoder.backward(d, gradient)
        d = self.expand.backward(Fixed(d.q.reshape(len(pixels), -1), d.e), gradient)
        d = self.squeeze.backward(d, gradient)
        side = self.core_side
        back: Fixed | None = Fixed(d.q.reshape(len(pixels), side, side, -1), d.e)
        for i in (3, 2, 1, 0):
            if back is not None:
                back = self.encoders[i].backward(back, gradient, wanted=i > 0)
        return error

    def learned(self, error: Any) -> Learned:
        """What the last step came to, whose squared error was this."""
        means = {f"{name}.running_mean": norm.running_mean for name, norm in self.norms}
        spreads = {f"{name}.running_variance": norm.running_variance for name, norm in self.norms}
        checksums = self.backend.checksums(self.parameters)
        return Learned(self.backend, self.steps, error, checksums, means | spreads)

    def tensors(self, moments: bool = False) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Everything that is learned, by name, in the order it is hashed in."""
        for p in self.parameters:
            yield p.name, self.backend.numpy(p.values)
            if moments:
                yield f"{p.name}.mean", self.backend.numpy(p.mean)
                yield f"{p.name}.square", self.backend.numpy(p.square)
        for name, norm in self.norms:
            yield f"{name}.running_mean", self.backend.numpy(norm.running_mean)
            yield f"{name}.running_variance", self.backend.numpy(norm.running_variance)

    def restore(self, tensors: dict[str, npt.NDArray[Any]]) -> None:
        """Take over tensors by name; moments are left alone where they are not given."""
        for p in self.parameters:
            p.values = self.backend.array(tensors[p.name])
            if f"{p.name}.mean" in tensors:
                p.mean = self.backend.array(tensors[f"{p.name}.mean"])
                p.square = self.backend.array(tensors[f"{p.name}.square"])
        for name, norm in self.norms:
            norm.running_mean = self.backend.channels.of(tensors[f"{name}.running_mean"])
            norm.running_variance = self.backend.channels.of(tensors[f"{name}.running_variance"])
        self.prepare()

    def digest(self, moments: bool = False) -> bytes:
        """sha256 over the tensors in their canonical bytes."""
        return tensors_digest(self.tensors(moments))
