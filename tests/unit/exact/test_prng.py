"""The generator, against its published values."""

import hashlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exact.numbers import Stream

pytestmark = pytest.mark.unit


def splitmix64(state: int, count: int) -> list[int]:
    """The published algorithm, one step at a time in Python's integers."""
    out, mask = [], (1 << 64) - 1
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        out.append(z ^ (z >> 31))
    return out


def test_the_algorithm_written_here_is_the_published_one() -> None:
    assert splitmix64(1234567, 3) == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(st.binary(max_size=40), st.text(max_size=20), st.integers(0, 1 << 40))
def test_a_stream_is_splitmix64_from_a_hashed_seed(seed: bytes, name: str, start: int) -> None:
    key = hashlib.sha256(len(seed).to_bytes(8, "little") + seed + name.encode()).digest()
    state = int.from_bytes(key[:8], "little")
    state = (state + start * 0x9E3779B97F4A7C15) & ((1 << 64) - 1)
    assert Stream(seed, name).words(start, 4).tolist() == splitmix64(state, 4)


@given(st.integers(1, 1 << 32))
def test_draws_stay_below_their_bound(bound: int) -> None:
    random = Stream(b"", "")
    assert all(0 <= random.below(bound) < bound for _ in range(20))


def test_draws_reach_both_ends_evenly() -> None:
    random = Stream(b"seed", "name")
    counted = Counter(random.between(-2, 2) for _ in range(5000))
    assert sorted(counted) == [-2, -1, 0, 1, 2]
    assert min(counted.values()) > 900


def test_a_shuffle_is_a_permutation_and_depends_on_the_name() -> None:
    first, second = Stream(b"s", "a").permutation(50), Stream(b"s", "b").permutation(50)
    assert sorted(first) == list(range(50))
    assert first != second


def test_words_can_be_asked_for_anywhere() -> None:
    whole = Stream(b"s", "a").words(0, 100)
    assert np.array_equal(Stream(b"s", "a").words(37, 5), whole[37:42])
