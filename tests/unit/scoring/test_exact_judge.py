"""The exact judges behind the seam: right order, same bits, resumable, every input in the hash."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from scoring.calibrated.calibration import CannotCalibrate
from scoring.calibrated.compiled.sight import CompiledSight
from scoring.calibrated.judge import CalibratedJudge
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.digest import Digest
from scoring.errors import UnjudgeableTarget
from scoring.exact import InvalidArchive
from scoring.exact.backends.gemm import multiply_float64
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact_judge import ExactJudge, load_exact_judge
from scoring.judge import TrainedJudge, score, score_all, train
from scoring.looks import looks_of
from scoring.spec.calibration import TERMS
from scoring.submission.flags import Flag, InvalidSubmission
from scoring.views import reduced
from tests.tiny_specs import SEED, TINY_JUDGING
from tests.unit import png_files as png

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def judge() -> TrainedJudge:
    return train(png.photo(), TINY_JUDGING, SEED)


def test_the_judge_tells_a_variation_from_flat_grey_and_from_a_cat(judge: TrainedJudge) -> None:
    target = png.photo()
    darker = (target.astype(np.uint16) * 9 // 10).astype(np.uint8)
    own = score(judge, darker).value
    assert own < score(judge, png.photo("chelsea")).value
    assert own < score(judge, np.full_like(target, 128)).value


def test_the_terms_explain_the_score(judge: TrainedJudge) -> None:
    found = score(judge, png.photo("coffee"))
    # A term that does not tell this target from strangers contributes nothing and is not named.
    assert sum(found.terms.get(name, 0) for name in (*TERMS, "offset")) == found.value
    assert "world_in_place" in found.terms
    assert all(found.terms[f"{name}_distance"] > 0 for name in TERMS)
    assert found.reconstruction.shape == (256, 256, 3) and found.error_map.shape == (256, 256)


def test_images_scored_side_by_side_get_the_scores_that_each_gets_alone(
    judge: TrainedJudge,
) -> None:
    images = [png.photo(name) for name in ("coffee", "chelsea", "astronaut")] * 4
    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        together = list(score_all(judge, [lambda image=image: image for image in images]))
    finally:
        torch.set_num_threads(threads)
    for image, found in zip(images, together, strict=True):
        alone = score(judge, image)
        assert (found.value, found.terms) == (alone.value, alone.terms)
        assert np.array_equal(found.reconstruction, alone.reconstruction)
        assert np.array_equal(found.error_map, alone.error_map)


class Grouped(CompiledSight):
    """As a GPU's: wants several pictures at once."""

    group = 3


@pytest.fixture(scope="module")
def grouped(judge: TrainedJudge) -> ExactJudge:
    """The same judge where three images are looked at together."""
    assert isinstance(judge, ExactJudge)
    backend = TensorBackend("float64", multiply_float64, group=3)
    model = dataclasses.replace(judge.model, backend=backend)
    sight = Grouped(shipped_network(), shipped_subject_network())
    calibrated = CalibratedJudge.prepare(png.photo(), model, TINY_JUDGING, sight)
    return ExactJudge(judge.spec, model, calibrated)


