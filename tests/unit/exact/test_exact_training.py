"""Training: the same bits each time, resumable, and nothing half-written."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from scoring.errors import InvalidSpec
from scoring.exact import ExactModel, InvalidArchive, train_exact
from scoring.exact.backend import Backend
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.network import Autoencoder, Learned
from scoring.exact.reference import ReferenceBackend
from scoring.exact.training import Plateau, Training
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels
from tests.tiny_specs import SEED, TINY_TRAINING
from tests.unit.exact.drawn_picture import picture

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def model(target: Pixels, fused: FusedBackend) -> ExactModel:
    return train_exact(target, TINY_TRAINING, SEED, backend=fused)


def test_the_model_hash_is_the_one_written_down(model: ExactModel) -> None:
    assert (
        model.digest().hex() == "05c23cb4d4414f43512505b9a234649c67195fd412f9b1e59609a02029721add"
    )


def test_the_reference_trains_the_same_model(target: Pixels, model: ExactModel) -> None:
    again = train_exact(target, TINY_TRAINING, SEED, backend=ReferenceBackend())
    assert again.digest() == model.digest()
    assert again.epoch_digests == model.epoch_digests
    assert again.step_digests == model.step_digests
    assert again.losses == model.losses


def test_there_is_a_digest_for_every_step_and_epoch(model: ExactModel) -> None:
    assert len(model.step_digests) == len(set(model.step_digests)) == 9
    assert len(model.epoch_digests) == len(set(model.epoch_digests)) == 3


def test_another_seed_or_target_gives_another_model(
    target: Pixels, fused: FusedBackend, model: ExactModel
) -> None:
    spec = dataclasses.replace(TINY_TRAINING, epochs=1)
    first = train_exact(target, spec, SEED, backend=fused).epoch_digests[0]
    assert first == model.epoch_digests[0]
    assert train_exact(target, spec, b"other", backend=fused).epoch_digests[0] != first
    changed = target.copy()
    changed[:2, :2] ^= 255
    assert train_exact(changed, spec, SEED, backend=fused).epoch_digests[0] != first


def test_training_learns(fused: FusedBackend) -> None:
    across, down = np.meshgrid(np.arange(512) // 2, np.arange(512) // 2)
    target = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    spec = dataclasses.replace(
        TINY_TRAINING, epochs=30, latent_size=32, learning_rate=Decimal("0.01"), plateau_patience=5
    )
    model = train_exact(target, spec, SEED, backend=fused)
    assert min(model.losses) < model.losses[0] * 0.75
    assert model.losses[model.best_epoch - 1] == min(model.losses)


@pytest.mark.parametrize(("rest", "again"), [(0, [6]), (1e9, [3, 6])])
def test_a_stopped_training_goes_on_to_the_same_bits_from_its_last_checkpoint(
    target: Pixels,
    fused: FusedBackend,
    model: ExactModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rest: float,
    again: list[int],
) -> None:
    """`again`: how many steps were done when each epoch began that was trained again."""
    path = tmp_path / "state"
    monkeypatch.setattr("scoring.exact.training._SAVE_REST", rest)

    def stop(stage: str, done: int, _total: int) -> None:
        if (stage, done) == ("train", 6):  # three steps an epoch
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_exact(target, TINY_TRAINING, SEED, backend=fused, progress=stop, checkpoint=path)
    seen: list[tuple[str, int, int]] = []
    resumed = train_exact(
        target,
        TINY_TRAINING,
        SEED,
        backend=ReferenceBackend(),
        progress=lambda *report: seen.append(report),
        checkpoint=path,
    )
    begun = {done for stage, done, _ in seen if stage == "train" and done % 3 == 0}
    assert sorted(begun) == [*again, 9]
    assert resumed.digest() == model.digest()
    assert resumed.step_digests == model.step_digests
    assert list(tmp_path.iterdir()) == [path]


def test_a_training_can_be_broken_off_between_any_two_steps_and_while_it_takes_stock(
    target: Pixels, fused: FusedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An epoch of a large spec takes hours: nobody has to wait for its end."""
    done: list[object] = []
    learn, evaluate = Autoencoder.learn, Autoencoder.squared_errors

    def learning(self: Autoencoder, batch: Pixels, rate: float) -> Learned:
        done.append("learned")
        return learn(self, batch, rate)

    def evaluating(self: Autoencoder, images: Pixels) -> list[int]:
        done.append(f"looked at {len(images)}")
        return evaluate(self, images)

    def watch(stage: str, steps: int, _total: int) -> None:
        if stage == "train":
            done.append(steps)

    monkeypatch.setattr(Autoencoder, "learn", learning)
    monkeypatch.setattr(Autoencoder, "squared_errors", evaluating)
    spec = dataclasses.replace(TINY_TRAINING, epochs=1)
    train_exact(target, spec, SEED, backend=fused, progress=watch)
    steps = [0, "learned", 1, "learned", 2, "learned"]
    assert done == [*steps, *([2, "looked at 1"] * 3), 3]


