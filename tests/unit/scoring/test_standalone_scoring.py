"""Files in, ranking out: a bad file becomes a row and does not stop the others."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image

from scoring.errors import UnreadableImage
from scoring.float32.judge import FloatJudge
from scoring.float32.model import TrainedModel
from scoring.progress import Progress, silent
from scoring.spec import JudgingSpec
from scoring.standalone import StandaloneResult, score_files, train_file
from scoring.submission.image import Flag, decode_submission
from tests.tiny_specs import TINY_COMPETITION
from tests.unit import png_files as png

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    Image.fromarray(png.photo()).save(folder / "target.webp", lossless=True)
    (folder / "copy.png").write_bytes(png.submission())
    Image.fromarray(png.photo("coffee")).convert("CMYK").save(folder / "cup.jpg")
    (folder / "rocket.png").write_bytes(png.submission("rocket"))
    Image.fromarray(png.photo("rocket")).save(folder / "again.bmp")
    (folder / "broken.png").write_bytes(png.submission()[:9000])
    return folder


NAMES = ["broken.png", "copy.png", "rocket.png", "again.bmp", "cup.jpg", "missing.png"]


@pytest.fixture(scope="module")
def result(folder: Path, tiny_spec: JudgingSpec, seed: bytes) -> StandaloneResult:
    paths = [folder / name for name in NAMES]
    return score_files(folder / "target.webp", paths, tiny_spec, seed, folder / "new" / "out")


def test_good_files_are_ranked_and_bad_ones_keep_their_row(result: StandaloneResult) -> None:
    names = [file.path.name for file in result.ranking]
    assert set(names[:2]) == {"rocket.png", "cup.jpg"}
    assert names[2:] == ["broken.png", "copy.png", "again.bmp", "missing.png"]
    scores = [file.ranked.score for file in result.ranking]
    assert 0 < scores[0] < scores[1] and scores[2:] == [0] * 4
    flags = {file.path.name: file.ranked.flags for file in result.ranking}
    assert flags["broken.png"] == flags["missing.png"] == Flag.DISQUALIFIED | Flag.CORRUPT
    assert flags["copy.png"] == Flag.DISQUALIFIED | Flag.TARGET_COPY
    assert flags["again.bmp"] == Flag.DISQUALIFIED | Flag.DUPLICATE


def test_the_json_has_the_documented_shape(result: StandaloneResult, tiny_model: FloatJudge,
                                           folder: Path) -> None:  # fmt: skip
    document = json.loads(json.dumps(result.to_json()))
    assert list(document) == ["spec", "seed", "model_hash", "ranking"]
    assert document["model_hash"] == tiny_model.digest().hex()
    assert JudgingSpec.from_json(json.dumps(document["spec"]).encode()) == tiny_model.spec
    first = document["ranking"][0]
    assert list(first) == ["rank", "path", "digest", "score", "terms", "flags"]
    assert first["terms"] == {"mse": first["score"]} and first["flags"] == 0
    by_name = {Path(row["path"]).name: row for row in document["ranking"]}
    assert by_name["rocket.png"]["digest"] == hashlib.sha256(png.submission("rocket")).hexdigest()
    assert by_name["missing.png"]["digest"] is None
    assert "does not exist" in by_name["missing.png"]["remark"]


def test_the_output_folder_holds_model_pictures_ranking_and_report(
    result: StandaloneResult, folder: Path
) -> None:
    out = folder / "new" / "out"
    assert result.report == out / "report.html"
    assert "missing.png does not exist" in result.report.read_text(encoding="utf-8")
    assert json.loads((out / "ranking.json").read_text()) == result.to_json()
    assert TrainedModel.load(out / "model.judge").digest() == result.model.digest()
    assert (out / "contact-sheet.png").exists()
    for kind in ("submission", "reconstruction", "heatmap"):
        assert len(list(out.glob(f"*-{kind}.png"))) == 4
    decode_submission(next(out.glob("001-*-submission.png")).read_bytes())


def test_without_an_output_folder_nothing_is_written(
    folder: Path, tiny_spec: JudgingSpec, seed: bytes
) -> None:
    before = sorted(folder.rglob("*"))
    calls: list[tuple[str, int, int]] = []
    result = score_files(
        folder / "target.webp", [], tiny_spec, seed, progress=lambda *call: calls.append(call)
    )
    assert result.ranking == () and result.report is None
    assert sorted(folder.rglob("*")) == before
    assert calls[-1] == ("train", 12, 12)


def test_progress_counts_the_scored_files(folder: Path, tiny_spec: JudgingSpec) -> None:
    calls: list[tuple[str, int, int]] = []
    paths = [folder / name for name in ("cup.jpg", "missing.png", "cup.jpg")]
    score_files(folder / "target.webp", paths, tiny_spec, bytes(32),
                progress=lambda *call: calls.append(call))  # fmt: skip
    assert calls[-2:] == [("score", 1, 2), ("score", 2, 2)]


def test_training_alone_gives_the_same_model(
    folder: Path, tiny_model: FloatJudge, tiny_spec: JudgingSpec, seed: bytes
) -> None:
    assert train_file(folder / "target.webp", tiny_spec, seed).digest() == tiny_model.digest()


def test_a_bad_target_stops_with_an_explanation(
    folder: Path, tiny_spec: JudgingSpec, seed: bytes
) -> None:
    with pytest.raises(UnreadableImage, match="damaged"):
        score_files(folder / "broken.png", [], tiny_spec, seed)


def test_files_may_have_any_name(tmp_path: Path, tiny_spec: JudgingSpec, seed: bytes) -> None:
    names = [
        "photo[copy].png",
        "d[b]].png",
        "x" * 240 + ".png",
        "a\nb.png",
        "\udcff.png",
        "é ü.png",
    ]
    for name in names:
        (tmp_path / name).write_bytes(png.submission("rocket"))
    (tmp_path / "broken\udcff.png").write_bytes(b"none")
    files = [tmp_path / name for name in [*names, "broken\udcff.png"]]
    result = score_files(
        files[0], [tmp_path / "cup.png", *files], tiny_spec, seed, tmp_path / "out"
    )
    assert result.report is not None
    page = result.report.read_text(encoding="utf-8")
    assert "photo[copy].png" in page and "d[b]].png" in page and "a\ufffdb.png" in page
    json.loads((tmp_path / "out" / "ranking.json").read_text())
    assert all(len(path.name) < 100 for path in (tmp_path / "out").iterdir())


def test_a_training_that_was_interrupted_goes_on(folder: Path, tmp_path: Path, seed: bytes) -> None:
    """Ctrl-C, and the same command again: epochs that were done are not done again."""
    spec = dataclasses.replace(TINY_COMPETITION, epochs=3)
    images = [folder / "cup.jpg", folder / "rocket.png"]

    def score(out: Path, progress: Progress) -> bytes:
        return score_files(folder / "target.webp", images, spec, seed, out, progress).model.digest()

    def ctrl_c(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("train", 6):  # three steps an epoch
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score(tmp_path / "out", ctrl_c)
    trained: list[int] = []
    again = score(
        tmp_path / "out",
        lambda stage, done, total: trained.append(done) if stage == "train" else None,
    )
    assert max(trained) == 9 and min(trained) >= 3
    assert again == score(tmp_path / "another", silent)
    assert not list(tmp_path.rglob("*.checkpoint"))


def test_what_another_training_left_is_not_in_the_way(
    folder: Path, tmp_path: Path, seed: bytes
) -> None:
    (tmp_path / "unfinished.checkpoint").write_bytes(b"of something else")
    images = [folder / "cup.jpg", folder / "rocket.png"]
    result = score_files(folder / "target.webp", images, TINY_COMPETITION, seed, tmp_path)
    assert result.report is not None and result.report.exists()
