"""ResNet-50 from TensorFlow.js files: the same function, spelled in torchvision's modules."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from scoring.similarity import embedding
from scoring.similarity.backbone import unit_input
from scoring.similarity.errors import MissingWeights
from scoring.similarity.shape import resized
from scoring.similarity.tfjs_resnet import find_tfjs_resnet, load_tfjs_resnet

pytestmark = pytest.mark.unit

_BLOCKS = {2: "abc", 3: "abcd", 4: "abcdef", 5: "abc"}
_WIDTHS = {2: (64, 256), 3: (128, 512), 4: (256, 1024), 5: (512, 2048)}


def made_up_tensors() -> dict[str, np.ndarray]:
    """Every tensor that Keras's ResNet-50 has, random but tame."""
    random = np.random.default_rng(0)
    tensors: dict[str, np.ndarray] = {}

    def add(name: str, norm: str, height: int, inputs: int, outputs: int) -> None:
        scale = (2 / (height * height * inputs)) ** 0.5
        kernel = random.standard_normal((height, height, inputs, outputs), np.float32) * scale
        tensors[f"{name}/kernel"] = kernel.astype(np.float32)
        tensors[f"{name}/bias"] = random.normal(0, 0.1, outputs).astype(np.float32)
        for part in ("gamma", "beta", "moving_mean", "moving_variance"):
            tensors[f"{norm}/{part}"] = random.uniform(0.5, 1.0, outputs).astype(np.float32)

    add("conv1", "bn_conv1", 7, 3, 64)
    inputs = 64
    for stage, letters in _BLOCKS.items():
        width, outputs = _WIDTHS[stage]
        for letter in letters:
            shapes = {"2a": (1, inputs, width), "2b": (3, width, width), "2c": (1, width, outputs)}
            if letter == "a":
                shapes["1"] = (1, inputs, outputs)
            for branch, shape in shapes.items():
                add(
                    f"res{stage}{letter}_branch{branch}",
                    f"bn{stage}{letter}_branch{branch}",
                    *shape,
                )
            inputs = outputs
    return tensors


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    folder = tmp_path_factory.mktemp("npm") / "package" / "ResNet50"
    folder.mkdir(parents=True)
    tensors = made_up_tensors()
    data = b"".join(t.tobytes() for t in tensors.values())
    half = len(data) // 8 * 4 + 2  # a tensor may be cut by the end of a shard, even inside a number
    (folder / "1.bin").write_bytes(data[:half])
    (folder / "2.bin").write_bytes(data[half:])
    weights = [{"name": n, "shape": list(t.shape), "dtype": "float32"} for n, t in tensors.items()]
    manifest = [{"paths": ["1.bin", "2.bin"], "weights": weights}]
    (folder / "model.json").write_text(json.dumps({"weightsManifest": manifest}))
    return folder.parent.parent, tensors


def by_keras(x: torch.Tensor, tensors: dict[str, np.ndarray]) -> torch.Tensor:
    """Keras's first ResNet-50, written as Keras writes it."""

    def unit(x: torch.Tensor, name: str, stride: int = 1, padding: int = 0) -> torch.Tensor:
        kernel = torch.from_numpy(tensors[f"{name}/kernel"]).permute(3, 2, 0, 1)
        x = F.conv2d(x, kernel, torch.from_numpy(tensors[f"{name}/bias"]), stride, padding)
        norm = "bn_conv1" if name == "conv1" else name.replace("res", "bn")
        parts = ("moving_mean", "moving_variance", "gamma", "beta")
        mean, variance, gamma, beta = (torch.from_numpy(tensors[f"{norm}/{p}"]) for p in parts)
        return F.batch_norm(x, mean, variance, gamma, beta, eps=1e-3)

    x = F.max_pool2d(F.pad(unit(x, "conv1", 2, 3).relu(), (1, 1, 1, 1)), 3, 2)
    for stage, letters in _BLOCKS.items():
        for letter in letters:
            name = f"res{stage}{letter}_branch"
            stride = 2 if letter == "a" and stage > 2 else 1
            y = unit(x, f"{name}2a", stride).relu()
            y = unit(unit(y, f"{name}2b", padding=1).relu(), f"{name}2c")
            x = (y + (unit(x, f"{name}1", stride) if letter == "a" else x)).relu()
    return x


def test_features_are_those_of_kerass_network(package, cat) -> None:
    folder, tensors = package
    found = find_tfjs_resnet(folder)
    assert found is not None
    vectors = embedding.resnet50(folder).vectors([cat])
    image = unit_input([resized(cat, 200, 200)], torch.device("cpu")) * 255
    bgr = image.flip(1) - torch.tensor([103.939, 116.779, 123.68])[:, None, None]
    with torch.no_grad():
        expected = by_keras(bgr, tensors).flatten().numpy()
    assert vectors.shape == (1, 2048 * 7 * 7)
    assert vectors[0] == pytest.approx(expected, rel=2e-3, abs=2e-3 * float(expected.max()))


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert find_tfjs_resnet(tmp_path) is None
    path = tmp_path / "ResNet50" / "model.json"
    path.parent.mkdir()
    for content in ("{}", "no json", '{"weightsManifest": [{"paths": ["1.bin"], "weights": []}]}'):
        path.write_text(content)
        with pytest.raises(MissingWeights, match="not a TensorFlow.js ResNet-50"):
            load_tfjs_resnet(path)
