"""Charts as arrays: matplotlib without a display, its state, or its warnings."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.similarity.extras import require
from scoring.submission.image import Pixels

_DOTS_PER_INCH = 100


def figure(*, width_inches: float, height_inches: float) -> Any:
    """An empty matplotlib figure drawn by Agg, independent of pyplot's global state."""
    module = require("matplotlib.figure")
    agg = require("matplotlib.backends.backend_agg")
    fig = module.Figure((width_inches, height_inches), dpi=_DOTS_PER_INCH, layout="constrained")
    agg.FigureCanvasAgg(fig)
    return fig


def to_pixels(fig: Any) -> Pixels:
    """The drawn figure, uint8 RGB (H, W, 3)."""
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())[..., :3].copy()