class Elsewhere(FusedBackend):
    """As on a GPU: it goes on while the processor hashes."""

    device = "somewhere else"


@pytest.mark.parametrize("most", [1, 2, 10])
def test_digests_that_are_taken_beside_the_training_are_those_of_their_epochs(
    target: Pixels,
    model: ExactModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
) -> None:
    monkeypatch.setattr("scoring.exact.training._HASHED", most)
    path = tmp_path / "state"
    found = train_exact(target, TINY_TRAINING, SEED, backend=Elsewhere(2), checkpoint=path)
    assert found.epoch_digests == model.epoch_digests
    assert found.digest() == model.digest()
    resumed = train_exact(target, TINY_TRAINING, SEED, backend=Elsewhere(2), checkpoint=path)
    assert resumed.epoch_digests == model.epoch_digests


def test_a_checkpoint_of_another_training_is_refused(
    target: Pixels, fused: FusedBackend, tmp_path: Path
) -> None:
    path = tmp_path / "state"
    spec = dataclasses.replace(TINY_TRAINING, epochs=1)
    train_exact(target, spec, SEED, backend=fused, checkpoint=path)
    with pytest.raises(InvalidArchive, match="its seed differs"):
        train_exact(target, spec, b"another", backend=fused, checkpoint=path)
    with pytest.raises(InvalidArchive, match="its view differs"):
        train_exact(picture(9), spec, SEED, backend=fused, checkpoint=path)
    with pytest.raises(InvalidArchive, match="its spec differs"):
        train_exact(target, TINY_TRAINING, SEED, backend=fused, checkpoint=path)


