"""The images one target is tested with: its distortions, attacks, unrelated images, variations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

import numpy as np

from scoring.bench.attacks import ATTACKS
from scoring.bench.distortions import FAMILIES, Family
from scoring.bench.pictures import picture_names, read_square
from scoring.submission.image import Pixels

UNRELATED = 16

Kind = Literal["distortion", "attack", "unrelated", "variation"]


@dataclass(frozen=True)
class LabelledImage:
    """One image and what is known about it. `level` counts a distortion's strengths from 0."""

    kind: Kind
    name: str
    level: int
    pixels: Pixels


@dataclass(frozen=True)
class Manifest:
    """What a folder of images does not say by itself; patterns are shell-like, on file names.

    `same`: groups that must not serve as unrelated to each other. `variations`: for a target (path
    below the folder), the patterns of images that recreate it. `chosen_on`: targets that
    decisions were made with, so never to be reported as held out. `held_out`: targets that are
    reported on where nobody names others.
    """

    same: Sequence[Sequence[str]] = ()
    variations: Mapping[str, Sequence[str]] | None = None
    chosen_on: Sequence[str] = ()
    held_out: Sequence[str] = ()

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """A JSON object with these fields."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def groups(self, name: str) -> set[int]:
        """The groups an image belongs to."""
        file = name.rsplit("/", 1)[-1]
        return {i for i, group in enumerate(self.same) if any(fnmatch(file, p) for p in group)}


SHIPPED_MANIFEST = Path(__file__).with_name("quality_manifest.json")


class Gallery:
    """A folder of images, each read as a centred 512 x 512 square."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest
        self.names = [name for name in picture_names(folder) if not name.startswith("dps/")]
        if len(self.names) < UNRELATED + 2:
            raise ValueError(f"{folder} holds {len(self.names)} images; {UNRELATED + 2} are needed")

    def pixels(self, name: str) -> Pixels:
        """RGB uint8 (512, 512, 3)."""
        return read_square(self.folder / name)

    def strangers(self, a: str, b: str) -> bool:
        """Whether two images share no group, file name or variation."""
        if a == b or a.rsplit("/", 1)[-1] == b.rsplit("/", 1)[-1]:
            return False
        if a in self.variations(b) or b in self.variations(a):
            return False
        return not self.manifest.groups(a) & self.manifest.groups(b)

    def unrelated(self, target: str) -> list[str]:
        """Images that share no group, file name or variation with the target, in a fixed order."""
        groups, file = self.manifest.groups(target), target.rsplit("/", 1)[-1]
        related = set(self.variations(target))
        names = [
            name
            for name in self.names
            if name != target
            and name not in related
            and name.rsplit("/", 1)[-1] != file
            and not groups & self.manifest.groups(name)
        ]
        names.sort(key=lambda name: hashlib.sha256((target + name).encode()).digest())
        return names[:UNRELATED]

    def variations(self, target: str) -> list[str]:
        """Recreations of the target that the manifest names, in the target's own folder."""
        patterns = (self.manifest.variations or {}).get(target, ())
        folder, file = target.rpartition("/")[::2]
        return [
            name
            for name in self.names
            if name.rpartition("/")[0] == folder
            and name.rpartition("/")[2] != file
            and any(fnmatch(name.rpartition("/")[2], pattern) for pattern in patterns)
        ]

    def distortions(self, target: str, families: Mapping[str, Family]) -> Iterator[LabelledImage]:
        """The target at each strength of each family."""
        pixels = self.pixels(target)
        others = [self.pixels(name) for name in self.unrelated(target)[:4]]
        for number, (name, family) in enumerate(families.items()):
            for level, strength in enumerate(family.strengths):
                altered = family.apply(pixels, others[number % 4], strength)
                yield LabelledImage("distortion", name, level, altered)

    def cases(self, target: str) -> Iterator[LabelledImage]:
        """Every case of one target: some 120 images."""
        pixels = self.pixels(target)
        unrelated = self.unrelated(target)
        others = [self.pixels(name) for name in unrelated]
        mean = np.rint(np.mean(np.stack(others[:10]), axis=0)).astype(np.uint8)
        yield from self.distortions(target, FAMILIES)
        for name, attack in ATTACKS.items():
            yield LabelledImage("attack", name, 0, attack(pixels, others[4], mean))
        for name, other in zip(unrelated, others, strict=True):
            yield LabelledImage("unrelated", name, 0, other)
        for name in self.variations(target):
            yield LabelledImage("variation", name, 0, self.pixels(name))
