"""Images evaluated together: each has its own exponents, so that none changes another's bits."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.exact.backend import Backend
from scoring.exact.backends import gemm
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.golden import GOLDEN_SPEC
from scoring.exact.reference import ReferenceBackend
from scoring.submission.image import Pixels
from scoring.views import judge_view
from tests.unit.exact.drawn_picture import picture

pytestmark = pytest.mark.unit

REFERENCE = ReferenceBackend()
PRODUCTS = {
    name: getattr(gemm, f"multiply_{name}") for name in ("float64", "float32", "int8", "cuda_int8")
}


def pictures() -> Pixels:
    """uint8 (7, 64, 64, 3): every range that an image can have."""
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    drawn = [judge_view(picture(number), 64) for number in range(2)]
    spark = np.full((64, 64, 3), 127, np.uint8)  # all values near 0 but one
    spark[40, 20] = 255
    flat = [np.full((64, 64, 3), level, np.uint8) for level in (0, 255)]
    return np.stack([flat[0], drawn[0], spark, noise, flat[1], drawn[1], noise // 64 + 96])


def network_on(backend: Backend) -> Autoencoder:
    """Two steps of training, by the reference, so that every statistic is some number."""
    network = Autoencoder(backend, GOLDEN_SPEC, None)
    network.restore(trained())
    return network


@cache
def trained() -> dict[str, Any]:
    network = Autoencoder(REFERENCE, GOLDEN_SPEC, b"groups")
    for batch in (pictures()[1:4], pictures()[3:6]):
        network.step(batch, 0.01)
    return dict(network.tensors())


def exponents(backend: Backend, x: Fixed, count: int) -> list[int]:
    """Of each of `count` images."""
    found = [x.e] if isinstance(x.e, int) else backend.numpy(x.e).ravel().tolist()
    assert len(found) == count
    return found


def evaluated(network: Autoencoder, images: Pixels) -> list[list[Any]]:
    """Of each image all exponents, the digits of all features and of the latent, and the output."""
    b = network.backend
    *maps, latent = network.encode(images)
    seen = [b.integers(x) for x in (*maps, latent)] + [b.numpy(network.decode(latent))]
    powers = [exponents(b, x, len(images)) for x in (*maps, latent)]
    return [[[e[i] for e in powers], *(x[i].tolist() for x in seen)] for i in range(len(images))]


@pytest.fixture(scope="module")
def alone() -> list[list[Any]]:
    """What the reference makes of each by itself."""
    network = network_on(REFERENCE)
    return [evaluated(network, images[None])[0] for images in pictures()]


def test_these_images_have_different_exponents(alone: list[list[Any]]) -> None:
    """Or sharing one would go unnoticed."""
    for layer in range(4):
        assert len({found[0][layer] for found in alone}) > 1


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("size", [1, 2, 7])
def test_each_of_a_group_is_evaluated_as_if_alone(
    name: str, size: int, alone: list[list[Any]]
) -> None:
    network = network_on(TensorBackend(name, PRODUCTS[name], group=size))
    found: list[list[Any]] = []
    for start in range(0, 7, size):
        found += evaluated(network, pictures()[start : start + size])
    assert found == alone


@pytest.mark.parametrize("group", [1, 3, 7, 32])
def test_errors_of_any_number_of_images_are_those_of_each(group: int) -> None:
    together = network_on(TensorBackend("float64", gemm.multiply_float64, group=group))
    alone = network_on(REFERENCE)
    wanted = [alone.squared_error(image) for image in pictures()]
    assert together.squared_errors(pictures()) == alone.squared_errors(pictures()) == wanted


def test_the_order_within_a_group_changes_nothing(alone: list[list[Any]]) -> None:
    network = network_on(TensorBackend("float64", gemm.multiply_float64, group=7))
    assert evaluated(network, pictures()[::-1])[::-1] == alone


def test_a_group_larger_than_the_backends_is_refused() -> None:
    for backend in (REFERENCE, TensorBackend("float64", gemm.multiply_float64)):
        with pytest.raises(ValueError, match="1 at a time"):
            next(network_on(backend).encode(pictures()))


@given(
    seed=st.integers(0, 2**32 - 1),
    powers=st.lists(st.integers(-1, 30), min_size=1, max_size=5),
    e=st.sampled_from([-110, -30, 0]),
)
@settings(max_examples=30)
def test_images_of_every_size_nothing_among_them_are_rounded_by_themselves(
    seed: int, powers: Sequence[int], e: int
) -> None:
    random = np.random.default_rng(seed)
    # Of a power below 0: an image of zeros.
    z = np.stack(
        [
            random.integers(-(1 << p), (1 << p) + 1, (4, 4, 3)) if p >= 0 else np.zeros((4, 4, 3))
            for p in powers
        ]
    ).astype(np.int32)
    scale, shift, bias = (random.standard_normal((3, 3)) * 100).astype(np.float32)
    tensor = TensorBackend("float64", gemm.multiply_float64, group=len(powers))

    def run(b: Backend, images: Any) -> list[Any]:
        own = b.each(Fixed(b.array(images), e))
        measured = b.measure(own)
        active = b.activate(measured, b.array(scale), b.array(shift))
        dense = b.affine(own, b.array(bias))
        rounded = (measured.value, active, dense)
        output = b.numpy(b.predict(own, b.array(bias)))
        return [
            [(exponents(b, x, len(images))[i], b.numpy(x.q)[i].tolist()) for x in rounded]
            + [output[i].tolist()]
            for i in range(len(images))
        ]

    assert run(tensor, z) == [run(REFERENCE, image[None])[0] for image in z]
