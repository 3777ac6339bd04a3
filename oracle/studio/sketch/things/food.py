"""Fruit, vegetables, dishes and what they are served in."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.pen import Pen

_BALL = Look(round=60)
_STEM = (104, 76, 44)


def fruit(pen: Pen, leaf: bool = True, top: int = 0, dots: bool = False, dent: bool = True) -> None:
    look = (
        Look(round=60, pattern="spots", second=pen.colour_of("body", 40), grain=5)
        if dots
        else _BALL
    )
    pen.oval(500, 560 + top // 2, 400, 420 - top // 2, "body", look)
    if dent:
        pen.oval(500, 210, 110, 50, pen.colour_of("body", -46))
        pen.stroke([(500, 220), (520, 60)], 36, _STEM)
    if leaf:
        pen.blob([(520, 150), (640, 10), (860, 40), (720, 170)], "leaf")


def pear(pen: Pen) -> None:
    pen.blob([(390, 160), (610, 160), (680, 420), (880, 700), (720, 980), (280, 980), (120, 700),
              (320, 420)], "body", _BALL)  # fmt: skip
    pen.stroke([(500, 180), (530, 20)], 36, _STEM)
    pen.blob([(540, 130), (680, 10), (820, 90)], "leaf")


def banana(pen: Pen) -> None:
    pen.blob([(90, 180), (180, 140), (300, 560), (640, 700), (930, 560), (960, 640), (760, 900),
              (380, 900), (130, 620)], "body", Look(slope=60))  # fmt: skip
    pen.polygon([(80, 200), (110, 80), (170, 80), (190, 180)], _STEM)


def cherries(pen: Pen) -> None:
    pen.stroke([(300, 660), (420, 300), (620, 60)], 24, (80, 130, 60))
    pen.stroke([(720, 700), (660, 360), (620, 60)], 24, (80, 130, 60))
    pen.blob([(620, 70), (780, -20), (940, 100), (780, 160)], "leaf")
    pen.ball(290, 760, 220, "body", _BALL)
    pen.ball(720, 780, 210, "body", _BALL)


def grapes(pen: Pen) -> None:
    pen.stroke([(500, 200), (520, 20)], 36, _STEM)
    pen.blob([(510, 160), (700, 0), (920, 100), (740, 240)], "leaf")
    for row, count in enumerate((4, 5, 4, 3, 2, 1)):
        for index in range(count):
            x = 500 + (2 * index - count + 1) * 95
            pen.ball(x, 250 + row * 130, 105, pen.colour_of("body", (index + row) % 3 * 10), _BALL)


def strawberry(pen: Pen) -> None:
    look = Look(round=60, pattern="spots", second=(250, 226, 130), grain=6)
    pen.blob([(500, 220), (820, 120), (980, 420), (760, 800), (500, 1020), (240, 800), (20, 420),
              (180, 120)], "body", look)  # fmt: skip
    for tip in ((240, 60), (400, 330), (600, 330), (760, 60), (500, -20)):
        pen.blob([(440, 150), tip, (560, 150)], "leaf")


def pineapple(pen: Pen) -> None:
    for tip in ((240, 90), (380, -20), (500, -60), (620, -20), (760, 90)):
        pen.polygon([(420, 360), tip, (580, 360)], "leaf", Look(slope=40))
    look = Look(round=40, pattern="checks", second=pen.colour_of("body", -34), grain=7)
    pen.oval(500, 670, 300, 340, "body", look)


def slice_of_melon(pen: Pen) -> None:
    pen.blob([(0, 200), (1000, 200), (860, 800), (500, 960), (140, 800)], "rind", Look(slope=20))
    pen.blob([(70, 200), (930, 200), (800, 740), (500, 870), (200, 740)], "body", Look(slope=40))
    for x, y in ((300, 380), (500, 340), (700, 380), (400, 560), (600, 560), (500, 720)):
        pen.oval(x, y, 24, 44, (40, 30, 30))


def carrot(pen: Pen) -> None:
    for tip in ((300, 0), (500, -40), (700, 20)):
        pen.stroke([(500, 280), tip], 60, "leaf", end=30)
    pen.blob([(320, 260), (680, 260), (640, 520), (500, 1080), (360, 520)], "body", Look(slope=60))
    for y, x in ((400, 380), (540, 560), (680, 440)):
        pen.stroke([(x, y), (x + 90, y + 10)], 18, pen.colour_of("body", -40))


def pumpkin(pen: Pen, face: bool = False) -> None:
    pen.stroke([(500, 240), (480, 110), (560, 30)], 80, (96, 116, 56), end=50)
    for x, wide, change in (
        (250, 240, -24),
        (750, 240, -24),
        (370, 240, -8),
        (630, 240, -8),
        (500, 220, 6),
    ):
        pen.oval(x, 610, wide, 370, pen.colour_of("body", change), Look(round=40))
    if face:
        pen.shine(500, 640, 500, (255, 200, 70), 34)
        for x in (330, 670):
            pen.polygon([(x - 90, 560), (x, 400), (x + 90, 560)], (255, 220, 90))
        pen.polygon([(230, 690), (400, 740), (500, 700), (600, 740), (770, 690), (640, 860),
            (500, 800),
                     (360, 860)], (255, 220, 90))  # fmt: skip


def broccoli(pen: Pen) -> None:
    pen.polygon([(400, 560), (600, 560), (640, 1000), (360, 1000)], pen.colour_of("body", 50))
    for x, y, size in ((260, 440, 200), (740, 440, 200), (500, 260, 240), (500, 520, 230)):
        pen.ball(x, y, size, "body", Look(round=50))


def loaf(pen: Pen) -> None:
    pen.blob([(40, 960), (20, 480), (240, 180), (760, 180), (980, 480), (960, 960)], "body", _BALL)
    for x in (280, 480, 680):
        pen.stroke([(x - 70, 520), (x + 70, 300)], 50, pen.colour_of("body", 50))


def cake(pen: Pen, tiers: int = 2, candle: bool = True) -> None:
    for tier in range(tiers):
        low, half = 1000 - tier * 340, 440 - tier * 130
        pen.rectangle(500 - half, low - 340, 500 + half, low, "body", Look(slope=40))
        pen.rectangle(500 - half, low - 340, 500 + half, low - 260, "icing")
        for x in range(500 - half + 40, 500 + half, 80):
            pen.oval(x, low - 262, 40, 60, "icing")
    top = 1000 - tiers * 340
    for x in (420, 500, 580) if candle else ():
        pen.rectangle(x - 14, top - 150, x + 14, top, (90, 150, 230))
        pen.shine(x, top - 190, 90, (255, 210, 90), 50)
        pen.blob([(x - 22, top - 150), (x, top - 260), (x + 22, top - 150)], (255, 200, 60))


def cupcake(pen: Pen) -> None:
    look = Look(slope=30, pattern="stripes", second=pen.colour_of("body", -30), grain=8)
    pen.polygon([(190, 540), (810, 540), (700, 1000), (300, 1000)], "body", look)
    for y, half in ((520, 370), (380, 290), (250, 200)):
        pen.oval(500, y, half, 120, "icing")
    pen.ball(500, 120, 90, (214, 30, 50))


def ring_cake(pen: Pen) -> None:
    pen.oval(500, 500, 480, 470, "body", _BALL)
    pen.oval(500, 470, 430, 410, "icing", Look(round=40))
    chance = pen.chance.named("sprinkles")
    for _ in range(30):
        x, y = 500 + chance.around(330), 470 + chance.around(310)
        tone = (chance.between(120, 255), chance.between(80, 255), chance.between(80, 255))
        pen.oval(x, y, 30, 12, tone, Look(slope=0), chance.between(0, 180))
    pen.oval(500, 490, 150, 140, pen.colour_of("body", -60))


def pizza(pen: Pen) -> None:
    pen.oval(500, 500, 490, 490, (206, 146, 80), _BALL)
    pen.oval(500, 500, 430, 430, "body", Look(slope=20))
    for x, y in ((350, 330), (640, 300), (720, 560), (500, 520), (300, 620), (560, 760)):
        pen.ball(x, y, 80, (186, 44, 34))
    for x, y in ((480, 300), (260, 470), (640, 460), (430, 690), (680, 700)):
        pen.oval(x, y, 50, 22, (60, 130, 56), turn=40)


def burger(pen: Pen) -> None:
    pen.rectangle(80, 800, 920, 960, "body", Look(slope=50))
    pen.rectangle(60, 660, 940, 810, (96, 54, 36), Look(slope=30))
    pen.polygon(
        [(60, 650), (940, 650), (840, 740), (740, 660), (600, 760), (440, 660)], (252, 200, 60)
    )
    pen.blob([(30, 600), (200, 540), (500, 580), (800, 540), (970, 600), (800, 680), (200, 680)],
             (110, 180, 70))  # fmt: skip
    pen.blob([(70, 560), (120, 180), (500, 40), (880, 180), (930, 560)], "body", _BALL)


def cone(pen: Pen) -> None:
    look = Look(slope=40, pattern="checks", second=(176, 116, 60), grain=8)
    pen.polygon([(270, 440), (730, 440), (500, 1020)], (220, 160, 90), look)
    pen.ball(380, 340, 190, "body", _BALL)
    pen.ball(620, 340, 190, "second", _BALL)
    pen.ball(500, 180, 190, "third", _BALL)


def egg(pen: Pen) -> None:
    pen.blob(
        [(500, -20), (840, 380), (900, 720), (500, 1020), (100, 720), (160, 380)], "body", _BALL
    )


def cheese(pen: Pen) -> None:
    pen.polygon([(20, 560), (900, 200), (980, 520), (980, 940), (20, 940)], "body", Look(slope=40))
    pen.polygon([(20, 560), (900, 200), (980, 520)], pen.colour_of("body", 24))
    for x, y, size in ((250, 760, 80), (520, 660, 60), (700, 820, 90), (860, 640, 50)):
        pen.ball(x, y, size, pen.colour_of("body", -44))


def cup(pen: Pen, steam: bool = True, saucer: bool = False) -> None:
    if steam:
        for x in (330, 500):
            pen.stroke([(x, 260), (x + 50, 170), (x - 20, 90), (x + 40, 0)], 26, (250, 250, 250),
                       Look(opacity=26))  # fmt: skip
    pen.stroke([(720, 480), (930, 480), (920, 760), (690, 780)], 70, "body")
    pen.blob(
        [(110, 330), (790, 330), (780, 780), (660, 960), (240, 960), (120, 780)],
        "body",
        Look(slope=70),
    )
    pen.oval(450, 350, 320, 60, pen.colour_of("body", 20))
    pen.oval(450, 356, 280, 42, "drink")
    if saucer:
        pen.oval(450, 960, 460, 60, "body")


def glass(pen: Pen, wine: bool = True) -> None:
    look = Look(slope=50, opacity=40)
    if wine:
        pen.rectangle(480, 520, 520, 940, (210, 226, 236))
        pen.oval(500, 950, 230, 40, (210, 226, 236))
        pen.blob([(230, 40), (770, 40), (740, 420), (500, 620), (260, 420)], (220, 236, 246), look)
        pen.blob(
            [(250, 240), (750, 240), (700, 430), (500, 580), (300, 430)], "drink", Look(slope=40)
        )
        return
    pen.polygon([(220, 60), (780, 60), (700, 980), (300, 980)], (220, 236, 246), look)
    pen.polygon([(240, 300), (760, 300), (695, 960), (305, 960)], "drink", Look(slope=50))


def bottle(pen: Pen) -> None:
    pen.rectangle(430, 20, 570, 120, "cork")
    pen.blob([(420, 80), (580, 80), (590, 340), (760, 480), (760, 1010), (240, 1010), (240, 480),
              (410, 340)], "body", Look(slope=70))  # fmt: skip
    pen.rectangle(260, 600, 740, 820, "label")


def jug(pen: Pen, spout: bool = False) -> None:
    pen.stroke([(690, 340), (930, 360), (900, 640), (720, 740)], 60, "body")
    if spout:
        pen.stroke([(280, 700), (90, 560), (20, 380)], 110, "body", Look(slope=30), end=60)
        pen.oval(500, 260, 120, 40, "body")
        pen.ball(500, 210, 50, "body")
    pen.blob(
        [(330, 260), (670, 260), (820, 620), (700, 980), (300, 980), (180, 620)], "body", _BALL
    )


def bowl(pen: Pen, heap: bool = True) -> None:
    if heap:
        colours = ((206, 40, 44), (244, 150, 40), (110, 170, 60), (246, 210, 60), (150, 60, 130))
        for index, colour in enumerate(colours):
            pen.ball(230 + index * 135, 380 - index % 2 * 120, 140, colour, _BALL)
    pen.blob(
        [(20, 420), (980, 420), (820, 860), (620, 980), (380, 980), (180, 860)],
        "body",
        Look(slope=60),
    )


def plate(pen: Pen) -> None:
    pen.oval(500, 560, 490, 400, "body", Look(round=16))
    pen.oval(500, 560, 340, 270, pen.colour_of("body", -20))


def pot(pen: Pen) -> None:
    for side in (-1, 1):
        pen.stroke([(500 + side * 380, 500), (500 + side * 500, 480)], 70, (50, 50, 54))
    pen.blob([(110, 380), (890, 380), (880, 940), (120, 940)], "body", Look(slope=70))
    pen.oval(500, 380, 400, 70, pen.colour_of("body", 30))
    pen.ball(500, 300, 60, (50, 50, 54))
