"""What an exact training depends on: the fields of a judging spec that it reads."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Protocol


class TrainingSpec(Protocol):
    """The part of a judging spec that training reads; see `ExactSpec` for units and ranges."""

    @property
    def image_side(self) -> int: ...
    @property
    def widths(self) -> tuple[int, int, int, int]: ...
    @property
    def latent_size(self) -> int: ...
    @property
    def augmentations(self) -> int: ...
    @property
    def held_out(self) -> int: ...
    @property
    def flip_probability(self) -> Decimal: ...
    @property
    def rotation_degrees(self) -> Decimal: ...
    @property
    def perspective_probability(self) -> Decimal: ...
    @property
    def perspective_distortion(self) -> Decimal: ...
    @property
    def crop_padding(self) -> Decimal: ...
    @property
    def brightness(self) -> Decimal: ...
    @property
    def contrast(self) -> Decimal: ...
    @property
    def saturation(self) -> Decimal: ...
    @property
    def hue(self) -> Decimal: ...
    @property
    def epochs(self) -> int: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def learning_rate(self) -> Decimal: ...
    @property
    def weight_decay(self) -> Decimal: ...
    @property
    def plateau_factor(self) -> Decimal: ...
    @property
    def plateau_patience(self) -> int: ...


@dataclass(frozen=True)
class ExactSpec:
    """A `TrainingSpec` by itself; the defaults are the published recipe's size."""

    image_side: int = 256  # pixels: 64, 128 or 256
    widths: tuple[int, int, int, int] = (64, 128, 256, 512)  # channels of the encoder's layers
    latent_size: int = 128  # numbers that the image is squeezed through
    augmentations: int = 250  # altered copies of the target
    held_out: int = 50  # of these, never trained on
    flip_probability: Decimal = Decimal("0.5")  # of each of the two flips
    rotation_degrees: Decimal = Decimal("15")  # rotation is within ± this
    perspective_probability: Decimal = Decimal("0.5")
    perspective_distortion: Decimal = Decimal("0.2")  # share of half a side, per corner
    crop_padding: Decimal = Decimal("0.0625")  # border that a crop may reach into, share of a side
    brightness: Decimal = Decimal("0.2")  # factors are within 1 ± this
    contrast: Decimal = Decimal("0.2")
    saturation: Decimal = Decimal("0.2")
    hue: Decimal = Decimal("0.02")  # shift is within ± this share of the colour circle
    epochs: int = 100
    batch_size: int = 16
    learning_rate: Decimal = Decimal("0.001")  # Adam's first
    weight_decay: Decimal = Decimal("0.00001")
    plateau_factor: Decimal = Decimal("0.5")  # what the rate is multiplied by on a plateau
    plateau_patience: int = 5  # epochs without a better loss before it is


FULL = ExactSpec()
FAST = ExactSpec(
    image_side=128,
    widths=(16, 32, 64, 128),
    augmentations=120,
    held_out=24,
    epochs=30,
    batch_size=8,
)


def check_sizes(spec: TrainingSpec) -> None:
    """ValueError where a sum of products could leave 32 bits, or a side cannot be halved."""
    if spec.image_side not in (64, 128, 256):
        raise ValueError(f"image_side is {spec.image_side}; it must be 64, 128 or 256")
    if len(spec.widths) != 4 or min(spec.widths) < 1:
        raise ValueError(f"widths is {spec.widths}; it must be four positive numbers")
    if max(spec.widths[:3]) > 256 or spec.widths[3] > 1024:
        raise ValueError(f"widths is {spec.widths}; the first three may be 256, the last 1024")
    if not 1 <= spec.latent_size <= 4096:
        raise ValueError(f"latent_size is {spec.latent_size}; it must be between 1 and 4096")
    if not 2 <= spec.batch_size <= 1024:
        raise ValueError(f"batch_size is {spec.batch_size}; it must be between 2 and 1024")
    if not (spec.held_out > 0 and spec.held_out + 2 <= spec.augmentations):
        raise ValueError("held_out must be at least 1 and leave 2 augmentations to train on")


def exact_spec(spec: TrainingSpec) -> ExactSpec:
    """The fields of any judging spec that an exact training depends on; checked."""
    check_sizes(spec)
    return ExactSpec(**{field.name: getattr(spec, field.name) for field in fields(ExactSpec)})


def to_json(spec: TrainingSpec) -> dict[str, Any]:
    """Integers, lists and decimal strings, fit for canonical JSON."""
    values = {field.name: getattr(spec, field.name) for field in fields(ExactSpec)}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return list(value) if isinstance(value, tuple) else value


def from_json(values: dict[str, Any]) -> ExactSpec:
    """The inverse of `to_json`; raises ValueError, KeyError or TypeError."""
    plain: dict[str, Any] = {}
    for field in fields(ExactSpec):
        value = values[field.name]
        if isinstance(field.default, Decimal):
            value = Decimal(value)
        plain[field.name] = tuple(value) if isinstance(value, list) else value
    return exact_spec(ExactSpec(**plain))
