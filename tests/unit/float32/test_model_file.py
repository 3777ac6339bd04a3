"""A model file is canonical: its sha256 is the model hash, and only what was written is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rfc8785

import scoring.float32.model
from scoring.errors import InvalidModel
from scoring.float32.judge import FloatJudge
from scoring.float32.model import TrainedModel
from tests.unit import png_files as png

pytestmark = pytest.mark.unit


@pytest.fixture
def tiny_model(tiny_model: FloatJudge) -> TrainedModel:
    """The model alone."""
    return tiny_model.model


@pytest.fixture
def file(tiny_model: TrainedModel, tmp_path: Path) -> Path:
    path = tmp_path / "model.judge"
    tiny_model.save(path)
    return path


def test_the_model_hash_is_the_sha256_of_the_file(tiny_model: TrainedModel, file: Path) -> None:
    assert hashlib.sha256(file.read_bytes()).digest() == tiny_model.digest()


def test_a_loaded_model_is_the_same_and_scores_the_same(
    tiny_model: TrainedModel, file: Path
) -> None:
    loaded = TrainedModel.load(file)
    assert loaded.digest() == tiny_model.digest()
    assert loaded.epoch_digests == tiny_model.epoch_digests
    assert loaded.spec == tiny_model.spec and loaded.seed == tiny_model.seed
    assert (
        FloatJudge(loaded).score(png.photo()).value
        == FloatJudge(tiny_model).score(png.photo()).value
    )


def test_an_interrupted_save_leaves_the_old_file(
    tiny_model: TrainedModel, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def interrupted(_: object) -> object:
        yield b"half"
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring.float32.model, "_tensor_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny_model.save(file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def split(data: bytes) -> tuple[dict[str, object], bytes]:
    start = 12 + int.from_bytes(data[8:12], "big")
    return json.loads(data[12:start]), data[start:]


def joined(header: dict[str, object], tensors: bytes) -> bytes:
    encoded = rfc8785.dumps(header)  # type: ignore[arg-type]
    return b"JUDGEAE1" + len(encoded).to_bytes(4, "big") + encoded + tensors


def with_header(**changes: object) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        header, tensors = split(data)
        return joined({**header, **changes}, tensors)

    return change


def with_loose_json(data: bytes) -> bytes:
    header, tensors = split(data)
    encoded = json.dumps(header).encode()
    return b"JUDGEAE1" + len(encoded).to_bytes(4, "big") + encoded + tensors


def with_other_tensors(data: bytes, change: Callable[[np.ndarray], None]) -> bytes:
    """Changed values under a digest that was adapted to them."""
    header, tensors = split(data)
    values = np.frombuffer(tensors, dtype="<f4").copy()
    change(values)
    digests = list(header["epoch_digests"])  # type: ignore[call-overload]
    digests[int(header["best_epoch"]) - 1] = hashlib.sha256(values.tobytes()).hexdigest()  # type: ignore[call-overload]
    return joined({**header, "epoch_digests": digests}, values.tobytes())


def poison(values: np.ndarray) -> None:
    values[10] = np.nan


def make_negative(values: np.ndarray) -> None:
    values[:] = -1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"\x80\x04" + data[2:], id="pickle"),
        pytest.param(lambda data: data[:50], id="cut in the header"),
        pytest.param(lambda data: data[:-1], id="short by a byte"),
        pytest.param(lambda data: data + b"\0", id="long by a byte"),
        pytest.param(lambda data: data[:8] + b"\xff\xff\xff\xff" + data[12:], id="endless header"),
        pytest.param(lambda data: data[:12] + b"[" + data[13:], id="header not JSON"),
        pytest.param(with_loose_json, id="header not canonical"),
        pytest.param(with_header(extra=1), id="unknown field"),
        pytest.param(with_header(spec={}), id="no spec"),
        pytest.param(with_header(spec=None), id="spec of another type"),
        pytest.param(with_header(seed="00"), id="short seed"),
        pytest.param(with_header(seed="zz"), id="seed not hex"),
        pytest.param(with_header(seed=5), id="seed of another type"),
        pytest.param(with_header(tensors=[]), id="no tensors named"),
        pytest.param(with_header(epoch_digests=[]), id="no epochs"),
        pytest.param(with_header(epoch_digests=["00"] * 3), id="short digests"),
        pytest.param(with_header(best_epoch=0), id="epoch zero"),
        pytest.param(with_header(best_epoch="1"), id="epoch of another type"),
        pytest.param(lambda data: data[:-4] + b"\0\0\0\x01", id="another weight"),
        pytest.param(lambda data: with_other_tensors(data, poison), id="not a number"),
        pytest.param(lambda data: with_other_tensors(data, make_negative), id="negative variance"),
    ],
)
def test_any_other_file_is_refused(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(InvalidModel, match="not a model file") as caught:
        TrainedModel.load(file)
    assert caught.value.hint


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidModel, match="gone"):
        TrainedModel.load(tmp_path / "gone")
