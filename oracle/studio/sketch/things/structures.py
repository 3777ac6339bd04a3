"""What is built but not lived in."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.pen import Pen

_GLASS: Colour = (120, 160, 190)
_LAMP: Colour = (255, 214, 110)
_WALL = Look(slope=26)


def bridge(pen: Pen) -> None:
    pen.blob(
        [(-40, 560), (500, 60), (1040, 560), (1040, 760), (500, 300), (-40, 760)], "wall", _WALL
    )
    pen.polygon([(0, 480), (500, 230), (1000, 480), (1000, 1000), (0, 1000)], "wall", _WALL)
    for x, radius in ((190, 130), (500, 150), (810, 130)):
        pen.oval(x, 760, radius, 210, pen.colour_of("wall", -76))
        pen.rectangle(x - radius, 760, x + radius, 1000, pen.colour_of("wall", -76))


def arch(pen: Pen) -> None:
    pen.rectangle(80, 100, 920, 1000, "wall", _WALL)
    pen.rectangle(40, 60, 960, 170, "wall")
    pen.oval(500, 520, 210, 220, "inside")
    pen.rectangle(290, 520, 710, 1000, "inside")


def tent(pen: Pen, stripes: bool = False) -> None:
    pen.polygon([(20, 1000), (500, 120), (980, 1000)], "cloth", Look(slope=40))
    if stripes:
        for x in (-360, -120, 120, 360):
            pen.polygon([(500, 120), (500 + x - 60, 1000), (500 + x + 60, 1000)], "stripe")
    pen.polygon([(500, 300), (360, 1000), (640, 1000)], pen.colour_of("cloth", -80))
    pen.stroke([(500, 20), (500, 140)], 16, (90, 70, 50))


def igloo(pen: Pen) -> None:
    look = Look(slope=20, round=30, pattern="bricks", second=(176, 204, 224), grain=10)
    pen.blob([(40, 1000), (60, 480), (450, 120), (840, 480), (860, 1000)], "wall", look)
    pen.oval(760, 830, 170, 190, "wall")
    pen.rectangle(590, 830, 930, 1000, "wall")
    pen.oval(770, 860, 100, 130, (70, 96, 130))
    pen.rectangle(670, 860, 870, 1000, (70, 96, 130))


def wall(pen: Pen) -> None:
    look = Look(slope=20, pattern="bricks", second=pen.colour_of("mortar"), grain=10)
    pen.rectangle(0, 120, 1000, 1000, "wall", look)
    pen.rectangle(-10, 60, 1010, 150, pen.colour_of("wall", 14))


def fence(pen: Pen) -> None:
    for y in (380, 700):
        pen.rectangle(0, y, 1000, y + 80, "wall")
    for x in range(20, 1000, 120):
        pen.polygon([(x, 1000), (x, 200), (x + 38, 90), (x + 76, 200), (x + 76, 1000)], "wall")


def well(pen: Pen) -> None:
    for x in (180, 760):
        pen.rectangle(x, 260, x + 60, 720, "frame")
    pen.polygon([(60, 330), (500, 40), (940, 330)], "roof", Look(slope=40))
    pen.rectangle(490, 320, 510, 560, "frame")
    pen.polygon([(430, 520), (570, 520), (550, 640), (450, 640)], "frame")
    look = Look(slope=30, pattern="bricks", second=pen.colour_of("wall", -44), grain=11)
    pen.rectangle(120, 680, 880, 1000, "wall", look)
    pen.oval(500, 680, 380, 60, pen.colour_of("wall", 20))
    pen.oval(500, 685, 300, 42, (40, 60, 80))


def fountain(pen: Pen) -> None:
    for side in (-1, 1):
        for reach in (130, 260, 380):
            pen.stroke([(500, 160), (500 + side * reach * 6 // 10, 60), (500 + side * reach,
                780)], 26,
                       (200, 230, 250), Look(opacity=44))  # fmt: skip
    pen.rectangle(440, 260, 560, 900, "wall", Look(slope=60))
    pen.blob([(250, 420), (750, 420), (620, 560), (380, 560)], "wall")
    pen.oval(500, 860, 480, 130, "wall")
    pen.oval(500, 830, 430, 90, (92, 166, 214))


def column(pen: Pen, broken: bool = False) -> None:
    top = 330 if broken else 100
    pen.rectangle(300, top, 700, 900, "wall", Look(slope=70))
    for x in range(340, 700, 90):
        pen.rectangle(x, top, x + 14, 900, pen.colour_of("wall", -30))
    pen.rectangle(200, 880, 800, 1000, "wall")
    if broken:
        pen.polygon(
            [(300, 340), (420, 240), (560, 360), (700, 280), (700, 420), (300, 420)], "wall"
        )
    else:
        pen.rectangle(200, 20, 800, 120, "wall")
