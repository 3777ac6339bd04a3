"""The pen: draws shapes in a thing's own coordinates, 0 to 1000 in both directions.

A thing's box stands somewhere on the canvas; (500, 1000) is where it touches the ground. Colours
are named by the part that they paint ("wall", "roof"), so that words can change them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, chain

import numpy as np

from oracle.studio.sketch.canvas import FLAT, Canvas, Colour, Look
from oracle.studio.sketch.colours import COLOURS
from oracle.studio.sketch.integers import Chance, cosine, sine
from oracle.studio.sketch.raster import SUBPIXELS, Loop

Point = tuple[int, int]
PLAIN = Look()
ROUND = Look(round=40)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a thing stands: its upper left corner and size, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.left + self.width // 2

    @property
    def bottom(self) -> int:
        return self.top + self.height


def as_lit(colour: Colour) -> Colour:
    """Daylight: every colour as it is."""
    return colour


class Pen:
    """Draws one thing into its box."""

    def __init__(
        self,
        canvas: Canvas,
        box: Box,
        palette: Mapping[str, Colour],
        chance: Chance,
        *,
        light: Callable[[Colour], Colour] = as_lit,
        faces_left: bool = False,
        pattern: str = "",
        lamps_on: bool = False,
    ) -> None:
        self.canvas, self.box, self.chance = canvas, box, chance
        self.lamps_on = lamps_on
        self._palette, self._light = palette, light
        self._faces_left, self._pattern = faces_left, pattern

    def inside(self, box: Box) -> Pen:
        """The same pen for a part of the thing that has a box of its own."""
        return Pen(
            self.canvas, box, self._palette, self.chance, light=self._light,
            faces_left=self._faces_left, pattern=self._pattern, lamps_on=self.lamps_on,
        )  # fmt: skip

    def colour_of(self, part: str | Colour, change: int = 0) -> Colour:
        """A part's colour, or a named one, lighter by `change`, before light falls on it."""
        colour = self._palette.get(part) or COLOURS[part] if isinstance(part, str) else part
        red, green, blue = (min(max(value + change, 0), 255) for value in colour)
        return red, green, blue

    def polygon(self, points: Sequence[Point], part: str | Colour, look: Look = PLAIN) -> None:
        """A shape with corners."""
        self._fill([points], part, look)

    def shapes(
        self, loops: Sequence[Sequence[Point]], part: str | Colour, look: Look = PLAIN
    ) -> None:
        """Many shapes of one colour at once: quicker than one by one."""
        self._fill(loops, part, look)

    def rectangle(
        self, left: int, top: int, right: int, bottom: int, part: str | Colour, look: Look = PLAIN
    ) -> None:
        """An upright rectangle."""
        self._fill([[(left, top), (right, top), (right, bottom), (left, bottom)]], part, look)

    def oval(
        self,
        x: int,
        y: int,
        across: int,
        down: int,
        part: str | Colour,
        look: Look = ROUND,
        turn: int = 0,
    ) -> None:
        """An ellipse around (x, y) with these half axes, turned clockwise by degrees."""
        self._fill([oval_points(x, y, across, down, turn)], part, look)

    def ball(self, x: int, y: int, radius: int, part: str | Colour, look: Look = ROUND) -> None:
        """A circle whatever the box's shape; `radius` in thousandths of its width."""
        self.oval(x, y, radius, radius * self.box.width // max(self.box.height, 1), part, look)

    def blob(self, points: Sequence[Point], part: str | Colour, look: Look = PLAIN) -> None:
        """A soft closed shape along the points."""
        self._fill([softened(points)], part, look)

    def stroke(
        self,
        points: Sequence[Point],
        width: int,
        part: str | Colour,
        look: Look = PLAIN,
        *,
        end: int = -1,
        soft: bool = True,
    ) -> None:
        """A line with round ends, `width` thousandths of the box wide, `end` at its end."""
        line = bent(points) if soft and len(points) > 2 else list(points)
        last = width if end < 0 else end
        loops: list[Sequence[Point]] = []
        steps = len(line) - 1
        tall = max(self.box.height, 1)
        for index in range(steps):
            here = width + (last - width) * index // steps
            there = width + (last - width) * (index + 1) // steps
            loops.append(_bar(line[index], line[index + 1], here, there, self.box.width, tall))
            if index:
                x, y = line[index]
                loops.append(oval_points(x, y, here // 2, here * self.box.width // tall // 2, 0, 8))
        for (x, y), size in ((line[0], width), (line[-1], last)):
            if size > 12:
                loops.append(
                    oval_points(x, y, size // 2, size * self.box.width // tall // 2, 0, 12)
                )
        self._fill(loops, part, look)

    def shine(self, x: int, y: int, radius: int, colour: Colour, strength: int = 40) -> None:
        """A glow around (x, y); `radius` in thousandths of the box's width."""
        [[at_x, at_y]] = self._placed([(x, y)]) // SUBPIXELS
        self.canvas.glow(int(at_x), int(at_y), radius * self.box.width // 1000, colour, strength)

    def _fill(self, loops: Sequence[Sequence[Point]], part: str | Colour, look: Look) -> None:
        if look.pattern or (self._pattern and part in ("body", "wall", "cloth", "petal", "sail")):
            pattern = look.pattern or self._pattern
            second = look.second or self._palette.get("second", (250, 250, 245))
            grain = max(self.box.width * look.grain // 130, 3)
            look = replace(look, pattern=pattern, second=self._light(second), grain=grain)
        # All loops are placed at once: a stroke has dozens, of a few points each.
        placed = self._placed(list(chain.from_iterable(loops)))
        ends = accumulate(map(len, loops))
        self.canvas.fill(
            [placed[end - len(loop) : end] for loop, end in zip(loops, ends, strict=True)],
            self._light(self.colour_of(part)),
            look,
        )

    def _placed(self, points: Sequence[Point]) -> Loop:
        loop = np.array(points, np.int64).reshape(-1, 2)
        x, y = loop[:, 0], loop[:, 1]
        if self._faces_left:
            np.subtract(1000, x, out=x)
        x *= self.box.width * SUBPIXELS
        y *= self.box.height * SUBPIXELS
        loop //= 1000
        x += self.box.left * SUBPIXELS
        y += self.box.top * SUBPIXELS
        return loop


def oval_points(
    x: int, y: int, across: int, down: int, turn: int = 0, corners: int = 0
) -> list[Point]:
    """The outline of an ellipse."""
    corners = corners or (12 if max(across, down) < 60 else 28)
    if not turn:
        return [(x + across * c // 1024, y + down * s // 1024) for c, s in _circle(corners)]
    cos, sin = cosine(turn), sine(turn)
    return [
        (
            x + (across * c * cos - down * s * sin) // 1_048_576,
            y + (across * c * sin + down * s * cos) // 1_048_576,
        )
        for c, s in _circle(corners)
    ]


@cache
def _circle(corners: int) -> list[Point]:
    """The corners of a circle of radius 1024."""
    turns = [360 * index // corners for index in range(corners)]
    return [(cosine(turn), sine(turn)) for turn in turns]


def softened(points: Sequence[Point], rounds: int = 3) -> list[Point]:
    """A closed outline whose corners are cut, again and again (Chaikin)."""
    line = [(x * 64, y * 64) for x, y in points]
    for _ in range(rounds):
        cut = []
        for index, (x, y) in enumerate(line):
            next_x, next_y = line[(index + 1) % len(line)]
            cut.append(((3 * x + next_x) // 4, (3 * y + next_y) // 4))
            cut.append(((x + 3 * next_x) // 4, (y + 3 * next_y) // 4))
        line = cut
    return [(x // 64, y // 64) for x, y in line]


def bent(points: Sequence[Point], rounds: int = 2) -> list[Point]:
    """An open line whose corners are cut; its ends stay."""
    line = list(points)
    for _ in range(rounds):
        cut = [line[0]]
        for (x, y), (next_x, next_y) in zip(line, line[1:], strict=False):
            cut.append(((3 * x + next_x) // 4, (3 * y + next_y) // 4))
            cut.append(((x + 3 * next_x) // 4, (y + 3 * next_y) // 4))
        line = [*cut, line[-1]]
    return line


def _bar(a: Point, b: Point, here: int, there: int, wide: int, tall: int) -> list[Point]:
    """A thick line from a to b whose thickness looks the same in a box of any shape."""
    dx, dy = (b[0] - a[0]) * wide, (b[1] - a[1]) * tall
    length = max(math.isqrt(dx * dx + dy * dy), 1)
    across, down = -dy, dx
    corners = []
    for (x, y), size in ((a, here), (b, there)):
        off_x, off_y = across * size // (2 * length), down * size * wide // (2 * length * tall)
        corners.append(((x + off_x, y + off_y), (x - off_x, y - off_y)))
    (a0, a1), (b0, b1) = corners
    return [a0, b0, b1, a1]


__all__ = [
    "FLAT",
    "PLAIN",
    "ROUND",
    "Box",
    "Look",
    "Pen",
    "Point",
    "as_lit",
    "bent",
    "oval_points",
    "softened",
]
