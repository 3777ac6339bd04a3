"""The similarity commands as people type them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result
from torchvision import models

from oracle.cli.main import COMMANDS, main
from scoring.installing import install_command
from scoring.similarity import latent, registry
from scoring.similarity.own_judge import CalibratedScore
from scoring.similarity.photo import simulated_photo
from scoring.spec import PROFILES, JudgingSpec
from tests.unit.similarity.pictures import photo, save

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def quick_training(monkeypatch: pytest.MonkeyPatch, tiny_spec: JudgingSpec) -> None:
    monkeypatch.setattr(latent, "QUICK_SPEC", tiny_spec)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with untrained weights of the published shapes, and no LPIPS."""
    folder = tmp_path_factory.mktemp("weights")
    builds = {
        "squeezenet1_1": models.squeezenet1_1,
        "alexnet": models.alexnet,
        "vgg16": models.vgg16,
    }
    torch.manual_seed(0)
    for name, build in builds.items():
        with torch.device("meta"):
            trunk = build(weights=None).features
        values = {k: 0.05 * torch.randn(v.shape) for k, v in trunk.state_dict().items()}
        torch.save(values, folder / f"{name}_torchvision_features.pth")
    return folder


def judge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def error_lines(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line]


@pytest.fixture
def cat_png(gallery: Path) -> Path:
    return gallery / "chelsea.png"


def test_every_command_has_help_and_is_documented() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "similarity.md").read_text()
    for name in ("compare", "metrics", "verify", "retrieve", "nga", "dps-table", "bapps"):
        assert name in COMMANDS
        shown = judge(name, "--help")
        assert shown.exit_code == 0
        assert "--json" in shown.stdout
        assert f"judge {name}" in docs, f"{name} is missing in docs/similarity.md"
    assert "metrics" in judge("bench", "--help").stdout
    assert "judge bench metrics" in docs


def test_compare_prints_a_table_of_the_usual_metrics(gallery: Path, cat_png: Path) -> None:
    result = judge("compare", cat_png, gallery / "coffee.png")
    assert result.exit_code == 0
    for name in ("ssim", "vifp", "histogram", "pearson", "rmse"):
        assert name in result.stdout
    assert result.stderr == ""


def test_compare_gives_json_numbers_and_null_for_infinity(cat_png: Path) -> None:
    result = judge("compare", cat_png, cat_png, "--metric", "psnr", "--metric", "rmse", "--json")
    document = json.loads(result.stdout)
    psnr, rmse = document["metrics"]
    assert psnr["value"] is None
    assert psnr["range"] == [0, None]
    assert rmse["value"] == 0
    assert rmse["direction"] == "lower is more similar"
    assert document["a"] == str(cat_png)


def test_compare_says_when_sizes_differ(cat_png: Path, tmp_path: Path) -> None:
    small = save(photo("chelsea", 50), tmp_path / "small.png")
    assert "differ in size" in judge("compare", cat_png, small, "--metric", "rmse").stderr


def test_compare_all_goes_on_without_weights_and_writes_a_page(
    cat_png: Path, gallery: Path, tmp_path: Path
) -> None:
    page, pictures = tmp_path / "page.html", tmp_path / "pictures"
    (tmp_path / "none").mkdir()
    arguments = ["--weights", tmp_path / "none", "--report", page, "--explain", pictures]
    result = judge("compare", cat_png, gallery / "coffee.png", "--all", *arguments)
    assert result.exit_code == 0, result.stderr
    assert "weights are not in" in page.read_text()
    assert "autoencoder" in page.read_text()
    drawn = {path.stem for path in pictures.iterdir()}
    assert {"histogram", "ssim", "orb", "sift", "rmse", "autoencoder"} <= drawn
    assert "dps" not in drawn


