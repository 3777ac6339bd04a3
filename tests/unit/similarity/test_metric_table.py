"""The one table of metrics, what other packages add to it, and installs without the extras."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from scoring.similarity import registry
from scoring.similarity.errors import (
    BadInput,
    MissingExtra,
    MissingWeights,
    SimilarityError,
    UnknownMetric,
)
from scoring.similarity.metric import Direction, Metric
from scoring.similarity.registry import (
    MetricOptions,
    check_options,
    listed_metrics,
    metric,
    variants,
)
from scoring.similarity.trained import EncoderPerceptual
from scoring.submission.image import Pixels

OURS = [listed.name for listed in listed_metrics()]


class Brightness:
    """What a third party could write: nothing of ours is inherited."""

    name = "brightness"
    source = "a third party"
    direction = Direction.LOWER
    range = (0.0, 255.0)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return abs(float(a.mean()) - float(b.mean()))


def add(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group else ())


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, registry.ENTRY_POINT_GROUP)


@pytest.mark.unit
def test_every_metric_says_what_it_is() -> None:
    assert len(set(OURS)) == len(OURS) >= 14
    for listed in listed_metrics():
        about = listed.describes
        assert about.source
        assert isinstance(about.direction, Direction)
        assert about.range[0] < about.range[1]


@pytest.mark.unit
def test_three_lines_of_python_are_enough(cat: Pixels, astronaut: Pixels) -> None:
    ssim = metric("ssim")
    assert isinstance(ssim, Metric)
    assert ssim(cat, cat) > ssim(cat, astronaut)


@pytest.mark.unit
def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownMetric) as caught:
        metric("simm")
    assert caught.value.hint == "did you mean ssim?"
    with pytest.raises(UnknownMetric) as caught:
        metric("xyzzy")
    assert "histogram" in caught.value.hint


@pytest.mark.unit
def test_another_package_adds_a_metric_by_an_entry_point(monkeypatch, cat, astronaut) -> None:
    add(monkeypatch, point("brightness", f"{__name__}:Brightness"))
    assert listed_metrics()[-1].name == "brightness"
    expected = abs(cat.mean() - astronaut.mean())
    assert metric("brightness")(cat, astronaut) == pytest.approx(expected)


@pytest.mark.unit
@pytest.mark.parametrize("value", ["no.such.module:Thing", f"{__name__}:OURS", "builtins:object"])
def test_a_broken_package_spoils_only_its_own_metric(monkeypatch, value: str, cat) -> None:
    add(monkeypatch, point("broken", value))
    with pytest.raises(SimilarityError, match="does not load"):
        metric("broken")
    assert metric("rmse")(cat, cat) == 0
    assert "does not load" in listed_metrics()[-1].describes.source


@pytest.mark.unit
def test_nobody_replaces_one_of_ours(monkeypatch: pytest.MonkeyPatch, cat: Pixels) -> None:
    add(monkeypatch, point("rmse", f"{__name__}:Brightness"))
    assert metric("rmse").source != Brightness.source


@pytest.mark.unit
def test_metrics_with_published_weights_need_them(tmp_path) -> None:
    for name in ("dps", "lpips"):
        with pytest.raises(MissingWeights):
            metric(name, MetricOptions(weights=tmp_path))


@pytest.mark.unit
def test_metrics_of_the_trained_autoencoder(tiny_spec, cat: Pixels, astronaut: Pixels) -> None:
    options = MetricOptions(spec=tiny_spec, network="autoencoder", unit_normalize=True)
    score, latent, encoder = (metric(n, options) for n in ("autoencoder", "latent", "dps"))
    assert 0 < score(cat, cat) < score(cat, astronaut) < 1
    assert latent(cat, cat) == pytest.approx(1)
    assert latent(cat, astronaut) < 0.999
    assert isinstance(encoder, EncoderPerceptual)
    assert encoder(cat, cat) == 0 < encoder(cat, astronaut)
    assert encoder.explain(cat, astronaut).shape == (256, 256 * 3 + 16, 3)
    assert score.explain(cat, astronaut).shape == (256, 256 * 4 + 24, 3)


@pytest.mark.unit
def test_the_autoencoder_score_is_the_judges(tiny_spec, cat: Pixels, astronaut: Pixels) -> None:
    from scoring.float32.judge import FloatJudge
    from scoring.score import MSE_UNIT
    from scoring.similarity.latent import space_for
    from scoring.similarity.shape import resized

    model = space_for([cat], tiny_spec, lambda *_: None).model
    expected = FloatJudge(model).score(resized(astronaut, 512, 512)).value
    measured = metric("autoencoder", MetricOptions(spec=tiny_spec))(cat, astronaut)
    assert measured == expected / MSE_UNIT


@pytest.mark.unit
def test_the_calibrated_score_is_the_judges(tiny_spec, cat: Pixels, astronaut: Pixels) -> None:
    from scoring.judge import score, train
    from scoring.similarity.shape import resized

    squares = [resized(pixels, 512, 512) for pixels in (cat, astronaut)]
    expected = score(train(squares[0], tiny_spec, bytes(32)), squares[1]).value
    measured = metric("calibrated", MetricOptions(spec=tiny_spec))
    assert measured(cat, astronaut) == expected / 1_000_000
    assert measured(cat, cat) < measured(cat, astronaut)
    assert measured.explain(cat, astronaut).shape == (256, 256 * 4 + 24, 3)


@pytest.mark.unit
def test_options_that_a_metric_cannot_use_are_refused() -> None:
    check_options("dps", MetricOptions(network="autoencoder"))
    with pytest.raises(BadInput, match="cannot use the network autoencoder"):
        check_options("lpips", MetricOptions(network="autoencoder"))
    with pytest.raises(BadInput, match="leave|cannot use"):
        check_options("ssim", MetricOptions(network="vgg16"))


@pytest.mark.unit
def test_open_choices_are_filled_with_every_network_and_pooling() -> None:
    assert len(variants("dps", None, None, MetricOptions())) == 15
    assert [label for label, _ in variants("lpips", None, None, MetricOptions())] == [
        "lpips squeezenet",
        "lpips alexnet",
        "lpips vgg16",
    ]
    assert [label for label, _ in variants("dps", "alexnet", "sort", MetricOptions())] == [
        "dps alexnet sort"
    ]
    assert [label for label, _ in variants("ssim", None, None, MetricOptions())] == ["ssim"]


@pytest.mark.unit
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtra) as caught:
        metric("orb")
    assert "[classic]" in caught.value.hint
    assert caught.value.exit_code == 1


WITHOUT_EXTRAS = """
import sys
import torch, torchvision  # torch itself looks for scipy and goes on without it
BLOCKED = {"cv2", "sewar", "faiss", "sklearn", "matplotlib", "skimage", "lpips"}
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocker())
import numpy as np
import pkgutil
import scoring.similarity
for module in pkgutil.iter_modules(scoring.similarity.__path__):
    __import__(f"scoring.similarity.{module.name}")
