"""The judge learns its target, repeats itself to the bit, and leaves the process as it was."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
import torch

from scoring.float32.augment import augment
from scoring.float32.autoencoder import Autoencoder, AutoencoderConfig
from scoring.float32.judge import FloatJudge, train_float_judge
from scoring.judge import MSE_UNIT, score, train
from scoring.spec import PROFILES, JudgingSpec
from scoring.views import judge_view
from tests.unit import png_files as png

pytestmark = pytest.mark.unit


# Learning


@pytest.mark.slow  # trains 12 epochs of real size, a few seconds on an idle core
def test_training_learns_the_target(seed: bytes) -> None:
    spec = dataclasses.replace(
        PROFILES["demo"], judge="autoencoder-mse", arithmetic="float32", epochs=12
    )
    model = train_float_judge(png.photo(), spec, seed, lambda *_: None)
    losses = model.model.losses
    assert min(losses) < 0.7 * losses[0]
    assert min(losses) == losses[model.model.best_epoch - 1]
    own = score(model, png.photo()).value
    for unrelated in ("coffee", "retina"):
        assert own < score(model, png.photo(unrelated)).value


def test_the_full_profile_has_the_published_shape() -> None:
    with torch.device("meta"):
        network = Autoencoder(AutoencoderConfig.of(PROFILES["full"]))
        images = torch.empty(2, 3, 256, 256)
        assert network.encoder(images).shape == (2, 512, 16, 16)
        assert network.to_latent(torch.empty(2, 512 * 16 * 16)).shape == (2, 128)
        assert network(images).shape == images.shape


# The same every time


def test_the_same_seed_gives_the_same_model_and_another_seed_another(
    tiny_model: FloatJudge, tiny_spec: JudgingSpec, seed: bytes
) -> None:
    again = train(png.photo(), tiny_spec, seed)
    assert again.digest() == tiny_model.digest()
    assert again.epoch_digests == tiny_model.epoch_digests
    assert len(set(again.epoch_digests)) == tiny_spec.epochs
    assert train(png.photo(), tiny_spec, bytes(32)).digest() != tiny_model.digest()


def test_another_target_gives_another_model(
    tiny_model: FloatJudge, tiny_spec: JudgingSpec, seed: bytes
) -> None:
    assert train(png.photo("coffee"), tiny_spec, seed).digest() != tiny_model.digest()


def test_the_order_of_scoring_does_not_matter(tiny_model: FloatJudge) -> None:
    names = ["astronaut", "coffee", "rocket"]
    forwards = {name: score(tiny_model, png.photo(name)).value for name in names}
    backwards = {name: score(tiny_model, png.photo(name)).value for name in reversed(names)}
    assert forwards == backwards and len(set(forwards.values())) == 3


# The process is left as it was


def test_global_random_numbers_and_settings_of_torch_are_untouched(
    tiny_spec: JudgingSpec, seed: bytes
) -> None:
    def surroundings() -> tuple[object, ...]:
        return (
            torch.get_rng_state().tolist(),
            np.random.get_state()[1].tolist(),  # type: ignore[index,union-attr]
            random.getstate(),
            torch.get_num_threads(),
            torch.get_float32_matmul_precision(),
            torch.get_deterministic_debug_mode(),
            torch.get_default_dtype(),
            torch.is_grad_enabled(),
            torch.utils.deterministic.fill_uninitialized_memory,
        )

    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        torch.set_float32_matmul_precision("medium")
        before = surroundings()
        with torch.no_grad():
            model = train(png.photo(), dataclasses.replace(tiny_spec, epochs=1), seed)
        score(model, png.photo())
        assert surroundings() == before
    finally:
        torch.set_float32_matmul_precision("highest")
        torch.set_num_threads(threads)


def test_ctrl_c_ends_training_cleanly(tiny_spec: JudgingSpec, seed: bytes) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "train":
            raise KeyboardInterrupt

    threads = torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        train(png.photo(), tiny_spec, seed, progress=interrupt)
    assert torch.get_num_threads() == threads
    assert torch.get_deterministic_debug_mode() == 0


def test_progress_counts_every_stage_to_its_end(tiny_spec: JudgingSpec, seed: bytes) -> None:
    calls: list[tuple[str, int, int]] = []
    train(png.photo(), tiny_spec, seed, progress=lambda *call: calls.append(call))
    # Four steps an epoch; the end of an epoch is where the next one begins.
    steps = [*range(5), *range(4, 9), *range(8, 13)]
    assert calls == [("augment", i, 20) for i in range(1, 21)] + [("train", i, 12) for i in steps]


def test_a_batch_of_one_is_left_out(tiny_spec: JudgingSpec, seed: bytes) -> None:
    spec = dataclasses.replace(tiny_spec, augmentations=9, held_out=4, epochs=1)
    assert len(train(png.photo(), spec, seed).epoch_digests) == 1


def test_a_training_that_diverges_says_so(tiny_spec: JudgingSpec, seed: bytes) -> None:
    broken = dataclasses.replace(tiny_spec, epochs=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.float32.training._held_out_loss", lambda *_: float("nan"))
        with pytest.raises(ArithmeticError, match="learning rate"):
            train(png.photo(), broken, seed)


# Scores


def test_the_score_can_be_recalculated_from_the_published_pictures(
    tiny_model: FloatJudge,
) -> None:
    result = score(tiny_model, png.photo())
    view = judge_view(png.photo(), 128).astype(np.float64)
    reconstruction = result.reconstruction[::2, ::2].astype(np.float64)
    squares = (view - reconstruction) ** 2
    assert result.value == round(squares.mean() / 255**2 * MSE_UNIT)
    assert result.terms == {"mse": result.value}
    assert 0 < result.value < MSE_UNIT
    levels = np.rint(np.sqrt(squares.mean(axis=2)))
    assert np.array_equal(result.error_map[1::2, 1::2], levels)


def test_pictures_of_a_score_have_the_promised_form(tiny_model: FloatJudge) -> None:
    result = score(tiny_model, png.photo("rocket"))
    assert result.reconstruction.shape == (256, 256, 3)
    assert result.error_map.shape == (256, 256)
    assert result.reconstruction.dtype == result.error_map.dtype == np.uint8


def test_images_may_be_read_only_or_not_contiguous(tiny_model: FloatJudge) -> None:
    mirrored = png.photo()[:, ::-1]
    assert score(tiny_model, mirrored).value == score(tiny_model, mirrored.copy()).value


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((256, 256, 3), np.uint8),
        np.zeros((512, 512), np.uint8),
        np.zeros((512, 512, 3), np.float32),
    ],
    ids=["small", "grey", "float"],
)
def test_another_shape_or_type_is_refused(
    tiny_model: FloatJudge, pixels: np.ndarray, tiny_spec: JudgingSpec, seed: bytes
) -> None:
    with pytest.raises(ValueError, match="uint8"):
        score(tiny_model, pixels)
    with pytest.raises(ValueError, match="uint8"):
        train(pixels, tiny_spec, seed)


def test_a_seed_of_another_length_is_refused(tiny_spec: JudgingSpec) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        train(png.photo(), tiny_spec, bytes(31))


# Augmentations


def test_augmentations_vary_but_keep_size_and_range(tiny_spec: JudgingSpec) -> None:
    image = torch.tensor(judge_view(png.photo(), 128)).permute(2, 0, 1)
    numbers = np.random.default_rng(3)
    copies = [augment(image, tiny_spec, numbers) for _ in range(12)]
    assert all(copy.shape == image.shape and copy.dtype == torch.uint8 for copy in copies)
    assert len({copy.numpy().tobytes() for copy in copies}) == 12
    distances = [(copy.float() - image.float()).abs().mean().item() for copy in copies]
    assert min(distances) > 1


def test_augmentation_with_every_limit_at_zero_changes_nothing(tiny_spec: JudgingSpec) -> None:
    limits = ("flip_probability", "rotation_degrees", "perspective_probability", "crop_padding",
              "brightness", "contrast", "saturation", "hue")  # fmt: skip
    still = dataclasses.replace(tiny_spec, **dict.fromkeys(limits, type(tiny_spec.hue)(0)))
    image = torch.tensor(judge_view(png.photo(), 128)).permute(2, 0, 1)
    copy = augment(image, still, np.random.default_rng(3))
    assert (copy.int() - image.int()).abs().max() <= 1
