"""Plain shapes, flat and solid."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.pen import Pen

_INK: Colour = (34, 30, 36)
_SHEET = Look(slope=50)


def heart(pen: Pen) -> None:
    pen.blob([(500, 260), (640, -20), (1000, 60), (980, 480), (500, 1040), (20, 480), (0, 60),
        (360, -20)],
             "body", Look(round=50))  # fmt: skip


def regular(pen: Pen, corners: int = 0, solid: bool = False) -> None:
    look = Look(round=70) if solid else Look(slope=10)
    if corners == 0:
        pen.oval(500, 500, 490, 490, "body", look)
        return
    turn = -90 if corners != 4 else -45
    size = 490 if corners != 4 else 680
    pen.polygon([(500 + size * cosine(360 * k // corners + turn) // 1024,
                  500 + size * sine(360 * k // corners + turn) // 1024) for k in range(corners)],
                "body", look)  # fmt: skip


def cone(pen: Pen, cylinder: bool = False) -> None:
    look = Look(slope=90)
    if cylinder:
        pen.oval(500, 860, 400, 130, "body")
        pen.rectangle(100, 160, 900, 860, "body", look)
        pen.oval(500, 160, 400, 130, pen.colour_of("body", 30))
        return
    pen.oval(500, 860, 440, 130, "body")
    pen.polygon([(500, 0), (940, 860), (60, 860)], "body", look)


def spiral(pen: Pen) -> None:
    points = []
    for step in range(60):
        far, angle = 30 + step * 8, step * 26
        points.append((500 + far * cosine(angle) // 1024, 500 + far * sine(angle) // 1024))
    pen.stroke(points, 60, "body", soft=False)


def ring_shape(pen: Pen) -> None:
    points = [
        (500 + 420 * cosine(a) // 1024, 500 + 420 * sine(a) // 1024) for a in range(0, 361, 12)
    ]
    pen.stroke(points, 130, "body", soft=False)


def gem(pen: Pen) -> None:
    pen.shine(500, 500, 700, pen.colour_of("body"), 24)
    pen.polygon(
        [(220, 120), (780, 120), (1000, 400), (500, 1000), (0, 400)], "body", Look(slope=60)
    )
    pen.polygon([(220, 120), (360, 400), (0, 400)], pen.colour_of("body", 40))
    pen.polygon([(360, 400), (640, 400), (500, 1000)], pen.colour_of("body", 24))
    pen.polygon([(780, 120), (640, 400), (1000, 400)], pen.colour_of("body", -30))
    pen.polygon([(360, 400), (500, 120), (640, 400)], pen.colour_of("body", 56))


def ring(pen: Pen) -> None:
    pen.ball(500, 640, 340, "body", Look(slope=50))
    pen.ball(500, 640, 250, "hole", Look(slope=0))
    pen.polygon([(360, 120), (640, 120), (740, 240), (500, 420), (260, 240)], "gem", _SHEET)
