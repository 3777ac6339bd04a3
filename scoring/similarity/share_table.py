"""A table of shares as a picture: green is all, red is what a coin would get or less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.similarity.drawing import figure, to_pixels
from scoring.submission.image import Pixels


def draw_shares(
    rows: Sequence[str],
    columns: Sequence[str],
    shares: NDArray[np.float64],
    caption: str,
    texts: Sequence[Sequence[str]] | None = None,
) -> Pixels:
    """One cell for each share in [0, 1], (rows, columns), NaN left empty; the first column is bold.

    A cell shows its share in percent, or its text where `texts` are given.
    """
    fig = figure(width_inches=2.2 + 0.8 * len(columns), height_inches=1.7 + 0.34 * len(rows))
    axis = fig.subplots()
    axis.imshow(shares, cmap="RdYlGn", vmin=0.3, vmax=1.1, aspect="auto")
    axis.set_xticks(range(len(columns)), columns, rotation=35, ha="left", fontsize=10)
    axis.set_yticks(range(len(rows)), rows, fontsize=10)
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    for (y, x), share in np.ndenumerate(shares):
        if np.isfinite(share):
            text = f"{100 * share:.0f}" if texts is None else texts[y][x]
            weight = "bold" if x == 0 else "normal"
            axis.text(x, y, text, ha="center", va="center", fontsize=10, weight=weight)
    axis.set_xticks(np.arange(len(columns)) - 0.5, minor=True)
    axis.set_yticks(np.arange(len(rows)) - 0.5, minor=True)
    axis.grid(which="minor", color="white", linewidth=1.5)
    axis.tick_params(which="minor", length=0)
    axis.spines[:].set_visible(False)
    axis.set_xlabel(caption, color="#555", labelpad=10)
    return to_pixels(fig)
