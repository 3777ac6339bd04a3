"""Every sight sees the same; one that does not is refused and named."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.calibrated import choice
from scoring.calibrated.choice import GOLDEN_DIGEST, SIGHTS, golden_digest
from scoring.calibrated.compiled.sight import CompiledSight
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.plain_sight import PlainSight
from scoring.calibrated.reference import reference_features, reference_last_block
from scoring.calibrated.sight import Integers, Maps, Means, Sight
from scoring.errors import NoExactBackend
from scoring.submission.image import Pixels

pytestmark = pytest.mark.unit

NETWORKS = shipped_network(), shipped_subject_network()
PLAIN, COMPILED = PlainSight(*NETWORKS), CompiledSight(*NETWORKS)
seeds = st.integers(0, 2**32 - 1)


class SlowSight(PlainSight):
    """With the features of the slow networks."""

    def features(self, pixels: Pixels) -> list[Maps]:
        return [x.astype(np.int16) for x in reference_features(shipped_network(), pixels)]

    def subject(self, pixels: Pixels) -> Integers:
        return reference_last_block(shipped_subject_network(), pixels).sum((0, 1))


class Rounding(CompiledSight):
    """As distances reckoned in floating point."""

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        return super().spatial_distances(references, squares, x) | 1


class Careless(CompiledSight):
    """As a network that hands out memory which it uses again."""

    def features(self, pixels: Pixels) -> list[Maps]:
        found = super().features(pixels)
        kept = self.__dict__.setdefault("kept", found)
        for own, new in zip(kept, found, strict=True):
            own[:] = new
        return kept


class Uneven(CompiledSight):
    """As a network whose border stands on the wrong side."""

    def subject(self, pixels: Pixels) -> Integers:
        return super().subject(np.roll(pixels, 1, axis=0))


class Overrunning(CompiledSight):
    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        return np.roll(super().box_mean(view, reach, unit), 1, axis=1)


class Crashing(CompiledSight):
    def channel_sums(self, x: Maps) -> Integers:
        raise RuntimeError("no such instruction")


class Interpreted(CompiledSight):
    """As kernels that nobody compiled."""

    def features(self, pixels: Pixels) -> list[Maps]:
        raise AttributeError("'numpy.void' object has no attribute 'runs'")


@pytest.fixture(autouse=True)
def fresh_choice():
    choice.choose_sight.cache_clear()
    yield
    choice.choose_sight.cache_clear()


def picture(seed: int, height: int, width: int) -> Pixels:
    """Noise of every level; every other one of black and white alone, where sums are largest."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return np.where(pixels < 128, 0, 255).astype(np.uint8) if seed % 2 else pixels


