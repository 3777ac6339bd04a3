"""Houses, towers and what else is built."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.pen import Pen

_GLASS: Colour = (120, 160, 190)
_LAMP: Colour = (255, 214, 110)
_WALL = Look(slope=26)


def window(pen: Pen, left: int, top: int, right: int, bottom: int, bars: bool = True) -> None:
    """A window; by night somebody is at home."""
    lit = pen.lamps_on
    pen.rectangle(left - 8, top - 8, right + 8, bottom + 8, "frame")
    pen.rectangle(left, top, right, bottom, "lamp" if lit else "window", Look(slope=60))
    if bars:
        x, y = (left + right) // 2, (top + bottom) // 2
        pen.rectangle(x - 5, top, x + 5, bottom, "frame")
        pen.rectangle(left, y - 5, right, y + 5, "frame")
    if lit:
        pen.shine((left + right) // 2, (top + bottom) // 2, (right - left) * 2, _LAMP, 30)


def door(pen: Pen, left: int, top: int, right: int, arched: bool = False) -> None:
    if arched:
        pen.oval((left + right) // 2, top, (right - left) // 2, (right - left) // 2, "door")
    pen.rectangle(left, top, right, 1000, "door", Look(slope=30))
    pen.ball(right - (right - left) // 5, (top + 1000) // 2, 12, "gold")


def house(pen: Pen, floors: int = 1, chimney: bool = True, thatch: bool = False) -> None:
    eaves = 480 - floors * 60
    if chimney:
        pen.rectangle(690, 90, 780, 400, "brick", _WALL)
        pen.rectangle(675, 80, 795, 120, "brick")
    pen.rectangle(120, eaves - 20, 880, 1000, "wall", _WALL)
    pen.polygon([(120, eaves), (880, eaves), (880, eaves + 40), (120, eaves + 40)],
                pen.colour_of("wall", -34))  # fmt: skip
    if thatch:
        pen.blob([(20, eaves + 60), (180, 100), (500, 20), (820, 100), (980, 480), (980,
            eaves + 60),
                  (500, eaves + 70)], "roof", Look(slope=50))  # fmt: skip
    else:
        pen.polygon([(40, eaves + 10), (250, 100), (750, 100), (960, eaves + 10)], "roof",
                    Look(slope=50))  # fmt: skip
        pen.polygon([(40, eaves + 10), (960, eaves + 10), (950, eaves + 36), (50, eaves + 36)],
                    pen.colour_of("roof", -40))  # fmt: skip
    height = (960 - eaves) // floors
    for floor in range(floors):
        y = eaves + 80 + floor * height
        tall = min(height // 2, 190)
        for x in (190, 690):
            window(pen, x, y, x + 130, y + tall)
        if floor < floors - 1:
            window(pen, 440, y, 560, y + tall)
    door(pen, 430, 690, 570)


def cabin(pen: Pen) -> None:
    look = Look(slope=20, pattern="bands", second=pen.colour_of("wall", -24), grain=6)
    pen.rectangle(660, 120, 750, 400, "stone", _WALL)
    pen.polygon([(130, 1000), (130, 500), (500, 160), (870, 500), (870, 1000)], "wall", look)
    pen.polygon([(30, 560), (500, 110), (970, 560), (930, 600), (500, 200), (70, 600)], "roof")
    window(pen, 610, 620, 760, 770)
    door(pen, 280, 640, 450)


def barn(pen: Pen) -> None:
    pen.polygon([(80, 1000), (80, 460), (220, 200), (500, 60), (780, 200), (920, 460), (920, 1000)],
                "wall", Look(slope=24))  # fmt: skip
    for x in range(150, 900, 70):
        pen.rectangle(x, 430, x + 8, 1000, pen.colour_of("wall", -28))
    pen.polygon([(40, 480), (190, 180), (500, 20), (810, 180), (960, 480), (910, 490), (770, 230),
                 (500, 90), (230, 230), (90, 490)], "roof")  # fmt: skip
    pen.rectangle(320, 600, 680, 1000, "door")
    for line in ([(330, 610), (670, 990)], [(670, 610), (330, 990)]):
        pen.stroke(line, 26, "trim")
    pen.rectangle(430, 270, 570, 410, "door")


def tower(pen: Pen, left: int, right: int, top: int, *, roof: int = 0, flag: bool = False) -> None:
    """A round tower with battlements or, of height `roof`, a pointed roof."""
    pen.rectangle(left, top, right, 1000, "wall", Look(slope=60))
    wide = right - left
    if roof:
        pen.polygon([(left - wide // 6, top + 10), ((left + right) // 2, top - roof),
                     (right + wide // 6, top + 10)], "roof", Look(slope=50))  # fmt: skip
    else:
        pen.rectangle(
            left - wide // 8, top - 20, right + wide // 8, top + 40, "wall", Look(slope=50)
        )
        for step in range(4):
            x = left - wide // 8 + step * wide * 10 // 32
            pen.rectangle(x, top - 70, x + wide // 6, top, "wall")
    x = (left + right) // 2
    for y in range(top + 120, 900, 220):
        window(pen, x - wide // 9, y, x + wide // 9, y + 90, bars=False)
    if flag:
        peak = top - roof
        pen.stroke([(x, peak - 110), (x, peak + 10)], 12, "door")
        pen.polygon([(x, peak - 110), (x + 110, peak - 80), (x, peak - 45)], "flag")


def castle(pen: Pen) -> None:
    tower(pen, 400, 600, 270, roof=200, flag=True)
    tower(pen, 190, 330, 420, roof=170)
    tower(pen, 670, 810, 420, roof=170)
    pen.rectangle(120, 640, 880, 1000, "wall", _WALL)
    for step in range(12):
        pen.rectangle(120 + step * 66, 590, 160 + step * 66, 660, "wall")
    tower(pen, 40, 190, 520, flag=True)
    tower(pen, 810, 960, 520, flag=True)
    pen.oval(500, 800, 100, 90, "door")
    pen.rectangle(400, 800, 600, 1000, "door")
    for x in range(430, 600, 40):
        pen.rectangle(x, 740, x + 8, 1000, pen.colour_of("door", 40))


def lone_tower(pen: Pen, roof: int = 0) -> None:
    tower(pen, 220, 780, 120 + roof, roof=roof, flag=bool(roof))
    door(pen, 410, 860, 590, arched=True)


def lighthouse(pen: Pen) -> None:
    pen.polygon([(60, 1000), (140, 900), (860, 900), (940, 1000)], "stone")
    for band in range(6):
        high, low = 260 + band * 108, 368 + band * 108
        inset = 330 - band * 22
        pen.polygon([(inset, high), (1000 - inset, high), (1022 - inset, low), (inset - 22, low)],
                    "body" if band % 2 == 0 else "stripe", Look(slope=70))  # fmt: skip
    pen.rectangle(250, 235, 750, 265, "frame")
    pen.rectangle(370, 120, 630, 240, "lamp", Look(slope=60))
    for x in (370, 495, 620):
        pen.rectangle(x, 120, x + 14, 240, "frame")
    pen.polygon([(320, 125), (500, 20), (680, 125)], "body")
    door(pen, 430, 800, 570, arched=True)
    pen.shine(500, 180, 900 if pen.lamps_on else 300, _LAMP, 50 if pen.lamps_on else 20)


def church(pen: Pen, dome: bool = False) -> None:
    pen.rectangle(330, 500, 950, 1000, "wall", _WALL)
    pen.polygon([(300, 520), (400, 330), (880, 330), (980, 520)], "roof", Look(slope=50))
    pen.rectangle(110, 330, 370, 1000, "wall", _WALL)
    if dome:
        pen.blob([(90, 340), (110, 160), (240, 60), (370, 160), (390, 340)], "roof", Look(round=50))
    else:
        pen.polygon([(80, 340), (240, 20), (400, 340)], "roof", Look(slope=50))
    pen.rectangle(230, -60, 250, 70, "gold")
    pen.rectangle(200, -30, 280, -10, "gold")
    for x in (450, 620, 790):
        pen.oval(x + 45, 620, 45, 60, "lamp" if pen.lamps_on else "window")
        window(pen, x, 620, x + 90, 820)
    pen.ball(240, 440, 60, "window")
    door(pen, 170, 800, 310, arched=True)


def temple(pen: Pen) -> None:
    for step, left in ((940, 20), (890, 50), (840, 80)):
        pen.rectangle(left, step, 1000 - left, step + 60, pen.colour_of("wall", (step - 890) // 4))
    pen.rectangle(120, 340, 880, 840, pen.colour_of("wall", -60))
    for x in range(110, 900, 148):
        pen.rectangle(x, 340, x + 80, 840, "wall", Look(slope=70))
        pen.rectangle(x - 12, 330, x + 92, 370, "wall")
        pen.rectangle(x - 12, 810, x + 92, 845, "wall")
    pen.rectangle(70, 270, 930, 340, "wall", _WALL)
    pen.polygon([(40, 275), (500, 70), (960, 275)], "roof", Look(slope=40))


def pagoda(pen: Pen, tiers: int = 4) -> None:
    for tier in range(tiers):
        low = 1000 - tier * 880 // tiers
        half = 330 - tier * 200 // tiers
        high = low - 640 // tiers
        pen.rectangle(500 - half, high, 500 + half, low, "wall", _WALL)
        for x in range(-1, 2):
            window(
                pen, 500 + x * half // 2 - 30, high + 50, 500 + x * half // 2 + 30, low - 40, False
            )
        pen.blob([(500 - half - 170, high + 20), (500 - half, high - 50), (500 - half // 2,
            high - 130),
                  (500 + half // 2, high - 130), (500 + half, high - 50), (500 + half + 170,
                      high + 20),
                  (500, high + 40)], "roof", Look(slope=50))  # fmt: skip
    pen.rectangle(488, 0, 512, 140, "gold")


def mosque(pen: Pen) -> None:
    for x in (60, 880):
        pen.rectangle(x, 260, x + 60, 1000, "wall", _WALL)
        pen.polygon([(x - 20, 270), (x + 30, 90), (x + 80, 270)], "roof")
    pen.rectangle(180, 560, 820, 1000, "wall", _WALL)
    pen.blob([(220, 570), (230, 330), (500, 120), (770, 330), (780, 570)], "roof", Look(round=60))
    pen.rectangle(490, 60, 510, 190, "gold")
    for x in (250, 680):
        window(pen, x, 680, x + 80, 830)
    door(pen, 420, 760, 580, arched=True)


def pyramid(pen: Pen) -> None:
    pen.polygon([(20, 1000), (480, 60), (640, 1000)], "wall", Look(slope=30))
    pen.polygon([(480, 60), (640, 1000), (980, 1000)], pen.colour_of("wall", -46), Look(slope=30))
    for y in range(180, 1000, 90):
        part = (y - 60) * 1000 // 940
        pen.polygon([(480 - 460 * part // 1000, y), (480 + 160 * part // 1000, y),
                     (480 + 160 * part // 1000, y + 8), (480 - 460 * part // 1000, y + 8)],
                    pen.colour_of("wall", -26))  # fmt: skip


def skyscraper(pen: Pen, columns: int = 5, rows: int = 14, spire: bool = True) -> None:
    if spire:
        pen.rectangle(485, 0, 515, 130, "frame")
        pen.rectangle(330, 90, 670, 160, "wall", _WALL)
    pen.rectangle(120, 140, 880, 1000, "wall", Look(slope=50))
    chance = pen.chance.named("windows")
    for row in range(rows):
        for column in range(columns):
            x = 170 + column * 680 // columns
            y = 180 + row * 780 // rows
            lit = pen.lamps_on and chance.between(0, 2) > 0
            part: Colour | str = "lamp" if lit else pen.colour_of("window", chance.around(16))
            pen.rectangle(x, y, x + 480 // columns, y + 460 // rows, part, Look(slope=0))


def factory(pen: Pen) -> None:
    for x in (620, 780):
        pen.polygon([(x, 420), (x + 20, 60), (x + 80, 60), (x + 100, 420)], "brick", Look(slope=50))
        for puff in range(3):
            pen.oval(x + 70 + puff * 60, 20 - puff * 60, 60 + puff * 30, 50 + puff * 20,
                     (200, 200, 204))  # fmt: skip
    for step in range(3):
        x = 40 + step * 190
        pen.polygon([(x, 420), (x, 520), (x + 190, 520)], "roof")
    pen.polygon([(40, 500), (960, 420), (960, 1000), (40, 1000)], "wall", _WALL)
    for x in range(100, 900, 160):
        window(pen, x, 600, x + 100, 730)
    door(pen, 430, 800, 590)


def windmill(pen: Pen) -> None:
    pen.polygon([(300, 1000), (380, 420), (620, 420), (700, 1000)], "wall", Look(slope=60))
    pen.blob([(350, 440), (380, 300), (500, 240), (620, 300), (650, 440)], "roof")
    door(pen, 440, 830, 560, arched=True)
    window(pen, 460, 560, 540, 650)
    for x, y in ((360, 330), (-330, 360), (330, -360), (-360, -330)):
        pen.stroke([(500, 380), (500 + x, 380 + y * 9 // 10)], 24, "door")
        a, b = 500 + x * 3 // 10, 380 + y * 27 // 100
        c, d = 500 + x, 380 + y * 9 // 10
        pen.polygon([(a, b), (c, d), (c - y // 4, d + x // 5), (a - y // 4, b + x // 5)], "sail",
                    Look(slope=20, opacity=56))  # fmt: skip
    pen.ball(500, 380, 40, "door")