from scoring.similarity.errors import MissingExtra
from scoring.similarity.feature_index import FeatureIndex, FileState
from scoring.similarity.registry import listed_metrics, metric
picture = np.arange(64 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(64, 64, 3)
def refused(act):
    try:
        act()
    except MissingExtra as error:
        return error.hint
for listed in listed_metrics():
    if listed.extra:
        assert "[classic]" in refused(lambda: metric(listed.name)), listed.name
    elif not listed.needs:
        metric(listed.name)(picture, picture)
assert "[classic]" in refused(lambda: metric("histogram").explain(picture, picture))
index = FeatureIndex("x", [FileState("/a", 1, 1)], np.ones((1, 4), np.float32))
assert "[retrieval]" in refused(lambda: index.nearest(np.ones(4, np.float32), 1))
print("works without extras")
"""


@pytest.mark.integration
def test_a_base_install_works_and_names_the_extra_that_is_missing() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS], capture_output=True, text=True, timeout=200
    )
    assert run.stdout.strip() == "works without extras", run.stderr


@pytest.mark.unit
def test_pixels_are_not_changed_by_measuring(cat: Pixels, astronaut: Pixels) -> None:
    before = cat.copy()
    for name in ("mse", "histogram", "ssim", "sift"):
        metric(name)(cat, astronaut)
    assert np.array_equal(before, cat)
