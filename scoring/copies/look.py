"""One look at one image: everything that is kept of it to find copies by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.copies.features import find_features, grey_of
from scoring.copies.findings import Remark
from scoring.copies.grain import Grain, grain_of
from scoring.copies.matches import Original
from scoring.copies.patches import PatchedOriginal, grid_of
from scoring.copies.sketch import Sketch, sketch
from scoring.digest import Digest, sha256
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels


@dataclass(frozen=True, eq=False)
class Detail:
    """What images are compared by: 33 KB."""

    pixels: Digest  # sha256 of them
    grain: Grain
    outline: Sketch
    of_target: tuple[Remark, ...] = ()  # by features and by pieces


@dataclass(frozen=True, eq=False)
class Look:
    """What is kept of one image."""

    pixels: Digest  # sha256 of its pixels
    detail: Detail | None  # None: only equal pixels are copies


class Looker:
    """Looks at images of one competition; can be shared by threads."""

    def __init__(self, target: Pixels, spec: JudgingSpec) -> None:
        self._spec = spec
        if spec.copies != "pixels":
            self._original, self._patched = Original(target), PatchedOriginal(target)

    def look(self, pixels: Pixels) -> Look:
        """Looks at one image, uint8 (512, 512, 3)."""
        digest = sha256(pixels.tobytes())
        if self._spec.copies == "pixels":
            return Look(digest, None)
        remarks = tuple(self._remarks(pixels))
        return Look(digest, Detail(digest, grain_of(pixels), sketch(pixels), remarks))

    def _remarks(self, pixels: Pixels) -> Iterator[Remark]:
        features = self._original.recognise(find_features(grey_of(pixels)))
        if features and features.reaches(self._spec.remark_features):
            yield Remark(None, features)
        patches = self._patched.found_in(grid_of(pixels))
        if patches and patches.correlation >= self._spec.remark_patches:
            yield Remark(None, patches)
