"""A comparison as one self-contained web page: both images, the table, the pictures."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from importlib import resources
from typing import Any

import jinja2
from PIL import Image

from scoring.similarity.compare import MetricResult
from scoring.similarity.metric import Direction
from scoring.submission.image import Pixels

_READS: dict[Direction | None, str] = {
    Direction.LOWER: "↓ lower is closer",
    Direction.HIGHER: "↑ higher is closer",
}
_PICTURE_SIDE = 1100  # pixels; wider is not seen on the page


def shown(value: float | None) -> str:
    """A number as people read it: five significant digits, infinity as a sign."""
    if value is None:
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.5g}"


def shown_range(bounds: tuple[float, float] | None) -> str:
    """A range as people read it."""
    return "" if bounds is None else f"{shown(bounds[0])} … {shown(bounds[1])}"


def render_comparison(
    title: str, a: tuple[str, Pixels], b: tuple[str, Pixels], lines: Sequence[MetricResult]
) -> str:
    """The page; `a` and `b` are names with pixels."""
    rows = [
        {
            "line": line,
            "value": shown(line.value),
            "range": shown_range(line.range),
            "share": _share(line),
            "reads": _READS.get(line.direction, ""),
            "picture": line.picture,
        }
        for line in lines
    ]
    images = [{"name": name, "uri": _data_uri(p), "size": p.shape[:2]} for name, p in (a, b)]
    page: str = _template().render(title=title, images=images, rows=rows, pictures=_pictures(rows))
    return page


def _pictures(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each picture once, with every row that drew it: MSE, RMSE and PSNR see the same."""
    found: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        if row["picture"] is not None:
            key = row["picture"].tobytes()
            found.setdefault(key, {"uri": _data_uri(row["picture"]), "rows": []})
            found[key]["rows"].append(row)
    return list(found.values())


def _share(line: MetricResult) -> float | None:
    """Closeness in percent where the metric's range is bounded, for the bar; else None."""
    if line.value is None or line.range is None or math.isinf(line.range[1]):
        return None
    low, high = max(line.range[0], 0.0), line.range[1]
    share = min(max((line.value - low) / (high - low), 0.0), 1.0)
    return round(100 * (share if line.direction is Direction.HIGHER else 1 - share), 1)


def _data_uri(pixels: Pixels) -> str:
    image = Image.fromarray(pixels)
    image.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=86)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def _template() -> jinja2.Template:
    source = resources.files("scoring.similarity").joinpath("templates/compare.html.jinja")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(source.read_text(encoding="utf-8"))
