"""Furniture and what stands, hangs and lies in a room."""

from __future__ import annotations

from dataclasses import replace

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.pen import Pen
from oracle.studio.sketch.things.plants import bush, flower

_WOOD = Look(slope=40)
_GLOW: Colour = (255, 220, 130)


def table(pen: Pen, drawers: bool = False, cloth: bool = False) -> None:
    for x in (110, 820):
        pen.rectangle(x, 200, x + 70, 1000, pen.colour_of("body", -20), _WOOD)
    if drawers:
        pen.rectangle(560, 200, 900, 720, pen.colour_of("body", -10), _WOOD)
        for y in (300, 500):
            pen.ball(730, y, 24, "gold")
    pen.polygon([(120, 60), (880, 60), (1000, 200), (0, 200)], pen.colour_of("body", 20), _WOOD)
    pen.rectangle(0, 190, 1000, 260, "body")
    if cloth:
        pen.polygon([(120, 50), (880, 50), (1010, 200), (980, 480), (20, 480), (-10, 200)], "cloth")


def chair(pen: Pen) -> None:
    pen.rectangle(180, 20, 260, 1000, "body", _WOOD)
    pen.rectangle(720, 560, 790, 1000, pen.colour_of("body", -20), _WOOD)
    for y in (80, 220, 360):
        pen.rectangle(180, y, 640, y + 60, "body")
    pen.rectangle(600, 20, 670, 560, "body", _WOOD)
    pen.polygon([(160, 540), (680, 540), (860, 600), (860, 660), (160, 660)], "seat")
    pen.rectangle(560, 660, 620, 940, pen.colour_of("body", -30))