def test_an_interrupted_write_leaves_the_old_checkpoint(
    target: Pixels, fused: FusedBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state"
    training = Training(target, TINY_TRAINING, SEED, fused)
    training.run_epoch()
    training.save(path)
    before = path.read_bytes()
    training.run_epoch()

    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        training.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_model_survives_its_file(model: ExactModel, tmp_path: Path, target: Pixels) -> None:
    path = tmp_path / "model"
    model.save(path)
    first = path.read_bytes()
    loaded = ExactModel.load(path)
    loaded.save(path)
    assert path.read_bytes() == first
    assert loaded.digest() == model.digest()
    assert (loaded.spec, loaded.seed, loaded.losses) == (model.spec, model.seed, model.losses)
    assert loaded.squared_error(target) == model.squared_error(target)


@pytest.mark.parametrize("position", [0, 9, 200, -40, -1])
def test_one_changed_byte_of_a_model_is_noticed(
    model: ExactModel, tmp_path: Path, position: int
) -> None:
    path = tmp_path / "model"
    model.save(path)
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    with pytest.raises(InvalidArchive):
        ExactModel.load(path)


def test_a_model_with_foreign_tensors_is_refused(model: ExactModel, tmp_path: Path) -> None:
    path = tmp_path / "model"
    tensors = dict(model.tensors)
    tensors.pop("squeeze.bias")
    dataclasses.replace(model, tensors=tensors).save(path)
    with pytest.raises(InvalidArchive, match="not those of its spec"):
        ExactModel.load(path)
    broken = dict(model.tensors) | {"squeeze.bias": np.full(10, np.nan, np.float32)}
    dataclasses.replace(model, tensors=broken).save(path)
    with pytest.raises(InvalidArchive, match="not a finite number"):
        ExactModel.load(path)
    Training(picture(), TINY_TRAINING, SEED, ReferenceBackend()).model().save(path)
    with pytest.raises(InvalidArchive):
        ExactModel.load(path)


@pytest.mark.parametrize("backend", [FusedBackend(1), FusedBackend(3), ReferenceBackend()])
def test_scores_features_and_latents_do_not_depend_on_the_backend(
    model: ExactModel, backend: Backend
) -> None:
    other = dataclasses.replace(model, backend=backend)
    for image in (picture(), picture(7), np.zeros((512, 512, 3), np.uint8)):
        assert other.squared_error(image) == model.squared_error(image)
        assert np.array_equal(other.reconstruct(image), model.reconstruct(image))
        for a, b in zip(
            [*other.features(image), other.latent(image)],
            [*model.features(image), model.latent(image)],
            strict=True,
        ):
            assert a.e == b.e
            assert np.array_equal(a.q, b.q)


def test_images_side_by_side_do_not_disturb_one_another(model: ExactModel) -> None:
    """Four threads at once in one backend that has three of its own."""
    busy = dataclasses.replace(model, backend=FusedBackend(3))
    images = [picture(number) for number in range(12)] * 3
    alone = [model.reconstruct(image) for image in images[:12]]
    with ThreadPoolExecutor(4) as pool:
        for number, found in enumerate(pool.map(busy.reconstruct, images)):
            assert np.array_equal(found, alone[number % 12])


def test_features_have_the_sizes_and_range_that_are_promised(
    model: ExactModel, target: Pixels
) -> None:
    maps = model.features(target)
    assert [x.q.shape for x in maps] == [(32, 32, 4), (16, 16, 6), (8, 8, 8), (4, 4, 12)]
    assert all(x.q.dtype == np.int8 and x.q.min() >= 0 and x.q.max() <= 63 for x in maps)
    assert model.latent(target).q.shape == (10,)


def test_the_squared_error_is_that_of_the_output(model: ExactModel, target: Pixels) -> None:
    error = model.squared_error(target) / 16**2
    view = model.view(target).astype(int)
    rounded = ((model.reconstruct(target).astype(int) - view) ** 2).sum()
    assert error == pytest.approx(rounded, rel=0.01)


def test_the_rate_falls_only_after_the_patience_is_used_up() -> None:
    plateau = Plateau(rate=1.0, factor=0.5, patience=1)
    assert [plateau.update(loss) for loss in (9, 8, 8, 9, 7)] == [True, True, False, False, True]
    assert plateau.rate == 0.5
    assert plateau.waited == 0


def test_a_spec_goes_through_json() -> None:
    assert TrainingSpec.from_document(TINY_TRAINING.to_json()) == TINY_TRAINING
    assert TrainingSpec().to_json()["learning_rate"] == "0.001"


@pytest.mark.parametrize(
    "change",
    [
        {"image_side": 100},
        {"widths": (4, 4, 4)},
        {"widths": (512, 4, 4, 4)},
        {"widths": (0, 4, 4, 4)},
        {"latent_size": 5000},
        {"batch_size": 1},
        {"held_out": 10},
        {"held_out": 0},
    ],
)
def test_sizes_that_could_overflow_are_refused(change: dict[str, int]) -> None:
    with pytest.raises(InvalidSpec, match=next(iter(change))):
        dataclasses.replace(TINY_TRAINING, **change)  # type: ignore[arg-type]


def test_an_image_of_another_size_is_refused(model: ExactModel) -> None:
    with pytest.raises(ValueError, match="uint8 \\(512, 512, 3\\)"):
        model.squared_error(np.zeros((256, 256, 3), np.uint8))
