"""Galleries: what is found, that the index is reused, and what odd files do."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torchvision import models

from scoring.similarity import embedding
from scoring.similarity.backbone import unit_input
from scoring.similarity.embedding import TruncatedNetwork, Vectors
from scoring.similarity.errors import BadInput, NoImages
from scoring.similarity.feature_index import (
    SKETCH_SIZE,
    FeatureIndex,
    FileState,
    load_index,
    sketch_of,
)
from scoring.similarity.latent import gallery_space
from scoring.similarity.retrieval import default_index_folder, open_gallery, open_index_folder
from scoring.similarity.retrieval_evaluation import ROWS, default_queries, evaluate
from scoring.similarity.shape import resized
from scoring.submission.image import Pixels
from tests.unit.similarity.pictures import photo, save

pytestmark = pytest.mark.unit


class Thumbnails:
    """Pictures as 8x8 thumbnails; counts what it is asked."""

    name = "thumbnails"
    fingerprint = "thumbnails-1"

    def __init__(self) -> None:
        self.seen = 0

    def vectors(self, batch: Sequence[Pixels]) -> Vectors:
        self.seen += len(batch)
        return np.stack([resized(p, 8, 8).reshape(-1) for p in batch]).astype(np.float32)


def made_up(count: int, dimension: int, seed: int = 0) -> FeatureIndex:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension), np.float32)
    return FeatureIndex("made-up", [FileState(f"/{i:06}.png", 1, 1) for i in range(count)], vectors)


def test_the_closest_picture_is_found_and_the_query_itself_left_out(gallery: Path) -> None:
    save(np.roll(photo("coffee"), 2, axis=1), gallery / "coffee_moved.png")
    found = open_gallery(gallery, Thumbnails()).query(gallery / "coffee.png", 3)
    assert [n.path.name for n in found][0] == "coffee_moved.png"
    assert len(found) == 3
    assert found[0].distance < found[1].distance <= found[2].distance


def test_a_query_from_elsewhere_may_find_its_own_copy(gallery: Path, tmp_path: Path) -> None:
    query = save(photo("rocket"), tmp_path / "query.png")
    best = open_gallery(gallery, Thumbnails()).query(query, 1)[0]
    assert best.path.name == "rocket.png"
    assert best.distance == pytest.approx(0, abs=1e-6)


def test_the_index_is_reused_and_only_changed_files_are_read_again(gallery: Path) -> None:
    first = Thumbnails()
    open_gallery(gallery, first)
    assert first.seen == 6
    again = Thumbnails()
    open_gallery(gallery, again).query(gallery / "coffee.png", 2)
    assert again.seen == 0, "the query is in the index too"
    save(photo("cell"), gallery / "new.png")
    (gallery / "rocket.png").unlink()
    os.utime(gallery / "camera.png", ns=(1, 1))
    changed = Thumbnails()
    updated = open_gallery(gallery, changed)
    assert changed.seen == 2
    names = [Path(file.path).name for file in updated.index.files]
    assert "new.png" in names
    assert "rocket.png" not in names


def test_an_index_of_other_features_is_not_used(gallery: Path, tmp_path: Path) -> None:
    open_gallery(gallery, Thumbnails(), index_folder=tmp_path / "index")
    other = Thumbnails()
    other.fingerprint = "thumbnails-2"
    open_gallery(gallery, other, index_folder=tmp_path / "index")
    assert other.seen == 6


@pytest.mark.parametrize("damage", ["index.json", "vectors.npy", "sketch.npy"])
def test_a_damaged_index_is_built_anew(gallery: Path, tmp_path: Path, damage: str) -> None:
    open_gallery(gallery, Thumbnails(), index_folder=tmp_path / "index")
    (tmp_path / "index" / damage).write_bytes(b"{}")
    again = Thumbnails()
    open_gallery(gallery, again, index_folder=tmp_path / "index")
    assert again.seen == 6


def test_an_index_of_another_version_or_length_is_not_read(gallery: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    open_gallery(gallery, Thumbnails(), index_folder=folder)
    description = folder / "index.json"
    text = description.read_text()
    description.write_text(text.replace('"version": 1', '"version": 0'))
    assert load_index(folder) is None
    description.write_text(text)
    np.save(folder / "sketch.npy", np.zeros((2, 3), np.float32))
    assert load_index(folder) is None


def test_the_index_lies_in_the_users_cache_not_in_the_gallery(gallery: Path, own_cache) -> None:
    before = sorted(gallery.iterdir())
    open_gallery(gallery, Thumbnails())
    assert sorted(gallery.iterdir()) == before
    assert (default_index_folder(gallery, "thumbnails-1") / "index.json").is_file()
    assert default_index_folder(gallery, "x").is_relative_to(own_cache)
    assert open_index_folder(gallery, "vgg16", True) == gallery / "vgg16-faces"
    assert open_index_folder(None, "vgg16", True) is None


def test_a_bad_file_is_reported_and_the_rest_goes_on(gallery: Path) -> None:
    (gallery / "broken.png").write_bytes(b"broken")
    stages = []
    opened = open_gallery(gallery, Thumbnails(), progress=lambda *stage: stages.append(stage))
    assert len(opened.index) == 6
    assert [bad.path.name for bad in opened.left_out] == ["broken.png"]
    assert stages == [("extracting features", 0, 7)]


def test_a_gallery_of_bad_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"broken")
    with pytest.raises(NoImages, match="can be read"):
        open_gallery(tmp_path, Thumbnails())


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_distances_are_those_of_scikit_learns_neighbours(metric: str) -> None:
    index = made_up(300, 700)
    query = np.random.default_rng(9).standard_normal(700, np.float32)
    theirs = NearestNeighbors(n_neighbors=7, metric=metric, algorithm="brute").fit(index.vectors)
    distances, rows = theirs.kneighbors(query[None])
    found = index.nearest(query, 7, metric)
    assert [n.path for n in found] == [Path(f"/{row:06}.png") for row in rows[0]]
    assert [n.distance for n in found] == pytest.approx(distances[0], rel=1e-5)


def test_more_neighbours_than_pictures_are_all_pictures(gallery: Path) -> None:
    opened = open_gallery(gallery, Thumbnails())
    assert len(opened.query(gallery / "coffee.png", 99)) == 5


def test_a_sketch_keeps_angles_and_lengths_roughly() -> None:
    vectors = np.random.default_rng(1).standard_normal((50, 4000), np.float32)
    vectors[1] = vectors[0] + 0.5 * vectors[1]
    sketch = sketch_of(vectors)
    assert sketch.shape == (50, SKETCH_SIZE)
    assert np.linalg.norm(sketch, axis=1) == pytest.approx(np.linalg.norm(vectors, axis=1), rel=0.2)

    def cosine(table: Vectors) -> float:
        return float(table[0] @ table[1] / np.linalg.norm(table[0]) / np.linalg.norm(table[1]))

    assert cosine(sketch) == pytest.approx(cosine(vectors), abs=0.1)
    assert sketch_of(vectors[:, :10]).shape == (50, 10)
    with pytest.raises(BadInput):
        sketch_of(vectors[0])


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_large_gallery_is_searched_through_its_sketch(metric: str) -> None:
    index = made_up(3000, 600)
    near = index.vectors[1234] + 0.4 * index.vectors[7]
    found = index.nearest(near.astype(np.float32), 3, metric)
    assert found[0].path == Path("/001234.png")
    left = index.nearest(near, 3, metric, leave_out=Path("/001234.png"))
    assert all(n.path != Path("/001234.png") for n in left)


@pytest.mark.slow  # 100 000 vectors are drawn, written and read back: a quarter of a minute
def test_a_hundred_thousand_pictures_are_searched_in_under_50_ms(tmp_path: Path) -> None:
    made_up(100_000, 512).save(tmp_path)
    index = load_index(tmp_path)
    assert index is not None
    query = np.asarray(index.vectors[77], np.float32)
    durations = []
    for _ in range(25):
        started = time.perf_counter()
        found = index.nearest(query, 5, "cosine")
        durations.append(time.perf_counter() - started)
    assert found[0].path == Path("/000077.png")
    assert min(durations) < 0.050, "the best of 25, for machines that are busy otherwise"


def random_weights(trunk: torch.nn.Module) -> dict[str, torch.Tensor]:
    torch.manual_seed(2)
    return {key: 0.05 * torch.randn(v.shape) for key, v in trunk.state_dict().items()}


def test_vgg16_features_are_torchvisions_up_to_the_last_convolution(cat, tmp_path: Path) -> None:
    with torch.device("meta"):
        empty = models.vgg16(weights=None).features
    weights = random_weights(empty)
    torch.save(weights, tmp_path / "vgg16_torchvision_features.pth")
    vectors = embedding.vgg16(tmp_path).vectors([cat])
    empty.load_state_dict(weights, assign=True)
    x = (unit_input([resized(cat, 200, 200)], torch.device("cpu")) - 0.5) / 0.5
    with torch.no_grad():
        expected = empty[:29](x).flatten().numpy()
    assert vectors.shape == (1, 512 * 12 * 12)
    assert vectors[0] == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_resnet50_features_are_torchvisions_before_its_average(cat, tmp_path: Path) -> None:
    network = models.resnet50(weights=None).eval()
    torch.save(network.state_dict(), tmp_path / "resnet50-0676ba61.pth")
    from scoring.similarity import weights as module

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_check_named_hash", lambda path: None)
        vectors = embedding.resnet50(tmp_path).vectors([cat])
    x = (unit_input([resized(cat, 200, 200)], torch.device("cpu")) - 0.5) / 0.5
    kept = {}
    network.avgpool.register_forward_hook(lambda _m, inputs, _o: kept.update(maps=inputs[0]))
    with torch.no_grad():
        network(x)
    assert vectors.shape == (1, 2048 * 7 * 7)
    assert vectors[0] == pytest.approx(kept["maps"].flatten().numpy(), rel=1e-3, abs=1e-4)


def test_dps_vectors_are_the_mean_pooling_distance(cat, astronaut, tmp_path: Path) -> None:
    with torch.device("meta"):
        empty = models.squeezenet1_1(weights=None).features
    torch.save(random_weights(empty), tmp_path / "squeezenet1_1_torchvision_features.pth")
    made = embedding.perceptual(tmp_path)
    a, b = made.vectors([cat, astronaut])
    from scoring.similarity import deep

    metric = deep.published("squeezenet", "mean", weights=tmp_path)
    expected = metric(resized(cat, 200, 200), resized(astronaut, 200, 200))
    assert float(np.square(a - b).sum()) == pytest.approx(expected, rel=1e-4)


def test_equal_weights_have_equal_fingerprints() -> None:
    trunk = torch.nn.Conv2d(3, 2, 3)
    first, second = (TruncatedNetwork("x", trunk).fingerprint for _ in range(2))
    assert first == second
    with torch.no_grad():
        trunk.bias.add_(1)
    assert TruncatedNetwork("x", trunk).fingerprint != first


def test_an_autoencoder_learns_the_gallery_and_finds_in_it(gallery, tiny_spec, monkeypatch) -> None:
    from scoring.similarity import latent

    monkeypatch.setattr(latent, "QUICK_SPEC", tiny_spec)
    (gallery / "broken.png").write_bytes(b"broken")
    space = gallery_space(gallery, lambda *_: None)
    query = save(photo("rocket", 200), gallery.parent / "query.png")
    assert open_gallery(gallery, space).query(query, 1)[0].path.name == "rocket.png"


def test_the_evaluation_averages_over_queries_and_what_they_find(gallery: Path) -> None:
    from scoring.similarity.pixel_error import RootMeanSquaredError
    from scoring.similarity.structure import StructuralSimilarity

    queries = default_queries(sorted(gallery.iterdir()))
    assert [q.name for q in queries] == ["astronaut.png", "rocket.png"]
    rows, left_out = evaluate(
        {"thumbs": lambda: open_gallery(gallery, Thumbnails())},
        queries,
        1,
        progress=lambda *_: None,
    )
    opened = open_gallery(gallery, Thumbnails())
    pairs = [(q, opened.query(q, 1)[0].path) for q in queries]
    squares = [tuple(resized(photo(p.stem), 200, 200) for p in pair) for pair in pairs]
    assert not left_out
    assert rows[0].queries == 2
    assert rows[0].ssim == pytest.approx(np.mean([StructuralSimilarity()(*s) for s in squares]))
    assert rows[0].rmse == pytest.approx(
        np.mean([RootMeanSquaredError()(*s) / 255 for s in squares])
    )
    assert list(ROWS) == ["resnet_face", "resnet_general", "vgg_face", "vgg_general"]
