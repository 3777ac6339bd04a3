"""Randomness: independent streams of numbers from the competition's seed, never a global one."""

from __future__ import annotations

import numpy as np

from scoring.digest import sha256

SEED_BYTES = 32


def stream(seed: bytes, purpose: str) -> np.random.Generator:
    """The random numbers for one purpose; another purpose gives unrelated numbers.

    Raises ValueError unless `seed` has 32 bytes.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
    key = int.from_bytes(sha256(seed + purpose.encode()), "big")
    return np.random.Generator(np.random.PCG64(key))
