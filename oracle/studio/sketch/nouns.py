"""All things that can be drawn, by noun; other names for them; and the parts that have colours."""

from __future__ import annotations

from oracle.studio.sketch.kinds import Kind
from oracle.studio.sketch.things import animals, buildings, land, plants, sky

KINDS: dict[str, Kind] = {
    **animals.KINDS,
    **buildings.KINDS,
    **plants.KINDS,
    **sky.KINDS,
    **land.KINDS,
}

SAME_NOUNS: dict[str, str] = {}

PARTS: dict[str, str] = {
    "roof": "roof", "door": "door", "gate": "door", "sail": "sail", "flag": "flag",
        "trunk": "trunk",
    "foliage": "leaves", "petal": "petal", "blossom": "petal", "mane": "mane", "horn": "horn",
    "belly": "belly", "spot": "marks", "stripe": "marks", "window": "window", "frame": "frame",
}  # fmt: skip