@pytest.mark.parametrize(
    ("options", "profile"), [([], "fast"), (["--all"], "fast"), (["--profile", "full"], "full")]
)
def test_calibrated_is_measured_and_labelled_by_the_judges_own_spec(
    options: list[str], profile: str, cat_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not by the toolbox's quick one, which gives another number under the same name."""
    trained: list[Any] = []

    class Quick(CalibratedScore):
        def __call__(self, a: Any, b: Any) -> float:
            trained.append(self._spec)
            return 0.5

    monkeypatch.setattr("scoring.similarity.own_judge.CalibratedScore", Quick)
    named = [] if "--all" in options else ["--metric", "calibrated"]
    if "--all" in options:
        ours = [listed for listed in registry._OURS if listed.name == "calibrated"]
        monkeypatch.setattr(registry, "_OURS", ours)
    result = judge("compare", cat_png, cat_png, *named, *options, "--json")
    (line,) = json.loads(result.stdout)["metrics"]
    assert trained == [PROFILES[profile]]
    assert (line["value"], profile in line["source"]) == (0.5, True)


def test_compare_with_deep_features(cat_png: Path, gallery: Path, weights: Path) -> None:
    options = ["--metric", "dps", "--network", "alexnet", "--pool", "sort", "--unit-normalize"]
    options += ["--weights", str(weights), "--json"]
    same = judge("compare", cat_png, cat_png, *options)
    other = judge("compare", cat_png, gallery / "coffee.png", *options)
    values = [json.loads(r.stdout)["metrics"][0]["value"] for r in (same, other)]
    assert values[0] == 0 < values[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--metric", "simm"], 2, "did you mean ssim?"),
        (["--metric", "dps", "--network", "lenet"], 2, "choose one of"),
        (["--metric", "dps", "--pool", "median"], 2, "choose one of spatial"),
        (["--metric", "ssim", "--all"], 2, "compare --help"),
        (["--metric", "latent", "--profile", "enormous"], 2, "compare --help"),
        (["--metric", "lpips", "--network", "autoencoder"], 2, "choose one of"),
        (["--explain", "/proc/nowhere"], 2, "cannot be made"),
        (["--report", "/proc/nowhere/page.html"], 2, "cannot be written"),
        (["--pool", "mean"], 2, "--pool changes nothing in what is measured"),
        (["--network", "vgg16", "--metric", "ssim"], 2, "--network changes nothing"),
        (["--profile", "fast"], 2, "--profile changes nothing"),
        (["--profile", "recipe", "--metric", "calibrated"], 2, "choose --profile fast or full"),
    ],
)
def test_mistakes_get_two_lines_and_a_code(
    arguments: list[str], code: int, said: str, cat_png: Path, weights: Path
) -> None:
    if "--network" in arguments or "--pool" in arguments:
        arguments = [*arguments, "--weights", str(weights)]
    result = judge("compare", cat_png, cat_png, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == "" or "--explain" in arguments
    assert len(error_lines(result)) <= 2


def test_missing_weights_are_a_failure_of_two_lines(cat_png: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    result = judge("compare", cat_png, cat_png, "--metric", "dps", "--weights", tmp_path / "none")
    assert result.exit_code == 1
    assert len(error_lines(result)) == 2
    assert "squeezenet1_1-b8a52dc0.pth" in result.stderr


def test_a_missing_extra_is_a_failure_of_two_lines(cat_png: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sewar", None)
    result = judge("compare", cat_png, cat_png, "--metric", "ssim")
    assert result.exit_code == 1
    assert error_lines(result)[1].strip() == (f"install them with: {install_command('classic')}")


@pytest.mark.parametrize("content", [None, b"", b"broken"])
def test_an_unreadable_image_is_named(content: bytes | None, cat_png: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.png"
    if content is not None:
        path.write_bytes(content)
    result = judge("compare", cat_png, path)
    assert result.exit_code == 2
    assert "bad.png" in error_lines(result)[0]


def test_metrics_lists_all_of_them() -> None:
    names = [entry["name"] for entry in json.loads(judge("metrics", "--json").stdout)]
    assert {"mse", "ssim", "orb", "sift", "aggregate", "dps", "lpips", "autoencoder"} <= set(names)
    table = judge("metrics").stdout
    assert all(name in table for name in names)


def test_verify_says_same_or_different_and_exits_accordingly(
    cat_png: Path, gallery: Path, tmp_path: Path
) -> None:
    assert judge("verify", cat_png, cat_png).exit_code == 0
    strict = tmp_path / "strict.json"
    strict.write_text(
        json.dumps(
            {
                "threshold": 0.9999,
                "false_accept": 0,
                "false_reject": 0,
                "same_pairs": 9,
                "different_pairs": 9,
                "basis": "a test",
            }
        )
    )
    result = judge("verify", cat_png, gallery / "coffee.png", "--calibration", strict)
    assert result.exit_code == 3
    assert "different" in result.stdout
    assert "same from cosine 0.9999 on" in result.stderr


def test_verify_batches_report_bad_files_and_go_on(gallery: Path, tmp_path: Path) -> None:
    (gallery / "broken.png").write_bytes(b"broken")
    sheet = tmp_path / "sheet.png"
    result = judge("verify", gallery, gallery, "--json", "--picture", sheet)
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [pair["same"] for pair in document["pairs"] if not pair["problem"]] == [True] * 6
    assert "broken.png" in result.stderr
    assert sheet.is_file()
    assert "unreadable" in judge("verify", gallery, gallery).stdout


def test_verify_reads_pairs_and_calibrates(gallery: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    save(simulated_photo(photo("coffee"), random), gallery.parent / "shot.png")
    table = gallery.parent / "pairs.csv"
    table.write_text("original,photo\ngallery/coffee.png,shot.png\ngallery/coffee.png,none.png\n")
    result = judge("verify", "--pairs", table)
    assert result.exit_code == 1
    assert "none.png does not exist" in result.stderr
    ours = tmp_path / "ours.json"
    measured = judge("verify", "--calibrate", gallery, "--calibration", ours, "--json")
    assert measured.exit_code == 0
    assert json.loads(measured.stdout) == json.loads(ours.read_text())
    assert json.loads(ours.read_text())["same_pairs"] == 24


def test_verify_needs_something_to_verify(cat_png: Path) -> None:
    assert judge("verify", cat_png).exit_code == 2


@pytest.mark.parametrize("features", ["vgg16", "dps", "autoencoder"])
def test_retrieve_finds_the_moved_copy(features: str, gallery, weights, tmp_path) -> None:
    query = save(np.roll(photo("coffee"), 1, axis=1), tmp_path / "query.png")
    sheet = tmp_path / "sheet.png"
    result = judge(
        *("retrieve", query, "--images", gallery, "--features", features, "--top-k", 3),
        *("--weights", weights, "--json", "--picture", sheet),
    )
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)["found"]
    assert Path(found[0]["path"]).name == "coffee.png"
    assert len(found) == 3
    assert sheet.is_file()


def test_retrieve_prints_a_table_and_reports_bad_files(gallery, weights, tmp_path: Path) -> None:
    (gallery / "broken.png").write_bytes(b"broken")
    options = ["--features", "dps", "--weights", weights, "--metric", "euclidean"]
    index = ["--index", tmp_path / "index"]
    result = judge("retrieve", gallery / "coffee.png", "--images", gallery, *options, *index)
    assert result.exit_code == 0
    assert "euclidean distance" in result.stdout
    assert "broken.png" in result.stderr
    assert (tmp_path / "index" / "dps" / "index.json").is_file()


def test_retrieve_needs_a_query_and_a_gallery(gallery: Path, tmp_path: Path) -> None:
    assert judge("retrieve", "--images", gallery).exit_code == 2
    (tmp_path / "empty").mkdir()
    query = gallery / "coffee.png"
    result = judge("retrieve", query, "--images", tmp_path / "empty", "--features", "autoencoder")
    assert result.exit_code == 2
    assert "holds no image" in result.stderr


def test_retrieve_evaluates_four_rows(gallery: Path, monkeypatch, weights: Path) -> None:
    from scoring.similarity import embedding, faces

    monkeypatch.setattr(embedding, "resnet50", embedding.perceptual)
    monkeypatch.setattr(embedding, "vgg16", embedding.perceptual)
    monkeypatch.setattr(faces, "face_cropper", lambda weights: lambda pixels: pixels[10:90, 10:90])
    options = ["--images", gallery, "--evaluate", "--weights", weights, "--top-k", 2]
    rows = json.loads(judge("retrieve", *options, "--json").stdout)
    assert [row["name"] for row in rows] == [
        "resnet_face",
        "resnet_general",
        "vgg_face",
        "vgg_general",
    ]
    assert all(0 < row["rmse"] < 1 for row in rows)
    assert "average SSIM" in judge("retrieve", *options, "--queries", gallery).stdout


def test_dps_table_prints_fifteen_rows(tmp_path: Path, weights: Path) -> None:
    cat = photo("chelsea", 64)
    for change in ("invert", "rotate", "translate"):
        save(cat, tmp_path / change / "cat.png")
        save(255 - cat, tmp_path / change / f"cat_{change}.png")
    save(np.zeros_like(cat), tmp_path / "ref" / "black.png")
    for name in ("cat", "cat_ref", "cat_stain"):
        save(cat, tmp_path / "color_stain" / f"{name}.png")
    plot = tmp_path / "plot.png"
    arguments = ["dps-table", "--images", tmp_path, "--weights", weights]
    rows = json.loads(judge(*arguments, "--json", "--plot", plot).stdout)
    assert len(rows) == 15
    assert list(rows[0]) == ["network", "pool", "invert", "rotate", "translate", "color_stain"]
    assert all(row["color_stain"] == 0 for row in rows), "a tie does not recognise a stain"
    assert plot.is_file()
    assert "color_stain (of 1)" in judge(*arguments).stdout


def test_bapps_prints_table_2s_columns(tmp_path: Path) -> None:
    cat = photo("chelsea", 64)
    folder = tmp_path / "2afc" / "val" / "cnn"
    for part, pixels in (("ref", cat), ("p0", cat), ("p1", cat // 2)):
        save(pixels, folder / part / "1.png")
        save(pixels, folder / part / "2.png")
    (folder / "judge").mkdir()
    np.save(folder / "judge" / "1.npy", np.array([0.25]))
    (folder / "judge" / "2.npy").write_bytes(b"broken")
    result = judge("bapps", "--images", tmp_path, "--metric", "rmse", "--json")
    (row,) = json.loads(result.stdout)
    assert row["cnn"] == 0.75
    assert row["jnd"] is None
    assert "left out" in result.stderr
    table = judge("bapps", "--images", tmp_path, "--metric", "rmse").stdout
    assert "75.0" in table
    assert "frameinterp" in table


def test_bench_metrics_prints_shares_and_a_plot(gallery: Path, tmp_path: Path, weights) -> None:
    options = ["--images", gallery, "--targets", 1, "--metric", "rmse", "--metric", "lpips"]
    plot = tmp_path / "plot.png"
    result = judge("bench", "metrics", *options, "--weights", weights, "--json", "--plot", plot)
    assert result.exit_code == 0, result.stderr
    (row,) = json.loads(result.stdout)
    assert row["name"] == "rmse"
    assert 0.5 < row["held"]["all"] <= 1
    assert "left out lpips" in result.stderr
    assert plot.is_file()
    assert "before flat" in judge("bench", "metrics", *options[:6]).stdout
