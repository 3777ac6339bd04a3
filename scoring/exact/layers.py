"""The layers of the autoencoder, forward and backward, over any backend."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.exact.backend import Backend, Masked, Measured, Parameter
from scoring.exact.numbers import Fixed, Float32s, Stream, power_of_two

Seed = bytes | None
"""None leaves every weight at zero, for a network whose weights are about to be loaded."""
VARIANCE_FLOOR = 1e-5
KEEP, TAKE = 0.9, 0.1
"""How much of its running statistics batch norm keeps, and takes from a batch."""

Gradient = Callable[[Parameter, Any, Any], None]
"""Receives a parameter, its gradient's integers (or float32 values) and their exponent."""


def initial_weights(seed: bytes | None, name: str, shape: tuple[int, ...], fan_in: int) -> Float32s:
    """Uniform in ±1/√fan_in: 24-bit integers times one float32 constant; zeros without a seed."""
    if seed is None:
        return np.zeros(shape, np.float32)
    count = int(np.prod(shape))
    whole = (Stream(seed, name).words(0, count) >> np.uint64(40)).astype(np.int64) - (1 << 23)
    unit = np.float32(power_of_two(-23) * (1.0 / np.sqrt(np.float64(fan_in))))
    return (whole.astype(np.float32) * unit).reshape(shape)


def parameter(backend: Backend, name: str, values: Float32s) -> Parameter:
    """A parameter with its moments at zero."""
    zeros = np.zeros_like(values)
    return Parameter(name, backend.array(values), backend.array(zeros), backend.array(zeros))


@dataclass
class _Batch:
    """What a forward pass leaves for the backward pass, per channel."""

    measured: Measured
    scale: Any  # float32, as is shift
    shift: Any
    mean: Any  # float64, as are the others
    inverse: Any
    gain: Any


class BatchNorm:
    """Batch norm and ReLU on exact pre-activations; per-channel mathematics in float64."""

    def __init__(self, backend: Backend, name: str, channels: int) -> None:
        self.backend = backend
        self.gamma = parameter(backend, f"{name}.gamma", np.ones(channels, np.float32))
        self.beta = parameter(backend, f"{name}.beta", np.zeros(channels, np.float32))
        self.running_mean = backend.channels.of(np.zeros(channels, np.float64))
        self.running_variance = backend.channels.of(np.ones(channels, np.float64))

    def train(self, z: Fixed) -> tuple[Fixed, _Batch]:
        """Normalise by the batch's own statistics and fold them into the running ones."""
        m, channels = self.backend.measure(z), self.backend.channels
        unit = channels.power_of_two(m.value.e)
        mean = channels.over(m.total, m.count)
        spread = channels.over(m.squares, m.count) - mean * mean
        variance = channels.at_least_zero(spread) * (unit * unit)
        self.running_mean = self.running_mean * KEEP + (mean * unit) * TAKE
        self.running_variance = self.running_variance * KEEP + variance * TAKE
        batch = self._batch(m, mean, mean * unit, variance)
        return self.backend.activate(m, batch.scale, batch.shift), batch

    def evaluate(self, z: Fixed) -> Fixed:
        """Normalise by the running statistics."""
        m = self.backend.measure(z)
        batch = self._batch(m, m.total, self.running_mean, self.running_variance)
        return self.backend.activate(m, batch.scale, batch.shift)

    def _batch(self, m: Measured, mean: Any, centre: Any, variance: Any) -> _Batch:
        channels = self.backend.channels
        inverse = channels.inverse_root(variance + VARIANCE_FLOOR)
        gamma, beta = (channels.double(p.values) for p in (self.gamma, self.beta))
        gain = gamma * inverse
        scale = channels.single(gain * channels.power_of_two(m.value.e))
        shift = channels.single(beta - centre * gain)
        return _Batch(m, scale, shift, mean, inverse, gain)

    def backward(self, d: Fixed, batch: _Batch, gradient: Gradient) -> Fixed:
        """From exact gradients of the output to 14-bit gradients of the pre-activations."""
        m, channels = batch.measured, self.backend.channels
        masked: Masked = self.backend.mask(m, batch.scale, batch.shift, d)
        unit = channels.power_of_two(m.value.e)
        covariance = masked.products - batch.mean * masked.total
        along = (covariance * unit) * batch.inverse
        gradient(self.beta, channels.single(masked.total), masked.value.e)
        gradient(self.gamma, channels.single(along), masked.value.e)
        slope = -channels.over((along * batch.inverse) * unit, m.count)
        constant = -channels.over(masked.total, m.count) - slope * batch.mean
        by = (batch.gain, batch.gain * slope, batch.gain * constant)
        return self.backend.mix(masked.value, m.value, *map(channels.single, by))


