"""Things that one can carry, and plain shapes."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.pen import Pen
from oracle.studio.sketch.things.plants import star

_INK: Colour = (34, 30, 36)
_SHEET = Look(slope=50)


def book(pen: Pen, is_open: bool = False) -> None:
    if is_open:
        pen.polygon([(0, 200), (500, 320), (1000, 200), (1000, 880), (500, 1000), (0, 880)], "body")
        for side in (-1, 1):
            pen.polygon([(500, 300), (500 + side * 460, 180), (500 + side * 460, 820), (500, 940)],
                        (250, 246, 232), Look(slope=30))  # fmt: skip
            for y in range(330, 800, 90):
                pen.stroke(
                    [(500 + side * 80, y + 40), (500 + side * 400, y - 40)], 12, (170, 166, 160)
                )
        return
    pen.polygon([(80, 300), (760, 160), (960, 300), (280, 460)], "body", _SHEET)
    pen.polygon([(80, 300), (280, 460), (280, 900), (80, 720)], pen.colour_of("body", -34))
    pen.polygon([(280, 500), (940, 340), (940, 720), (280, 880)], (248, 242, 226))
    pen.polygon([(280, 860), (960, 700), (960, 760), (280, 930)], "body")


def books(pen: Pen) -> None:
    tones: tuple[Colour, ...] = (
        pen.colour_of("body"),
        (54, 100, 160),
        (220, 170, 60),
        (70, 140, 90),
    )
    for index, tone in enumerate(tones):
        y, shift = 760 - index * 230, (0, 60, -30, 40)[index]
        pen.rectangle(60 + shift, y, 940 + shift, y + 220, tone, Look(slope=40))
        pen.rectangle(880 + shift, y + 24, 940 + shift, y + 196, (248, 242, 226))


def ball(pen: Pen, style: str = "") -> None:
    look = Look(round=70)
    pen.ball(500, 500, 470, "body", look)
    if style == "football":
        for x, y in ((500, 480), (180, 300), (820, 300), (260, 800), (740, 800), (500, 90)):
            pen.ball(x, y, 110, _INK)
    elif style == "basket":
        pen.stroke([(500, 40), (500, 960)], 24, _INK)
        pen.stroke([(40, 500), (960, 500)], 24, _INK)
        for x in (240, 760):
            pen.stroke([(x, 120), (500 + (x - 500) // 3, 500), (x, 880)], 24, _INK)
    elif style == "beach":
        for angle in range(0, 360, 120):
            a, b = angle, angle + 60
            edge = [
                (500 + 470 * cosine(t) // 1024, 500 + 470 * sine(t) // 1024) for t in (a, a + 30, b)
            ]
            pen.polygon([(500, 500), *edge], "second", look)
        pen.ball(500, 500, 80, (250, 250, 250))


def toy_balloon(pen: Pen) -> None:
    pen.stroke([(500, 700), (460, 820), (540, 900), (500, 1000)], 14, (200, 200, 200))
    pen.blob([(480, 720), (80, 420), (120, 40), (500, -60), (880, 40), (920, 420), (520, 720)],
        "body",
             Look(round=70))  # fmt: skip
    pen.oval(340, 180, 60, 80, (255, 255, 255), Look(opacity=36), turn=30)


def kite(pen: Pen) -> None:
    pen.polygon([(500, 0), (820, 320), (500, 760), (180, 320)], "body", _SHEET)
    pen.polygon([(500, 0), (820, 320), (500, 320)], "second")
    pen.polygon([(500, 760), (180, 320), (500, 320)], "second")
    pen.stroke([(500, 760), (580, 840), (460, 900), (560, 1000)], 16, _INK)
    for x, y in ((560, 830), (480, 900)):
        pen.polygon(
            [(x - 60, y - 20), (x + 60, y + 20), (x + 60, y - 20), (x - 60, y + 20)], "body"
        )


def umbrella(pen: Pen) -> None:
    pen.stroke([(500, 60), (500, 900), (440, 980), (370, 900)], 40, (120, 84, 54))
    for index, (left, right) in enumerate(((20, 270), (250, 500), (500, 750), (730, 980))):
        pen.blob([(500, 20), (left, 480), ((left + right) // 2, 400), (right, 480)],
                 "body" if index % 2 == 0 else "second", Look(slope=40))  # fmt: skip
    pen.polygon([(40, 460), (140, 200), (380, 60), (500, 40), (620, 60), (860, 200), (960, 460),
                 (730, 410), (500, 460), (270, 410)], "body", Look(round=30))  # fmt: skip


def hat(pen: Pen, tall: bool = False) -> None:
    top = 40 if tall else 240
    pen.blob([(260, 800), (280, top), (720, top), (740, 800)], "body", Look(slope=60))
    pen.rectangle(268, 660, 732, 770, "band")
    pen.oval(500, 800, 490, 130, "body")


def crown(pen: Pen) -> None:
    pen.polygon([(80, 940), (20, 260), (280, 560), (500, 80), (720, 560), (980, 260), (920, 940)],
                "body", Look(slope=60))  # fmt: skip
    for x, y in ((20, 240), (500, 60), (980, 240)):
        pen.ball(x, y, 50, "gem")
    pen.rectangle(80, 800, 920, 940, pen.colour_of("body", -30))
    for x in (240, 500, 760):
        pen.ball(x, 870, 50, "gem")


def sword(pen: Pen) -> None:
    pen.polygon([(420, 700), (420, 120), (500, 0), (580, 120), (580, 700)], "body", Look(slope=80))
    pen.rectangle(180, 690, 820, 750, "hilt")
    pen.rectangle(440, 750, 560, 930, (90, 60, 40))
    pen.ball(500, 950, 80, "hilt")


def shield(pen: Pen) -> None:
    pen.blob([(40, 60), (500, 0), (960, 60), (940, 520), (500, 1040), (60, 520)], "rim")
    pen.blob(
        [(120, 130), (500, 80), (880, 130), (860, 500), (500, 940), (140, 500)], "body", _SHEET
    )
    pen.rectangle(450, 120, 550, 880, "second")
    pen.rectangle(150, 380, 850, 480, "second")


def axe(pen: Pen, hammer: bool = False) -> None:
    pen.stroke([(500, 60), (500, 980)], 90, (140, 96, 58), Look(slope=40))
    if hammer:
        pen.rectangle(160, 80, 840, 320, "body", Look(slope=60))
    else:
        pen.blob([(460, 120), (860, 0), (940, 260), (860, 480), (460, 340)], "body", Look(slope=60))


def bow(pen: Pen) -> None:
    pen.stroke([(380, 20), (760, 260), (760, 740), (380, 980)], 60, "body")
    pen.stroke([(380, 20), (380, 980)], 10, (230, 226, 216))
    pen.stroke([(120, 500), (900, 500)], 22, (160, 110, 70))
    pen.polygon([(880, 450), (1000, 500), (880, 550)], (180, 184, 190))


def key(pen: Pen) -> None:
    pen.ball(240, 400, 220, "body", Look(slope=40))
    pen.ball(240, 400, 110, pen.colour_of("body", -90))
    pen.rectangle(420, 330, 980, 470, "body")
    for x in (760, 900):
        pen.rectangle(x, 460, x + 70, 720, "body")


def chest(pen: Pen, treasure: bool = False) -> None:
    if treasure:
        pen.shine(500, 420, 600, (255, 220, 110), 40)
        for x, y in (
            (240, 420),
            (400, 380),
            (560, 370),
            (740, 420),
            (320, 340),
            (640, 330),
            (480, 300),
        ):
            pen.ball(x, y, 90, "gold")
        pen.blob([(60, 330), (100, 60), (900, 60), (940, 330)], pen.colour_of("body", -30))
    else:
        pen.blob([(40, 480), (80, 140), (920, 140), (960, 480)], "body", Look(slope=50))
    pen.rectangle(40, 440, 960, 980, "body", Look(slope=50))
    for x in (120, 460, 820):
        pen.rectangle(x, 440, x + 70, 980, "metal")
    pen.rectangle(40, 440, 960, 500, "metal")
    pen.ball(495, 540, 60, "gold")


def box(pen: Pen, ribbon: bool = False) -> None:
    pen.polygon([(60, 300), (300, 140), (960, 140), (740, 300)], pen.colour_of("body", 26))
    pen.polygon([(740, 300), (960, 140), (960, 800), (740, 1000)], pen.colour_of("body", -34))
    pen.rectangle(60, 300, 740, 1000, "body", _SHEET)
    if ribbon:
        pen.rectangle(350, 300, 450, 1000, "ribbon")
        pen.polygon([(350, 300), (590, 140), (680, 140), (450, 300)], "ribbon")
        for side in (-1, 1):
            pen.blob([(480, 220), (480 + side * 60, 0), (480 + side * 260, 20),
                (480 + side * 160, 200)],
                     "ribbon", Look(slope=30))  # fmt: skip


def barrel(pen: Pen) -> None:
    pen.blob(
        [(200, 40), (800, 40), (930, 500), (800, 980), (200, 980), (70, 500)],
        "body",
        Look(slope=70),
    )
    for y in (190, 740):
        pen.rectangle(110, y, 890, y + 70, "metal")
    pen.oval(500, 80, 290, 60, pen.colour_of("body", -30))


def bucket(pen: Pen, basket: bool = False) -> None:
    pen.stroke([(140, 380), (500, -120), (860, 380)], 34, "metal")
    look = Look(slope=60)
    if basket:
        look = Look(slope=30, pattern="checks", second=pen.colour_of("body", -36), grain=8)
    pen.polygon([(80, 360), (920, 360), (800, 1000), (200, 1000)], "body", look)
    pen.oval(500, 360, 420, 90, pen.colour_of("body", -40))


def bell(pen: Pen) -> None:
    pen.ball(500, 880, 110, pen.colour_of("body", -50))
    pen.blob([(440, 40), (560, 40), (760, 280), (800, 700), (960, 860), (40, 860), (200, 700),
        (240, 280)],
             "body", Look(slope=80))  # fmt: skip


def flag(pen: Pen) -> None:
    pen.rectangle(120, 0, 170, 1000, (150, 110, 70))
    bands = ("body", "second", "third")
    for index, part in enumerate(bands):
        y = 50 + index * 140
        pen.blob([(170, y), (420, y - 50), (700, y + 40), (970, y - 20), (970, y + 130), (700,
            y + 190),
                  (420, y + 100), (170, y + 150)], part, Look(slope=30))  # fmt: skip


def signpost(pen: Pen) -> None:
    pen.rectangle(450, 100, 550, 1000, (120, 84, 54), _SHEET)
    pen.polygon([(60, 160), (820, 160), (960, 260), (820, 360), (60, 360)], "body", _SHEET)
    pen.polygon([(940, 420), (200, 420), (60, 510), (200, 600), (940, 600)], "body", _SHEET)


def mailbox(pen: Pen) -> None:
    pen.rectangle(440, 460, 560, 1000, (120, 84, 54))
    pen.blob([(60, 520), (70, 120), (930, 120), (940, 520)], "body", Look(slope=70))
    pen.rectangle(820, 40, 860, 240, "red")
    pen.rectangle(820, 40, 960, 120, "red")


def bench(pen: Pen) -> None:
    for y in (120, 260):
        pen.rectangle(40, y, 960, y + 90, "body", _SHEET)
    for x in (110, 840):
        pen.rectangle(x, 100, x + 50, 1000, (60, 62, 68))
    pen.rectangle(20, 520, 980, 630, "body", _SHEET)


def swing(pen: Pen) -> None:
    for x in (60, 900):
        pen.stroke([(x, 1000), (x + (60 if x < 500 else -20), 40)], 50, "body")
    pen.stroke([(80, 50), (920, 50)], 60, "body")
    for x in (360, 620):
        pen.rectangle(x, 60, x + 14, 720, (170, 160, 140))
    pen.rectangle(330, 700, 670, 760, "seat")


def ladder(pen: Pen) -> None:
    for x in (220, 720):
        pen.rectangle(x, 0, x + 70, 1000, "body", _SHEET)
    for y in range(80, 960, 130):
        pen.rectangle(220, y, 790, y + 44, "body")


def anchor(pen: Pen) -> None:
    pen.ball(500, 120, 110, "body")
    pen.ball(500, 120, 50, (220, 226, 230))
    pen.stroke([(500, 200), (500, 940)], 90, "body")
    pen.stroke([(280, 320), (720, 320)], 80, "body")
    pen.stroke([(80, 600), (200, 880), (500, 960), (800, 880), (920, 600)], 90, "body")


def bomb(pen: Pen) -> None:
    pen.stroke([(640, 220), (760, 80), (880, 120)], 40, (200, 180, 140))
    pen.shine(890, 110, 200, (255, 200, 80), 60)
    pen.ball(460, 600, 400, "body", Look(round=80))
    pen.rectangle(560, 190, 720, 300, "body")


def coin(pen: Pen) -> None:
    pen.ball(500, 500, 480, pen.colour_of("body", -40))
    pen.ball(500, 500, 430, "body", Look(slope=60))
    star(pen, 500, 500, 260, pen.colour_of("body", -40))


def skull(pen: Pen) -> None:
    pen.oval(500, 400, 420, 390, "body")
    pen.rectangle(290, 640, 710, 960, "body", _SHEET)
    for x in (330, 670):
        pen.oval(x, 430, 120, 120, _INK)
    pen.polygon([(500, 540), (440, 660), (560, 660)], _INK)
    for x in (380, 460, 540, 620):
        pen.rectangle(x - 8, 780, x + 8, 960, _INK)
