"""People and figures, seen from the front."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen
from oracle.studio.sketch.things.plants import star

_CLOTH = Look(slope=40)
_EYE: Colour = (36, 30, 34)


def person(
    pen: Pen, *, dress: bool = False, hat: str = "", hair: str = "short", holds: str = "",
    beard: bool = False, cape: bool = False, wings: bool = False, apron: bool = False,
    armour: bool = False, halo: bool = False,
) -> None:  # fmt: skip
    if wings:
        for side in (-1, 1):
            pen.blob([(500, 420), (500 + side * 420, 180), (500 + side * 480, 520),
                      (500 + side * 300, 700), (500, 560)], "wing", _CLOTH)  # fmt: skip
    if hair == "long":
        pen.blob([(330, 160), (500, 20), (670, 160), (700, 420), (300, 420)], "hair", _CLOTH)
    if cape:
        pen.polygon([(360, 310), (640, 310), (800, 900), (200, 900)], "cape", _CLOTH)
    if dress:
        pen.blob([(400, 280), (600, 280), (640, 480), (780, 960), (220, 960), (360, 480)], "cloth",
                 _CLOTH)  # fmt: skip
        for x in (430, 570):
            pen.oval(x, 965, 60, 24, "shoe")
    else:
        for x in (425, 575):
            pen.stroke([(x, 580), (x, 950)], 130, "trousers", _CLOTH, end=100)
            pen.oval(x, 965, 75, 30, "shoe")
        pen.blob([(350, 290), (650, 290), (670, 460), (650, 660), (350, 660), (330, 460)], "cloth",
                 _CLOTH)  # fmt: skip
    if apron:
        pen.polygon([(410, 380), (590, 380), (640, 760), (360, 760)], (246, 244, 238), _CLOTH)
    for side in (-1, 1):
        hand = (500 + side * 260, 600)
        sleeve = "armour" if armour else "cloth"
        pen.stroke([(500 + side * 140, 340), (500 + side * 220, 470), hand], 100, sleeve, _CLOTH,
                   end=80)  # fmt: skip
        pen.ball(*hand, 46, "skin")
    _held(pen, holds)
    pen.rectangle(455, 230, 545, 320, "skin")
    pen.oval(500, 160, 130, 120, "skin")
    if hair in ("short", "long"):
        pen.blob([(350, 170), (370, 50), (500, 10), (630, 50), (650, 170), (590, 100), (410, 100)],
                 "hair", _CLOTH)  # fmt: skip
    for x in (450, 550):
        pen.ball(x, 165, 16, _EYE)
    pen.stroke([(455, 212), (500, 226), (545, 212)], 14, (170, 70, 70))
    if beard:
        pen.blob([(375, 190), (450, 220), (500, 215), (550, 220), (625, 190), (580, 380), (500,
            450),
                  (420, 380)], "beard", _CLOTH)  # fmt: skip
    if halo:
        pen.stroke([(400, 0), (500, -16), (600, 0), (500, 16), (400, 0)], 18, "gold")
    _hat(pen, hat)


def _held(pen: Pen, holds: str) -> None:
    x = 760
    if holds == "staff":
        pen.stroke([(x, 180), (x, 960)], 34, (116, 80, 50))
        pen.shine(x, 150, 200, (150, 200, 255), 40)
        pen.ball(x, 150, 60, (120, 190, 250))
    elif holds == "sword":
        pen.polygon([(x - 22, 580), (x, 130), (x + 22, 580)], (206, 212, 220), Look(slope=60))
        pen.rectangle(x - 90, 570, x + 90, 596, "gold")
    elif holds == "fork":
        pen.stroke([(x, 300), (x, 960)], 28, (130, 90, 56))
        for dx in (-60, 0, 60):
            pen.stroke([(x + dx, 160), (x + dx, 300)], 18, (110, 112, 116))
        pen.rectangle(x - 66, 290, x + 66, 312, (110, 112, 116))
    elif holds == "wand":
        pen.stroke([(x, 600), (x + 60, 420)], 20, (60, 50, 50))
        star(pen, x + 70, 390, 90, (255, 226, 110))
    elif holds == "rod":
        pen.stroke([(x, 600), (x + 160, 160)], 18, (110, 80, 50))
        pen.stroke([(x + 160, 160), (x + 170, 700)], 6, (220, 220, 220))


def _hat(pen: Pen, hat: str) -> None:
    if hat == "crown":
        pen.polygon([(380, 90), (360, -40), (430, 20), (500, -60), (570, 20), (640, -40), (620,
            90)],
                    "gold", Look(slope=50))  # fmt: skip
        for x in (430, 500, 570):
            pen.ball(x, 60, 18, (200, 30, 60))
    elif hat == "pointed":
        pen.polygon([(390, 70), (520, -260), (610, 70)], "hat", Look(slope=60))
        pen.oval(500, 76, 220, 34, "hat")
    elif hat == "brim":
        pen.blob([(400, 80), (410, -40), (590, -40), (600, 80)], "hat", Look(slope=50))
        pen.oval(500, 78, 230, 36, "hat")
    elif hat == "cook":
        for x in (420, 500, 580):
            pen.ball(x, -20, 76, (250, 250, 250))
        pen.rectangle(400, -10, 600, 84, (246, 246, 246))
    elif hat == "helmet":
        pen.blob(
            [(350, 200), (360, 40), (500, -10), (640, 40), (650, 200)], "armour", Look(slope=60)
        )
        pen.rectangle(380, 130, 620, 166, (40, 42, 50))
        pen.blob([(480, 0), (440, -120), (560, -160), (540, 0)], "hat")
    elif hat == "cap":
        pen.blob([(370, 96), (380, 0), (500, -30), (620, 0), (630, 96)], "hat")
        pen.oval(560, 96, 150, 22, pen.colour_of("hat", -20))
    elif hat == "tricorn":
        pen.blob([(280, 60), (500, -90), (720, 60), (500, 110)], "hat")
        pen.ball(500, 20, 34, (240, 240, 236))


def astronaut(pen: Pen) -> None:
    pen.rectangle(280, 320, 720, 680, pen.colour_of("cloth", -50))
    for x in (420, 580):
        pen.stroke([(x, 620), (x, 940)], 170, "cloth", _CLOTH)
        pen.oval(x, 960, 110, 46, pen.colour_of("cloth", -60))
    pen.blob([(320, 320), (680, 320), (720, 700), (280, 700)], "cloth", Look(round=40))
    for side in (-1, 1):
        pen.stroke([(500 + side * 160, 380), (500 + side * 300, 640)], 140, "cloth", _CLOTH)
        pen.ball(500 + side * 310, 670, 70, pen.colour_of("cloth", -60))
    pen.rectangle(420, 470, 580, 590, (120, 130, 150))
    for x, colour in ((450, (220, 60, 60)), (500, (80, 200, 100)), (550, (80, 120, 230))):
        pen.ball(x, 530, 20, colour)
    pen.oval(500, 170, 220, 190, "cloth")
    pen.oval(510, 175, 160, 130, "visor", Look(round=70))
    pen.oval(450, 130, 40, 26, (240, 246, 255), turn=-30)


def robot(pen: Pen) -> None:
    pen.stroke([(500, -40), (500, 70)], 20, pen.colour_of("body", -50))
    pen.ball(500, -50, 40, "eye")
    for x in (420, 580):
        pen.rectangle(x - 50, 680, x + 50, 930, pen.colour_of("body", -30), Look(slope=60))
        pen.rectangle(x - 80, 920, x + 80, 1000, pen.colour_of("body", -60))
    pen.rectangle(290, 360, 710, 720, "body", Look(slope=50))
    pen.rectangle(370, 440, 630, 620, pen.colour_of("body", -50))
    for x in (420, 500, 580):
        pen.ball(x, 530, 30, "eye")
    for side in (-1, 1):
        pen.stroke([(500 + side * 220, 410), (500 + side * 320, 560), (500 + side * 300, 720)], 80,
                   pen.colour_of("body", -20), Look(slope=60), soft=False)  # fmt: skip
        pen.ball(500 + side * 300, 740, 60, pen.colour_of("body", -60))
    pen.rectangle(330, 80, 670, 340, "body", Look(slope=50))
    for x in (420, 580):
        pen.shine(x, 190, 130, pen.colour_of("eye"), 30)
        pen.ball(x, 190, 50, "eye")
    pen.rectangle(410, 270, 590, 296, (50, 54, 60))


def skeleton(pen: Pen) -> None:
    for x in (440, 560):
        pen.stroke([(x, 620), (x, 780), (x, 960)], 44, "body")
        pen.oval(x, 970, 60, 24, "body")
    pen.stroke([(500, 260), (500, 620)], 40, "body")
    for index in range(4):
        y = 350 + index * 56
        pen.stroke([(370 + index * 12, y + 20), (500, y), (630 - index * 12, y + 20)], 26, "body")
    pen.stroke([(410, 620), (500, 650), (590, 620)], 60, "body")
    for side in (-1, 1):
        pen.stroke(
            [(500 + side * 40, 320), (500 + side * 190, 350), (500 + side * 240, 620)], 34, "body"
        )
        pen.ball(500 + side * 240, 640, 36, "body")
    pen.oval(500, 140, 140, 130, "body")
    pen.rectangle(430, 200, 570, 280, "body")
    for x in (445, 555):
        pen.ball(x, 140, 44, _EYE)
    pen.polygon([(500, 180), (480, 220), (520, 220)], _EYE)


def ghost(pen: Pen) -> None:
    look = Look(slope=30, opacity=56)
    pen.blob([(160, 980), (180, 300), (500, 20), (820, 300), (840, 980), (720, 880), (610, 1000),
              (500, 890), (390, 1000), (280, 880)], "body", look)  # fmt: skip
    for x in (390, 610):
        pen.oval(x, 360, 60, 90, _EYE)
    pen.oval(500, 540, 60, 80, _EYE)


def snowman(pen: Pen) -> None:
    for y, size in ((790, 230), (470, 180), (210, 130)):
        pen.ball(500, y, size * 3 // 2, "body", Look(round=46))
    for side in (-1, 1):
        pen.stroke([(500 + side * 200, 460), (500 + side * 440, 320)], 24, (100, 70, 46))
        pen.ball(500 + side * 60, 180, 26, _EYE)
    pen.polygon([(500, 215), (500, 255), (740, 250)], (240, 136, 40))
    for y in (420, 510, 600):
        pen.ball(500, y, 26, _EYE)
    pen.stroke([(330, 320), (500, 350), (670, 320)], 70, "scarf")
    pen.stroke([(620, 330), (660, 500)], 70, "scarf")
    pen.rectangle(360, -80, 640, 90, "hat")
    pen.rectangle(280, 70, 720, 104, "hat")


def scarecrow(pen: Pen) -> None:
    pen.stroke([(500, 300), (500, 1000)], 36, (120, 84, 52))
    pen.stroke([(90, 400), (910, 400)], 90, "cloth", _CLOTH)
    pen.polygon([(330, 350), (670, 350), (730, 780), (270, 780)], "cloth", _CLOTH)
    for x in (60, 940):
        pen.polygon([(x - 60, 340), (x + 60, 340), (x + 70, 460), (x - 70, 460)], (226, 190, 90))
    pen.oval(500, 220, 130, 120, (222, 190, 130))
    for x in (450, 550):
        pen.ball(x, 210, 20, _EYE)
    pen.polygon([(330, 130), (500, -120), (670, 130)], "hat", Look(slope=50))
    pen.oval(500, 130, 250, 40, "hat")


_P: dict[str, str | Colour] = {
    "trousers": (62, 74, 108), "skin": (238, 196, 162), "hair": (94, 62, 40),
    "shoe": (60, 46, 40), "gold": "gold", "hat": (70, 60, 60), "beard": (228, 226, 222),
    "cape": "crimson", "wing": (250, 250, 252), "armour": "silver",
}  # fmt: skip
_S = (130, 240)
KINDS: dict[str, Kind] = {
    "man": kind(person, _S, cloth=(66, 112, 176), **_P),
    "woman": kind(partial(person, dress=True, hair="long"), _S, cloth=(206, 62, 92), **_P),
    "boy": kind(person, (110, 180), cloth=(230, 150, 50), **_P),
    "girl": kind(partial(person, dress=True, hair="long"), (110, 180), cloth=(250, 150, 190), **_P),
    "king": kind(partial(person, hat="crown", cape=True, beard=True), _S, cloth="royal blue", **_P),
    "queen": kind(partial(person, hat="crown", dress=True, hair="long"), _S, cloth="purple", **_P),
    "princess": kind(partial(person, hat="crown", dress=True, hair="long"), (120, 220),
                     cloth="pink", **{**_P, "hair": "blonde"}),
    "prince": kind(partial(person, hat="crown", cape=True), _S, cloth="white", **_P),
    "knight": kind(partial(person, hat="helmet", holds="sword", armour=True), _S,
                   **{**_P, "hat": "red", "trousers": "steel"}, cloth=(176, 182, 192)),
    "wizard": kind(partial(person, hat="pointed", dress=True, beard=True, holds="staff"), _S,
                   cloth=(70, 60, 160), **{**_P, "hat": (70, 60, 160), "hair": "white"}),
    "witch": kind(partial(person, hat="pointed", dress=True, hair="long", holds="wand"), _S,
                  cloth=(52, 40, 60), **{**_P, "hat": (40, 32, 48), "hair": (210, 100, 40)}),
    "fairy": kind(partial(person, dress=True, hair="long", wings=True, holds="wand"), (130, 200),
                  cloth=(150, 220, 150), **{**_P, "wing": (200, 236, 250)}),
    "angel": kind(partial(person, dress=True, hair="long", wings=True, halo=True), (150, 230),
                  cloth="white", **{**_P, "hair": "blonde"}),
    "superhero": kind(partial(person, cape=True), _S, cloth="blue", **{**_P, "trousers": "blue"}),
    "soldier": kind(partial(person, hat="cap"), _S, cloth=(96, 104, 66),
                    **{**_P, "trousers": (84, 92, 60), "hat": (84, 92, 60)}),
    "police officer": kind(partial(person, hat="cap"), _S, cloth="navy",
                           **{**_P, "trousers": "navy", "hat": "navy"}),
    "chef": kind(partial(person, hat="cook", apron=True), _S, cloth="white", **_P),
    "farmer": kind(partial(person, hat="brim", holds="fork"), _S, cloth=(180, 70, 60),
                   **{**_P, "hat": (220, 186, 110)}),
    "fisherman": kind(partial(person, hat="brim", holds="rod", beard=True), _S, cloth="yellow",
                      **{**_P, "hat": "yellow"}),
    "cowboy": kind(partial(person, hat="brim"), _S, cloth=(160, 110, 70),
                   **{**_P, "hat": (110, 74, 46)}),
    "pirate": kind(partial(person, hat="tricorn", holds="sword", beard=True), _S, cloth="maroon",
                   **{**_P, "beard": (50, 40, 36), "hat": "black"}),
    "dancer": kind(partial(person, dress=True, hair="long"), _S, cloth="red",
                   **{**_P, "hair": "black"}),
    "bride": kind(partial(person, dress=True, hair="long"), _S, cloth="white", **_P),
    "monk": kind(partial(person, dress=True, hair=""), _S, cloth="orange", **_P),
    "astronaut": kind(astronaut, (150, 240), cloth=(236, 238, 242), visor=(60, 80, 130)),
    "robot": kind(robot, (150, 220), body=(150, 164, 180), eye=(90, 220, 250)),
    "skeleton": kind(skeleton, (120, 240), body=(238, 234, 220)),
    "ghost": kind(ghost, (140, 190), body=(240, 244, 250)),
    "snowman": kind(snowman, (150, 220), body=(246, 250, 254), scarf="red", hat=(40, 40, 46)),
    "scarecrow": kind(scarecrow, (170, 230), cloth=(150, 90, 60), hat=(110, 80, 50)),
}  # fmt: skip
