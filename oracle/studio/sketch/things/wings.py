"""Birds and what else flies by itself."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen

_EYE = (22, 20, 24)
_DOWN = Look(slope=40)


def perched(
    pen: Pen, *, legs: int = 120, neck: int = 0, bill: int = 90, hooked: bool = False,
    crest: bool = False, swims: bool = False, fan: bool = False, fat: int = 0,
) -> None:  # fmt: skip
    """A bird seen from its side, facing right."""
    base = 960 - legs
    if fan:
        for index in range(9):
            x, y = 40 + index * 60, 130 + abs(index - 4) * 50
            pen.stroke([(300, base - 160), (x, y)], 34, "tail", end=70)
            pen.ball(x, y, 30, "mark")
    if not swims:
        for x in (430, 530):
            pen.stroke([(x, base - 40), (x + 10, 960)], 24, "bill")
            pen.stroke([(x - 30, 965), (x + 70, 965)], 22, "bill")
    pen.polygon([(250, base - 200), (20, base - 120), (60, base - 40), (330, base - 80)], "wing")
    pen.oval(440, base - 180, 270 + fat, 190 + fat, "body", Look(round=40), turn=-14)
    pen.oval(560, base - 130, 150, 130 + fat // 2, "belly", Look(slope=30))
    pen.blob(
        [(560, base - 260), (300, base - 250), (90, base - 100), (420, base - 60)], "wing", _DOWN
    )
    x, y = 660, base - 330 - neck
    if neck:
        pen.stroke([(590, base - 200), (760, base - 260), (620, base - 180 - neck // 2), (x, y)],
            120,
                   "body", _DOWN, end=90)  # fmt: skip
    if crest:
        pen.polygon([(x - 40, y - 90), (x - 120, y - 240), (x + 60, y - 110)], "mark")
    pen.ball(x, y, 130 if not neck else 100, "body")
    tall = pen.box.width * 60 // max(pen.box.height, 1)
    if hooked:
        pen.blob([(x + 70, y - tall), (x + 90 + bill, y - 10), (x + 60 + bill, y + tall * 2),
                  (x + 70, y + tall)], "bill")  # fmt: skip
    else:
        pen.polygon(
            [(x + 80, y - tall // 2), (x + 110 + bill, y + tall // 3), (x + 80, y + tall)], "bill"
        )
    pen.ball(x + 36, y - 20, 24, _EYE)
    pen.ball(x + 44, y - 28, 8, (255, 255, 255))


def flying(pen: Pen, bat: bool = False) -> None:
    """A bird with spread wings."""
    pen.blob([(480, 560), (300, 260), (0, 160), (120, 400), (380, 640)], "wing", _DOWN)
    pen.blob([(540, 560), (680, 220), (1000, 100), (900, 380), (640, 640)], "body", _DOWN)
    if bat:
        for x in (430, 590):
            pen.polygon([(x - 50, 420), (x, 240), (x + 50, 420)], "body")
        pen.ball(510, 520, 110, "body")
        for x in (470, 550):
            pen.ball(x, 500, 20, (240, 210, 80))
        return
    pen.polygon([(440, 640), (300, 860), (420, 880), (560, 680)], "wing")
    pen.oval(520, 600, 130, 130, "body", turn=30)
    pen.ball(640, 560, 70, "body")
    pen.polygon([(690, 530), (800, 570), (690, 600)], "bill")
    pen.ball(660, 540, 16, _EYE)


def owl(pen: Pen) -> None:
    for x in (300, 700):
        pen.polygon([(x - 110, 250), (x, 20), (x + 110, 250)], "body")
    pen.blob(
        [(180, 300), (500, 120), (820, 300), (860, 800), (500, 1010), (140, 800)], "body", _DOWN
    )
    pen.oval(500, 700, 220, 240, "belly", Look(slope=20, pattern="spots", grain=7,
                                               second=pen.colour_of("body", -20)))  # fmt: skip
    for side in (-1, 1):
        pen.oval(500 + side * 330, 660, 90, 260, pen.colour_of("body", -30), turn=side * -8)
        pen.oval(500 + side * 150, 350, 150, 130, "belly")
        pen.oval(500 + side * 150, 350, 84, 76, (250, 196, 50))
        pen.oval(500 + side * 150, 350, 40, 40, _EYE)
        pen.oval(500 + side * 110, 975, 80, 30, "bill")
    pen.polygon([(455, 410), (545, 410), (500, 510)], "bill")


def penguin(pen: Pen) -> None:
    for side in (-1, 1):
        pen.oval(500 + side * 120, 965, 110, 36, "bill")
        pen.oval(500 + side * 300, 560, 70, 230, "body", turn=side * -18)
    pen.blob([(300, 200), (500, 20), (700, 200), (790, 700), (640, 970), (360, 970), (210, 700)],
        "body",
             _DOWN)  # fmt: skip
    pen.blob([(400, 330), (600, 330), (690, 700), (500, 960), (310, 700)], "belly", Look(slope=20))
    for x in (440, 560):
        pen.oval(x, 230, 60, 56, "belly")
        pen.ball(x, 230, 26, _EYE)
    pen.polygon([(450, 280), (550, 280), (500, 350)], "bill")


def butterfly(pen: Pen) -> None:
    for side in (-1, 1):
        pen.blob([(500, 480), (500 + side * 200, 60), (500 + side * 480, 80), (500 + side * 440,
            460)],
                 "body", Look(round=40))  # fmt: skip
        pen.blob([(500, 520), (500 + side * 380, 500), (500 + side * 360, 880),
            (500 + side * 120, 840)],
                 pen.colour_of("body", -24), Look(round=40))  # fmt: skip
        pen.oval(500 + side * 320, 250, 90, 90, "mark")
        pen.oval(500 + side * 240, 680, 70, 70, "mark")
        pen.stroke([(500, 280), (500 + side * 60, 120), (500 + side * 130, 60)], 14, _EYE)
    pen.oval(500, 520, 36, 290, _EYE)


def bee(pen: Pen, stripes: bool = True, long: bool = False) -> None:
    for x, turn in ((420, -30), (600, 20)):
        pen.oval(x, 280, 120 if not long else 70, 220 if not long else 270, (224, 240, 250),
                 Look(slope=20, opacity=46), turn)  # fmt: skip
    look = Look(round=40)
    if stripes:
        look = Look(slope=10, round=40, pattern="stripes", second=_EYE, grain=13)
    if long:
        pen.stroke([(60, 660), (500, 560), (800, 520)], 90, "body", Look(slope=30), end=130)
    else:
        pen.oval(450, 600, 330, 250, "body", look)
    pen.ball(810, 540, 140, _EYE if stripes else "body")
    pen.ball(850, 500, 34, (250, 250, 250))


def beetle(pen: Pen, legs: int = 3, spots: bool = False) -> None:
    for side in (-1, 1):
        for index in range(legs):
            y = 420 + index * 420 // legs
            pen.stroke(
                [(500, y + 60), (500 + side * 360, y - 60), (500 + side * 460, y + 120)], 30, _EYE
            )
    pen.ball(500, 270, 170, _EYE)
    pen.oval(500, 620, 320, 340, "body")
    if spots:
        pen.rectangle(490, 290, 510, 950, _EYE)
        for x, y in ((360, 470), (640, 470), (340, 720), (660, 720), (420, 600), (580, 600)):
            pen.ball(x, y, 56, _EYE)
    for x in (440, 560):
        pen.ball(x, 230, 30, (250, 250, 250))


def web(pen: Pen) -> None:
    for points in ([(0, 0), (1000, 1000)], [(500, 0), (500, 1000)], [(1000, 0), (0, 1000)],
                   [(0, 500), (1000, 500)]):  # fmt: skip
        pen.stroke(points, 8, "body")
    for size in (150, 280, 410):
        ring = [
            (500 + size * dx // 10, 500 + size * dy // 10)
            for dx, dy in (
                (10, 0),
                (7, 7),
                (0, 10),
                (-7, 7),
                (-10, 0),
                (-7, -7),
                (0, -10),
                (7, -7),
                (10, 0),
            )
        ]
        pen.stroke(ring, 8, "body", soft=False)


def dragon(pen: Pen) -> None:
    pen.stroke([(430, 660), (160, 760), (30, 560), (90, 440)], 150, "body", _DOWN, end=20)
    pen.blob(
        [(420, 480), (240, 60), (20, 20), (160, 260), (60, 340), (260, 400), (380, 600)],
        "wing",
        _DOWN,
    )
    for x in (420, 600):
        pen.stroke([(x, 720), (x - 20, 860), (x + 30, 970)], 110, "body", _DOWN, end=80)
    pen.blob(
        [(320, 620), (440, 480), (640, 480), (720, 640), (600, 860), (400, 850)], "body", _DOWN
    )
    pen.oval(590, 690, 100, 150, "belly")
    pen.stroke([(640, 600), (760, 480), (700, 300), (800, 200)], 150, "body", _DOWN, end=110)
    pen.blob([(700, 210), (780, 90), (1000, 180), (990, 280), (780, 300)], "body", _DOWN)
    for x in (740, 800):
        pen.polygon([(x - 20, 120), (x - 60, -40), (x + 40, 100)], "belly")
    pen.blob([(520, 500), (520, 80), (880, -60), (740, 160), (860, 200), (680, 330), (640, 520)],
        "wing",
             _DOWN)  # fmt: skip
    pen.ball(840, 170, 26, (252, 220, 60))
    for x in range(0, 150, 50):
        pen.polygon([(820 + x, 262), (850 + x, 262), (835 + x, 310)], (250, 250, 240))


_GROUND: dict[str, Kind] = {
    "bird": kind(perched, (110, 110), body=(66, 130, 200), belly=(236, 200, 160),
                 wing=(44, 96, 160), bill=(240, 160, 50)),
    "sparrow": kind(perched, (100, 100), body=(150, 108, 72), belly=(226, 206, 180),
                    wing=(104, 72, 48), bill=(90, 80, 70)),
    "robin": kind(perched, (100, 100), body=(130, 104, 80), belly=(226, 92, 46),
                  wing=(106, 84, 64), bill=(70, 60, 56)),
    "crow": kind(partial(perched, bill=130), (120, 120), body=(34, 34, 42), belly=(44, 44, 54),
                 wing=(22, 22, 28), bill=(40, 40, 44)),
    "pigeon": kind(perched, (110, 110), body=(146, 152, 168), belly=(170, 150, 170),
                   wing=(116, 122, 140), bill=(90, 84, 84)),
    "dove": kind(perched, (110, 110), body="white", belly=(250, 250, 250), wing=(226, 228, 232),
                 bill=(240, 160, 120)),
    "gull": kind(perched, (120, 120), body="white", belly="white", wing=(170, 178, 190),
                 bill=(246, 190, 50)),
    "hawk": kind(partial(perched, hooked=True, bill=60), (130, 150), body=(128, 86, 54),
                 belly=(214, 180, 136), wing=(88, 58, 38), bill=(240, 190, 60)),
    "parrot": kind(partial(perched, hooked=True, bill=80, crest=True), (120, 140), body=(214, 40,
        44),
                   belly=(246, 200, 50), wing=(40, 110, 200), bill=(60, 56, 54),
                   mark=(250, 210, 60)),
    "toucan": kind(partial(perched, hooked=True, bill=240), (150, 130), body=(30, 30, 34),
                   belly=(250, 246, 220), wing=(24, 24, 28), bill=(246, 150, 40)),
    "duck": kind(partial(perched, legs=60, bill=120, fat=30), (140, 110), body=(38, 120, 76),
                 belly=(170, 130, 100), wing=(140, 132, 124), bill=(244, 190, 50)),
    "rubber duck": kind(partial(perched, legs=40, bill=110, fat=50, swims=True), (140, 120),
                        body=(252, 216, 50), belly=(252, 220, 70), wing=(244, 200, 40),
                        bill=(240, 120, 40)),
    "chick": kind(partial(perched, legs=90, bill=60, fat=50), (90, 90), body=(252, 222, 90),
                  belly=(254, 232, 130), wing=(244, 206, 70), bill=(240, 150, 50)),
    "goose": kind(partial(perched, legs=100, neck=220, bill=100), (150, 180), body="white",
                  belly="white", wing=(226, 228, 230), bill=(244, 150, 40)),
    "swan": kind(partial(perched, legs=20, neck=280, bill=90, swims=True), (190, 190), body="white",
                 belly="white", wing=(232, 236, 240), bill=(240, 130, 40)).at("water"),
    "chicken": kind(partial(perched, crest=True, bill=60, fat=40), (120, 130), body=(214, 140, 80),
                    belly=(236, 190, 140), wing=(176, 104, 54), bill=(244, 190, 60), mark="red"),
    "rooster": kind(partial(perched, crest=True, bill=60, neck=80, fat=20), (140, 170),
                    body=(196, 80, 36), belly=(60, 90, 60), wing=(120, 50, 30),
                    bill=(244, 190, 60), mark="red"),
    "peacock": kind(partial(perched, fan=True, neck=150, bill=60), (240, 220), body=(24, 84, 190),
                    belly=(30, 110, 200), wing=(110, 90, 70), bill=(190, 180, 160),
                    tail=(30, 140, 96), mark=(50, 90, 210)),
    "flamingo": kind(partial(perched, legs=400, neck=240, bill=90, hooked=True), (150, 260),
                     body=(250, 150, 170), belly=(252, 176, 190), wing=(240, 120, 150),
                     bill=(240, 110, 130)),
    "heron": kind(partial(perched, legs=380, neck=230, bill=190), (160, 260), body=(170, 182, 196),
                  belly=(226, 230, 234), wing=(110, 122, 142), bill=(236, 190, 80)),
    "ostrich": kind(partial(perched, legs=330, neck=300, bill=70, fat=30), (190, 290),
                    body=(50, 46, 48), belly=(70, 64, 64), wing=(240, 238, 232),
                    bill=(226, 170, 140)),
    "owl": kind(owl, (120, 150), body=(150, 106, 66), belly=(232, 206, 164), bill=(240, 180, 60)),
    "penguin": kind(penguin, (120, 180), body=(34, 38, 50), belly="white", bill=(246, 170, 50)),
    "dragon": kind(dragon, (300, 270), body=(64, 142, 70), wing=(170, 60, 50),
                   belly=(226, 206, 130)),
    "ladybug": kind(partial(beetle, spots=True), (80, 80), body=(220, 40, 36)),
    "beetle": kind(beetle, (80, 90), body=(50, 110, 80)),
    "spider": kind(partial(beetle, legs=4), (100, 90), body=(50, 46, 52)),
    "ant": kind(beetle, (60, 80), body=(110, 50, 40)),
    "web": kind(web, (140, 140), body=(236, 240, 246)).at("wall"),
}  # fmt: skip
_AIR: dict[str, Kind] = {
    "flying bird": kind(flying, (110, 80), body=(70, 76, 92), wing=(52, 56, 70),
                        bill=(240, 170, 60)),
    "seagull": kind(flying, (120, 90), body=(244, 246, 248), wing=(190, 198, 208),
                    bill=(246, 190, 50)),
    "eagle": kind(flying, (190, 130), body=(104, 70, 44), wing=(80, 52, 34), bill=(246, 196, 60)),
    "bat": kind(partial(flying, bat=True), (110, 80), body=(58, 48, 66), wing=(46, 38, 54)),
    "butterfly": kind(butterfly, (90, 90), body=(240, 140, 40), mark=(252, 226, 130)),
    "bee": kind(bee, (80, 64), body=(250, 206, 50)),
    "fly": kind(partial(bee, stripes=False), (60, 50), body=(70, 76, 84)),
    "dragonfly": kind(partial(bee, stripes=False, long=True), (110, 80), body=(40, 160, 150)),
}  # fmt: skip
KINDS: dict[str, Kind] = {**_GROUND, **{name: one.at("sky") for name, one in _AIR.items()}}
