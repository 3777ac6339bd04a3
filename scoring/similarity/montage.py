"""Pictures in a row or a grid, each with words below: what was found, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scoring.submission.image import Pixels

_PAPER, _INK, _FAINT, _FRAME = (255, 255, 255), (28, 28, 30), (110, 110, 118), (0, 122, 204)
_GAP, _CAPTION = 16, 46


@dataclass(frozen=True)
class Tile:
    """One picture of a sheet; `framed` marks the one all others are compared with."""

    pixels: Pixels
    title: str
    detail: str = ""
    framed: bool = False


def contact_sheet(tiles: Sequence[Tile], *, columns: int = 6, side: int = 200) -> Pixels:
    """The tiles in reading order, each fitted into a square of `side` pixels."""
    columns = max(1, min(columns, len(tiles)))
    rows = -(-len(tiles) // columns)
    cell = side + _GAP
    size = (columns * cell + _GAP, rows * (side + _CAPTION + _GAP) + _GAP)
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        corner = (_GAP + column * cell, _GAP + row * (side + _CAPTION + _GAP))
        _place(sheet, draw, tile, corner, side)
    return np.asarray(sheet)


def _place(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, tile: Tile, corner: tuple[int, int], side: int
) -> None:
    picture = Image.fromarray(tile.pixels)
    # Small pictures are enlarged too: a sheet of thumbnails reads best at one size.
    scale = side / max(picture.size)
    fitted = tuple(max(1, round(length * scale)) for length in picture.size)
    picture = picture.resize((fitted[0], fitted[1]), Image.Resampling.LANCZOS)
    left, top = corner[0] + (side - picture.width) // 2, corner[1] + (side - picture.height) // 2
    sheet.paste(picture, (left, top))
    if tile.framed:
        edge = (left - 4, top - 4, left + picture.width + 3, top + picture.height + 3)
        draw.rectangle(edge, outline=_FRAME, width=3)
    below = corner[1] + side + 6
    for text, colour, size, offset in ((tile.title, _INK, 14, 0), (tile.detail, _FAINT, 12, 20)):
        font = ImageFont.load_default(size)
        draw.text((corner[0], below + offset), _shortened(text, font, side), colour, font)


def _shortened(text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: int) -> str:
    """The text, cut in the middle when it is wider than the picture above it."""
    if font.getlength(text) <= width:
        return text
    keep = len(text)
    while keep > 4 and font.getlength(_cut(text, keep)) > width:
        keep -= 1
    return _cut(text, keep)


def _cut(text: str, keep: int) -> str:
    return f"{text[: (keep + 1) // 2]}…{text[len(text) - keep // 2 :]}"
