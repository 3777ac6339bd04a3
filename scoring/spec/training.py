"""What a training depends on: the fields of a judging spec that it reads."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from scoring.errors import InvalidSpec
from scoring.spec.fields import CheckedSpec, choice, decimal, integer, integers

# About four times what the published size needs. A stranger can make every auditor train a spec, so
# it must find room where `full` does.
_MOST_VALUES_PER_STEP = 1 << 28
_MOST_WEIGHTS = 1 << 27


@dataclass(frozen=True)
class TrainingSpec(CheckedSpec):
    """How to train; the defaults are the published recipe's size. A `JudgingSpec` is one too."""

    image_side: int = choice(256, 128, 64)
    """Width and height that the judge looks at, in pixels."""
    widths: tuple[int, int, int, int] = integers((64, 128, 256, 512), 1, 1024)
    """Channels after each of the four encoder convolutions; the first three at most 256."""
    latent_size: int = integer(128, 1, 1024)
    """Numbers in the latent."""

    augmentations: int = integer(250, 2, 10_000)
    """Altered copies of the target, those held out included."""
    held_out: int = integer(50, 1, 9_999)
    """Copies that are never trained on; they steer the learning rate and pick the checkpoint."""
    flip_probability: Decimal = decimal("0.5", "0", "1")
    """Chance of a horizontal flip, and independently of a vertical one."""
    rotation_degrees: Decimal = decimal("15", "0", "180")
    """Rotation is uniform within ± this."""
    perspective_probability: Decimal = decimal("0.5", "0", "1")
    """Chance of a perspective change."""
    perspective_distortion: Decimal = decimal("0.2", "0", "1")
    """How far a corner may move, as a share of half a side."""
    crop_padding: Decimal = decimal("0.0625", "0", "0.5")
    """Reflected border put around the image before a random crop to its size, share of a side."""
    brightness: Decimal = decimal("0.2", "0", "1")
    """Brightness factor is uniform within 1 ± this."""
    contrast: Decimal = decimal("0.2", "0", "1")
    """Contrast factor is uniform within 1 ± this."""
    saturation: Decimal = decimal("0.2", "0", "1")
    """Saturation factor is uniform within 1 ± this."""
    hue: Decimal = decimal("0.02", "0", "0.5")
    """Hue shift is uniform within ± this share of the colour circle."""

    epochs: int = integer(100, 1, 10_000)
    """Passes over the training copies."""
    batch_size: int = integer(16, 2, 1_024)
    """Copies per step; a last batch of one is left out (batch norm needs two). Large ones need a
    small network: see `_require_room`."""
    learning_rate: Decimal = decimal("0.001", "0.0000001", "1")
    """Adam's first step size."""
    weight_decay: Decimal = decimal("0.00001", "0", "1")
    """Adam's L2 penalty."""
    plateau_factor: Decimal = decimal("0.5", "0.001", "0.999")
    """What the learning rate is multiplied by on a plateau."""
    plateau_patience: int = integer(5, 0, 10_000)
    """Epochs without a better held-out loss before the learning rate drops."""

    def __post_init__(self) -> None:
        super().__post_init__()
        # A sum of products must stay within 32 bits.
        if max(self.widths[:3]) > 256:
            raise InvalidSpec(
                f"spec: widths is {self.widths}", "the first three may be 256, the last 1024"
            )
        if self.augmentations - self.held_out < 2:
            raise InvalidSpec(
                f"spec: held_out {self.held_out} leaves fewer than 2 of {self.augmentations} "
                "augmentations to train on",
                "lower held_out or raise augmentations",
            )

        self._require_room()

    def _require_room(self) -> None:
        shrunk = [self.image_side >> level for level in (1, 2, 3, 4)]  # by each convolution
        in_one_image = 2 * sum(w * s * s for w, s in zip(self.widths, shrunk, strict=True))
        if self.batch_size * in_one_image > _MOST_VALUES_PER_STEP:
            raise InvalidSpec(
                f"spec: a step of batch_size {self.batch_size} and widths {self.widths} takes up "
                "more memory than auditors need to have",
                f"lower batch_size to {max(_MOST_VALUES_PER_STEP // in_one_image, 2)}, or widths",
            )
        if 2 * self.latent_size * self.widths[3] * shrunk[3] ** 2 > _MOST_WEIGHTS:
            raise InvalidSpec(
                f"spec: latent_size {self.latent_size} behind {self.widths[3]} of widths takes up "
                "more memory than auditors need to have",
                "lower one of them, or image_side",
            )

    def training_part(self) -> TrainingSpec:
        """These fields alone: what of a judging spec stands in a model file."""
        names = [field.name for field in fields(TrainingSpec)]
        return TrainingSpec(**{name: getattr(self, name) for name in names})
