"""Deep perceptual similarity against its formula, LPIPS against the authors' package."""

from __future__ import annotations

import lpips as reference
import numpy as np
import pytest
import torch
from torchvision import models

from scoring.similarity import deep, lpips
from scoring.similarity.about import LAYERS, POOLS
from scoring.similarity.backbone import Backbone, imagenet_input, unit_input
from scoring.similarity.errors import BadInput, MissingWeights
from scoring.similarity.latent import train_latent_space
from scoring.similarity.metric import compare_many
from scoring.submission.image import Pixels

pytestmark = pytest.mark.unit

_BUILD = {
    "squeezenet": models.squeezenet1_1,
    "alexnet": models.alexnet,
    "vgg16": models.vgg16,
}


def random_trunk(network: str) -> dict[str, torch.Tensor]:
    """Weights nobody trained: the formulas must agree whatever the weights are."""
    torch.manual_seed(1)
    with torch.device("meta"):
        trunk = _BUILD[network](weights=None).features
    return {
        key: torch.randn(value.shape) * (2 / max(1, value[0].numel())) ** 0.5
        for key, value in trunk.state_dict().items()
    }


@pytest.fixture(scope="module")
def squeezenet() -> deep.PublishedMaps:
    return deep.PublishedMaps(Backbone("squeezenet", random_trunk("squeezenet")))


def by_the_paper(maps_a: list[torch.Tensor], maps_b: list[torch.Tensor], pool: str) -> float:
    """The paper's distance written out with loops and NumPy."""
    total = 0.0
    for a, b in zip(maps_a, maps_b, strict=True):
        channels_a, channels_b = (m[0].numpy().astype(float) for m in (a, b))
        for x, y in zip(channels_a, channels_b, strict=True):
            if "spatial" in pool:
                total += np.mean((x - y) ** 2)
            if "mean" in pool:
                total += (x.mean() - y.mean()) ** 2
            if "sort" in pool:
                total += np.mean((np.sort(x, axis=None) - np.sort(y, axis=None)) ** 2)
    return total


@pytest.mark.parametrize("pool", POOLS)
def test_every_pooling_is_the_papers_formula(pool: str, squeezenet, cat, astronaut) -> None:
    expected = by_the_paper(squeezenet.maps([cat]), squeezenet.maps([astronaut]), pool)
    measured = deep.DeepPerceptualSimilarity(squeezenet, pool)(cat, astronaut)
    assert measured == pytest.approx(expected, rel=1e-4)


def test_feature_maps_are_torchvisions(cat: Pixels) -> None:
    weights = random_trunk("alexnet")
    network = models.alexnet(weights=None).eval()
    network.features.load_state_dict(weights)
    x = torch.from_numpy(cat.copy()).permute(2, 0, 1)[None] / 255
    x = (x - torch.tensor([0.485, 0.456, 0.406])[:, None, None]) / torch.tensor(
        [0.229, 0.224, 0.225]
    )[:, None, None]
    with torch.no_grad():
        expected = [network.features[: layer + 1](x) for layer in LAYERS["alexnet"]]
    for ours, theirs in zip(
        deep.PublishedMaps(Backbone("alexnet", weights)).maps([cat]), expected, strict=True
    ):
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_moved_picture_is_the_same_to_sorted_features(squeezenet, cat: Pixels) -> None:
    flipped = cat[:, ::-1].copy()
    spatial, sort = (
        deep.DeepPerceptualSimilarity(squeezenet, pool)(cat, flipped)
        for pool in ("spatial", "sort")
    )
    assert sort < spatial / 3


def test_many_at_once_are_as_one_by_one(squeezenet, cat, astronaut) -> None:
    metric = deep.DeepPerceptualSimilarity(squeezenet, "spatial+sort", unit_normalize=True)
    others = [astronaut, cat, cat[::-1], astronaut[:60, :50]]
    singly = [metric(cat, other) for other in others]
    assert compare_many(metric, cat, others) == pytest.approx(singly, rel=1e-3, abs=1e-5)
    assert singly[1] == 0


def test_unit_length_makes_spatial_distances_at_most_four_a_layer(squeezenet, cat, astronaut):
    metric = deep.DeepPerceptualSimilarity(squeezenet, "spatial", unit_normalize=True)
    assert 0 < metric(cat, astronaut) < 4 * len(LAYERS["squeezenet"])


