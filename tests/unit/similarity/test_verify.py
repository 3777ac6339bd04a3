"""Same product? Equality, latents, thresholds, tables of pairs, and files that are no images."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.similarity import latent, verify
from scoring.similarity.calibration import (
    DEFAULT,
    Calibration,
    PairFiles,
    find_threshold,
    load_calibration,
    read_pairs,
)
from scoring.similarity.errors import BadDataset, BadInput, NoImages
from scoring.similarity.latent import (
    LatentSpace,
    centre_square,
    cosine_similarity,
    space_for,
    train_latent_space,
)
from scoring.similarity.photo import simulated_photo
from scoring.spec import JudgingSpec
from tests.unit.similarity.pictures import photo, save

pytestmark = pytest.mark.unit

NAMES = ("astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field", "cell")


def silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def space(tiny_spec: JudgingSpec) -> LatentSpace:
    return train_latent_space([photo(name) for name in NAMES], tiny_spec, silent)


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    for name in NAMES:
        save(photo(name), tmp_path / "originals" / f"{name}.png")
    return tmp_path / "originals"


def test_an_exact_copy_is_the_same_whatever_the_threshold(space, cat) -> None:
    verdict = verify.verify(cat, cat.copy(), space, Calibration(2, 0, 0, 0, 0, ""))
    assert verdict.equal
    assert verdict.close
    assert verdict.same
    assert verdict.cosine == pytest.approx(1)
    assert verdict.l2 == 0


def test_two_levels_apart_is_close_and_three_is_not(space, cat) -> None:
    middle = np.clip(cat, 10, 240)
    strict = Calibration(2, 0, 0, 0, 0, "")
    two, three = (verify.verify(middle, middle + step, space, strict) for step in (2, 3))
    assert (two.equal, two.close, two.same) == (False, True, True)
    assert (three.equal, three.close, three.same) == (False, False, False)


def test_a_photo_is_nearer_to_its_original_than_other_pictures_are(space) -> None:
    random = np.random.default_rng(5)
    for name in NAMES:
        a, *others = space.vectors([photo(n) for n in (name, *(set(NAMES) - {name}))])
        (shot,) = space.vectors([simulated_photo(photo(name), random)])
        assert cosine_similarity(a, shot) > max(cosine_similarity(a, other) for other in others)


def test_the_numbers_are_numpys(space, cat, astronaut) -> None:
    a, b = space.vectors([cat, astronaut])
    verdict = verify.verify(cat, astronaut, space, DEFAULT)
    assert verdict.l2 == pytest.approx(float(np.linalg.norm(a - b)))
    expected = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    assert verdict.cosine == pytest.approx(float(expected), rel=1e-5)
    assert cosine_similarity(np.zeros(3, np.float32), a[:3]) == 0


def test_training_twice_gives_the_same_network(tiny_spec, cat, astronaut) -> None:
    pair = [cat, astronaut]
    first, second = (train_latent_space(pair, tiny_spec, silent) for _ in range(2))
    assert first.fingerprint == second.fingerprint


def test_a_trained_network_is_kept_and_a_damaged_one_replaced(tiny_spec, cat, tmp_path) -> None:
    trained = space_for([cat], tiny_spec, silent, tmp_path)

    def surprised(stage: str, done: int, total: int) -> None:
        raise AssertionError("it was trained again")

    assert space_for([cat], tiny_spec, surprised, tmp_path).fingerprint == trained.fingerprint
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"cut")
    assert space_for([cat], tiny_spec, silent, tmp_path).fingerprint == trained.fingerprint


def test_very_many_pictures_are_thinned_out(tiny_spec, monkeypatch, cat) -> None:
    monkeypatch.setattr(latent, "MOST_PICTURES", 2)
    counts = []
    train_latent_space(
        [cat] * 5, tiny_spec, lambda stage, done, total: counts.append((stage, total))
    )
    assert ("augment", 2) in counts
    with pytest.raises(BadInput):
        train_latent_space([], tiny_spec, silent)


def test_the_middle_of_a_wide_picture_is_looked_at(cat) -> None:
    wide = np.concatenate([np.zeros_like(cat), cat, np.zeros_like(cat)], axis=1)
    assert centre_square(wide, 128).tolist() == cat.tolist()


def test_a_threshold_between_separate_groups_makes_no_error() -> None:
    found = find_threshold([0.9, 0.95, 0.8, 0.99, 0.85], [0.1, 0.2, 0.3, 0.0, 0.6], "test")
    assert 0.6 < found.threshold < 0.8
    assert (found.false_accept, found.false_reject) == (0, 0)
    assert (found.same_pairs, found.different_pairs) == (5, 5)


def test_overlapping_groups_give_the_error_rates_at_the_threshold() -> None:
    same, different = np.linspace(0.5, 1, 101), np.linspace(0, 0.6, 101)
    found = find_threshold(same, different, "test")
    assert found.false_reject == pytest.approx(np.mean(same < found.threshold), abs=1e-4)
    assert found.false_accept == pytest.approx(np.mean(different >= found.threshold), abs=1e-4)
    assert found.false_accept == pytest.approx(found.false_reject, abs=0.01)


def test_a_handful_of_pairs_is_too_few() -> None:
    with pytest.raises(BadDataset, match="too few"):
        find_threshold([0.9] * 10, [0.1] * 4, "test")


def test_a_calibration_survives_its_file_and_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    DEFAULT.save(path)
    assert load_calibration(path) == DEFAULT
    for content in ("{}", "[", json.dumps({**json.loads(path.read_text()), "threshold": 7})):
        path.write_text(content)
        with pytest.raises(BadInput, match="not a calibration"):
            load_calibration(path)
    with pytest.raises(BadInput):
        load_calibration(tmp_path / "none.json")


def test_a_folder_of_originals_is_calibrated_on_simulated_photos(originals, tiny_spec) -> None:
    (originals / "broken.png").write_bytes(b"")
    found, left_out = verify.measure_calibration(originals, tiny_spec, silent)
    assert (found.same_pairs, found.different_pairs) == (24, 30)
    assert found.false_reject <= 0.25
    assert left_out


def test_labelled_pairs_are_calibrated_on_themselves(originals, tiny_spec) -> None:
    random = np.random.default_rng(1)
    lines = ["original,photo,same"]
    for index, name in enumerate(NAMES):
        save(simulated_photo(photo(name), random), originals.parent / f"shots/{name}.png")
        lines.append(f"originals/{name}.png,shots/{name}.png,yes")
        lines.append(f"originals/{name}.png,originals/{NAMES[index - 1]}.png,no")
    lines.append("originals/cell.png,nowhere.png,no")
    table = originals.parent / "pairs.csv"
    table.write_text("\n".join(lines))
    found, left_out = verify.measure_calibration(table, tiny_spec, silent)
    assert (found.same_pairs, found.different_pairs) == (6, 6)
    assert len(left_out) == 1
    table.write_text("original,photo,same\noriginals/cell.png,originals/cell.png,\n")
    with pytest.raises(BadDataset, match="label every pair"):
        verify.measure_calibration(table, tiny_spec, silent)


def test_a_bad_file_spoils_only_its_own_pair(originals: Path, space) -> None:
    (originals / "broken.png").write_bytes(b"no image")
    good, broken = originals / "cell.png", originals / "broken.png"
    pairs = [PairFiles(good, broken), PairFiles(broken, good), PairFiles(good, good)]
    results = list(verify.verify_pairs(pairs, space, DEFAULT))
    assert [result.verdict is None for result in results] == [True, True, False]
    assert "broken.png" in results[0].problem
    assert len(verify.readable_originals(pairs)) == 1
    with pytest.raises(NoImages, match="no original"):
        verify.readable_originals(pairs[1:2])


def test_pairs_come_from_files_folders_and_names(originals: Path, tmp_path: Path) -> None:
    one = originals / "cell.png"
    assert verify.pairs_of(one, one) == [PairFiles(one, one)]
    assert len(verify.pairs_of(one, originals)) == 6
    save(photo("coffee"), tmp_path / "shots" / "coffee.jpg")
    save(photo("coffee"), tmp_path / "shots" / "stranger.jpg")
    by_name = verify.pairs_of(originals, tmp_path / "shots")
    assert by_name == [PairFiles(originals / "coffee.png", tmp_path / "shots" / "coffee.jpg")]
    (tmp_path / "shots" / "coffee.jpg").unlink()
    with pytest.raises(NoImages, match="has the name of"):
        verify.pairs_of(originals, tmp_path / "shots")


def test_a_table_of_pairs_is_read_relative_to_itself(tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text(
        "\ufefforiginal, photo, same\na.png, b.png, Yes\na.png, c.png,0\nd.png,e.png,\n"
    )
    pairs = read_pairs(table)
    assert pairs[0] == PairFiles(tmp_path / "a.png", tmp_path / "b.png", True)
    assert [pair.same for pair in pairs] == [True, False, None]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"first,second\na,b\n", "lacks the columns"),
        (b"original,photo\n", "names no pair"),
        (b"original,photo\na.png,\n", "only one image"),
        (b"original,photo,same\na.png,b.png,maybe\n", "neither yes nor no"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"", "lacks the columns"),
    ],
)
def test_a_bad_table_says_what_is_wrong(content: bytes, said: str, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_bytes(content)
    with pytest.raises(BadDataset, match=said):
        read_pairs(table)
    with pytest.raises(BadDataset, match="cannot be read"):
        read_pairs(tmp_path / "none.csv")
