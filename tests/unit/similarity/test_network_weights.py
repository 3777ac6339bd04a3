"""Weights come from a folder, the cache or a checked download; never by running code."""

from __future__ import annotations

import hashlib
import pickle
import urllib.error
from pathlib import Path

import pytest
import torch
from torchvision import models

from scoring.similarity import weights
from scoring.similarity.backbone import Backbone
from scoring.similarity.errors import MissingWeights
from scoring.similarity.weights import PUBLISHED, cache_folder, load_weights, read_tensors

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def squeezenet() -> dict[str, torch.Tensor]:
    return models.squeezenet1_1(weights=None).features.state_dict()


def test_weights_are_read_from_a_folder(squeezenet, tmp_path: Path) -> None:
    torch.save(squeezenet, tmp_path / "squeezenet1_1_torchvision_features.pth")
    loaded = load_weights("squeezenet", tmp_path)
    assert torch.equal(loaded["0.weight"], squeezenet["0.weight"])
    assert Backbone("squeezenet", loaded).layers == (1, 4, 7, 9, 10, 11, 12)


def test_keys_of_the_whole_network_are_understood_too(squeezenet) -> None:
    whole = {f"features.{key}": value for key, value in squeezenet.items()}
    network = Backbone("squeezenet", whole | {"classifier.1.bias": torch.zeros(3)})
    assert torch.equal(network.features[0].weight, squeezenet["0.weight"])


def test_missing_weights_say_what_to_fetch_and_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights) as caught:
        load_weights("vgg16", tmp_path)
    assert str(tmp_path) in caught.value.what
    assert "vgg16-397923af.pth" in caught.value.hint
    assert caught.value.exit_code == 1


def test_without_network_the_error_names_the_file_and_the_option(monkeypatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(MissingWeights, match="no route to host") as caught:
        load_weights("alexnet")
    assert PUBLISHED["alexnet"].url in caught.value.hint
    assert "--weights" in caught.value.hint


def test_a_download_is_checked_against_its_hash_and_kept(squeezenet, monkeypatch, tmp_path) -> None:
    source = tmp_path / "source.pth"
    torch.save(squeezenet, source)
    asked = []

    def download(url: str, target: str, hash_prefix: str) -> None:
        asked.append((url, hash_prefix))
        Path(target).write_bytes(source.read_bytes())

    monkeypatch.setattr(torch.hub, "download_url_to_file", download)
    monkeypatch.setattr(weights, "_check_named_hash", lambda path: None)
    for _ in range(2):
        load_weights("squeezenet")
    assert asked == [(PUBLISHED["squeezenet"].url, "b8a52dc0")], "the second time it is cached"
    assert (cache_folder() / "squeezenet1_1-b8a52dc0.pth").is_file()


def test_a_file_that_breaks_the_hash_in_its_name_is_refused(squeezenet, tmp_path: Path) -> None:
    torch.save(squeezenet, tmp_path / "squeezenet1_1-b8a52dc0.pth")
    with pytest.raises(MissingWeights, match="damaged"):
        load_weights("squeezenet", tmp_path)


def test_a_file_that_keeps_the_hash_in_its_name_is_read(tmp_path: Path) -> None:
    torch.save({"x": torch.ones(2)}, tmp_path / "x.pth")
    digest = hashlib.sha256((tmp_path / "x.pth").read_bytes()).hexdigest()[:8]
    named = (tmp_path / "x.pth").rename(tmp_path / f"x-{digest}.pth")
    weights._check_named_hash(named)
    assert read_tensors(named)["x"].tolist() == [1, 1]


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code in a weights file was run')",))


def test_code_in_a_weights_file_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "alexnet_torchvision_features.pth"
    path.write_bytes(pickle.dumps({"features.0.weight": Bomb()}))
    with pytest.raises(MissingWeights, match="plain tensors"):
        load_weights("alexnet", tmp_path)


@pytest.mark.parametrize("content", [b"", b"garbage", pickle.dumps([1, 2])])
def test_a_file_without_tensors_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.pth"
    path.write_bytes(content)
    with pytest.raises(MissingWeights):
        read_tensors(path)


def test_weights_of_another_network_are_refused(squeezenet) -> None:
    with pytest.raises(MissingWeights, match="not the weights of torchvision's vgg16"):
        Backbone("vgg16", squeezenet)
