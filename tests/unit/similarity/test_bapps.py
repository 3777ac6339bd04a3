"""2AFC and JND on a small data set of the BAPPS layout, made from real photos."""

from __future__ import annotations

from pathlib import Path

import lpips as reference
import numpy as np
import pytest

from scoring.similarity.bapps import (
    average_precision,
    draw_results,
    measure_bapps,
    two_choice_score,
)
from scoring.similarity.errors import BadDataset
from scoring.similarity.pixel_error import MeanSquaredError, PeakSignalToNoise
from scoring.submission.image import Pixels
from tests.unit.similarity.pictures import photo, save

pytestmark = pytest.mark.unit


def noisy(pixels: Pixels, sigma: float) -> Pixels:
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def write_share(path: Path, share: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.array([share], np.float32))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two triples in two kinds, four pairs; people agree with the noise, mostly."""
    for kind, name, share in (
        ("cnn", "chelsea", 0.8),
        ("cnn", "coffee", 0.4),
        ("color", "rocket", 0),
    ):
        folder = tmp_path / "2afc" / "val" / kind
        picture = photo(name)
        first, second = (40, 5) if share >= 0.5 or name == "coffee" else (5, 40)
        save(picture, folder / "ref" / f"{name}.png")
        save(noisy(picture, first), folder / "p0" / f"{name}.png")
        save(noisy(picture, second), folder / "p1" / f"{name}.png")
        write_share(folder / "judge" / f"{name}.npy", share)
    for name, sigma, share in (("chelsea", 2, 1), ("coffee", 10, 2 / 3), ("rocket", 60, 0)):
        folder = tmp_path / "jnd" / "val" / "traditional"
        save(photo(name), folder / "p0" / f"{name}.png")
        save(noisy(photo(name), sigma), folder / "p1" / f"{name}.png")
        write_share(folder / "same" / f"{name}.npy", share)
    return tmp_path


def test_scores_are_the_share_of_people_who_agree(data: Path) -> None:
    result = measure_bapps(MeanSquaredError(), data)
    # In both cnn triples p1 is nearer, as 80 % and 40 % of people say; in color p0 is, as all say.
    assert result.two_choice == pytest.approx({"cnn": 0.6, "color": 1.0})
    assert result.two_choice_mean == pytest.approx(0.8)
    assert result.judgements == 6
    assert not result.left_out
    assert result.notice == pytest.approx(1 * 0.6 + (1 + 2 / 3) / 2 * 0.4)


def test_the_picture_has_a_row_for_each_metric(data: Path) -> None:
    one = {"mse": measure_bapps(MeanSquaredError(), data)}
    two = one | {"psnr": measure_bapps(PeakSignalToNoise(), data)}
    assert draw_results(one).shape[0] < draw_results(two).shape[0]


def test_a_metric_that_grows_with_similarity_scores_alike(data: Path) -> None:
    assert measure_bapps(PeakSignalToNoise(), data).two_choice == pytest.approx(
        measure_bapps(MeanSquaredError(), data).two_choice
    )


def test_a_tie_is_half_an_agreement() -> None:
    assert two_choice_score(1, 1, 0.9) == 0.5
    assert two_choice_score(1, 2, 0.25) == 0.75
    assert two_choice_score(2, 1, 0.25) == 0.25


def test_average_precision_is_the_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    distances, same = random.random(40), random.integers(0, 4, 40) / 3
    ordered = same[np.argsort(distances)]
    hits, misses = np.cumsum(ordered), np.cumsum(1 - ordered)
    recall, precision = hits / (hits + (ordered.sum() - hits)), hits / (hits + misses)
    assert average_precision(distances, same) == pytest.approx(reference.voc_ap(recall, precision))


def test_nobody_saw_any_pair_as_the_same() -> None:
    assert average_precision(np.array([1.0, 2.0]), np.zeros(2)) == 0


def test_a_bad_patch_is_left_out_and_the_rest_goes_on(data: Path) -> None:
    (data / "2afc/val/cnn/p1/coffee.png").write_bytes(b"broken")
    (data / "jnd/val/traditional/p0/rocket.png").unlink()
    np.save(data / "2afc/val/color/judge/rocket.npy", np.array([7.0]))
    (data / "jnd/val/traditional/same/coffee.npy").write_bytes(b"no array")
    result = measure_bapps(MeanSquaredError(), data, lambda *_: None)
    assert result.two_choice == pytest.approx({"cnn": 0.8})
    assert result.judgements == 2
    assert len(result.left_out) == 4


def test_a_folder_without_the_layout_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="BAPPS layout"):
        measure_bapps(MeanSquaredError(), tmp_path)
    write_share(tmp_path / "2afc/val/cnn/judge/x.npy", 1)
    with pytest.raises(BadDataset, match="BAPPS layout"):
        measure_bapps(MeanSquaredError(), tmp_path)