def test_a_dot_has_a_deep_distance_too(squeezenet, cat: Pixels) -> None:
    dot = np.full((1, 1, 3), 90, np.uint8)
    metric = deep.DeepPerceptualSimilarity(squeezenet, "mean")
    assert metric(dot, dot) == 0
    assert np.isfinite(metric(cat, dot))
    assert np.isfinite(metric(dot, cat))


def test_the_picture_is_darkest_where_nothing_changed(squeezenet, cat: Pixels) -> None:
    changed = cat.copy()
    changed[:50, :50] = 255 - changed[:50, :50]
    metric = deep.DeepPerceptualSimilarity(squeezenet, "spatial")
    field = metric.explain(cat, changed)[:, -128:].astype(int).sum(axis=2)
    assert field[5:45, 5:45].mean() > 3 * field[90:, 90:].mean()


def test_the_trained_encoder_gives_features_without_any_download(tiny_spec, cat, astronaut) -> None:
    space = train_latent_space([cat], tiny_spec, lambda *_: None)
    assert [tuple(m.shape) for m in space.maps([cat])] == [
        (1, 4, 64, 64),
        (1, 6, 32, 32),
        (1, 8, 16, 16),
        (1, 12, 8, 8),
    ]
    metric = deep.DeepPerceptualSimilarity(space, "spatial+mean", unit_normalize=True)
    assert 0 == metric(cat, cat) < metric(cat, np.roll(cat, 3, axis=1)) < metric(cat, astronaut)


@pytest.mark.parametrize(
    "network",
    [
        "squeezenet",
        "alexnet",
        # The authors' package draws 138 million random weights first: 20 seconds.
        pytest.param("vgg16", marks=pytest.mark.slow),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning:torchvision")
def test_lpips_is_the_authors_number(network: str, cat, astronaut) -> None:
    short = {"squeezenet": "squeeze", "alexnet": "alex", "vgg16": "vgg"}[network]
    theirs = reference.LPIPS(net=short, pnet_rand=True, verbose=False)
    linear = {key: value for key, value in theirs.state_dict().items() if key.startswith("lin")}
    own = random_trunk(network)
    at = iter(theirs.net.state_dict())
    kept = {
        key: value for key, value in own.items() if int(key.split(".")[0]) <= LAYERS[network][-1]
    }
    theirs.net.load_state_dict(dict(zip(at, kept.values(), strict=True)))
    ours = lpips.Lpips(Backbone(network, own), linear)
    a, b = (unit_input([p], torch.device("cpu")) for p in (cat, astronaut))
    with torch.no_grad():
        expected = float(theirs(a, b, normalize=True))
    assert ours(cat, astronaut) == pytest.approx(expected, rel=1e-4)
    assert ours.many(cat, [cat, astronaut]) == pytest.approx([0, expected], rel=1e-4, abs=1e-6)
    assert ours.explain(cat, astronaut).shape == (128, 128 * 3 + 16, 3)


def test_linear_weights_of_another_network_are_refused() -> None:
    backbone = Backbone("alexnet", random_trunk("alexnet"))
    with pytest.raises(MissingWeights, match="linear weights"):
        lpips.Lpips(backbone, {})


def test_unknown_networks_and_poolings_are_named(squeezenet) -> None:
    with pytest.raises(BadInput, match="no pooling is called median"):
        deep.DeepPerceptualSimilarity(squeezenet, "median")
    with pytest.raises(BadInput, match="no network is called lenet"):
        deep.published("lenet")
    with pytest.raises(BadInput, match="no network is called lenet"):
        lpips.published("lenet")


def test_published_networks_are_loaded_from_the_folder(tmp_path, cat, astronaut) -> None:
    weights = random_trunk("squeezenet")
    torch.save(
        weights,
        tmp_path / "squeezenet1_1-b8a52dc0.pth".replace("-b8a52dc0", "_torchvision_features"),
    )
    network = deep.published("squeezenet", "mean", weights=tmp_path)
    expected = deep.DeepPerceptualSimilarity(
        deep.PublishedMaps(Backbone("squeezenet", weights)), "mean"
    )
    assert network(cat, astronaut) == expected(cat, astronaut)
    assert imagenet_input([cat], torch.device("cpu")).shape == (1, 3, 128, 128)


def test_features_of_nothing_are_no_distance_and_not_a_gap() -> None:
    maps = lpips._unit(torch.zeros(2, 5, 3, 3))
    assert torch.equal(maps, torch.zeros(2, 5, 3, 3))
