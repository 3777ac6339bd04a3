"""Pictures that these tests draw for themselves."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from hypothesis import settings

from scoring.exact.backends.gemm import multiply_float32
from scoring.exact.backends.tensor import TensorBackend

# A busy machine is no reason to fail.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

Scene = Callable[[int], np.ndarray]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """These networks are too small for two threads to gain anything by waiting for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def scene() -> Scene:
    """Soft discs on a ramp, another arrangement for each seed: uint8 (512, 512, 3)."""

    def draw(seed: int) -> np.ndarray:
        generator = np.random.default_rng(seed)
        y, x = np.mgrid[0:512, 0:512]
        picture = (x[..., None] * generator.integers(0, 200, 3) // 512).astype(np.int64)
        for _ in range(12):
            cy, cx, radius = generator.integers(40, 470, 3)
            inside = (y - cy) ** 2 + (x - cx) ** 2 < (radius // 4) ** 2
            picture[inside] = generator.integers(0, 256, 3)
        return picture.astype(np.uint8)

    return draw


@pytest.fixture(scope="session")
def backend() -> TensorBackend:
    """One that needs no compilation."""
    return TensorBackend("float32", multiply_float32)
