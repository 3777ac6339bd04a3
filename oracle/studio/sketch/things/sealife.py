"""What lives in the sea."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen
from oracle.studio.sketch.things.people import person
from oracle.studio.sketch.things.plants import star

_EYE = (22, 22, 28)
_SKIN = Look(slope=50)


def fish(pen: Pen, marks: str = "", teeth: bool = False, tall: int = 300) -> None:
    look = Look(slope=40, pattern=marks, second=pen.colour_of("mark"), grain=12) if marks else _SKIN
    pen.blob([(250, 500), (20, 200), (60, 500), (20, 820)], "fin", _SKIN)
    pen.polygon([(360, 500 - tall * 2 // 3), (560, 400 - tall), (700, 520 - tall)], "fin")
    pen.blob([(180, 500), (420, 500 - tall), (760, 540 - tall), (990, 480), (760, 460 + tall),
              (420, 500 + tall)], "body", look)  # fmt: skip
    pen.blob([(520, 560), (400, 780), (620, 700)], "fin")
    pen.ball(830, 430, 50, (250, 250, 250))
    pen.ball(842, 430, 28, _EYE)
    for index in range(4 if teeth else 0):
        x = 800 + index * 40
        pen.polygon([(x, 560), (x + 30, 550), (x + 18, 620)], (255, 255, 255))


def shark(pen: Pen) -> None:
    pen.polygon([(200, 480), (0, 80), (60, 480), (10, 820)], "body", _SKIN)
    pen.polygon([(440, 340), (520, 20), (640, 330)], "body", _SKIN)
    pen.blob(
        [(120, 520), (420, 300), (760, 300), (1000, 470), (780, 660), (420, 680)], "body", _SKIN
    )
    pen.blob([(300, 610), (600, 560), (920, 520), (760, 660), (440, 680)], "belly", Look(slope=10))
    pen.polygon([(520, 620), (420, 940), (660, 640)], "body")
    pen.ball(840, 420, 24, _EYE)
    for index in range(6):
        x = 780 + index * 26
        pen.polygon([(x, 540), (x + 24, 536), (x + 12, 580)], (255, 255, 255))


def whale(pen: Pen, spout: bool = True, dolphin: bool = False) -> None:
    if spout:
        for side in (-1, 1):
            pen.stroke([(700, 300), (700 + side * 40, 100), (700 + side * 150, 40),
                        (700 + side * 190, 180)], 40, (210, 234, 250), end=14)  # fmt: skip
    pen.blob([(170, 480), (60, 220), (-40, 180), (40, 420), (0, 560), (140, 560)], "body", _SKIN)
    if dolphin:
        pen.polygon([(440, 330), (430, 60), (620, 320)], "body")
        pen.blob([(880, 470), (1080, 560), (880, 610)], "body")
    pen.blob([(80, 500), (400, 330), (800, 260), (990, 480), (900, 760), (560, 800), (260, 680)],
        "body",
             _SKIN)  # fmt: skip
    pen.blob([(360, 700), (640, 640), (960, 600), (880, 770), (560, 800)], "belly", Look(slope=10))
    pen.blob([(600, 680), (480, 980), (720, 780)], pen.colour_of("body", -26))
    pen.ball(850, 500, 26, _EYE)


def octopus(pen: Pen, straight: bool = False) -> None:
    for index in range(6):
        x = 260 + index * 96
        bend = (index - 2) * 90 if not straight else 0
        pen.stroke([(x, 520), (x + bend // 2, 760), (x + bend, 900), (x + bend + 70, 980)], 100,
            "body",
                   _SKIN, end=24)  # fmt: skip
    pen.blob(
        [(180, 500), (240, 140), (500, 0), (760, 140), (820, 500), (500, 640)],
        "body",
        Look(round=40),
    )
    for x in (400, 600):
        pen.ball(x, 380, 80, (250, 250, 240))
        pen.ball(x, 390, 40, _EYE)


def jellyfish(pen: Pen) -> None:
    for index in range(7):
        x = 200 + index * 100
        pen.stroke([(x, 420), (x + 50, 600), (x - 40, 780), (x + 30, 980)], 34,
                   pen.colour_of("body", 30), Look(opacity=44), end=10)  # fmt: skip
    pen.blob([(60, 480), (140, 120), (500, -20), (860, 120), (940, 480), (500, 400)], "body",
             Look(round=50, opacity=54))  # fmt: skip


def crab(pen: Pen, tail: bool = False) -> None:
    for side in (-1, 1):
        for index in range(3):
            y = 560 + index * 110
            pen.stroke(
                [(500, y), (500 + side * 380, y - 20), (500 + side * 450, y + 160)], 44, "body"
            )
        pen.stroke(
            [(500 + side * 200, 480), (500 + side * 380, 330), (500 + side * 330, 200)], 70, "body"
        )
        pen.blob([(500 + side * 250, 200), (500 + side * 260, 20), (500 + side * 360, 110),
                  (500 + side * 440, 10), (500 + side * 430, 230)], "body", _SKIN)  # fmt: skip
        pen.stroke([(500 + side * 80, 460), (500 + side * 90, 330)], 24, "body")
        pen.ball(500 + side * 90, 310, 40, _EYE)
    if tail:
        pen.blob([(400, 640), (600, 640), (640, 1000), (360, 1000)], "body", _SKIN)
    pen.oval(500, 620, 330, 220 if not tail else 300, "body")


def starfish(pen: Pen) -> None:
    star(pen, 500, 520, 520, "body")
    for x, y in ((500, 520), (500, 300), (680, 470), (320, 470), (610, 680), (390, 680)):
        pen.ball(x, y, 34, pen.colour_of("body", 40))


def seahorse(pen: Pen) -> None:
    pen.stroke([(600, 260), (420, 420), (520, 620), (600, 780), (480, 900), (400, 800), (470,
        760)], 200,
               "body", _SKIN, end=40)  # fmt: skip
    pen.oval(560, 190, 150, 110, "body")
    pen.stroke([(640, 200), (880, 260)], 70, "body")
    pen.polygon([(480, 110), (500, -10), (580, 80)], pen.colour_of("body", 30))
    pen.blob([(380, 440), (240, 420), (280, 600), (400, 560)], pen.colour_of("body", 30))
    pen.ball(590, 170, 30, _EYE)


def shell(pen: Pen) -> None:
    pen.blob(
        [(500, 960), (20, 480), (180, 80), (500, 0), (820, 80), (980, 480)], "body", Look(round=40)
    )
    for x in (140, 320, 500, 680, 860):
        y = 60 + abs(x - 500) // 2
        pen.stroke([(500, 930), (x, y)], 20, pen.colour_of("body", -40), end=34)


def coral(pen: Pen) -> None:
    for points in (
        [(500, 1000), (480, 600), (300, 300), (320, 60)], [(490, 700), (700, 460), (680, 120)],
        [(480, 620), (180, 560), (120, 260)], [(600, 560), (860, 420), (900, 220)],
        [(330, 340), (460, 180), (470, 40)],
    ):  # fmt: skip
        pen.stroke(points, 100, "body", Look(slope=30), end=60)


def kelp(pen: Pen) -> None:
    for x in (240, 480, 720):
        pen.stroke(
            [(x, 1000), (x + 90, 760), (x - 60, 500), (x + 70, 260), (x, 40)], 100, "leaves", end=20
        )


def seal(pen: Pen) -> None:
    pen.blob([(60, 980), (0, 820), (260, 800), (560, 420), (760, 300), (860, 900), (700, 1000)],
        "body",
             _SKIN)  # fmt: skip
    pen.blob([(640, 820), (520, 1010), (760, 990)], pen.colour_of("body", -30))
    pen.oval(780, 260, 170, 150, "body")
    pen.oval(880, 310, 90, 70, pen.colour_of("body", 40))
    pen.ball(950, 280, 30, _EYE)
    pen.ball(800, 220, 30, _EYE)


def mermaid(pen: Pen) -> None:
    pen.blob([(360, 560), (640, 560), (620, 800), (700, 900), (860, 960), (640, 1000), (560, 920),
              (420, 1010), (300, 960), (460, 860)], "tail", _SKIN)  # fmt: skip
    person(pen, dress=False, hair="long")


_DEEP: dict[str, Kind] = {
    "fish": kind(fish, (140, 90), body=(250, 150, 50), fin=(236, 110, 40)),
    "goldfish": kind(fish, (120, 84), body=(252, 140, 30), fin=(252, 180, 70)),
    "clownfish": kind(partial(fish, marks="stripes"), (130, 90), body=(250, 120, 30), mark="white",
                      fin=(230, 90, 30)),
    "tropical fish": kind(partial(fish, marks="stripes", tall=360), (120, 110), body=(60, 130, 230),
                          mark=(250, 220, 60), fin=(250, 200, 50)),
    "piranha": kind(partial(fish, teeth=True, tall=340), (130, 100), body=(110, 120, 130),
                    fin=(190, 60, 50)),
    "shark": kind(shark, (280, 140), body=(112, 128, 146), belly=(226, 230, 234)),
    "whale": kind(whale, (320, 180), body=(58, 96, 150), belly=(206, 220, 234)),
    "dolphin": kind(partial(whale, spout=False, dolphin=True), (230, 120), body=(112, 146, 184),
                    belly=(224, 232, 240)),
    "orca": kind(partial(whale, spout=False), (290, 160), body=(28, 30, 38), belly="white"),
    "octopus": kind(octopus, (190, 180), body=(214, 84, 110)),
    "squid": kind(partial(octopus, straight=True), (130, 230), body=(236, 170, 170)),
    "jellyfish": kind(jellyfish, (130, 180), body=(220, 150, 230)),
    "seahorse": kind(seahorse, (100, 170), body=(246, 180, 70)),
}  # fmt: skip
_BED: dict[str, Kind] = {
    "crab": kind(crab, (150, 110), body=(226, 84, 54)),
    "lobster": kind(partial(crab, tail=True), (140, 160), body=(200, 40, 36)),
    "starfish": kind(starfish, (100, 100), body=(244, 130, 70)),
    "shell": kind(shell, (90, 86), body=(250, 206, 190)),
    "coral": kind(coral, (130, 140), body=(246, 100, 110)),
    "seaweed": kind(kelp, (100, 180), leaves=(50, 140, 80)),
    "seal": kind(seal, (190, 150), body=(120, 124, 134)),
    "mermaid": kind(mermaid, (140, 230), cloth=(150, 90, 180), tail=(40, 160, 140),
                    skin=(238, 196, 162), hair=(200, 80, 50), trousers=(40, 160, 140),
                    shoe=(40, 160, 140)),
}  # fmt: skip
KINDS: dict[str, Kind] = {**{name: one.at("deep") for name, one in _DEEP.items()}, **_BED}
