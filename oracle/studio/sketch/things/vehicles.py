"""What carries people on land, water and through the air."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.pen import Pen

_TYRE: Colour = (34, 34, 38)
_GLASS: Colour = (166, 208, 232)
_SHEET = Look(slope=40)


def wheel(pen: Pen, x: int, y: int, radius: int, spokes: bool = False) -> None:
    pen.ball(x, y, radius, _TYRE)
    pen.ball(x, y, radius * 6 // 10, (190, 194, 200))
    tall = radius * pen.box.width // max(pen.box.height, 1)
    for angle in range(0, 180, 30) if spokes else ():
        dx, dy = radius * cosine(angle) // 1100, tall * sine(angle) // 1100
        pen.stroke([(x - dx, y - dy), (x + dx, y + dy)], 10, _TYRE)


def car(pen: Pen, sign: str = "", lights: bool = False, open_top: bool = False) -> None:
    if lights:
        pen.rectangle(430, 60, 500, 130, (226, 40, 40))
        pen.rectangle(500, 60, 570, 130, (60, 110, 240))
    if sign:
        pen.rectangle(420, 60, 580, 140, "sign")
    pen.blob([(20, 880), (30, 560), (200, 500), (320, 150), (680, 150), (820, 500), (970, 580),
              (985, 880)], "body", _SHEET)  # fmt: skip
    if not open_top:
        pen.polygon([(260, 500), (350, 220), (480, 220), (480, 500)], _GLASS, _SHEET)
        pen.polygon([(520, 500), (520, 220), (650, 220), (740, 500)], _GLASS, _SHEET)
    pen.rectangle(20, 700, 985, 730, pen.colour_of("body", -40))
    pen.ball(940, 640, 40, (255, 240, 180))
    pen.ball(50, 640, 30, (220, 50, 40))
    for x in (230, 760):
        wheel(pen, x, 880, 110)


def bus(pen: Pen, two_floors: bool = False) -> None:
    pen.rectangle(20, 80, 980, 880, "body", _SHEET)
    rows = (160, 470) if two_floors else (200,)
    for y in rows:
        for x in range(70, 900, 150):
            pen.rectangle(x, y, x + 120, y + (190 if two_floors else 280), _GLASS, Look(slope=60))
    pen.rectangle(20, 690, 980, 720, "stripe")
    for x in (220, 780):
        wheel(pen, x, 890, 90)


def truck(pen: Pen, ladder: bool = False, tank: bool = False) -> None:
    if tank:
        pen.oval(340, 440, 330, 300, "load")
    else:
        pen.rectangle(20, 150, 660, 800, "load", _SHEET)
    if ladder:
        for y in (60, 130):
            pen.rectangle(40, y, 760, y + 24, (210, 214, 220))
        for x in range(60, 760, 70):
            pen.rectangle(x, 60, x + 16, 150, (210, 214, 220))
    pen.polygon([(680, 830), (680, 300), (860, 300), (960, 560), (985, 830)], "body", _SHEET)
    pen.polygon([(740, 540), (740, 370), (840, 370), (900, 540)], _GLASS)
    pen.rectangle(20, 790, 985, 850, pen.colour_of("body", -60))
    for x in (180, 420, 820):
        wheel(pen, x, 880, 95)


def tractor(pen: Pen) -> None:
    pen.rectangle(440, 430, 960, 720, "body", _SHEET)
    pen.rectangle(820, 200, 860, 440, (70, 70, 76))
    pen.rectangle(180, 120, 480, 150, "body")
    for x in (200, 450):
        pen.rectangle(x, 140, x + 24, 560, "body")
    pen.rectangle(224, 150, 450, 460, _GLASS)
    pen.rectangle(180, 460, 480, 720, "body")
    wheel(pen, 280, 740, 250)
    wheel(pen, 840, 850, 140)


def train(pen: Pen) -> None:
    for x, wide in ((0, 300), (320, 260)):
        pen.rectangle(x, 330, x + wide, 850, "wagon", _SHEET)
        for w in range(x + 30, x + wide - 60, 90):
            pen.rectangle(w, 420, w + 64, 580, _GLASS)
    pen.rectangle(620, 200, 760, 850, "body", _SHEET)
    pen.rectangle(600, 160, 780, 210, pen.colour_of("body", -40))
    pen.rectangle(650, 270, 730, 430, _GLASS)
    pen.rectangle(750, 440, 980, 800, "body", Look(slope=70))
    pen.polygon([(850, 440), (830, 200), (920, 200), (900, 440)], pen.colour_of("body", -50))
    pen.polygon([(950, 980), (980, 780), (1040, 980)], (90, 92, 98))
    for index, size in enumerate((60, 90, 120)):
        pen.oval(840 - index * 110, 110 - index * 90, size, size, (232, 232, 236),
                 Look(slope=20, opacity=52))  # fmt: skip
    for x in (70, 220, 390, 510, 660, 790, 910):
        wheel(pen, x, 900, 60, spokes=True)


def bicycle(pen: Pen, motor: bool = False) -> None:
    for x in (220, 780):
        pen.ball(x, 700, 210, _TYRE, Look(slope=0))
        pen.ball(x, 700, 180, pen.colour_of("inside"), Look(slope=0))
        for angle in range(0, 180, 30):
            dx, dy = 180 * cosine(angle) // 1024, 180 * sine(angle) // 1024
            dy = dy * pen.box.width // pen.box.height
            pen.stroke([(x - dx, 700 - dy), (x + dx, 700 + dy)], 6, (150, 154, 160))
    wide = 90 if motor else 30
    for line in ([(220, 700), (460, 680), (380, 330)], [(460, 680), (690, 360), (380, 360)],
                 [(780, 700), (690, 330), (700, 220)]):  # fmt: skip
        pen.stroke(line, wide, "body", soft=False)
    pen.stroke([(640, 220), (760, 200)], 30, _TYRE)
    pen.oval(370, 310, 90, 34, _TYRE)
    if motor:
        pen.oval(480, 600, 130, 150, (120, 124, 130))
        pen.blob([(380, 320), (640, 280), (660, 420), (440, 460)], "body", _SHEET)


def cart(pen: Pen, covered: bool = False) -> None:
    if covered:
        pen.blob([(60, 520), (80, 120), (500, 20), (880, 120), (900, 520)], "cloth", Look(round=40))
    pen.polygon([(40, 480), (940, 480), (880, 760), (100, 760)], "body", _SHEET)
    for x in (250, 720):
        wheel(pen, x, 820, 150, spokes=True)


def sled(pen: Pen) -> None:
    pen.stroke([(40, 900), (860, 900), (980, 760), (940, 640)], 40, (130, 90, 56))
    for x in (240, 640):
        pen.stroke([(x, 640), (x, 880)], 30, (130, 90, 56))
    pen.blob([(120, 640), (100, 240), (260, 420), (800, 420), (880, 640)], "body", _SHEET)


def rowing_boat(pen: Pen) -> None:
    pen.stroke([(560, 300), (860, 1000)], 24, (150, 110, 70))
    pen.polygon([(20, 380), (980, 300), (840, 860), (160, 860)], "body", _SHEET)
    pen.polygon([(20, 380), (980, 300), (950, 430), (50, 490)], pen.colour_of("body", 30))
    _wake(pen, 860)


def _wake(pen: Pen, y: int) -> None:
    for x, wide in ((260, 200), (660, 230), (480, 300)):
        pen.oval(x, y + 30, wide, 26, (230, 242, 250), Look(slope=0, opacity=38))


def sailboat(pen: Pen) -> None:
    pen.rectangle(486, 20, 510, 780, (120, 84, 56))
    pen.blob([(520, 30), (620, 300), (900, 700), (520, 700)], "sail", Look(slope=40))
    pen.polygon([(470, 120), (470, 700), (140, 700)], "sail", Look(slope=50))
    pen.polygon([(495, 20), (495, 80), (610, 50)], "flag")
    pen.polygon([(60, 770), (960, 770), (820, 960), (180, 960)], "body", _SHEET)
    pen.rectangle(60, 770, 960, 795, pen.colour_of("body", 50))
    _wake(pen, 950)


def tall_ship(pen: Pen) -> None:
    for x, high in ((260, 150), (500, 20), (740, 130)):
        pen.rectangle(x - 10, high, x + 10, 760, (100, 70, 46))
        for step in range(3):
            top = high + 50 + step * 190
            wide = 90 + step * 26
            pen.blob([(x - wide, top), (x + wide, top), (x + wide + 24, top + 90), (x + wide,
                top + 170),
                      (x - wide, top + 170), (x - wide + 30, top + 90)], "sail",
                          Look(slope=40))  # fmt: skip
    pen.polygon([(500, 10), (500, 70), (400, 40)], "flag")
    pen.polygon(
        [(40, 640), (140, 740), (860, 740), (1000, 620), (880, 960), (180, 960)], "body", _SHEET
    )
    for x in range(220, 820, 110):
        pen.rectangle(x, 800, x + 44, 850, pen.colour_of("body", -60))
    pen.stroke([(920, 680), (1060, 560)], 24, (100, 70, 46))
    _wake(pen, 950)


def liner(pen: Pen, funnels: int = 3) -> None:
    for index in range(funnels):
        x = 300 + index * 160
        pen.polygon(
            [(x, 380), (x + 20, 100), (x + 100, 100), (x + 90, 380)], "funnel", Look(slope=60)
        )
        pen.rectangle(x + 16, 100, x + 102, 150, (40, 40, 44))
    for y, left, right in ((370, 220, 800), (480, 160, 880)):
        pen.rectangle(left, y, right, y + 120, "deck", _SHEET)
        for x in range(left + 30, right - 40, 60):
            pen.rectangle(x, y + 36, x + 30, y + 76, _GLASS)
    pen.polygon([(20, 600), (1000, 560), (900, 960), (120, 960)], "body", _SHEET)
    pen.polygon([(90, 880), (930, 880), (900, 960), (120, 960)], "stripe")
    _wake(pen, 950)


def submarine(pen: Pen) -> None:
    pen.stroke([(560, 300), (560, 60), (640, 60)], 34, pen.colour_of("body", -40), soft=False)
    pen.blob([(400, 440), (430, 220), (650, 220), (690, 440)], "body", _SHEET)
    pen.polygon([(60, 420), (160, 620), (60, 860)], pen.colour_of("body", -30))
    pen.oval(520, 640, 460, 280, "body", Look(round=60))
    for x in (340, 520, 700):
        pen.ball(x, 620, 60, (90, 90, 96))
        pen.ball(x, 620, 44, _GLASS)


def aeroplane(pen: Pen, propeller: bool = False) -> None:
    pen.polygon([(60, 120), (150, 120), (280, 460), (120, 480)], "body", _SHEET)
    pen.blob(
        [(20, 480), (200, 400), (820, 380), (1000, 540), (840, 660), (160, 620)], "body", _SHEET
    )
    pen.polygon([(430, 540), (620, 540), (380, 980), (270, 980)], pen.colour_of("body", -40))
    pen.polygon([(500, 400), (620, 400), (520, 160), (450, 160)], pen.colour_of("body", -20))
    for x in range(260, 780, 80):
        pen.oval(x, 490, 24, 40, _GLASS)
    pen.polygon([(840, 420), (930, 480), (860, 500), (800, 480)], _GLASS)
    pen.rectangle(60, 560, 880, 580, "stripe")
    if propeller:
        pen.oval(1005, 540, 16, 260, (90, 80, 70), Look(opacity=50))


def helicopter(pen: Pen) -> None:
    pen.rectangle(540, 120, 570, 320, (70, 72, 78))
    pen.oval(555, 120, 460, 22, (70, 72, 78), Look(opacity=50))
    pen.polygon([(20, 300), (90, 300), (480, 430), (480, 560), (60, 470)], "body", _SHEET)
    pen.ball(60, 330, 90, (70, 72, 78), Look(opacity=44))
    pen.oval(640, 540, 320, 260, "body")
    pen.blob([(700, 360), (880, 430), (940, 600), (720, 600)], _GLASS, Look(slope=60))
    pen.stroke([(400, 900), (900, 900)], 28, (70, 72, 78))
    for x in (520, 760):
        pen.stroke([(x, 760), (x, 890)], 20, (70, 72, 78))


def balloon(pen: Pen) -> None:
    for x in (420, 580):
        pen.stroke([(x - (500 - x), 660), (x, 860)], 10, (110, 84, 60))
    pen.blob([(430, 740), (60, 400), (120, 60), (500, -60), (880, 60), (940, 400), (570, 740)],
        "body",
             Look(round=50))  # fmt: skip
    for x, out in ((330, 160), (670, 160)):
        pen.blob([(470 if x < 500 else 530, 720), (x - out // 2, 380), (x, 30), (500, 0),
                  (x + out // 4, 380)], "second", Look(round=40))  # fmt: skip
    pen.polygon([(410, 850), (590, 850), (570, 1000), (430, 1000)], (150, 104, 62), _SHEET)


def airship(pen: Pen) -> None:
    pen.polygon([(60, 160), (220, 380), (60, 640)], pen.colour_of("body", -40))
    pen.oval(520, 400, 470, 330, "body", Look(round=60))
    pen.oval(520, 400, 470, 60, "second", Look(slope=10))
    pen.blob([(380, 760), (660, 760), (620, 920), (420, 920)], (90, 84, 84))


def rocket(pen: Pen) -> None:
    pen.shine(500, 960, 500, (255, 170, 60), 50)
    pen.blob([(410, 800), (500, 1150), (590, 800)], (255, 170, 50))
    pen.blob([(450, 800), (500, 1000), (550, 800)], (255, 240, 150))
    for side in (-1, 1):
        pen.blob([(500 + side * 160, 520), (500 + side * 420, 760), (500 + side * 400, 920),
                  (500 + side * 170, 800)], "fin", _SHEET)  # fmt: skip
    pen.blob([(500, -40), (720, 300), (700, 840), (300, 840), (280, 300)], "body", Look(round=50))
    pen.blob([(500, -20), (640, 200), (360, 200)], "fin")
    pen.ball(500, 390, 120, (90, 94, 104))
    pen.ball(500, 390, 90, _GLASS)


def saucer(pen: Pen) -> None:
    pen.polygon([(400, 640), (600, 640), (900, 1500), (100, 1500)], (190, 255, 200),
                Look(slope=0, opacity=18))  # fmt: skip
    pen.oval(500, 340, 240, 300, (170, 230, 240), Look(round=60, opacity=56))
    pen.oval(500, 540, 480, 220, "body", Look(round=60))
    for x in (180, 340, 500, 660, 820):
        pen.shine(x, 600, 90, (255, 240, 130), 40)
        pen.ball(x, 600, 34, (255, 236, 120))


def satellite(pen: Pen) -> None:
    for left in (20, 640):
        look = Look(pattern="checks", second=(40, 60, 130), grain=9)
        pen.rectangle(left, 350, left + 340, 650, (70, 100, 190), look)
    pen.rectangle(380, 300, 620, 700, "body", _SHEET)
    pen.blob([(400, 300), (360, 100), (640, 100), (600, 300)], (220, 222, 226))