def test_a_judge_that_looks_at_several_together_is_the_same(
    judge: TrainedJudge, grouped: ExactJudge
) -> None:
    assert grouped.digest() == judge.digest()
    images = [png.photo(name) for name in ("coffee", "chelsea", "astronaut", "rocket")]
    images += [np.zeros_like(images[0]), images[0] // 16, np.full_like(images[0], 255)]
    together = score_all(grouped, [lambda image=image: image for image in images])
    for image, found in zip(images, together, strict=True):
        alone = score(judge, image)
        assert (found.value, found.terms) == (alone.value, alone.terms)
        assert np.array_equal(found.reconstruction, alone.reconstruction)
        assert np.array_equal(found.error_map, alone.error_map)


def test_what_cannot_be_opened_is_raised_in_its_turn_and_disturbs_no_other(
    judge: TrainedJudge, grouped: ExactJudge
) -> None:
    images = [png.photo(name) for name in ("coffee", "chelsea", "astronaut", "rocket", "cat")]

    def load(number: int) -> np.ndarray:
        if number == 4:
            raise InvalidSubmission(Flag.CORRUPT, "ends too early")
        return images[number]

    scores = score_all(grouped, [partial(load, number) for number in range(5)])
    for image in images[:4]:
        assert next(scores).value == score(judge, image).value
    with pytest.raises(InvalidSubmission, match="too early"):
        next(scores)


def test_a_training_taken_up_again_gives_the_same_judge(
    judge: TrainedJudge, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    def stop_after_an_epoch(stage: str, done: int, total: int) -> None:
        if stage == "train" and done == 4:
            raise Stop

    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(Stop):
        train(png.photo(), TINY_JUDGING, SEED, progress=stop_after_an_epoch, checkpoint=checkpoint)
    again = train(png.photo(), TINY_JUDGING, SEED, checkpoint=checkpoint)
    assert (again.digest(), again.epoch_digests) == (judge.digest(), judge.epoch_digests)
    assert score(again, png.photo("coffee")).value == score(judge, png.photo("coffee")).value


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    spec = dataclasses.replace(TINY_JUDGING, epochs=1, judge="autoencoder-mse")
    train(png.photo(), spec, SEED, checkpoint=checkpoint)
    with pytest.raises(InvalidArchive, match="another training"):
        train(png.photo(), spec, bytes(32), checkpoint=checkpoint)


def test_everything_that_scores_follow_from_is_in_the_model_hash() -> None:
    spec = dataclasses.replace(TINY_JUDGING, epochs=1, judge="autoencoder-mse")
    hashes: set[Digest] = {
        train(png.photo(), spec, SEED).digest(),
        train(png.photo(), spec, bytes(32)).digest(),
        train(png.photo("coffee"), spec, SEED).digest(),
        train(png.photo(), dataclasses.replace(spec, weight_decay=spec.hue), SEED).digest(),
        train(png.photo(), dataclasses.replace(spec, judge="calibrated"), SEED).digest(),
        train(
            png.photo(), dataclasses.replace(spec, judge="calibrated", softened_views=0), SEED
        ).digest(),
    }
    assert len(hashes) == 6


def test_the_published_score_is_the_exact_reconstruction_error() -> None:
    spec = dataclasses.replace(TINY_JUDGING, epochs=1, judge="autoencoder-mse")
    found = score(train(png.photo(), spec, SEED), png.photo("coffee"))
    assert found.terms == {"mse": found.value}
    # The reconstruction is rounded to 8 bits, the score is not: they agree to half a level.
    mean = float((found.error_map.astype(np.float64) ** 2).mean()) / 255**2
    assert found.value / 10**9 == pytest.approx(mean, rel=0.05)


def test_a_target_that_cannot_be_calibrated_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_to_tell(*_: object) -> None:
        raise CannotCalibrate("no term separates")

    monkeypatch.setattr(CalibratedJudge, "prepare", nothing_to_tell)
    with pytest.raises(UnjudgeableTarget) as caught:
        train(png.photo(), dataclasses.replace(TINY_JUDGING, epochs=1), SEED)
    assert "choose a target" in caught.value.hint


def test_other_arrays_are_refused(judge: TrainedJudge) -> None:
    with pytest.raises(ValueError, match="512"):
        score(judge, np.zeros((256, 256, 3), np.uint8))


def test_a_saved_judge_is_loaded_to_the_same_bits(judge: TrainedJudge, tmp_path: Path) -> None:
    path = tmp_path / "a.model"
    judge.save(path)
    loaded = load_exact_judge(path, png.photo(), TINY_JUDGING, "cpu")
    assert loaded.digest() == judge.digest()
    image = png.photo("coffee")
    assert score(loaded, image).terms == score(judge, image).terms
    other = dataclasses.replace(TINY_JUDGING, epochs=3)
    with pytest.raises(InvalidArchive, match="another spec"):
        load_exact_judge(path, png.photo(), other, "cpu")


def test_what_scores_look_like_is_shown_by_the_calibration_itself(judge: TrainedJudge) -> None:
    looks = looks_of(judge, png.photo())
    assert [look.mark for look in looks] == [0, 500_000, 1_000_000]
    assert [look.is_variation for look in looks][::2] == [True, False]
    near, middle, far = looks
    assert abs(near.score) < 100_000 and abs(far.score - 1_000_000) < 100_000
    assert near.score < middle.score < far.score
    target = reduced(png.photo(), 128).astype(int)
    apart = [np.abs(look.picture - target).mean() for look in (near, far)]
    assert apart[0] < apart[1]
    bare = dataclasses.replace(judge, calibrated=None)  # type: ignore[type-var]
    assert looks_of(bare, png.photo()) == ()