def same(found: list[Maps], wanted: list[Maps]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("name", SIGHTS)
def test_every_sight_gives_the_golden_digest(name):
    assert golden_digest(SIGHTS[name]()) == GOLDEN_DIGEST
    assert choice.check_sight(name).passed


def test_the_golden_digest_is_that_of_the_slow_networks():
    assert golden_digest(SlowSight(*NETWORKS)) == GOLDEN_DIGEST


@pytest.mark.parametrize("side", range(116, 129))
def test_features_of_every_softened_views_size_are_the_same(side):
    for seed in (side, side + 1):
        pixels = picture(seed, side, side)
        assert same(COMPILED.features(pixels), PLAIN.features(pixels))
        assert COMPILED.subject(pixels).tolist() == PLAIN.subject(pixels).tolist()


@pytest.mark.parametrize("level", [0, 255])
def test_features_of_flat_pictures_are_the_same(level):
    pixels = np.full((128, 128, 3), level, np.uint8)
    assert same(COMPILED.features(pixels), PLAIN.features(pixels))
    assert COMPILED.subject(pixels).tolist() == PLAIN.subject(pixels).tolist()


@given(seed=seeds, height=st.integers(24, 70), width=st.integers(24, 70))
@settings(max_examples=20, deadline=None)  # sizes are new, and so are their plans
def test_features_of_any_size_are_the_same(seed, height, width):
    pixels = picture(seed, height, width)
    assert same(COMPILED.features(pixels[:, ::-1]), PLAIN.features(pixels[:, ::-1].copy()))
    found, wanted = COMPILED.subject(pixels[:, ::-1]), PLAIN.subject(pixels[:, ::-1].copy())
    assert found.tolist() == wanted.tolist()


def test_features_stay_what_they_were_while_others_are_calculated():
    pictures = [picture(seed, side, side) for seed, side in enumerate((64, 64, 47, 64))]
    held = [COMPILED.features(pixels) for pixels in pictures]
    assert all(same(a, PLAIN.features(b)) for a, b in zip(held, pictures, strict=True))


def test_many_threads_at_once_see_what_one_sees():
    pictures = [picture(seed, 116 + seed % 4, 116) for seed in range(32)]

    def seen(pixels: Pixels) -> str:
        maps = COMPILED.features(pixels)
        squares = [np.square(x[None], dtype=np.int64).sum(-1) for x in maps]
        moved = [np.roll(x, 1, axis=0) for x in maps]
        found = [
            int(COMPILED.spatial_distances(x[None], own, other)[0])
            for x, own, other in zip(maps, squares, moved, strict=True)
        ]
        sums = b"".join(COMPILED.channel_sums(x).tobytes() for x in maps)
        sums += COMPILED.subject(pixels).tobytes()
        blurred = COMPILED.box_mean(pixels, 3, 16).tobytes()
        return hashlib.sha256(repr(found).encode() + sums + blurred).hexdigest()

    alone = [seen(pixels) for pixels in pictures]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(seen, pictures)) == alone


@given(
    seed=seeds,
    references=st.integers(1, 40),
    channels=st.integers(1, 70),
    largest=st.sampled_from([1, 2, 63]),
)
@settings(deadline=None)
def test_distances_and_sums_are_the_same(seed, references, channels, largest):
    random = np.random.default_rng(seed)
    maps = random.integers(0, largest + 1, (references + 1, 4, 5, channels)).astype(np.int16)
    maps *= random.integers(0, 2, (references + 1, 4, 5, 1)).astype(np.int16)
    squares = np.square(maps[:-1], dtype=np.int64).sum(-1)
    found, wanted = (s.spatial_distances(maps[:-1], squares, maps[-1]) for s in (COMPILED, PLAIN))
    assert found.tolist() == wanted.tolist()
    assert COMPILED.channel_sums(maps[-1]).tolist() == PLAIN.channel_sums(maps[-1]).tolist()


@given(seed=seeds, side=st.sampled_from([33, 64, 128]), reach=st.integers(1, 16))
@settings(deadline=None)  # the clock of a busy machine is not what is tried
def test_means_are_the_same(seed, side, reach):
    for unit in (1, 16):
        found, wanted = (
            s.box_mean(picture(seed, side, side), reach, unit) for s in (COMPILED, PLAIN)
        )
        assert found.dtype == wanted.dtype and np.array_equal(found, wanted)


@pytest.mark.parametrize("broken", [Rounding, Careless, Uneven, Overrunning, Crashing, Interpreted])
def test_a_wrong_sight_is_refused_by_name_and_the_next_is_taken(monkeypatch, caplog, broken):
    monkeypatch.setitem(SIGHTS, "compiled", lambda: broken(*NETWORKS))
    with caplog.at_level(logging.WARNING):
        assert type(choice.choose_sight()) is PlainSight
    noticed = "running at all" if broken in (Crashing, Interpreted) else "golden features"
    assert f"compiled sight refused: {noticed}" in caplog.text


def test_without_numba_the_plain_sight_judges(monkeypatch):
    def missing() -> Sight:
        raise ImportError("No module named 'numba'")

    monkeypatch.setitem(SIGHTS, "compiled", missing)
    assert choice.choose_sight().name == "plain"
    assert choice.check_sight("compiled").missing == "No module named 'numba'"


def test_with_no_sight_that_is_right_nothing_judges(monkeypatch):
    for name in SIGHTS:
        monkeypatch.setitem(SIGHTS, name, lambda: Rounding(*NETWORKS))
    with pytest.raises(NoExactBackend):
        choice.choose_sight()
