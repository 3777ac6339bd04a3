"""What people look at: heatmaps, a contact sheet, and one self-contained HTML report."""

from __future__ import annotations

import base64
import functools
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import jinja2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scoring.digest import Digest
from scoring.ranking import RankedEntry
from scoring.spec import JudgingSpec
from scoring.submission.flags import reasons, remarks
from scoring.submission.image import Pixels
from scoring.submission.prepare import encode_png

_HEAT_FULL = 128
"""The difference, in 8-bit levels, that gets the brightest colour; fixed, so that maps compare."""
# From no difference to a full one: black, violet, red, orange, pale yellow.
_HEAT_COLOURS = ((4, 4, 14), (74, 20, 112), (190, 50, 86), (248, 142, 44), (252, 250, 186))
_THUMBNAIL_SIDE = 256
_LONG_HEX = re.compile("(0x)?[0-9a-fA-F]{21,}")


@dataclass(frozen=True, eq=False)
class ReportEntry:
    """One row: a ranked entry and its pictures, None where there is none."""

    ranked: RankedEntry
    submission: Pixels | None = None  # uint8 (512, 512, 3)
    reconstruction: Pixels | None = None  # uint8 (256, 256, 3)
    error_map: Pixels | None = None  # uint8 (256, 256)
    remark: str = ""  # one sentence about this entry


@dataclass(frozen=True)
class Fact:
    """A line of the report such as ("Contract", "0x…")."""

    label: str
    value: str


@dataclass(frozen=True)
class Transaction:
    """A transaction of the competition."""

    action: str
    transaction_hash: str
    gas_used: int


@dataclass(frozen=True)
class Payout:
    """Who was paid, and how much, with its unit."""

    role: str
    address: str
    amount: str


@dataclass(frozen=True)
class AuditResult:
    """What an audit said."""

    holds: bool
    text: str


@dataclass(frozen=True, eq=False)
class ReportData:
    """Everything that a report shows; what is empty is left out of the page."""

    target: Pixels  # uint8 (512, 512, 3)
    entries: Sequence[ReportEntry]  # in the order of the ranking
    spec: JudgingSpec
    seed: bytes
    model_hash: Digest
    title: str = "Ranking"
    ticket_word: str = "ticket"  # what the number of an entry is called
    facts: Sequence[Fact] = ()
    payouts: Sequence[Payout] = ()
    transactions: Sequence[Transaction] = ()
    audit: AuditResult | None = None


def colour_heatmap(error_map: Pixels) -> Pixels:
    """Error levels, uint8 (h, w), as colours, uint8 (h, w, 3): the brighter, the further off."""
    anchors = np.linspace(0, _HEAT_FULL, len(_HEAT_COLOURS))
    colours = np.array(_HEAT_COLOURS)
    table = [np.interp(np.arange(256), anchors, colours[:, channel]) for channel in range(3)]
    return np.stack(table, axis=1).round().astype(np.uint8)[error_map]


def render_heatmap(error_map: Pixels) -> bytes:
    """The coloured heatmap as PNG bytes."""
    return encode_png(colour_heatmap(error_map))


def render_contact_sheet(target: Pixels, entries: Sequence[ReportEntry]) -> bytes:
    """All pictures in one PNG: the target, then a row for every entry, best first."""
    cell, gap, text = 160, 12, 26
    width = 3 * (cell + gap) + gap
    sheet = Image.new("RGB", (width, (len(entries) + 1) * (cell + gap + text) + gap), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    rows: list[tuple[str, list[Pixels | None]]] = [("target", [target])]
    rows += [(_caption(entry.ranked), _pictures(entry)) for entry in entries]
    for index, (caption, pictures) in enumerate(rows):
        top = gap + index * (cell + gap + text)
        draw.text((gap, top), caption, fill="black", font=font)
        for column, picture in enumerate(pictures):
            corner = (gap + column * (cell + gap), top + text)
            if picture is not None:
                sheet.paste(Image.fromarray(picture).resize((cell, cell)), corner)
    output = io.BytesIO()
    sheet.save(output, format="PNG")
    return output.getvalue()


def render_report(data: ReportData) -> str:
    """The report as one HTML page that loads nothing from anywhere."""
    worst = max((entry.ranked.score for entry in data.entries), default=0)
    return _template().render(
        data=data,
        target=_data_uri(data.target, side=512),
        rows=[_row(entry, worst) for entry in data.entries],
        winner=next((entry for entry in data.entries if not entry.ranked.disqualified), None),
    )


def _pictures(entry: ReportEntry) -> list[Pixels | None]:
    heat = None if entry.error_map is None else colour_heatmap(entry.error_map)
    return [entry.submission, entry.reconstruction, heat]


def _caption(ranked: RankedEntry) -> str:
    outcome = ", ".join(reasons(ranked.flags)) if ranked.disqualified else f"{ranked.score:,}"
    return f"{ranked.rank}.  {_shortened(ranked.entry.player)}  {outcome}"


def _row(entry: ReportEntry, worst: int) -> dict[str, object]:
    """What the template needs of one entry."""
    ranked = entry.ranked
    names = ("submission", "reconstruction", "heatmap")
    return {
        "entry": entry,
        "pictures": [
            (name, None if picture is None else _data_uri(picture, _THUMBNAIL_SIDE))
            for name, picture in zip(names, _pictures(entry), strict=True)
        ],
        "reasons": reasons(ranked.flags),
        "remarks": remarks(ranked.flags),
        "share": round(100 * max(ranked.score, 0) / worst, 1) if worst > 0 else 0,
    }


def _data_uri(pixels: Pixels, side: int) -> str:
    """A JPEG, for looking only: the numbers come from the PNG files."""
    image = Image.fromarray(pixels)
    if image.width > side:
        image = image.reduce(image.width // side)
    output = io.BytesIO()
    image.save(output, format="JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(output.getvalue()).decode()


def grouped(number: int) -> str:
    """A number with narrow spaces between thousands."""
    text = f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return text.replace("-", "\N{MINUS SIGN}")


def _shortened(text: str) -> str:
    """A long hash or address as its two ends, which are what people compare; other text as is."""
    return f"{text[:8]}…{text[-6:]}" if _LONG_HEX.fullmatch(text) else text


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("scoring"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["grouped"] = grouped
    environment.filters["shortened"] = _shortened
    return environment.get_template("report.html.jinja")
