"""What the calibrated judge depends on beside the training: the fields of a judging spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from scoring.spec.fields import CheckedSpec, choice, decimal, integer

VERSION = "calibrated-1"
NETWORK_SHA256 = "cc53c4acd040e964151e66d44beceaabce23e1d6af2024c6d5954cf4ecf6a39b"
SUBJECT_NETWORK_SHA256 = "bbbfab518cb90cde8e43c6d5377218b4ef06ef7bb871564f22f0e335401f5ff8"
BANK_SHA256 = "f0f7642264d7f4f3d57235fe4dc76d296fd039d6a0f25a5a45e021b9293c307b"
POSITIVES = 32
MOVED_COPIES = 34


@dataclass(frozen=True)
class CalibrationSpec(CheckedSpec):
    """How an image is compared with the target, and what each comparison counts."""

    calibration: str = choice(VERSION)
    """Which distances and which way to combine them; read by `calibrated` alone, like the rest."""
    perceptual_network: str = choice(NETWORK_SHA256)
    """sha256 of the frozen perceptual network that ships with this package."""
    subject_network: str = choice(SUBJECT_NETWORK_SHA256)
    """sha256 of the second one, which tells subjects apart."""
    negatives_bank: str = choice(BANK_SHA256)
    """sha256 of the pixels of the bank of unrelated images that ships with this package."""
    positives: int = choice(POSITIVES)
    """Variations of the target that it is calibrated on."""
    softened_views: int = integer(1, 0, 8)
    """Blurred and cut views, drawn from the seed, that `world_in_place`, `world_anywhere` and
    `same_subject` are measured in too: nobody who tunes pixels to the public networks knows them in
    time."""
    moved_copies: int = choice(MOVED_COPIES)
    """Copies of the target, turned, shifted and cut; `target_features` and `world_in_place` are
    measured to the nearest."""
    trust_target_features: Decimal = decimal("0.25", "0", "1")
    """Share of its naive weight that a term gets. The autoencoder has been trained on what the
    variations are drawn from, and none of them is shuffled, so they make the terms below 1 look
    surer than they are. Measured in docs/lab/quality.md."""
    trust_unexplained_detail: Decimal = decimal("0.25", "0", "1")
    trust_world_in_place: Decimal = decimal("1", "0", "1")
    trust_world_anywhere: Decimal = decimal("0.35", "0", "1")
    trust_same_subject: Decimal = decimal("0.5", "0", "1")
    trust_world_in_grey: Decimal = decimal("1", "0", "1")

    @property
    def trust(self) -> Mapping[str, Decimal]:
        """What each term's weight is multiplied by."""
        return {name: getattr(self, f"trust_{name}") for name in TERMS}


TERMS = tuple(
    field.name.removeprefix("trust_")
    for field in fields(CalibrationSpec)
    if field.name.startswith("trust_")
)
"""The names of the terms, in the order in which they are hashed; `terms.py` says what they are."""
