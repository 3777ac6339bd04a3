"""Animals that sit, hop, crawl and creep."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.pen import Pen, Point

_EYE = (24, 22, 26)
_FUR = Look(slope=40)


def small_rodent(pen: Pen, spines: bool = False, brush: bool = False) -> None:
    if brush:
        pen.blob(
            [(250, 900), (20, 700), (60, 120), (300, 60), (240, 400), (340, 700)], "body", _FUR
        )
    elif not spines:
        pen.stroke([(200, 880), (20, 900), (-60, 700)], 30, (226, 160, 160), end=12)
    pen.blob([(140, 980), (160, 560), (480, 340), (760, 520), (960, 860), (760, 990)], "body", _FUR)
    if spines:
        for index in range(22):
            x = 130 + index % 11 * 56
            y = 860 - index // 11 * 200 - (110 - abs(index % 11 - 5) * 22)
            tip: Point = (x - 60, y - 190)
            pen.polygon([(x - 30, y + 60), tip, (x + 40, y + 40)], "marks")
    pen.ball(650, 430, 100, pen.colour_of("body", -12))
    pen.ball(650, 430, 62, (240, 176, 176))
    pen.ball(800, 660, 30, _EYE)
    pen.ball(960, 840, 30, (226, 120, 130))
    for x in (340, 660):
        pen.oval(x, 980, 80, 30, "belly")


def reptile(pen: Pen, teeth: bool = False) -> None:
    pen.stroke([(420, 640), (160, 700), (-20, 920)], 240, "body", _FUR, end=20)
    for x in (260, 620):
        pen.stroke([(x, 700), (x + 60, 960)], 90, pen.colour_of("body", -24), end=50)
    pen.stroke([(220, 660), (480, 600), (740, 620)], 290, "body", _FUR)
    pen.blob([(660, 500), (800, 440), (1000, 600), (990, 700), (680, 790)], "body", _FUR)
    for index in range(7):
        x = 140 + index * 80
        pen.polygon([(x, 560), (x + 40, 440), (x + 80, 560)], pen.colour_of("body", -30))
    for index in range(5 if teeth else 0):
        x = 800 + index * 36
        pen.polygon([(x, 690), (x + 30, 690), (x + 15, 760)], (250, 250, 240))
    pen.ball(800, 520, 30, (240, 220, 90))
    pen.ball(806, 520, 14, _EYE)


def snake(pen: Pen) -> None:
    look = Look(slope=30, pattern="bands", second=pen.colour_of("marks"), grain=9)
    pen.stroke([(20, 900), (150, 600), (330, 900), (500, 960), (620, 600), (760, 300), (860, 420)],
               110, "body", look, end=90)  # fmt: skip
    pen.oval(880, 380, 110, 110, "body")
    pen.ball(900, 340, 24, _EYE)
    pen.stroke([(970, 400), (1080, 430)], 16, "red")


def turtle(pen: Pen) -> None:
    for x in (240, 700):
        pen.stroke([(x, 780), (x, 960)], 130, "belly")
    pen.stroke([(720, 760), (900, 560)], 130, "belly", end=120)
    pen.ball(910, 540, 90, "belly")
    pen.ball(935, 510, 22, _EYE)
    pen.blob([(40, 860), (140, 300), (460, 120), (760, 300), (840, 860)], "body", Look(round=50))
    for x, y in ((300, 440), (560, 420), (430, 660), (220, 680), (650, 660)):
        pen.oval(x, y, 90, 100, pen.colour_of("body", -30))


def frog(pen: Pen) -> None:
    for side in (-1, 1):
        pen.oval(500 + side * 320, 780, 170, 200, "body", turn=side * 20)
        pen.oval(500 + side * 330, 965, 160, 40, pen.colour_of("body", -20))
        pen.ball(500 + side * 170, 260, 130, "body")
    pen.blob(
        [(200, 420), (500, 260), (800, 420), (820, 900), (500, 1010), (180, 900)], "body", _FUR
    )
    pen.oval(500, 760, 220, 200, "belly")
    for side in (-1, 1):
        pen.ball(500 + side * 170, 250, 80, (250, 240, 180))
        pen.ball(500 + side * 170, 255, 42, _EYE)
    pen.stroke([(300, 500), (500, 570), (700, 500)], 22, pen.colour_of("body", -70))


def snail(pen: Pen) -> None:
    pen.stroke([(60, 930), (500, 900), (860, 880), (900, 560)], 150, "belly", end=90)
    for x in (860, 960):
        pen.stroke([(900, 560), (x, 330)], 22, "belly")
        pen.ball(x, 320, 28, _EYE)
    for size, change in ((330, 0), (230, -24), (140, 6), (60, -24)):
        pen.ball(420 - size // 10, 560 + size // 12, size, pen.colour_of("body", change))
