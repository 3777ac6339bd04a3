"""Screens, cameras and what else people carry about."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.pen import Pen

_INK: Colour = (34, 30, 36)
_SHEET = Look(slope=50)


def screen(pen: Pen, kind_of: str = "television") -> None:
    if kind_of == "phone":
        pen.rectangle(200, 0, 800, 1000, _INK)
        pen.rectangle(260, 90, 740, 860, "body", Look(slope=70))
        return
    if kind_of == "laptop":
        pen.polygon([(160, 680), (840, 680), (1000, 960), (0, 960)], (176, 180, 188), _SHEET)
    else:
        pen.rectangle(430, 760, 570, 920, _INK)
        pen.oval(500, 940, 240, 50, _INK)
    pen.rectangle(120, 80, 880, 700 if kind_of == "laptop" else 780, _INK)
    pen.rectangle(160, 120, 840, 650 if kind_of == "laptop" else 740, "body", Look(slope=80))


def camera(pen: Pen) -> None:
    pen.rectangle(320, 120, 620, 300, "body")
    pen.rectangle(40, 260, 960, 900, "body", _SHEET)
    pen.ball(500, 580, 270, (70, 72, 80))
    pen.ball(500, 580, 190, (40, 60, 100), Look(round=80))
    pen.ball(440, 480, 50, (230, 240, 255))
    pen.ball(840, 360, 44, (230, 60, 50))


def suitcase(pen: Pen) -> None:
    pen.stroke([(370, 260), (370, 100), (630, 100), (630, 260)], 60, _INK, soft=False)
    pen.rectangle(40, 240, 960, 960, "body", _SHEET)
    for x in (200, 740):
        pen.rectangle(x, 240, x + 60, 960, pen.colour_of("body", -40))


def shoe(pen: Pen) -> None:
    pen.blob([(80, 240), (420, 240), (520, 520), (940, 640), (980, 880), (60, 880)], "body", _SHEET)
    pen.rectangle(50, 860, 980, 960, (240, 238, 232))


def glasses(pen: Pen) -> None:
    for x in (260, 740):
        pen.ball(x, 500, 230, "body")
        pen.ball(x, 500, 180, (200, 224, 236), Look(slope=50))
    pen.stroke([(470, 440), (530, 440)], 60, "body")


def hourglass(pen: Pen) -> None:
    pen.polygon(
        [(200, 80), (800, 80), (540, 500), (800, 920), (200, 920), (460, 500)], (220, 236, 244)
    )
    pen.polygon([(320, 260), (680, 260), (520, 500), (480, 500)], "sand")
    pen.polygon([(500, 640), (740, 920), (260, 920)], "sand")
    for y in (0, 920):
        pen.rectangle(120, y, 880, y + 80, "body", _SHEET)


def globe(pen: Pen) -> None:
    pen.stroke([(820, 160), (900, 480), (700, 800), (500, 840)], 50, "frame")
    pen.rectangle(470, 820, 530, 940, "frame")
    pen.oval(500, 950, 260, 50, "frame")
    pen.ball(480, 440, 360, "body", Look(round=60))
    for points in ([(300, 260), (480, 220), (440, 460), (330, 480)],
                   [(560, 300), (720, 360), (680, 560), (540, 480)]):  # fmt: skip
        pen.blob(points, "land")
