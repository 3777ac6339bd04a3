"""Sketch: draws a scene from words with rules and integers alone; it is no neural network.

`draw` is a function of (prompt, seed): every machine draws the same bytes.
"""

from oracle.studio.sketch.drawing import draw, drawing_digest

__all__ = ["draw", "drawing_digest"]
