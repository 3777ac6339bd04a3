"""The quality benchmark: what it draws, what it counts, and that it notices a bad judge."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from oracle.cli.bench import bench_command as main
from scoring.bench import cases as cases_module
from scoring.bench import constraints, distortions, gradient
from scoring.bench.attacks import ATTACKS
from scoring.bench.cases import SHIPPED_MANIFEST, UNRELATED, Gallery, LabelledImage, Manifest
from scoring.bench.constraints import judge_order, kendall_tau
from scoring.bench.distortions import FAMILIES, drawn_families
from scoring.bench.gradient import Attacker
from scoring.bench.quality import (
    Strengths,
    TargetRun,
    as_json,
    held_out,
    markdown_tables,
    run_quality,
    summarise,
)
from scoring.bench.surrogate import (
    Surrogate,
    SurrogateAutoencoder,
    SurrogateLite0,
    in_another_light_tensor,
    softened_tensor,
    tensor_of,
)
from scoring.calibrated.choice import choose_sight
from scoring.calibrated.judge import CalibratedJudge
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.pictures import Softening, in_another_light, softened
from scoring.calibrated.plain_lite0 import PlainLite0
from scoring.calibrated.plain_sight import Perceptual
from scoring.calibrated.sight import ONE
from scoring.calibrated.terms import unexplained_detail
from scoring.exact.training import train_exact
from scoring.spec.calibration import TERMS
from tests.tiny_specs import TINY_CALIBRATED

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def gallery(tmp_path_factory, scene):
    folder = tmp_path_factory.mktemp("gallery")
    (folder / "a").mkdir()
    for number in range(UNRELATED + 3):
        Image.fromarray(scene(number)[:, :500]).resize((150, 160)).save(folder / f"a/{number}.png")
    (folder / "notes.txt").write_text("not an image")
    manifest = Manifest(
        same=(("17.png", "0.png"),), variations={"a/0.png": ("18.*",)}, chosen_on=("a/1.png",)
    )
    return Gallery(folder, manifest)


@pytest.mark.parametrize("name", FAMILIES)
def test_each_stronger_distortion_is_another_image(scene, name):
    family = FAMILIES[name]
    images = [family.apply(scene(1), scene(2), s) for s in family.strengths]
    assert all(image.shape == (512, 512, 3) and image.dtype == np.uint8 for image in images)
    assert len({image.tobytes() for image in images}) == len(images)


@pytest.mark.parametrize("name", FAMILIES)
def test_drawn_strengths_rise_as_well_and_are_the_targets_own(scene, name):
    listed, family = FAMILIES[name], drawn_families("a/0.png")[name]
    images = [family.apply(scene(1), scene(2), s) for s in family.strengths]
    assert all(image.shape == (512, 512, 3) and image.flags.c_contiguous for image in images)
    assert len({image.tobytes() for image in images}) == len(images)
    in_order = sorted(family.strengths, reverse=listed.strengths[0] > listed.strengths[1])
    assert list(family.strengths) == in_order
    assert min(listed.strengths) <= min(in_order) and max(in_order) <= max(listed.strengths)
    assert family.strengths == drawn_families("a/0.png")[name].strengths
    assert family.strengths != drawn_families("a/1.png")[name].strengths


def test_drawn_directions_differ(scene):
    drawn = [drawn_families(f"a/{number}.png")["shift"] for number in range(6)]
    assert len({family.apply(scene(1), scene(2), 0.3).tobytes() for family in drawn}) > 4


def test_there_are_twenty_nine_attacks_and_none_is_the_target(scene):
    made = {name: attack(scene(1), scene(2), scene(3)) for name, attack in ATTACKS.items()}
    assert len(made) == 29
    for image in made.values():
        assert image.shape == (512, 512, 3) and image.dtype == np.uint8
        assert not np.array_equal(image, scene(1))


def test_the_gallery_knows_what_is_unrelated(gallery):
    assert "a/17.png" not in gallery.unrelated("a/0.png")
    assert "a/18.png" not in gallery.unrelated("a/0.png")
    assert gallery.variations("a/0.png") == ["a/18.png"]
    assert "a/1.png" not in held_out(gallery)
    kinds = Counter(case.kind for case in gallery.cases("a/0.png"))
    assert kinds == {"distortion": 72, "attack": 29, "unrelated": 16, "variation": 1}


def test_too_small_a_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="images"):
        Gallery(tmp_path, Manifest())


def test_the_shipped_manifest_can_be_read():
    assert Manifest.read(SHIPPED_MANIFEST).variations


def order(scores: list[float]) -> constraints.OrderCheck:
    blank = np.zeros((512, 512, 3), np.uint8)
    kinds = [("distortion", "blur", level) for level in range(4)]
    kinds += [("attack", "grey", 0), ("unrelated", "x", 0), ("variation", "v", 0)]
    cases = [LabelledImage(kind, name, level, blank) for kind, name, level in kinds]
    return judge_order("t", cases, scores)


def test_a_perfect_order_breaks_nothing():
    verdict = order([1, 2, 3, 4, 9, 8, 3])
    assert verdict.share == 1
    assert verdict.constraints == 6 + 3 + 1
    assert verdict.attack_wins == () and verdict.margin == 6
    assert (verdict.variations_ahead, verdict.variation_pairs) == (1, 1)


def test_a_winning_attack_and_a_lost_variation_are_named():
    verdict = order([1, 2, 5, 4, 0, 8, 9])
    assert verdict.attack_wins == ("grey",)
    assert verdict.attacks_above_median == 1
    assert verdict.broken == {"blur": 1, "v": 1}


def test_rank_agreement_is_one_for_the_same_order_and_minus_one_for_the_reverse():
    assert kendall_tau([1, 2, 3, 4], [10, 20, 30, 40]) == 1
    assert kendall_tau([1, 2, 3, 4], [4, 3, 2, 1]) == -1
    assert kendall_tau([1, 2, 3], [1, 3, 2]) == pytest.approx(1 / 3)


def test_a_run_prints_a_line_for_the_judge_the_recipe_and_each_ablation(
    gallery, backend, monkeypatch
):
    few = {name: FAMILIES[name] for name in ("blur", "paste")}
    for module in (cases_module, constraints, distortions):
        monkeypatch.setattr(module, "FAMILIES", few)
    monkeypatch.setattr(cases_module, "ATTACKS", {"black": ATTACKS["black"]})
    lines: list[str] = []
    runs = run_quality(gallery, ["a/0.png"], TINY_CALIBRATED, 2, lines.append, backend)
    tables = markdown_tables(summarise(runs))
    assert len(lines) == 4 and "seed 2 drawn" in lines[3]
    without = [f"without {name}" for name in TERMS]
    for judge in ("calibrated", "published recipe", *without, "frozen networks alone"):
        assert tables.count(f"| {judge} |") == 2
    judged = {(line.strengths, line.judge): line for line in summarise(runs)}
    for strengths in ("listed", "drawn"):
        ours, recipe = (judged[strengths, judge] for judge in ("calibrated", "published recipe"))
        assert ours.constraints > recipe.constraints
        assert judged[strengths, "frozen networks alone"].tau is not None
    listed, drawn = (run.scores["calibrated"] for run in runs[:2])
    assert sorted(listed) != sorted(drawn) and len(listed) == len(drawn)
    assert as_json(runs)["runs"][1]["judges"]["calibrated"]["attack_wins"] == ()


def test_the_attacker_descends_the_very_network_that_judges(scene):
    image = scene(1)[::4, ::4]
    exact = Perceptual(shipped_network()).features(image[None])
    planes = torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)[None]
    for a, b in zip(Surrogate(shipped_network()).features(planes), exact, strict=True):
        assert torch.equal(a.permute(0, 2, 3, 1), b)


def test_the_attacker_descends_the_very_network_that_tells_subjects_apart(scene):
    image = scene(1)[::4, ::4]
    exact = PlainLite0(shipped_subject_network()).last_block(image[None])[0]
    mine = SurrogateLite0(shipped_subject_network()).last_block(tensor_of(image))
    assert torch.equal(mine[0].permute(1, 2, 0), exact)


def test_the_attackers_autoencoder_is_the_trained_one(scene, backend):
    model = train_exact(scene(1), TINY_CALIBRATED, b"s" * 32, backend=backend)
    own = SurrogateAutoencoder(model)
    view = model.view(scene(2))
    maps = own.features(tensor_of(view))
    for mine, exact in zip(maps, model.features(scene(2)), strict=True):
        values = mine[0].permute(1, 2, 0).numpy()
        assert np.abs(values - exact.q * 2.0**exact.e).max() < 0.1 * values.max()
    output = model.network.output(view).astype(np.int64)
    exact_d2 = unexplained_detail(view, output, choose_sight().box_mean) / ONE
    assert float(own.unexplained(tensor_of(view), maps[-1])) == pytest.approx(exact_d2, rel=0.1)


def test_the_attacker_softens_as_the_judge_does(scene):
    view, how = scene(1)[::4, ::4], Softening(reach=2, side=120, top=3, left=5)
    mine = softened_tensor(tensor_of(view), how)[0].permute(1, 2, 0).numpy()
    assert np.abs(mine - softened(view, how, choose_sight().box_mean)).max() <= 0.51


def test_the_attacker_relights_as_the_judge_does(scene):
    view = scene(1)[::4, ::4]
    mine = in_another_light_tensor(tensor_of(view))[0].permute(1, 2, 0).numpy()
    # Two roundings, stretched by at most four.
    assert np.abs(mine - in_another_light(view, choose_sight().box_mean)).max() <= 8


def test_the_attacker_reckons_scores_as_the_judge_does(scene, backend):
    model = train_exact(scene(1), TINY_CALIBRATED, b"s" * 32, backend=backend)
    judge = CalibratedJudge.prepare(scene(1), model)
    far = judge.score(scene(2)).distances
    for distances in (far, {**far, "same_subject": 1000}, {**far, "world_anywhere": 1000}):
        mine = {name: torch.tensor(value / ONE) for name, value in distances.items()}
        reckoned = float(gradient.score_with_gradient(judge.calibration, mine))
        assert abs(reckoned - judge.calibration.score(distances)) < 100  # millionths


@pytest.mark.parametrize("knowledge", gradient.ATTACKERS, ids=lambda k: k.name)
def test_an_attack_stays_within_its_bound_and_lowers_the_score(scene, backend, knowledge):
    model, own = (
        train_exact(scene(1), TINY_CALIBRATED, s * 32, backend=backend) for s in (b"s", b"t")
    )
    judge = CalibratedJudge.prepare(scene(1), model)
    attacker = Attacker(scene(1), judge, own, replace(knowledge, steps=12))
    result = attacker.attack("stranger", scene(2), 8)
    change = result.pixels.astype(int) - scene(2).astype(int)
    assert 0 < np.abs(change).max() <= 8
    assert result.after < result.before


def test_the_commands_say_what_they_measure():
    for command in ("quality", "attack", "copies", "speed"):
        shown = CliRunner().invoke(main, [command, "--help"])
        assert shown.exit_code == 0 and "--images" in shown.output


def test_the_quality_command_prints_the_table(gallery, monkeypatch):
    finished = [finished_run("listed"), finished_run("drawn")]
    monkeypatch.setattr("scoring.bench.quality.run_quality", lambda *_: finished)
    result = CliRunner().invoke(main, ["quality", "--images", str(gallery.folder)])
    assert "| calibrated | 100.00% |" in result.output and "ms an image" in result.output
    machine = CliRunner().invoke(main, ["quality", "--images", str(gallery.folder), "--json"])
    assert json.loads(machine.output)["lines"][0]["judge"] == "calibrated"


def finished_run(strengths: Strengths) -> TargetRun:
    verdict = order([1, 2, 3, 4, 9, 8, 3])
    scores = {"calibrated": [1, 2, 3]}
    return TargetRun("t", 1, strengths, scores, {"calibrated": verdict}, 1.0, 0.01)


def test_the_attack_command_prints_a_line_for_each_result(gallery, backend, monkeypatch):
    hurried = [replace(knowledge, steps=1) for knowledge in gradient.ATTACKERS]
    monkeypatch.setattr(gradient, "ATTACKERS", hurried)
    lines = list(gradient.run_attacks(gallery, "a/0.png", TINY_CALIBRATED, 0, (8,), backend))
    assert len([line for line in lines if "from plain grey" in line]) == 3
    rows = [line for line in lines if line.startswith("| 8/255 |")]
    assert len(rows) == 6 and all(row.endswith("of 1 |") for row in rows)
    assert sum("1 softened views" in row for row in rows) == 3
    monkeypatch.setattr("scoring.bench.gradient.run_attacks", lambda *_: iter(lines))
    shown = CliRunner().invoke(
        main, ["attack", "--images", str(gallery.folder), "--target", "a/0.png"]
    )
    assert shown.output.splitlines() == lines


def test_the_copies_command_finds_edits_and_accuses_nobody(gallery):
    command = ["copies", "--images", str(gallery.folder), "--originals", "1", "--json"]
    shown = CliRunner().invoke(main, command)
    found = json.loads(shown.stdout)
    edited, moved = found["missed"]
    assert edited["copies"] == 36 and edited["exactly"] <= edited["by_shapes"] < 12
    assert moved["copies"] == 34 and moved["exactly"] <= moved["by_features"]
    assert found["accused_by_shapes"] == found["accused_by_features"] == 0
    assert found["pairs"] > 100
