"""The widths that competitions are judged with, on every backend.

Sizes that fill whole registers take other ways through the compiled kernels than small odd ones:
once, a gradient of just these shapes was overwritten by the next before it was used.
"""

import dataclasses
from functools import cache

import numpy as np
import pytest

from scoring.exact.backend import Backend
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.backends.fused_int8 import FusedInt8Backend
from scoring.exact.network import Autoencoder
from scoring.exact.proofs.selftest import backend_named
from scoring.exact.reference import ReferenceBackend
from scoring.spec import FAST, FULL
from scoring.views import judge_view
from tests.tiny_specs import SEED
from tests.unit.exact.drawn_picture import picture

SPECS = {
    name: dataclasses.replace(spec, image_side=64, latent_size=32)
    for name, spec in {"fast": FAST, "full": FULL}.items()
}
BACKENDS = {
    "fused, one thread": lambda: FusedBackend(1),
    "fused, three threads": lambda: FusedBackend(3),
    "fused_int8, one thread": lambda: FusedInt8Backend(1),
    "fused_int8, three threads": lambda: FusedInt8Backend(3),
    "int8": lambda: backend_named("int8"),
    "float64": lambda: backend_named("float64"),
    "float32": lambda: backend_named("float32"),
}


def train_two_steps(backend: Backend, profile: str) -> tuple[bytes, list[int]]:
    network = Autoencoder(backend, SPECS[profile], SEED)
    pixels = np.stack([judge_view(picture(number), 64) for number in range(2)])
    errors = [network.step(pixels[::order], 0.001) for order in (1, -1)]
    return network.digest(moments=True), [*errors, network.squared_error(pixels[0])]


@cache
def by_the_reference(profile: str) -> tuple[bytes, list[int]]:
    return train_two_steps(ReferenceBackend(), profile)


@pytest.mark.parametrize("profile", SPECS)
@pytest.mark.parametrize("name", BACKENDS)
def test_two_steps_are_those_of_the_reference(name: str, profile: str) -> None:
    assert train_two_steps(BACKENDS[name](), profile) == by_the_reference(profile)


@pytest.mark.parametrize(("channels", "columns"), [(4, 32), (16, 16), (16, 32), (64, 128)])
def test_a_gradient_stays_as_it_is_while_the_next_is_calculated(
    channels: int, columns: int
) -> None:
    generator = np.random.default_rng(channels + columns)
    wide = generator.integers(-63, 64, (2, 8, 8, channels)).astype(np.int16)
    narrow = generator.integers(-63, 64, (2, 4, 4, columns)).astype(np.int16)
    fused, reference = FusedBackend(2), ReferenceBackend()
    held = [
        [b.window_gradient(b.load(x, 0), b.load(narrow, 0)).q for x in (wide, wide[::-1])]
        for b in (fused, reference)
    ]
    for found, wanted in zip(*held, strict=True):
        assert np.array_equal(found, wanted)
