"""Pictures that look alike and are honest: several people's renderings of the same few words.

Each prompt is drawn by as many hands as are asked for. A hand chooses place, size, colours, light
and material by itself, a little, as one generator's images of one prompt differ. Nothing is taken
from another drawing, so no pair of them is a copy. The prompts are those that leave least to
choose: there a rule for copies goes wrong first. Seeds are fixed; every picture is RGB uint8
(512, 512, 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from scoring.submission.image import Pixels

SIDE = 512
Colour = tuple[int, int, int]
Floats = npt.NDArray[np.float64]


class Hand:
    """Who draws: one source of small decisions, and a canvas."""

    def __init__(self, seed: list[int]) -> None:
        self.chance = np.random.default_rng(seed)
        self.image = Image.new("RGB", (SIDE, SIDE), "white")

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def near(self, value: float, by: float) -> float:
        return value + float(self.chance.uniform(-by, by))

    def shade(self, colour: Colour, by: float = 18) -> Colour:
        """Nearly this colour."""
        red, green, blue = (round(min(255, max(0, self.near(c, by)))) for c in colour)
        return red, green, blue

    def fill(self, colour: Colour, by: float = 6) -> None:
        self.image.paste(self.shade(colour, by), (0, 0, SIDE, SIDE))

    def fade(self, above: Colour, below: Colour, top: int = 0, bottom: int = SIDE) -> None:
        """A gradient down the picture, from row `top` to `bottom`."""
        steps = np.linspace(0, 1, bottom - top)[:, None, None]
        rows = np.array(above) * (1 - steps) + np.array(below) * steps
        wide = np.broadcast_to(rows, (bottom - top, SIDE, 3)).round().astype(np.uint8)
        self.image.paste(Image.fromarray(np.ascontiguousarray(wide)), (0, top))

    def texture(self, strength: float, cell: int = 2) -> Floats:
        """(512, 512): noise of its own, `cell` pixels coarse."""
        noise = self.chance.normal(size=(-(-SIDE // cell),) * 2) * strength
        return noise.repeat(cell, 0).repeat(cell, 1)[:SIDE, :SIDE]

    def finish(self) -> Pixels:
        """The picture, photographed or drawn: some grain of its own, or none."""
        if self.chance.random() < 0.5:
            return np.asarray(self.image)
        grain = self.texture(float(self.chance.uniform(1, 7)))
        levels = np.asarray(self.image) + grain[:, :, None]
        return np.clip(np.rint(levels), 0, 255).astype(np.uint8)


def _disc(hand: Hand, x: float, y: float, radius: float, colour: Colour, light: float) -> None:
    """A ball lit from above left; `light`: 0 flat, 1 round."""
    down, across = np.mgrid[:SIDE, :SIDE]
    apart = np.hypot(across - x, down - y)
    lit = np.hypot(across - x + radius / 3, down - y + radius / 3) / radius
    factor = 1 - light * np.clip(lit - 0.4, 0, 1) * 0.7
    ball = np.array(colour) * factor[:, :, None]
    soft = np.clip(radius - apart + 0.5, 0, 1)[:, :, None]
    mixed = np.asarray(hand.image) * (1 - soft) + ball * soft
    hand.image = Image.fromarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8))


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(round(size))


def seascape(hand: Hand, above: Colour, sky: Colour, sea: Colour) -> None:
    horizon = round(hand.near(256, 40))
    hand.fade(hand.shade(above), hand.shade(sky), 0, horizon)
    hand.fade(hand.shade(sea), hand.shade((sea[0] // 2, sea[1] // 2, sea[2] // 2)), horizon)
    if hand.chance.random() < 0.5:
        _disc(hand, hand.near(256, 90), hand.near(horizon - 60, 40), hand.near(26, 8), sky, 0)
    for _ in range(int(hand.chance.integers(0, 60))):
        y = hand.near((horizon + SIDE) / 2, (SIDE - horizon) / 2 - 4)
        x, length = hand.near(256, 250), 10 + (y - horizon) / 3
        hand.pen.line((x, y, x + length, y), hand.shade(sky), 1 + round((y - horizon) / 120))


def fruit(hand: Hand, colour: Colour) -> None:
    hand.fill((252, 252, 252), 3)
    x, y, radius = hand.near(256, 24), hand.near(262, 20), hand.near(150, 22)
    shadow = Image.new("L", (SIDE, SIDE), 0)
    ImageDraw.Draw(shadow).ellipse(
        (x - radius, y + radius * 0.8, x + radius, y + radius * 1.1), fill=90
    )
    hand.image.paste((120, 120, 120), mask=shadow.filter(ImageFilter.GaussianBlur(12)))
    _disc(hand, x, y, radius, hand.shade(colour), hand.near(0.7, 0.25))
    stalk = hand.shade((80, 60, 30))
    hand.pen.line((x, y - radius, hand.near(x, 16), y - radius - hand.near(26, 8)), stalk, 6)


def flag(hand: Hand, bands: tuple[Colour, ...], upright: bool, cross: bool = False) -> None:
    """The whole picture, or cloth in front of a sky."""
    margin = float(hand.chance.choice([0, 0, 18, 40])) + hand.near(4, 4)
    hand.fill((180, 205, 235))
    inner, count = SIDE - 2 * margin, len(bands)
    if cross:
        field, arms = hand.shade(bands[0], 10), hand.shade(bands[1], 10)
        at, wide = margin + inner * hand.near(0.38, 0.03), inner * hand.near(0.09, 0.015)
        hand.pen.rectangle((margin, margin, SIDE - margin, SIDE - margin), field)
        hand.pen.rectangle((at - wide, margin, at + wide, SIDE - margin), arms)
        hand.pen.rectangle((margin, 256 - wide, SIDE - margin, 256 + wide), arms)
    for number, band in enumerate(() if cross else bands):
        a, b = (margin + inner * edge / count for edge in (number, number + 1))
        box = (a, margin, b, SIDE - margin) if upright else (margin, a, SIDE - margin, b)
        hand.pen.rectangle(box, hand.shade(band, 10))
    _fold(hand, float(hand.chance.choice([0, 0.06, 0.15])))


def _fold(hand: Hand, strength: float) -> None:
    """Light and shade as of cloth in the wind."""
    across = np.arange(SIDE) / hand.near(60, 20) + hand.near(0, 3)
    light = 1 + strength * np.sin(across + np.arange(SIDE)[:, None] / hand.near(200, 80))
    levels = np.asarray(hand.image) * light[:, :, None]
    hand.image = Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def phone(hand: Hand, body: Colour, ground: Colour) -> None:
    hand.fade(hand.shade(ground), hand.shade(ground))
    x, y = hand.near(256, 16), hand.near(256, 10)
    w, h = hand.near(112, 12), hand.near(222, 14)
    hand.pen.rounded_rectangle((x - w, y - h, x + w, y + h), 34, hand.shade(body, 10))
    bezel = hand.near(12, 4)
    screen = (x - w + bezel, y - h + bezel, x + w - bezel, y + h - bezel)
    hand.pen.rounded_rectangle(screen, 24, hand.shade((70, 110, 190), 60))
    rows, step = int(hand.chance.integers(3, 6)), (2 * w - 2 * bezel) / 4
    for row in range(rows):
        for column in range(4):
            left, top = screen[0] + step * (column + 0.2), y - h + 60 + row * step * 1.15
            icon = hand.shade((128, 128, 128), 127)
            hand.pen.rounded_rectangle((left, top, left + step * 0.62, top + step * 0.62), 9, icon)


def pie(hand: Hand, slices: int) -> None:
    hand.fill((236, 220, 196), 10)
    x, y, radius = hand.near(256, 10), hand.near(256, 10), hand.near(200, 14)
    _disc(hand, x, y, radius, hand.shade((190, 130, 60)), 0.3)
    _disc(hand, x, y, radius * hand.near(0.85, 0.03), hand.shade((214, 168, 96)), 0.2)
    turn = hand.near(0, math.pi / slices)
    for number in range(slices):
        angle = turn + 2 * math.pi * number / slices
        end = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        hand.pen.line((x, y, *end), hand.shade((140, 90, 40)), round(hand.near(4, 2)))


def keep_calm(hand: Hand, last: str, ground: Colour) -> None:
    """The poster: the same words in the same font at nearly the same place."""
    hand.fill(ground, 14)
    ink = hand.shade((250, 250, 250), 5)
    size, top = hand.near(64, 5), hand.near(130, 12)
    for row, word in enumerate(("KEEP", "CALM", "and", *last.split())):
        font = _font(size * (0.55 if word == "and" else 1))
        wide = hand.pen.textlength(word, font)
        hand.pen.text(((SIDE - wide) / 2, top + row * size * 1.1), word, ink, font)
    x, w = 256, hand.near(34, 6)
    crown = [(x - w, 70), (x - w / 2, 90), (x, 60), (x + w / 2, 90), (x + w, 70), (x, 110)]
    hand.pen.polygon(crown, ink)


def sudoku(hand: Hand, given: int) -> None:
    """Everybody's grid is the same; which digits stand where is the maker's."""
    hand.fill((252, 252, 252), 3)
    left, cell, ink = hand.near(40, 8), hand.near(48, 1.5), hand.shade((20, 20, 20), 18)
    for line in range(10):
        at, width = left + line * cell, 4 if line % 3 == 0 else 1
        hand.pen.line((left, at, left + 9 * cell, at), ink, width)
        hand.pen.line((at, left, at, left + 9 * cell), ink, width)
    font = _font(hand.near(34, 3))
    for place in hand.chance.choice(81, given, replace=False):
        row, column = divmod(int(place), 9)
        digit = str(hand.chance.integers(1, 10))
        x, y = left + (column + 0.32) * cell, left + (row + 0.12) * cell
        hand.pen.text((x, y), digit, ink, font)


def moon_or_apple(hand: Hand, colour: Colour) -> None:
    """A bright disc in the dark."""
    hand.fill((10, 10, 18), 8)
    x, y, radius = hand.near(256, 16), hand.near(256, 16), hand.near(160, 16)
    _disc(hand, x, y, radius, hand.shade(colour, 14), hand.near(0.5, 0.3))
    for _ in range(int(hand.chance.integers(0, 14))):
        angle, far = hand.near(0, math.pi), radius * math.sqrt(hand.chance.random()) * 0.8
        spot = (x + far * math.cos(angle), y + far * math.sin(angle), hand.near(14, 9))
        _disc(hand, *spot, hand.shade((colour[0] - 50, colour[1] - 50, colour[2] - 50)), 0.2)


def logo(hand: Hand, letter: str, ground: Colour) -> None:
    """A letter in a ring."""
    hand.fill((255, 255, 255), 2)
    x, y, radius = hand.near(256, 8), hand.near(256, 8), hand.near(190, 10)
    _disc(hand, x, y, radius, hand.shade(ground, 14), 0)
    _disc(hand, x, y, radius - hand.near(24, 6), (255, 255, 255), 0)
    hand.pen.text((x, y), letter, hand.shade(ground, 14), _font(hand.near(230, 16)), anchor="mm")


def minimal(hand: Hand, what: str, ink: Colour) -> None:
    """One shape on a plain ground."""
    hand.fill((244, 240, 232), 8)
    x, y, radius = hand.near(256, 20), hand.near(256, 20), hand.near(90, 20)
    box = (x - radius, y - radius, x + radius, y + radius)
    colour = hand.shade(ink)
    if what == "square":
        hand.pen.rectangle(box, colour)
    elif what == "line":
        hand.pen.line((40, y, SIDE - 40, y), colour, round(hand.near(8, 3)))
    else:
        _disc(hand, x, y, radius, colour, 0)


def bottle(hand: Hand, glass: Colour, label: str) -> None:
    """A product on a gradient."""
    hand.fade(hand.shade((240, 240, 242), 6), hand.shade((190, 192, 198), 10))
    x, w = hand.near(256, 10), hand.near(78, 8)
    top, shoulder, foot = hand.near(60, 8), hand.near(190, 14), hand.near(460, 8)
    body = hand.shade(glass, 14)
    hand.pen.rectangle((x - w / 3, top, x + w / 3, shoulder), body)
    hand.pen.rounded_rectangle((x - w, shoulder, x + w, foot), 26, body)
    hand.pen.rectangle((x - w, shoulder + 70, x + w, foot - 70), hand.shade((250, 246, 236), 6))
    font = _font(hand.near(34, 3))
    hand.pen.text((x, (shoulder + foot) / 2), label, (30, 30, 30), font, anchor="mm")
    _fold(hand, 0.04)


Drawing = Callable[[Hand], None]
_RED, _WHITE, _BLUE, _GREEN = (200, 30, 45), (245, 245, 245), (20, 50, 140), (20, 130, 70)
_GOLD, _BLACK = (250, 200, 40), (20, 20, 20)

PROMPTS: Mapping[str, tuple[Drawing, ...]] = {
    "seascape": (
        partial(seascape, above=(70, 130, 200), sky=(190, 215, 240), sea=(30, 90, 130)),
        partial(seascape, above=(60, 50, 110), sky=(250, 170, 90), sea=(90, 60, 80)),
        partial(seascape, above=(120, 130, 140), sky=(200, 200, 200), sea=(80, 90, 100)),
        partial(seascape, above=(10, 14, 40), sky=(60, 70, 120), sea=(10, 20, 50)),
        partial(seascape, above=(240, 150, 130), sky=(255, 220, 170), sea=(120, 140, 160)),
    ),
    "round fruit on white": tuple(
        partial(fruit, colour=c)
        for c in ((230, 130, 30), (200, 40, 40), (235, 205, 60), (120, 170, 50), (110, 40, 90))
    ),
    "flag": (
        partial(flag, bands=(_BLUE, _WHITE, _RED), upright=True),
        partial(flag, bands=(_BLACK, _RED, _GOLD), upright=False),
        partial(flag, bands=(_GREEN, _WHITE, _RED), upright=True),
        partial(flag, bands=(_BLUE, _GOLD), upright=False, cross=True),
        partial(flag, bands=(_WHITE, _RED), upright=False),
    ),
    "phone": (
        partial(phone, body=(24, 24, 28), ground=_WHITE),
        partial(phone, body=(200, 200, 205), ground=(40, 44, 52)),
        partial(phone, body=(230, 200, 190), ground=(250, 240, 236)),
    ),
    "pie": tuple(partial(pie, slices=n) for n in (4, 6, 8, 12)),
    "keep calm": (
        partial(keep_calm, last="CARRY ON", ground=_RED),
        partial(keep_calm, last="DRINK TEA", ground=_BLUE),
        partial(keep_calm, last="READ BOOKS", ground=_GREEN),
        partial(keep_calm, last="STAY HOME", ground=_BLACK),
    ),
    "sudoku": tuple(partial(sudoku, given=n) for n in (24, 30, 36, 81)),
    "moon or apple": (
        partial(moon_or_apple, colour=(220, 218, 205)),
        partial(moon_or_apple, colour=(190, 40, 40)),
        partial(moon_or_apple, colour=(235, 190, 120)),
    ),
    "logo": tuple(
        partial(logo, letter=letter, ground=ground)
        for letter, ground in zip("AS&7m", (_BLUE, _GREEN, _BLACK, _RED, _GOLD), strict=True)
    ),
    "minimal": tuple(
        partial(minimal, what=what, ink=ink)
        for what in ("disc", "square", "line")
        for ink in (_BLACK, _RED)
    ),
    "product": tuple(
        partial(bottle, glass=glass, label=label)
        for glass, label in (((40, 90, 60), "OLIO"), ((120, 60, 20), "ALE"), ((60, 70, 90), "GIN"))
    ),
}  # fmt: skip
"""What is drawn, by kind; all drawings of a kind look like one another."""


@dataclass(frozen=True, eq=False)
class LookAlike:
    """One honest picture."""

    kind: str
    prompt: int  # which of the kind's
    hand: int
    pixels: Pixels

    @property
    def name(self) -> str:
        return f"{self.kind} {self.prompt + 1}, hand {self.hand + 1}"


def draw(kind: str, prompt: int, hand: int) -> LookAlike:
    """The picture that one hand makes of one prompt; the same every time."""
    maker = Hand([sorted(PROMPTS).index(kind), prompt, hand])
    PROMPTS[kind][prompt](maker)
    return LookAlike(kind, prompt, hand, maker.finish())


def look_alikes(hands: int) -> Iterator[list[LookAlike]]:
    """Of every prompt, the pictures of so many hands: each two of a list are a pair."""
    for kind, prompts in PROMPTS.items():
        for prompt in range(len(prompts)):
            yield [draw(kind, prompt, hand) for hand in range(hands)]
