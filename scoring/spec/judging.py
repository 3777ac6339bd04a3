"""The judging spec: everything that can change a bit of the result, as canonical JSON.

Its sha256 is stored on the chain when a competition is created, so a spec is never edited: another
setting is another spec.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from scoring.digest import Digest, sha256
from scoring.errors import InvalidSpec
from scoring.spec.calibration import CalibrationSpec
from scoring.spec.fields import choice, integer
from scoring.spec.training import TrainingSpec

MAX_SPEC_BYTES = 16_384
"""The largest JSON document that is parsed as a spec."""


_NOTHING_REACHES = {
    "copy_grain": 1_001,
    "remark_shapes": 1_000_001,
    "remark_features": 1_001,
    "remark_patches": 1_000_001,
}


@dataclass(frozen=True)
class JudgingSpec(CalibrationSpec, TrainingSpec):
    """How to train and score. The defaults are the profile `full`: the published recipe's size."""

    version: int = choice(1)
    """Version of this format."""
    judge: str = choice("calibrated", "autoencoder-mse")
    """Which judge scores; `autoencoder-mse` is the published recipe."""
    arithmetic: str = choice("exact-1", "float32")
    """Which arithmetic it calculates in; only the published recipe exists in float32."""

    least_margin: int = integer(250_000, 0, 1_000_000)
    """Millionths of the score by which the target's variations must be ahead of blank images and of
    the bank. A competition whose target does not reach it has no ranking and ends void; read by
    `calibrated` alone."""

    copies: str = choice("copies-2", "pixels")
    """Which way copies of the target and of earlier entries are found. `pixels`: equal pixels
    alone, for competitions in which a studio makes all images and nobody can upload one."""
    copy_grain: int = integer(750, 1, 1_001)
    """Thousandths of an original's telling blocks from which on an image has its pixels and is
    disqualified; nothing reaches 1 001."""
    remark_shapes: int = integer(850_000, 1, 1_000_001)
    """Millionths of correlation from which on an entry's shapes are remarked upon."""
    remark_features: int = integer(250, 1, 1_001)
    """Thousandths of the target's visible features from which on they are."""
    remark_patches: int = integer(700_000, 1, 1_000_001)
    """Millionths of correlation of the target's pieces from which on they are."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.arithmetic == "float32" and self.judge != "autoencoder-mse":
            raise InvalidSpec(
                f"spec: there is no {self.judge} in float32", 'use arithmetic "exact-1"'
            )
        if self.copies == "pixels" and any(
            getattr(self, name) != value for name, value in _NOTHING_REACHES.items()
        ):
            values = ", ".join(f"{name} {value}" for name, value in _NOTHING_REACHES.items())
            raise InvalidSpec('spec: copies "pixels" has no limits', f"use {values}")

    def for_studio(self) -> JudgingSpec:
        """This spec for a competition with a studio: only equal pixels make a copy."""
        changes: dict[str, Any] = {"copies": "pixels", **_NOTHING_REACHES}
        return dataclasses.replace(self, **changes)

    def canonical_json(self) -> bytes:
        """RFC 8785 bytes: integers, strings, a list of integers, never a float."""
        return rfc8785.dumps(self.to_json())

    def digest(self) -> Digest:
        """sha256 of the canonical JSON."""
        return sha256(self.canonical_json())

    @classmethod
    def from_json(cls, data: bytes) -> JudgingSpec:
        """The spec that `data` describes: every field once, none unknown, each in its range.

        Whitespace and order are free; the digest is over the canonical form. Raises InvalidSpec.
        """
        return cls.from_document(_parse_object(data))


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


FULL = JudgingSpec()
FAST = JudgingSpec(
    image_side=128,
    widths=(16, 32, 64, 128),
    augmentations=120,
    held_out=24,
    epochs=30,
    batch_size=8,
)

PROFILES: Mapping[str, JudgingSpec] = {
    "full": FULL,
    "fast": FAST,
    "demo": dataclasses.replace(FAST, augmentations=80, held_out=16, epochs=15),
    "recipe": JudgingSpec(judge="autoencoder-mse"),
}
"""Named specs: `full` has the published size, `fast` suits a CPU, `demo` takes seconds; `recipe` is
the published judge, for comparison."""
