"""Trees, flowers and what else grows."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import FLAT, Colour, Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen, Point, oval_points

_LEAF = Look(round=46, slope=10)


def broadleaf(pen: Pen, crown: int = 330, dots: str = "", bare: bool = False) -> None:
    pen.polygon([(455, 1000), (470, 560), (530, 560), (550, 1000)], "trunk", Look(slope=40))
    for x, y in ((300, 380), (700, 360), (420, 250), (590, 230), (210, 520), (790, 500)):
        pen.stroke([(500, 640), ((x + 500) // 2, (y + 560) // 2), (x, y)], 44, "trunk", end=10)
        if bare:
            for turn in (-90, 20, 110):
                pen.stroke([(x, y), (x + turn, y - 130)], 14, "trunk", end=4)
    if bare:
        return
    chance = pen.chance.named("crown")
    lumps = ((300, 420), (700, 410), (500, 470), (380, 280), (630, 270), (500, 190), (500, 340))
    for index, (x, y) in enumerate(lumps):
        x, y = x + chance.around(30), y + chance.around(25)
        part, size = ("leaves", crown * (150 + chance.between(0, 30)) // 300)
        pen.oval(x, y, size, size * 9 // 10, pen.colour_of(part, -14 + index * 4), _LEAF)
    for change in (-18, -6, 8, 20):
        spots = [(500 + chance.around(300), 330 + chance.around(210)) for _ in range(6)]
        loops = [oval_points(x, y, 44, 30) for x, y in spots]
        pen.shapes(loops, pen.colour_of("leaves", change), FLAT)
    for _ in range(16 if dots else 0):
        pen.ball(500 + chance.around(290), 340 + chance.around(210), 26, dots)


def conifer(pen: Pen, tiers: int = 5, lights: bool = False) -> None:
    pen.rectangle(455, 860, 545, 1000, "trunk", Look(slope=40))
    chance = pen.chance.named("tiers")
    for tier in range(tiers):
        low = 900 - tier * 760 // tiers
        wide = 430 - tier * 340 // tiers
        high = low - 980 // tiers - 60
        edge = [(500, max(high, 10))]
        for step in range(-4, 5):
            drop = 26 if step % 2 else -14
            edge.append((500 - step * wide // 4, low + drop - abs(step) * 4 + chance.around(8)))
        pen.polygon(edge, pen.colour_of("leaves", tier * 5 - 10), Look(slope=34))
    if lights:
        for index, part in enumerate(("red", "gold", "blue", "white") * 6):
            y = 200 + index * 29
            x = 500 + chance.around(max((y - 120) // 3, 20))
            pen.ball(x, y, 22, {"red": (226, 40, 40), "gold": (250, 200, 60), "blue": (60, 130,
                240),
                                "white": (250, 250, 240)}[part])  # fmt: skip
        star(pen, 500, 40, 90, (252, 214, 70))


def star(pen: Pen, x: int, y: int, radius: int, colour: Colour | str, points: int = 5) -> None:
    tall = radius * pen.box.width // max(pen.box.height, 1)
    corners = []
    for index in range(points * 2):
        size, angle = (1024 if index % 2 == 0 else 410), 360 * index // (points * 2) - 90
        corners.append(
            (x + radius * size * cosine(angle) // 1048576, y + tall * size * sine(angle) // 1048576)
        )
    pen.polygon(corners, colour, Look(slope=16))


def palm(pen: Pen) -> None:
    pen.stroke([(430, 1000), (470, 640), (560, 300)], 70, "trunk", Look(slope=30), end=44)
    for tip, bend in (
        ((120, 330), (260, 150)), ((180, 520), (300, 260)), ((900, 300), (760, 120)),
        ((930, 500), (780, 230)), ((420, 60), (480, 150)), ((720, 70), (640, 130)),
        ((640, 560), (690, 330)),
    ):  # fmt: skip
        (x, y), (mx, my) = tip, bend
        pen.blob([(560, 280), (mx, my - 40), (x, y), (mx, my + 70)], "leaves", Look(slope=40))
    for x in (525, 580, 610):
        pen.ball(x, 320, 34, (96, 60, 34))


def cypress(pen: Pen) -> None:
    pen.rectangle(460, 900, 540, 1000, "trunk")
    pen.blob([(500, -40), (760, 420), (720, 900), (280, 900), (240, 420)], "leaves", _LEAF)


def willow(pen: Pen) -> None:
    broadleaf(pen, 320)
    chance = pen.chance.named("strands")
    for index in range(18):
        x = 140 + index * 43
        pen.stroke([(x, 360 - abs(x - 500) // 4), (x + chance.around(30), 720 + chance.around(80))],
                   34, pen.colour_of("leaves", chance.around(16)), end=8)  # fmt: skip


def bush(pen: Pen, dots: str = "") -> None:
    chance = pen.chance.named("bush")
    for x, y, size in ((260, 680, 250), (740, 690, 250), (500, 520, 320), (500, 760, 330)):
        pen.oval(x, y, size, size, pen.colour_of("leaves", chance.around(12)), _LEAF)
    for change in (-20, -6, 8, 20):
        spots = [(500 + chance.around(380), 640 + chance.around(260)) for _ in range(5)]
        loops = [oval_points(x, y, 50, 40) for x, y in spots]
        pen.shapes(loops, pen.colour_of("leaves", change), FLAT)
    for _ in range(14 if dots else 0):
        pen.ball(500 + chance.around(380), 620 + chance.around(260), 40, dots)


def flower(
    pen: Pen, petals: int = 8, shape: str = "round", heart: int = 90, leaf: bool = True
) -> None:
    pen.stroke([(500, 300), (480, 640), (500, 1000)], 40, "stem")
    if leaf:
        for x in (220, 780):
            pen.blob([(495, 860), ((x + 500) // 2, 690), (x, 640), ((x + 500) // 2, 830)], "stem")
    tall = pen.box.width * 1024 // max(pen.box.height, 1)
    if shape == "cup":
        for points in (
            [(270, 120), (400, 60), (480, 330), (380, 420), (270, 330)],
            [(730, 120), (600, 60), (520, 330), (620, 420), (730, 330)],
            [(500, 40), (640, 240), (580, 430), (420, 430), (360, 240)],
        ):
            pen.blob(points, "petal", Look(slope=50))
        return
    for index in range(petals):
        angle = 360 * index // petals + 10
        x = 500 + 250 * cosine(angle) // 1024
        y = 280 + 250 * sine(angle) * tall // 1048576
        long, wide = (230, 100 if petals > 8 else 150)
        pen.oval(x, y, long * (700 + 300 * abs(cosine(angle)) // 1024) // 1000,
                 wide * tall // 1024, pen.colour_of("petal", index % 2 * 14), Look(slope=24),
                 angle)  # fmt: skip
    pen.ball(500, 280, heart, "heart")


def rose(pen: Pen) -> None:
    pen.stroke([(500, 300), (520, 640), (500, 1000)], 40, "stem")
    for x in (220, 780):
        pen.blob([(505, 820), ((x + 500) // 2, 640), (x, 600), ((x + 500) // 2, 790)], "stem")
    for x, y, across, down, change in (
        (350, 240, 190, 150, -24), (650, 240, 190, 150, -16), (500, 330, 230, 130, -8),
        (500, 190, 200, 130, -4), (500, 230, 160, 100, -34), (470, 220, 110, 70, 14),
        (510, 225, 60, 40, -44),
    ):  # fmt: skip
        pen.oval(x, y, across, down, pen.colour_of("petal", change), Look(round=36))


def spike(pen: Pen) -> None:
    chance = pen.chance.named("spike")
    for x in (250, 500, 750):
        pen.stroke([(x, 200), (500, 1000)], 24, "stem")
        for step in range(9):
            at = 60 + step * 50
            pen.oval(x + chance.around(40), at, 62, 34, pen.colour_of("petal", chance.around(24)))


def cactus(pen: Pen) -> None:
    look = Look(slope=20, pattern="stripes", second=pen.colour_of("leaves", -26), grain=9)
    pen.stroke([(230, 420), (230, 600), (480, 640)], 130, "leaves", Look(slope=30))
    pen.stroke([(780, 330), (780, 520), (520, 560)], 130, "leaves", Look(slope=30))
    pen.stroke([(500, 120), (500, 1000)], 230, "leaves", look)
    pen.ball(500, 20, 70, "petal")


def mushroom(pen: Pen, spots: bool = False) -> None:
    pen.blob([(400, 480), (600, 480), (640, 1000), (360, 1000)], "stem", Look(slope=30))
    pen.blob([(40, 560), (120, 180), (500, 20), (880, 180), (960, 560), (500, 640)], "cap",
             Look(round=50))  # fmt: skip
    for x, y, size in ((300, 260, 70), (560, 160, 60), (720, 350, 80), (450, 430, 64)):
        if spots:
            pen.ball(x, y, size, (250, 246, 236))


def bamboo(pen: Pen) -> None:
    for x in (250, 480, 720):
        for step in range(6):
            low = 1000 - step * 170
            pen.rectangle(x - 34, low - 160, x + 34, low, "leaves", Look(slope=40))
        pen.blob([(x, 240), (x + 160, 150), (x + 230, 200), (x + 120, 250)], "leaves")


def grass(pen: Pen, heads: bool = False) -> None:
    chance = pen.chance.named("blades")
    for change in (-26, -8, 8, 24):
        blades: list[list[Point]] = []
        ears: list[list[Point]] = []
        for _ in range(7):
            x = chance.between(30, 970)
            tip = (x + chance.around(90), chance.between(60, 380))
            blades.append([(x - 14, 1000), ((x + tip[0]) // 2 - 9, 600), tip,
                           ((x + tip[0]) // 2 + 9, 600), (x + 14, 1000)])  # fmt: skip
            ears.append(oval_points(*tip, 26, 90))
        pen.shapes(blades, pen.colour_of("leaves", change))
        if heads:
            pen.shapes(ears, pen.colour_of("petal", change // 2))


def fern(pen: Pen) -> None:
    for tip in ((40, 420), (200, 140), (500, 30), (800, 140), (960, 420)):
        x, y = tip
        pen.blob([(500, 1000), ((x + 500) // 2 - 60, y - 20), tip, ((x + 500) // 2 + 80, y + 160)],
                 "leaves", Look(slope=50))  # fmt: skip


def stump(pen: Pen) -> None:
    pen.blob([(160, 200), (840, 200), (860, 800), (990, 1010), (10, 1010), (140, 800)], "trunk",
             Look(slope=40))  # fmt: skip
    pen.oval(500, 230, 330, 130, (206, 170, 120))
    pen.oval(500, 230, 190, 70, (180, 140, 92))


def log(pen: Pen) -> None:
    pen.rectangle(120, 250, 900, 980, "trunk", Look(slope=60))
    pen.oval(880, 615, 110, 365, "trunk")
    pen.oval(130, 615, 120, 365, (206, 170, 120))
    pen.oval(130, 615, 60, 190, (176, 136, 90))


def leaf(pen: Pen) -> None:
    pen.blob([(80, 900), (160, 250), (900, 60), (800, 720)], "leaves", Look(slope=40))
    pen.stroke([(40, 980), (480, 520), (860, 110)], 26, pen.colour_of("leaves", -40), end=6)


_T = (230, 270)
_F = (90, 150)
KINDS: dict[str, Kind] = {
    "tree": kind(broadleaf, _T, leaves=(62, 136, 58), trunk=(110, 76, 48)),
    "oak": kind(partial(broadleaf, crown=370), (260, 280), leaves=(76, 124, 50), trunk="brown"),
    "maple": kind(broadleaf, _T, leaves=(206, 84, 40), trunk="brown"),
    "autumn tree": kind(broadleaf, _T, leaves=(226, 132, 36), trunk="brown"),
    "apple tree": kind(partial(broadleaf, dots="fruit"), _T, leaves=(70, 144, 60), fruit="red",
                       trunk="brown"),
    "orange tree": kind(partial(broadleaf, dots="fruit"), _T, leaves=(52, 124, 56), fruit="orange",
                        trunk="brown"),
    "cherry tree": kind(broadleaf, _T, leaves=(250, 182, 206), trunk=(86, 60, 54)),
    "birch": kind(broadleaf, (190, 290), leaves=(146, 178, 70), trunk=(230, 228, 220)),
    "dead tree": kind(partial(broadleaf, bare=True), _T, trunk=(84, 70, 60)),
    "pine": kind(conifer, (170, 280), leaves=(36, 100, 62), trunk="brown"),
    "fir": kind(partial(conifer, tiers=6), (170, 290), leaves=(30, 88, 66), trunk="brown"),
    "christmas tree": kind(partial(conifer, lights=True), (210, 290), leaves=(26, 104, 58),
                           trunk="brown"),
    "palm": kind(palm, (230, 290), leaves=(64, 148, 66), trunk=(150, 112, 70)),
    "cypress": kind(cypress, (90, 270), leaves=(44, 94, 56), trunk="brown"),
    "willow": kind(willow, (270, 280), leaves=(120, 164, 76), trunk="brown"),
    "bush": kind(bush, (150, 110), leaves=(66, 132, 60)),
    "rose bush": kind(partial(bush, dots="petal"), (150, 110), petal="red", leaves=(54, 118, 56)),
    "bamboo": kind(bamboo, (130, 260), leaves=(120, 168, 72)),
    "fern": kind(fern, (130, 100), leaves=(60, 138, 66)),
    "grass": kind(grass, (150, 70), leaves=(98, 160, 60)),
    "wheat": kind(partial(grass, heads=True), (130, 120), petal=(232, 190, 84),
                  leaves=(206, 170, 84)),
    "reed": kind(partial(grass, heads=True), (120, 140), petal=(112, 74, 44), leaves=(110, 140,
        70)),
    "flower": kind(flower, _F, petal=(236, 92, 140), heart="yellow", stem="green"),
    "daisy": kind(partial(flower, petals=12, heart=110), _F, petal="white", heart="gold",
                  stem="green"),
    "sunflower": kind(partial(flower, petals=16, heart=190), (120, 210), petal=(250, 196, 30),
                      heart=(94, 58, 28), stem="green"),
    "poppy": kind(partial(flower, petals=5, heart=80), _F, petal="scarlet", heart="black",
                  stem="green"),
    "lily": kind(partial(flower, petals=6, heart=50), _F, petal="ivory", heart="orange",
                 stem="green"),
    "orchid": kind(partial(flower, petals=5, heart=90), _F, petal="magenta", heart="white",
                   stem="green"),
    "violet flower": kind(partial(flower, petals=5, heart=60), _F, petal="violet", heart="yellow",
                          stem="green"),
    "dandelion": kind(partial(flower, petals=20, heart=120), _F, petal="yellow", heart="amber",
                      stem="green"),
    "lotus": kind(partial(flower, petals=10, leaf=False), (120, 110), petal="pink", heart="gold",
                  stem="green"),
    "tulip": kind(partial(flower, shape="cup"), (80, 150), petal="red", stem="green"),
    "rose": kind(rose, (90, 160), petal=(200, 24, 50), stem=(44, 112, 54)),
    "lavender flower": kind(spike, (90, 150), petal=(140, 104, 200), stem=(110, 146, 90)),
    "cactus": kind(cactus, (130, 220), leaves=(74, 142, 84), petal="fuchsia"),
    "mushroom": kind(mushroom, (100, 100), cap=(170, 116, 76), stem="cream"),
    "toadstool": kind(partial(mushroom, spots=True), (110, 110), cap="red", stem="cream"),
    "stump": kind(stump, (130, 90), trunk=(128, 88, 54)).topped(150),
    "log": kind(log, (190, 70), trunk=(122, 84, 52)).topped(150),
    "leaf": kind(leaf, (90, 90), leaves=(90, 156, 60)),
}  # fmt: skip