class Down:
    """A 4×4 convolution of stride 2 without bias, batch norm and ReLU: halves the side."""

    def __init__(self, backend: Backend, seed: Seed, name: str, inputs: int, outputs: int) -> None:
        self.backend = backend
        values = initial_weights(seed, name, (4, 4, inputs, outputs), 16 * inputs)
        self.weight = parameter(backend, f"{name}.weight", values)
        self.norm = BatchNorm(backend, name, outputs)
        self.parameters = [self.weight, self.norm.gamma, self.norm.beta]

    def prepare(self) -> None:
        """Quantise the weights as they are now."""
        self._w = self.backend.weight(self.weight.values)

    def train(self, x: Fixed) -> Fixed:
        self._x = x
        y, self._batch = self.norm.train(self.backend.down(x, self._w))
        return y

    def evaluate(self, x: Fixed) -> Fixed:
        return self.norm.evaluate(self.backend.down(x, self._w))

    def backward(self, d: Fixed, gradient: Gradient, wanted: bool = True) -> Fixed | None:
        """Pass on the gradient of the input, where it is wanted."""
        g = self.norm.backward(d, self._batch, gradient)
        total = self.backend.window_gradient(self._x, g)
        del self._batch, self._x  # the layers before need the memory
        gradient(self.weight, total.q, total.e)
        return self.backend.up(g, self._w) if wanted else None


class Up:
    """The transposed 4×4 convolution of stride 2, batch norm and ReLU: doubles the side."""

    def __init__(self, backend: Backend, seed: Seed, name: str, inputs: int, outputs: int) -> None:
        self.backend = backend
        values = initial_weights(seed, name, (4, 4, outputs, inputs), 4 * inputs)
        self.weight = parameter(backend, f"{name}.weight", values)
        self.norm = BatchNorm(backend, name, outputs)
        self.parameters = [self.weight, self.norm.gamma, self.norm.beta]

    def prepare(self) -> None:
        """Quantise the weights as they are now."""
        self._w = self.backend.weight(self.weight.values)

    def train(self, x: Fixed) -> Fixed:
        self._x = x
        y, self._batch = self.norm.train(self.backend.up(x, self._w))
        return y

    def evaluate(self, x: Fixed) -> Fixed:
        return self.norm.evaluate(self.backend.up(x, self._w))

    def backward(self, d: Fixed, gradient: Gradient) -> Fixed:
        g = self.norm.backward(d, self._batch, gradient)
        total = self.backend.window_gradient(g, self._x)
        del self._batch, self._x  # the layers before need the memory
        gradient(self.weight, total.q, total.e)
        return self.backend.down(g, self._w)


class Head:
    """The last transposed convolution, with a bias and the rational sigmoid: gives RGB."""

    def __init__(self, backend: Backend, seed: Seed, name: str, inputs: int) -> None:
        self.backend = backend
        values = initial_weights(seed, name, (4, 4, 3, inputs), 4 * inputs)
        self.weight = parameter(backend, f"{name}.weight", values)
        self.bias = parameter(backend, f"{name}.bias", np.zeros(3, np.float32))
        self.parameters = [self.weight, self.bias]

    def prepare(self) -> None:
        """Quantise the weights as they are now."""
        self._w = self.backend.weight(self.weight.values)

    def train(self, x: Fixed, pixels: Any, gradient: Gradient) -> tuple[Any, Fixed]:
        """The squared error in units of 4080^-2, and the gradient of the input."""
        z = self.backend.up(x, self._w)
        error, g, sums = self.backend.head(z, self.bias.values, pixels)
        gradient(self.bias, self.backend.channels.single(sums), g.e)
        total = self.backend.window_gradient(g, x)
        gradient(self.weight, total.q, total.e)
        return error, self.backend.down(g, self._w)

    def evaluate(self, x: Fixed) -> Any:
        """The output on the grid of 1/4080."""
        return self.backend.predict(self.backend.up(x, self._w), self.bias.values)


class Dense:
    """A fully connected layer with a bias."""

    def __init__(self, backend: Backend, seed: Seed, name: str, inputs: int, outputs: int) -> None:
        self.backend = backend
        values = initial_weights(seed, name, (inputs, outputs), inputs)
        self.weight = parameter(backend, f"{name}.weight", values)
        self.bias = parameter(backend, f"{name}.bias", np.zeros(outputs, np.float32))
        self.parameters = [self.weight, self.bias]

    def prepare(self) -> None:
        """Quantise the weights as they are now."""
        self._w = self.backend.weight(self.weight.values)

    def train(self, x: Fixed) -> Fixed:
        self._x = x
        return self.evaluate(x)

    def evaluate(self, x: Fixed) -> Fixed:
        return self.backend.affine(self.backend.dense(x, self._w), self.bias.values)

    def backward(self, d: Fixed, gradient: Gradient) -> Fixed:
        g, sums = self.backend.settle(d)
        gradient(self.bias, self.backend.channels.single(sums), g.e)
        total = self.backend.outer(self._x, g)
        gradient(self.weight, total.q, total.e)
        return self.backend.dense_back(g, self._w)
