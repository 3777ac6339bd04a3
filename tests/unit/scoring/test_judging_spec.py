"""A judging spec is its canonical JSON: any change shows in the digest, nothing odd gets in."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scoring.errors import InvalidSpec
from scoring.spec import MAX_SPEC_BYTES, PROFILES, JudgingSpec, TrainingSpec
from scoring.spec.calibration import TERMS

pytestmark = pytest.mark.unit

FIELDS = [field.name for field in dataclasses.fields(JudgingSpec)]


def document(**changes: Any) -> bytes:
    return json.dumps({**json.loads(JudgingSpec().canonical_json()), **changes}).encode()


def changed(value: Any) -> Any:
    if isinstance(value, tuple):
        return (*value[:-1], value[-1] + 1)
    return value / 2 if isinstance(value, Decimal) else value + 1


ONE_VALUE = (
    "version",
    "calibration",
    "perceptual_network",
    "subject_network",
    "negatives_bank",
    "positives",
    "moved_copies",
    "copies",
)
OTHER_CHOICE = {
    "judge": {"judge": "autoencoder-mse"},
    "arithmetic": {"judge": "autoencoder-mse", "arithmetic": "float32"},
    "image_side": {"image_side": 128},
}


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in ONE_VALUE])
def test_changing_any_field_changes_the_digest(name: str) -> None:
    spec = JudgingSpec()
    changes = OTHER_CHOICE.get(name) or {name: changed(getattr(spec, name))}
    if name == "arithmetic":
        spec = JudgingSpec(judge="autoencoder-mse")
    other = dataclasses.replace(spec, **changes)
    assert other.digest() != spec.digest()
    assert JudgingSpec.from_json(other.canonical_json()) == other


@pytest.mark.parametrize("name", ONE_VALUE)
def test_the_fields_with_one_value_are_in_the_digest_too(name: str) -> None:
    known = json.loads(JudgingSpec().canonical_json())[name]
    with pytest.raises(InvalidSpec, match=name):
        JudgingSpec.from_json(document(**{name: 7 if isinstance(known, int) else "other"}))


def test_a_spec_trusts_every_term() -> None:
    named = {name.removeprefix("trust_") for name in FIELDS if name.startswith("trust_")}
    assert named == set(TERMS) == set(JudgingSpec().trust)


def test_what_a_training_reads_of_a_spec_says_nothing_of_the_rest() -> None:
    spec = PROFILES["fast"]
    other = dataclasses.replace(spec, judge="autoencoder-mse", remark_features=1, softened_views=2)
    assert spec.training_part() == other.training_part() != PROFILES["full"].training_part()
    assert TrainingSpec.from_document(spec.training_part().to_json()) == spec.training_part()


def test_the_calibrated_judge_does_not_exist_in_float32() -> None:
    with pytest.raises(InvalidSpec, match="no calibrated in float32"):
        JudgingSpec(arithmetic="float32")


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_survives_its_json(name: str) -> None:
    spec = PROFILES[name]
    assert JudgingSpec.from_json(spec.canonical_json()) == spec
    assert JudgingSpec.from_json(spec.canonical_json()).digest() == spec.digest()


def test_profiles_differ() -> None:
    assert len({spec.digest() for spec in PROFILES.values()}) == len(PROFILES)


def test_the_canonical_json_holds_no_floats() -> None:
    def refuse(text: str) -> None:
        raise AssertionError(f"a float: {text}")

    json.loads(JudgingSpec().canonical_json(), parse_float=refuse)


def test_the_full_profile_never_changes() -> None:
    """Competitions on a chain name this digest; a new recipe gets a new profile or version."""
    assert PROFILES["full"].digest().hex() == FULL_DIGEST


FULL_DIGEST = "3f58e7b4f0167394f31299abd5976453ab8faa63d86063e9b7c651b0ffa4a3ce"


@pytest.mark.parametrize("name", PROFILES)
def test_the_documentation_shows_every_profile(name: str) -> None:
    page = Path(__file__).parents[3] / "docs" / "judging.md"
    row = next(line for line in page.read_text().splitlines() if line.startswith(f"| `{name}` |"))
    assert f"`{PROFILES[name].digest().hex()[:16]}…`" in row


def test_equal_specs_have_equal_digests_however_a_decimal_is_written() -> None:
    a = JudgingSpec(learning_rate=Decimal("0.00100"))
    assert a.digest() == JudgingSpec(learning_rate=Decimal("1E-3")).digest()


def test_order_and_whitespace_do_not_matter() -> None:
    fields = json.loads(JudgingSpec().canonical_json())
    shuffled = json.dumps(dict(reversed(fields.items())), indent=4).encode()
    assert JudgingSpec.from_json(shuffled).digest() == JudgingSpec().digest()


@pytest.mark.parametrize("name", FIELDS)
def test_a_missing_field_is_refused_by_name(name: str) -> None:
    fields = json.loads(JudgingSpec().canonical_json())
    del fields[name]
    with pytest.raises(InvalidSpec, match=f"field {name} is missing"):
        JudgingSpec.from_json(json.dumps(fields).encode())


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(InvalidSpec, match="unknown field epoch") as caught:
        JudgingSpec.from_json(document(epoch=1))
    assert "epochs" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"image_side": 512},
        {"widths": [16, 32, 64]},
        {"widths": [16, 32, 64, 0]},
        {"widths": [16, 32, 64, 1.5]},
        {"widths": [512, 64, 128, 256]},
        {"widths": 16},
        {"latent_size": 0},
        {"latent_size": True},
        {"latent_size": "128"},
        {"augmentations": 10_001},
        {"held_out": 249},
        {"batch_size": 1},
        {"batch_size": 1025},
        {"batch_size": 69},  # needs room for 4.3 times as much as `full`
        {"widths": [256, 256, 256, 1024], "batch_size": 24},
        {"latent_size": 513},
        {"epochs": 1.0},
        {"epochs": None},
        {"learning_rate": 0.001},
        {"learning_rate": "0"},
        {"learning_rate": "1e-3"},
        {"learning_rate": "0.0010"},
        {"learning_rate": "NaN"},
        {"learning_rate": "-Infinity"},
        {"learning_rate": "fast"},
        {"flip_probability": "1.01"},
        {"flip_probability": "-0"},
        {"hue": "0.6"},
    ],
    ids=str,
)
def test_a_value_out_of_range_or_type_is_refused_by_name(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpec, match=next(iter(change))):
        JudgingSpec.from_json(document(**change))


@pytest.mark.parametrize(
    "spec",
    [
        {"batch_size": 68},
        {"widths": (256, 256, 256, 1024), "batch_size": 23},
        {"latent_size": 512},
        {"batch_size": 1024, "image_side": 64},
    ],
    ids=str,
)
def test_four_times_the_published_size_is_taken(spec: dict[str, Any]) -> None:
    assert JudgingSpec(**spec).digest()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"not json",
        b"\xff",
        b"[" * 10_000,
        b'{"version": 1, "version": 1}',
        b" " * (MAX_SPEC_BYTES + 1),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_not_one_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidSpec):
        JudgingSpec.from_json(data)


def test_a_spec_cannot_be_built_out_of_range_in_python_either() -> None:
    with pytest.raises(InvalidSpec, match="epochs"):
        JudgingSpec(epochs=0)
    with pytest.raises(InvalidSpec, match="learning_rate"):
        JudgingSpec(learning_rate=Decimal("NaN"))
    with pytest.raises(InvalidSpec, match="learning_rate"):
        JudgingSpec(learning_rate=0.001)  # type: ignore[arg-type]
