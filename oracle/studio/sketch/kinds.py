"""A kind of thing: how it is drawn, how large it is, where it belongs, what its colours are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from oracle.studio.sketch.canvas import Colour
from oracle.studio.sketch.colours import coloured
from oracle.studio.sketch.pen import Pen

Home = Literal["ground", "sky", "wall", "water", "deep"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One noun's thing. `parts` are what the first, second … colour word of a prompt paints."""

    draw: Callable[[Pen], None]
    width: int  # pixels, when it is alone and of ordinary size
    height: int
    palette: Mapping[str, Colour]
    parts: tuple[str, ...]
    home: Home = "ground"
    top: int = 0  # where something may stand on it, in thousandths of its height

    def at(self, home: Home) -> Kind:
        """The same kind, at home elsewhere."""
        return replace(self, home=home)

    def topped(self, top: int) -> Kind:
        """The same kind, with a surface at this height, in thousandths from above."""
        return replace(self, top=top)


def kind(draw: Callable[[Pen], None], size: tuple[int, int], **colours: str | Colour) -> Kind:
    """A kind of the ground, its colours by part, the most telling part first."""
    palette = {part: coloured(colour) for part, colour in colours.items()}
    return Kind(draw, *size, palette, tuple(palette))
