"""From words and a seed to pixels, and the digest of the rules that do it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oracle.studio.sketch.integers import Chance
from oracle.studio.sketch.painter import paint
from oracle.studio.sketch.parser import read_scene
from scoring.digest import Digest, sha256


def draw(prompt: str, seed: int) -> NDArray[np.uint8]:
    """The picture of `prompt`: uint8 (512, 512, 3), RGB.

    The words decide what is drawn and where; the seed only how the details fall.
    """
    return paint(read_scene(prompt), Chance(f"sketch {seed}")).image()


@cache
def drawing_digest() -> Digest:
    """sha256 over this package's own source files: whatever could change a pixel changes it."""
    folder = Path(__file__).parent
    lines = []
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        lines.append(f"{name} {sha256(path.read_bytes()).hex()}\n")
    return sha256("".join(lines).encode())
