"""Randomness: splitmix64 over (stream, counter), all in 64-bit integers (Steele et al., 2014)."""

import hashlib

import numpy as np
import numpy.typing as npt

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class Stream:
    """A named, endless sequence of 64-bit integers; the i-th can be asked for at once."""

    def __init__(self, seed: bytes, name: str) -> None:
        """`seed` is any bytes; `name` separates uses of one seed."""
        key = hashlib.sha256(len(seed).to_bytes(8, "little") + seed + name.encode()).digest()
        self._state = np.uint64(int.from_bytes(key[:8], "little"))
        self._drawn = 0

    def words(self, start: int, count: int) -> npt.NDArray[np.uint64]:
        """The integers number start … start + count − 1."""
        with np.errstate(over="ignore"):
            counter = np.arange(start + 1, start + count + 1, dtype=np.uint64)
            z = self._state + counter * _GAMMA
            z = (z ^ (z >> np.uint64(30))) * _FIRST
            z = (z ^ (z >> np.uint64(27))) * _SECOND
            return z ^ (z >> np.uint64(31))

    def below(self, bound: int) -> int:
        """The next integer in [0, bound), by multiplication: floor(word · bound / 2^64)."""
        word = int(self.words(self._drawn, 1)[0])
        self._drawn += 1
        return (word * bound) >> 64

    def between(self, low: int, high: int) -> int:
        """The next integer in [low, high], both included."""
        return low + self.below(high - low + 1)

    def permutation(self, count: int) -> list[int]:
        """A shuffle of 0 … count − 1 (Fisher-Yates from the end)."""
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
