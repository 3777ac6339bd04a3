"""The judging spec: everything that can change a bit of the result, as canonical JSON.

Its sha256 is stored on the chain when a competition is created, so a spec is never edited: another
setting is another spec.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import rfc8785

from scoring.digest import Digest, sha256
from scoring.errors import InvalidSpec

_NETWORK = "cc53c4acd040e964151e66d44beceaabce23e1d6af2024c6d5954cf4ecf6a39b"
_BANK = "f0f7642264d7f4f3d57235fe4dc76d296fd039d6a0f25a5a45e021b9293c307b"
MAX_SPEC_BYTES = 16_384
"""The largest JSON document that is parsed as a spec."""


def _integer(default: int, low: int, high: int) -> int:
    return dataclasses.field(default=default, metadata={"range": (low, high)})


def _decimal(default: str, low: str, high: str) -> Decimal:
    return dataclasses.field(
        default=Decimal(default), metadata={"range": (Decimal(low), Decimal(high))}
    )


def _choice(default: Any, *choices: Any) -> Any:
    return dataclasses.field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class JudgingSpec:
    """How to train and score. The defaults are the profile `full`: the published recipe's size."""

    version: int = _choice(1, 1)
    """Version of this format."""
    judge: str = _choice("calibrated", "calibrated", "autoencoder-mse")
    """Which judge scores; `autoencoder-mse` is the published recipe."""
    arithmetic: str = _choice("exact-1", "exact-1", "float32")
    """Which arithmetic it calculates in; only the published recipe exists in float32."""

    image_side: int = _choice(256, 256, 128)
    """Width and height that the judge looks at, in pixels."""
    widths: tuple[int, int, int, int] = dataclasses.field(
        default=(64, 128, 256, 512), metadata={"range": (1, 1024)}
    )
    """Channels after each of the four encoder convolutions."""
    latent_size: int = _integer(128, 1, 1024)
    """Numbers in the latent."""

    augmentations: int = _integer(250, 2, 10_000)
    """Augmented copies of the target, those held out included."""
    held_out: int = _integer(50, 1, 9_999)
    """Copies that are never trained on; they steer the learning rate and pick the checkpoint."""
    flip_probability: Decimal = _decimal("0.5", "0", "1")
    """Chance of a horizontal flip, and independently of a vertical one."""
    rotation_degrees: Decimal = _decimal("15", "0", "180")
    """Rotation is uniform within ± this."""
    perspective_probability: Decimal = _decimal("0.5", "0", "1")
    """Chance of a perspective change."""
    perspective_distortion: Decimal = _decimal("0.2", "0", "1")
    """How far a corner may move, as a share of half a side."""
    crop_padding: Decimal = _decimal("0.0625", "0", "0.5")
    """Reflected border put around the image before a random crop to its size, share of a side."""
    brightness: Decimal = _decimal("0.2", "0", "1")
    """Brightness factor is uniform within 1 ± this."""
    contrast: Decimal = _decimal("0.2", "0", "1")
    """Contrast factor is uniform within 1 ± this."""
    saturation: Decimal = _decimal("0.2", "0", "1")
    """Saturation factor is uniform within 1 ± this."""
    hue: Decimal = _decimal("0.02", "0", "0.5")
    """Hue shift is uniform within ± this share of the colour circle."""

    epochs: int = _integer(100, 1, 10_000)
    """Passes over the training copies."""
    batch_size: int = _integer(16, 2, 1_024)
    """Copies per step; a last batch of one is left out (batch norm needs two)."""
    learning_rate: Decimal = _decimal("0.001", "0.0000001", "1")
    """Adam's first step size."""
    weight_decay: Decimal = _decimal("0.00001", "0", "1")
    """Adam's L2 penalty."""
    plateau_factor: Decimal = _decimal("0.5", "0.001", "0.999")
    """What the learning rate is multiplied by on a plateau."""
    plateau_patience: int = _integer(5, 0, 10_000)
    """Epochs without a better held-out loss before the learning rate drops."""

    calibration: str = _choice("calibrated-1", "calibrated-1")
    """Which distances and which way to combine them; read by `calibrated` alone, like the rest."""
    perceptual_network: str = _choice(_NETWORK, _NETWORK)
    """sha256 of the frozen perceptual network that ships with this package."""
    negatives_bank: str = _choice(_BANK, _BANK)
    """sha256 of the pixels of the bank of unrelated images that ships with this package."""
    positives: int = _choice(32, 32)
    """Variations of the target that it is calibrated on."""
    softened_views: int = _integer(1, 0, 8)
    """Blurred and cut views, drawn from the seed, that `world_in_place` and `world_anywhere` are
    measured in too: nobody who tunes pixels to the public network knows them in time."""
    moved_copies: int = _choice(34, 34)
    """Copies of the target, turned, shifted and cut; `target_features` and `world_in_place` are
    measured to the nearest."""
    trust_target_features: Decimal = _decimal("0.25", "0", "1")
    """Share of its naive weight that a term gets. The autoencoder has been trained on what the
    variations are drawn from, and none of them is shuffled, so they make the terms below 1 look
    surer than they are."""
    trust_unexplained_detail: Decimal = _decimal("0.25", "0", "1")
    trust_world_in_place: Decimal = _decimal("1", "0", "1")
    trust_world_anywhere: Decimal = _decimal("0.25", "0", "1")
    trust_world_in_grey: Decimal = _decimal("1", "0", "1")

    copies: str = _choice("copies-1", "copies-1")
    """Which way edited copies of the target and of earlier entries are found."""
    copy_threshold: int = _integer(850_000, 1, 1_000_001)
    """Millionths of correlation from which on an image is an edited copy; nothing reaches
    1 000 001."""
    copy_share: int = _integer(250, 1, 1_001)
    """Thousandths of the target's visible features from which on an image is an edited copy of it;
    nothing reaches 1 001. Where nothing reaches either, equal pixels alone are disqualified."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check_field(field, getattr(self, field.name))
        if self.arithmetic == "float32" and self.judge != "autoencoder-mse":
            raise InvalidSpec(
                f"spec: there is no {self.judge} in float32", 'use arithmetic "exact-1"'
            )
        if self.augmentations - self.held_out < 2:
            raise InvalidSpec(
                f"spec: held_out {self.held_out} leaves fewer than 2 of {self.augmentations} "
                "augmentations to train on",
                "lower held_out or raise augmentations",
            )

    def canonical_json(self) -> bytes:
        """RFC 8785 bytes: integers, strings, a list of integers, never a float."""
        return rfc8785.dumps(
            {field.name: _to_json(getattr(self, field.name)) for field in dataclasses.fields(self)}
        )

    def digest(self) -> Digest:
        """sha256 of the canonical JSON."""
        return sha256(self.canonical_json())

    @classmethod
    def from_json(cls, data: bytes) -> JudgingSpec:
        """The spec that `data` describes: every field once, none unknown, each in its range.

        Whitespace and order are free; the digest is over the canonical form. Raises InvalidSpec.
        """
        document = _parse_object(data)
        fields = {field.name: field for field in dataclasses.fields(cls)}
        if unknown := sorted(document.keys() - fields.keys()):
            raise InvalidSpec(f"spec: unknown field {unknown[0]}", f"known are {', '.join(fields)}")
        if missing := sorted(fields.keys() - document.keys()):
            raise InvalidSpec(f"spec: field {missing[0]} is missing", "a spec names every field")
        return cls(**{name: _from_json(fields[name], value) for name, value in document.items()})


def _to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _plain(value)
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Decimal) -> str:
    """The one way to write a decimal: no exponent, no zeros at the end, no minus zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _from_json(field: dataclasses.Field[Any], value: Any) -> Any:
    """A JSON value as the field's type; a decimal must be written in the canonical way."""
    if isinstance(field.default, tuple):
        if not isinstance(value, list):
            raise InvalidSpec(f"spec: {field.name} must be a list of integers", "")
        return tuple(value)
    if not isinstance(field.default, Decimal):
        return value
    try:
        decimal = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        decimal = None
    if decimal is None or not decimal.is_finite() or _plain(decimal) != value:
        raise InvalidSpec(
            f"spec: {field.name} is {value!r}, not a decimal as a string",
            f'write it like "{_plain(field.default)}"',
        )
    return decimal


