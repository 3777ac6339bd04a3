"""Pictures that unit tests draw for themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

Scene = Callable[[int], np.ndarray]


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
