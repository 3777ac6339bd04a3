"""The benchmark of pictures made from words: who belongs together, who should be first, and that a
run goes on where it stopped."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from PIL import Image

from oracle.cli.bench import bench_command as main
from scoring.bench import prompted, recreations
from scoring.bench.prompted import SHIPPED_GROUPS, Collection, Groups, collect
from scoring.bench.recreations import ahead, judge_order, markdown_tables, summarise
from scoring.spec import JudgingSpec
from tests.unit.scenes import Scene

pytestmark = pytest.mark.unit

NAMES = (
    "dog/photo/one.png",
    "dog/photo/two.png",
    "dog/photo/one/edited.png",
    "dog/drawing/three.png",
    "fire/photo/four.png",
    "fire/photo/five.png",
    "sea/photo/six.png",
)


@pytest.fixture
def folder(tmp_path: Path, scene: Scene) -> Path:
    for number, name in enumerate(NAMES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(scene(number)[::4, ::4]).save(tmp_path / name)
    return tmp_path


def names(pictures: tuple[prompted.Picture, ...]) -> list[str]:
    return [picture.name.rsplit("/", 1)[-1] for picture in pictures]


def test_folders_say_who_belongs_together(folder: Path) -> None:
    cohorts = {c.target.name.rsplit("/", 1)[-1]: c for c in Collection(folder).cohorts()}
    assert sorted(cohorts) == ["five.png", "four.png", "one.png", "three.png", "two.png"]
    one, three = cohorts["one.png"], cohorts["three.png"]
    assert names(one.composed) == ["edited.png"]
    assert names(one.prompted) == ["two.png"]
    assert names(one.related) == ["three.png"]
    assert sorted(names(one.strangers)) == ["five.png", "four.png", "six.png"]
    assert sorted(names(three.related)) == ["one.png", "two.png"] and not three.prompted


def test_a_manifest_says_it_by_file_names(folder: Path) -> None:
    groups = Groups(
        subjects={"animal": {"any": ["one*", "two*", "edited*"]}, "rest": {"any": ["f*"]}},
        composed={"one.png": ["edited*"]},
        held_out=["rest"],
    )
    collection = Collection(folder, groups)
    first, *_ = collection.cohorts("choosing")
    assert names(first.composed) == ["edited.png"] and names(first.prompted) == ["two.png"]
    assert {c.target.subject for c in collection.cohorts("choosing")} == {"animal"}
    assert {c.target.subject for c in collection.cohorts("held-out")} == {"rest"}
    assert sorted(names(first.strangers)) == ["five.png", "four.png"]


def test_no_more_targets_of_a_prompt_are_taken_than_asked_for(folder: Path) -> None:
    taken = [c.target.name for c in Collection(folder).cohorts("all", 1)]
    assert taken == ["dog/drawing/three.png", "dog/photo/one.png", "fire/photo/five.png"]


def test_a_folder_without_groups_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no two pictures"):
        collect(tmp_path)


def test_the_shipped_groups_name_a_subject_once_and_hold_out_some() -> None:
    groups = Groups.read(SHIPPED_GROUPS)
    assert 0 < len(groups.held_out) < len(groups.subjects)
    assert set(groups.held_out) <= set(groups.subjects)
    patterns = [p for prompts in groups.subjects.values() for own in prompts.values() for p in own]
    assert len(patterns) == len(set(patterns))


def test_shares_of_pairs_are_counted_and_a_tie_is_no_order() -> None:
    assert ahead([1, 2], [3, 4]) == 1
    assert ahead([1, 4], [3, 4]) == 0.5
    assert ahead([], [3]) is None


def measured_as(order: list[str]) -> recreations.Measured:
    """Distances by which the pictures stand in this order."""
    near, far = [{"t": 10 + i} for i in range(4)], [{"t": 1000 + i} for i in range(4)]
    distances = {name: {"t": 100 * place} for place, name in enumerate(order, 1)}
    return recreations.Measured("one", "", near, far, distances)


def test_each_kind_of_order_is_judged_by_itself(folder: Path) -> None:
    collection = Collection(folder)
    (cohort,) = (c for c in collection.cohorts() if c.target.name == NAMES[0])
    best = [NAMES[i] for i in (2, 1, 3, 4, 5, 6)]
    order = judge_order(collection, cohort, measured_as(best), {})
    assert (order.of_prompt, order.of_subject, order.of_composition) == (1, 1, 1)
    style_first = [NAMES[i] for i in (3, 2, 1, 4, 5, 6)]
    order = judge_order(collection, cohort, measured_as(style_first), {})
    assert (order.of_prompt, order.of_subject, order.of_composition) == (0.75, 1, 0.5)
    stranger_first = [NAMES[i] for i in (4, 2, 1, 3, 5, 6)]
    order = judge_order(collection, cohort, measured_as(stranger_first), {})
    assert order.of_prompt == 0.75
    assert order.of_subject == pytest.approx(4 / 6)


def test_the_table_shows_mean_and_worst_of_each_half(folder: Path) -> None:
    collection = Collection(folder)
    worst_first = measured_as([NAMES[i] for i in (6, 5, 4, 3, 2, 1, 0)])
    orders = [judge_order(collection, c, worst_first, {}) for c in collection.cohorts()]
    table = markdown_tables(summarise(orders))
    assert "| **worst** | | " in table and "0.0%" in table
    assert table.count("| dog | photo | 2 |") == 1


def test_a_run_goes_on_from_its_record(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, trained = Collection(folder), []

    def prepare(target: object, model: object, spec: JudgingSpec) -> SimpleNamespace:
        trained.append(target)
        one = measured_as([])
        score = lambda pixels: SimpleNamespace(distances={"t": int(pixels.sum())})  # noqa: E731
        return SimpleNamespace(positives=one.positives, negatives=one.negatives, score=score)

    monkeypatch.setattr(recreations, "CalibratedJudge", SimpleNamespace(prepare=prepare))
    monkeypatch.setattr(recreations, "train_exact", lambda *_, **__: None)
    monkeypatch.setattr(
        recreations, "calibrate", lambda *_: SimpleNamespace(score=lambda d: d["t"])
    )
    record, spec = tmp_path / "record.jsonl", JudgingSpec()

    def run(each: int | None) -> list[recreations.Measured]:
        done = recreations.measure(collection, spec, "all", each, record, lambda _: None)
        return [measured for _, measured in done]

    few = run(1)
    assert len(trained) == 3 and len(record.read_text().splitlines()) == 3
    all_of_them = run(None)
    assert len(trained) == 5
    assert [m for m in all_of_them if m.target in {f.target for f in few}] == few
    Image.new("RGB", (64, 64)).save(folder / "sea/photo/seven.png")
    collection = Collection(folder)
    run(1)
    assert len(trained) == 9, "a new picture is measured against every target"


def test_the_command_prints_a_table_and_json(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(collection: Collection, *_: object) -> list[object]:
        own = measured_as([*NAMES])
        return [(cohort, own) for cohort in collection.cohorts()]

    monkeypatch.setattr(recreations, "measure", measure)
    monkeypatch.setattr(recreations, "judge_order", lambda c, h, m, _: judge_order(c, h, m, {}))
    command = ["recreations", "--images", str(folder)]
    shown = CliRunner().invoke(main, command)
    assert "| subject | prompt | targets |" in shown.output, shown.output
    found = json.loads(CliRunner().invoke(main, [*command, "--json"]).output)
    assert {line["subject"] for line in found["lines"]} == {"dog", "fire", "sea"} - {"sea"}
    refused = CliRunner().invoke(main, [*command, "--profile", "recipe"])
    assert refused.exit_code == 2 and "calibrated judge" in refused.output
