"""The pictures that metrics draw show what the numbers say."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.similarity.compare import measure
from scoring.similarity.difference import difference_map, false_colour, side_by_side
from scoring.similarity.metric import Explaining
from scoring.similarity.montage import Tile, contact_sheet
from scoring.similarity.registry import metric
from scoring.similarity.report import render_comparison
from scoring.submission.image import Pixels
from tests.unit.similarity.pictures import photo

pytestmark = pytest.mark.unit


def test_the_difference_of_equal_images_is_dark(cat: Pixels) -> None:
    width = cat.shape[1]
    picture = difference_map(cat, cat)
    assert picture[:, :width].tolist() == cat.tolist()
    assert picture[:, -width:].max() <= 4


def test_the_difference_is_bright_where_a_square_was_painted(cat: Pixels) -> None:
    painted = cat.copy()
    painted[20:60, 30:70] = 255 - painted[20:60, 30:70]
    field = difference_map(cat, painted)[:, -cat.shape[1] :].sum(axis=2)
    assert field[25:55, 35:65].mean() > 5 * field[80:, 80:].mean()


def test_false_colour_runs_from_black_to_pale_yellow() -> None:
    colours = false_colour(np.array([[0.0, 0.5, 1.0]]))
    assert colours.tolist() == [[[0, 0, 4], [188, 55, 84], [252, 255, 164]]]


@pytest.mark.parametrize("name", ["histogram", "ssim", "orb", "sift", "rmse"])
def test_metrics_draw_a_picture(name: str, cat: Pixels, astronaut: Pixels) -> None:
    chosen = metric(name)
    assert isinstance(chosen, Explaining)
    picture = chosen.explain(cat, astronaut)
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert picture.std() > 10


def test_overlaid_histograms_differ_with_the_second_image(cat: Pixels, astronaut: Pixels) -> None:
    chosen = metric("histogram")
    assert isinstance(chosen, Explaining)
    assert (chosen.explain(cat, cat) != chosen.explain(cat, astronaut)).any()


def test_match_lines_are_green_where_the_homography_agrees() -> None:
    a = photo("astronaut", 300)
    chosen = metric("orb")
    assert isinstance(chosen, Explaining)
    picture = chosen.explain(a, np.ascontiguousarray(np.rot90(a))).astype(int)
    green = (picture[..., 1] > 170) & (picture[..., 0] < 70) & (picture[..., 2] < 110)
    assert picture.shape == (300, 600, 3)
    assert green.sum() > 500


def test_pictures_of_different_heights_fit_beside_each_other(cat: Pixels) -> None:
    assert side_by_side(cat, cat).shape == (128, 264, 3)
    chosen = metric("sift")
    assert isinstance(chosen, Explaining)
    assert chosen.explain(cat, cat[:50]).shape == (128, 256, 3)


def test_a_contact_sheet_frames_the_query_and_shortens_names(cat: Pixels) -> None:
    tiles = [Tile(cat, "query", "x" * 200, framed=True), *[Tile(cat[:40], "1", "a.png")] * 7]
    sheet = contact_sheet(tiles, columns=4, side=100)
    assert sheet.shape == (2 * (100 + 46 + 16) + 16, 4 * 116 + 16, 3)
    assert (sheet == (0, 122, 204)).all(axis=2).sum() > 500


def test_the_report_holds_names_numbers_and_each_picture_once(
    cat: Pixels, astronaut: Pixels
) -> None:
    lines = [measure(metric(n), cat, astronaut, explain=True) for n in ("mse", "rmse", "psnr")]
    page = render_comparison("<a> & b", ("cat.png", cat), ("pilot.png", astronaut), lines)
    assert "&lt;a&gt; &amp; b" in page
    assert "cat.png" in page
    assert f"{lines[1].value:.5g}" in page
    assert page.count("data:image/webp") == 3, "two images, and one picture for three metrics"
    assert "http" not in page, "the page must not load anything"