def _check_field(field: dataclasses.Field[Any], value: Any) -> None:
    """Require the type of the field's default, and its range or choices."""
    values = value if isinstance(value, tuple) else (value,)
    kind = int if isinstance(field.default, tuple) else type(field.default)
    well_typed = type(value) is type(field.default) and all(type(item) is kind for item in values)
    if isinstance(field.default, tuple):
        well_typed = well_typed and len(values) == len(field.default)
    if not well_typed:
        raise InvalidSpec(
            f"spec: {field.name} is {value!r}", f"it is of the kind of {field.default!r}"
        )
    if choices := field.metadata.get("choices"):
        if value not in choices:
            allowed = " or ".join(str(choice) for choice in choices)
            raise InvalidSpec(f"spec: {field.name} is {value!r}", f"it must be {allowed}")
        return
    low, high = field.metadata["range"]
    # A comparison with a Decimal NaN raises, hence the finiteness first.
    if not all(Decimal(item).is_finite() and low <= item <= high for item in values):
        raise InvalidSpec(f"spec: {field.name} is {value}", f"it must be from {low} to {high}")


def _parse_object(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_SPEC_BYTES:
        raise InvalidSpec(f"spec: {len(data)} bytes", f"at most {MAX_SPEC_BYTES} are read")

    def no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise InvalidSpec("spec: a field appears twice", "keep one of them")
        return dict(pairs)

    try:
        document = json.loads(data, object_pairs_hook=no_repeats)
    except (ValueError, RecursionError) as error:
        raise InvalidSpec(f"spec: not JSON ({error})", "give a JSON object") from error
    if not isinstance(document, dict):
        raise InvalidSpec("spec: not a JSON object", "give a JSON object")
    return document


_FAST = JudgingSpec(
    image_side=128,
    widths=(16, 32, 64, 128),
    augmentations=120,
    held_out=24,
    epochs=30,
    batch_size=8,
)

PROFILES: Mapping[str, JudgingSpec] = {
    "full": JudgingSpec(),
    "fast": _FAST,
    "demo": dataclasses.replace(_FAST, augmentations=80, held_out=16, epochs=15),
    "recipe": JudgingSpec(judge="autoencoder-mse"),
}
"""Named specs: `full` has the published size, `fast` suits a CPU, `demo` takes seconds; `recipe` is
the published judge, for comparison."""