def sofa(pen: Pen, seats: int = 2) -> None:
    pen.blob([(60, 620), (90, 120), (910, 120), (940, 620)], "body", _WOOD)
    for index in range(seats):
        left = 150 + index * 700 // seats
        pen.blob([(left, 480), (left, 700), (left + 690 // seats, 700), (left + 690 // seats, 480)],
                 pen.colour_of("body", 18), _WOOD)  # fmt: skip
    pen.rectangle(120, 660, 880, 880, "body", _WOOD)
    for x in (20, 820):
        pen.blob(
            [(x, 420), (x + 160, 420), (x + 160, 900), (x, 900)], pen.colour_of("body", -12), _WOOD
        )
    for x in (100, 840):
        pen.rectangle(x, 880, x + 50, 1000, (80, 54, 36))


def bed(pen: Pen) -> None:
    pen.rectangle(20, 100, 110, 1000, "frame", _WOOD)
    pen.rectangle(890, 380, 970, 1000, "frame", _WOOD)
    pen.rectangle(60, 560, 940, 860, "frame")
    pen.blob([(100, 480), (140, 340), (380, 340), (400, 500)], (250, 248, 242), Look(round=30))
    pen.blob([(90, 480), (940, 460), (950, 800), (90, 800)], "sheet", _WOOD)
    pen.blob([(330, 450), (950, 430), (950, 840), (360, 840)], "body", _WOOD)


def lamp(pen: Pen, tall: bool = False) -> None:
    pen.shine(500, 260, 900, _GLOW, 44)
    pen.rectangle(480, 380, 520, 960, "frame", Look(slope=60))
    pen.oval(500, 960, 200 if tall else 260, 40, "frame")
    if not tall:
        pen.blob([(380, 520), (620, 520), (640, 940), (360, 940)], "frame", Look(round=60))
    pen.polygon([(330, 60), (670, 60), (860, 420), (140, 420)], "body", Look(slope=40))


def street_lamp(pen: Pen) -> None:
    pen.shine(500, 170, 1500, _GLOW, 50 if pen.lamps_on else 18)
    pen.rectangle(460, 280, 540, 1000, "frame", Look(slope=60))
    pen.rectangle(340, 940, 660, 1000, "frame")
    pen.polygon([(330, 90), (670, 90), (600, 280), (400, 280)], "body")
    pen.polygon([(280, 100), (500, 10), (720, 100)], "frame")


def chandelier(pen: Pen) -> None:
    pen.rectangle(490, -200, 510, 300, "body")
    for x in (100, 300, 500, 700, 900):
        pen.stroke([(500, 300), ((x + 500) // 2, 760), (x, 620)], 30, "body")
        pen.rectangle(x - 22, 420, x + 22, 620, (250, 246, 230))
        pen.shine(x, 360, 160, _GLOW, 50)
        pen.blob([(x - 26, 420), (x, 270), (x + 26, 420)], (255, 214, 90))


def shelf(pen: Pen, books: bool = True, doors: bool = False) -> None:
    pen.rectangle(40, 20, 960, 1000, "body", _WOOD)
    if doors:
        for x in (90, 520):
            pen.rectangle(x, 80, x + 390, 920, pen.colour_of("body", 20), _WOOD)
        for x in (450, 550):
            pen.ball(x, 500, 24, "gold")
        return
    spines = ((170, 50, 46), (50, 96, 150), (60, 130, 80), (210, 170, 70), (110, 70, 130))
    chance = pen.chance.named("books")
    for row in range(4):
        top = 60 + row * 235
        pen.rectangle(90, top, 910, top + 200, pen.colour_of("body", -60))
        x = 100
        while books and x < 850:
            wide, tall = chance.between(30, 60), chance.between(120, 180)
            pen.rectangle(
                x, top + 200 - tall, x + wide, top + 200, spines[chance.between(0, 4)], _WOOD
            )
            x += wide + 6


def window(pen: Pen, curtain: bool = False) -> None:
    pen.rectangle(40, 20, 960, 960, "frame")
    pen.rectangle(90, 70, 910, 910, "body", Look(slope=90))
    pen.rectangle(475, 70, 525, 910, "frame")
    pen.rectangle(90, 460, 910, 510, "frame")
    pen.rectangle(0, 950, 1000, 1000, pen.colour_of("frame", -20))
    for side in (-1, 1) if curtain else ():
        pen.polygon(
            [
                (500 + side * 540, -20),
                (500 + side * 120, -20),
                (500 + side * 380, 500),
                (500 + side * 330, 1010),
                (500 + side * 540, 1010),
            ],
            "cloth",
            Look(slope=70),
        )
        pen.stroke([(-60, -20), (1060, -20)], 30, (120, 84, 52))


def door(pen: Pen) -> None:
    pen.rectangle(0, 0, 1000, 1000, pen.colour_of("body", -40))
    pen.rectangle(80, 40, 920, 1000, "body", _WOOD)
    for top, low in ((110, 460), (540, 930)):
        for left in (160, 540):
            pen.rectangle(left, top, left + 300, low, pen.colour_of("body", -22), _WOOD)
    pen.ball(850, 520, 44, "gold")


def picture(pen: Pen, mirror: bool = False) -> None:
    pen.rectangle(0, 0, 1000, 1000, "frame", Look(slope=60))
    if mirror:
        pen.rectangle(80, 80, 920, 920, "body", Look(slope=110))
        pen.polygon(
            [(140, 700), (600, 120), (700, 120), (240, 700)], (244, 250, 255), Look(opacity=30)
        )
        return
    pen.rectangle(80, 80, 920, 560, (150, 196, 230), Look(slope=40))
    pen.rectangle(80, 560, 920, 920, "body", Look(slope=40))
    pen.polygon([(80, 600), (340, 260), (560, 600)], (120, 124, 140))
    pen.polygon([(380, 600), (640, 360), (900, 600)], (96, 104, 122))
    pen.ball(740, 220, 80, (250, 224, 120))


def clock(pen: Pen, standing: bool = False) -> None:
    y, size = (220, 210) if standing else (500, 450)
    if standing:
        pen.rectangle(200, 60, 800, 1000, "frame", _WOOD)
        pen.rectangle(320, 460, 680, 920, pen.colour_of("frame", -50))
        pen.stroke([(500, 460), (560, 780)], 24, "gold")
        pen.ball(565, 800, 90, "gold")
    pen.ball(500, y, size + 40, "frame")
    pen.ball(500, y, size, "body", Look(round=10))
    tall = pen.box.width * 1000 // max(pen.box.height, 1)
    for angle in range(0, 360, 30):
        x, at = (
            500 + size * 85 * cosine(angle) // 102400,
            y + size * 85 * sine(angle) * tall // 102400000,
        )
        pen.ball(x, at, size // 16, (40, 36, 40))
    for angle, long in ((-60, 45), (60, 70)):
        tip = (
            500 + size * long * cosine(angle) // 102400,
            y + size * long * sine(angle) * tall // 102400000,
        )
        pen.stroke([(500, y), tip], size // 10, (40, 36, 40))


def rug(pen: Pen) -> None:
    pen.polygon([(160, 60), (840, 60), (1000, 960), (0, 960)], "body")
    pen.polygon([(200, 160), (800, 160), (920, 840), (80, 840)], "border")
    pen.polygon([(230, 240), (770, 240), (860, 760), (140, 760)], "body")
    pen.oval(500, 500, 190, 150, "border")


def fireplace(pen: Pen) -> None:
    look = Look(slope=20, pattern="bricks", second=pen.colour_of("body", -40), grain=8)
    pen.rectangle(60, 160, 940, 1000, "body", look)
    pen.rectangle(0, 80, 1000, 180, (120, 84, 54), _WOOD)
    pen.rectangle(240, 400, 760, 1000, (34, 28, 28))
    fire(pen, 500, 980, 200, 420)


def fire(pen: Pen, x: int, base: int, half: int, tall: int) -> None:
    pen.shine(x, base - tall // 2, half * 3, (255, 160, 50), 54)
    for share, colour in ((10, (226, 70, 24)), (7, (250, 150, 40)), (4, (255, 230, 120))):
        wide, high = half * share // 10, tall * share // 10
        pen.blob([(x - wide, base), (x - wide, base - high // 2), (x - wide // 3,
            base - high * 7 // 10),
                  (x, base - high), (x + wide // 3, base - high * 6 // 10), (x + wide,
                      base - high // 2),
                  (x + wide, base)], colour, Look(slope=10))  # fmt: skip


def bonfire(pen: Pen) -> None:
    fire(pen, 500, 900, 340, 880)
    for line in ([(120, 960), (860, 820)], [(880, 960), (140, 820)], [(300, 980), (700, 970)]):
        pen.stroke(line, 90, "wood", _WOOD)


def candle(pen: Pen) -> None:
    pen.shine(500, 160, 1300, _GLOW, 50)
    pen.rectangle(340, 330, 660, 960, "body", Look(slope=50))
    pen.rectangle(488, 260, 512, 340, (60, 50, 46))
    pen.blob([(400, 260), (500, 0), (600, 260), (500, 310)], (255, 190, 70))
    pen.blob([(450, 260), (500, 100), (550, 260)], (255, 244, 190))
    pen.oval(500, 960, 300, 40, "gold")


def lantern(pen: Pen) -> None:
    pen.shine(500, 560, 900, _GLOW, 50)
    pen.stroke([(330, 220), (500, 20), (670, 220)], 40, "frame")
    pen.polygon([(260, 300), (500, 160), (740, 300)], "frame")
    pen.rectangle(280, 300, 720, 880, "body", Look(round=40))
    for x in (280, 480, 690):
        pen.rectangle(x, 300, x + 34, 880, "frame")
    pen.rectangle(220, 870, 780, 980, "frame")


def torch(pen: Pen) -> None:
    pen.polygon([(420, 420), (580, 420), (540, 1000), (460, 1000)], "body", _WOOD)
    fire(pen, 500, 440, 170, 440)


def piano(pen: Pen) -> None:
    pen.blob(
        [(60, 420), (80, 100), (560, 40), (940, 260), (960, 480), (60, 520)], "body", Look(slope=50)
    )
    pen.polygon([(100, 90), (560, -160), (900, 230), (560, 60)], pen.colour_of("body", 20))
    pen.rectangle(40, 460, 980, 600, "body")
    for x in range(70, 960, 36):
        pen.rectangle(x, 540, x + 30, 600, (250, 250, 244))
    for x in (110, 500, 880):
        pen.rectangle(x, 600, x + 50, 1000, "body")


def guitar(pen: Pen, violin: bool = False) -> None:
    pen.rectangle(462, 40, 538, 560, (84, 54, 36))
    pen.rectangle(440, 0, 560, 90, (60, 40, 30))
    pen.blob([(340, 480), (660, 480), (690, 620), (640, 700), (820, 860), (680, 1010), (320, 1010),
              (180, 860), (360, 700), (310, 620)], "body", Look(round=40))  # fmt: skip
    if violin:
        pen.stroke([(860, 120), (760, 1000)], 24, (110, 70, 44))
    else:
        pen.ball(500, 680, 100, (50, 34, 26))
    pen.rectangle(430, 860, 570, 890, (60, 40, 30))
    for x in (480, 500, 520):
        pen.rectangle(x, 60, x + 6, 870, (230, 226, 216))


def drum(pen: Pen) -> None:
    pen.rectangle(120, 360, 880, 860, "body", Look(slope=60))
    pen.oval(500, 860, 380, 120, "body")
    pen.oval(500, 360, 390, 130, (244, 236, 216))
    for x in range(140, 860, 120):
        pen.stroke([(x, 440), (x + 60, 900), (x + 120, 440)], 16, "gold", soft=False)
    for line in ([(300, 60), (520, 340)], [(760, 80), (560, 340)]):
        pen.stroke(line, 34, (150, 104, 62))


def trumpet(pen: Pen) -> None:
    pen.polygon([(640, 440), (1000, 160), (1000, 840), (640, 560)], "body", Look(slope=70))
    pen.stroke([(20, 500), (700, 500)], 90, "body", Look(slope=50))
    pen.stroke([(260, 520), (240, 760), (620, 760), (600, 520)], 60, "body")
    for x in (340, 420, 500):
        pen.rectangle(x, 300, x + 44, 520, "body", Look(slope=60))


def plant_pot(pen: Pen, what: str = "bush") -> None:

    upper = pen.inside(replace(pen.box, height=pen.box.height * 7 // 10))
    if what == "flower":
        flower(upper)
    else:
        bush(upper)
    pen.polygon([(260, 640), (740, 640), (660, 1000), (340, 1000)], "pot", Look(slope=60))
    pen.rectangle(230, 610, 770, 690, "pot")


def vase(pen: Pen, flowers: bool = True) -> None:
    if flowers:
        for x, y in ((260, 160), (500, 60), (740, 160), (380, 260), (620, 250)):
            pen.stroke([(500, 560), (x, y)], 24, "stem")
            for angle in range(0, 360, 60):
                pen.ball(x + 70 * cosine(angle) // 1024, y + 44 * sine(angle) // 1024, 56, "petal")
            pen.ball(x, y, 40, "heart")
    pen.blob([(400, 470), (600, 470), (580, 560), (760, 760), (640, 1010), (360, 1010), (240, 760),
              (420, 560)], "body", Look(round=60))  # fmt: skip
