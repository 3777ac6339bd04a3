"""The picture of a result: target and winner's image side by side, 1200×630, as a PNG."""

from __future__ import annotations

import functools
import io
from contextlib import suppress

from PIL import Image, ImageDraw, ImageFont

from oracle.api.share.result import Result
from scoring.submission.image import Pixels

SIZE = (1200, 630)
"""What previews of links are cut to the least; https://ogp.me asks for none."""
SYSTEM_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "NotoSansCJK-Regular.ttc")
"""Asked in turn for the letters of a title."""
_SIDE = 400
_TOP = 60
_LEFT = (60, 490)
_TEXT_LEFT, _TEXT_WIDTH = 920, 230
_PAPER, _INK, _SOFT, _SEAL, _TINT = "#faf8f5", "#1c1a17", "#645f57", "#a83c24", "#f0e8de"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_result(result: Result, target: Pixels | None, winner: Pixels | None) -> bytes:
    """A PNG of `SIZE`; images are uint8 (512, 512, 3), None where one is not at hand."""
    card = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(card)
    for pixels, left, words in zip((target, winner), _LEFT, ("Target", "Winner"), strict=True):
        _frame(card, draw, pixels, left)
        draw.text((left, _TOP + _SIDE + 10), words, _SOFT, _font(22))
    draw.rectangle((0, 0, 12, SIZE[1]), fill=_SEAL)
    draw.text((60, 525), _fitting(result.name, _font(46), 1080), _INK, _font(46))
    if (font := _font_for(result.title, 28)) is not None:
        draw.text((60, 580), _fitting(result.title, font, 1080), _SOFT, font)
    _facts(draw, result)
    out = io.BytesIO()
    card.save(out, "PNG")
    return out.getvalue()


def _frame(card: Image.Image, draw: ImageDraw.ImageDraw, pixels: Pixels | None, left: int) -> None:
    box = (left, _TOP, left + _SIDE, _TOP + _SIDE)
    if pixels is None:
        draw.rectangle(box, fill=_TINT)
        middle = (left + _SIDE // 2, _TOP + _SIDE // 2)
        draw.text(middle, "not available", _SOFT, _font(22), anchor="mm")
        return
    picture = Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    card.paste(picture, box[:2])


def _facts(draw: ImageDraw.ImageDraw, result: Result) -> None:
    winner = result.winner
    lines: list[tuple[str, int, str]] = [("Judging Oracle", 26, _SEAL)]
    if winner is not None:
        if winner.distance:
            lines += [("Distance", 22, _SOFT), (winner.distance.replace("−", "-"), 60, _INK)]
        account = f"{winner.player[:6]}…{winner.player[-4:]}"
        lines += [
            ("Won by", 22, _SOFT),
            (account, 26, _INK),
            (f"ticket {winner.ticket}", 22, _SOFT),
        ]
    y = _TOP
    for words, size, colour in lines:
        draw.text((_TEXT_LEFT, y), _fitting(words, _font(size), _TEXT_WIDTH), colour, _font(size))
        y += size + 22


def _font(size: int) -> Font:
    return ImageFont.load_default(size)


def _fitting(text: str, font: Font, width: int) -> str:
    """The text, cut at its end when it is wider."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _font_for(text: str, size: int) -> Font | None:
    """A font with all letters of a title; None where there is none, since boxes say nothing."""
    for font in (_font(size), *_system_fonts(size)):
        nothing = bytes(font.getmask("\uffff"))
        masks = [bytes(font.getmask(letter)) for letter in set(text) - {" "}]
        if all(mask and mask != nothing for mask in masks):
            return font
    return None


@functools.cache
def _system_fonts(size: int) -> tuple[Font, ...]:
    """What this machine has: Pillow's own font knows the letters of English alone."""
    fonts = []
    for name in SYSTEM_FONTS:
        with suppress(OSError):
            fonts.append(ImageFont.truetype(name, size))
    return tuple(fonts)
