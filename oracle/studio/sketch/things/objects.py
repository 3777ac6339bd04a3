"""Things that one can carry, and plain shapes."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Colour, Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.kinds import Kind, kind
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


def gem(pen: Pen) -> None:
    pen.shine(500, 500, 700, pen.colour_of("body"), 24)
    pen.polygon(
        [(220, 120), (780, 120), (1000, 400), (500, 1000), (0, 400)], "body", Look(slope=60)
    )
    pen.polygon([(220, 120), (360, 400), (0, 400)], pen.colour_of("body", 40))
    pen.polygon([(360, 400), (640, 400), (500, 1000)], pen.colour_of("body", 24))
    pen.polygon([(780, 120), (640, 400), (1000, 400)], pen.colour_of("body", -30))
    pen.polygon([(360, 400), (500, 120), (640, 400)], pen.colour_of("body", 56))


def ring(pen: Pen) -> None:
    pen.ball(500, 640, 340, "body", Look(slope=50))
    pen.ball(500, 640, 250, "hole", Look(slope=0))
    pen.polygon([(360, 120), (640, 120), (740, 240), (500, 420), (260, 240)], "gem", _SHEET)


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


def screen(pen: Pen, kind_of: str = "television") -> None:
    if kind_of == "phone":
        pen.rectangle(200, 0, 800, 1000, _INK)
        pen.rectangle(260, 90, 740, 860, "body", Look(slope=70))
        return
    if kind_of == "laptop":
        pen.polygon([(160, 680), (840, 680), (1000, 960), (0, 960)], (176, 180, 188), _SHEET)
    else:
        pen.rectangle(430, 760, 570, 920, _INK)
        pen.oval(500, 940, 240, 50, _INK)
    pen.rectangle(120, 80, 880, 700 if kind_of == "laptop" else 780, _INK)
    pen.rectangle(160, 120, 840, 650 if kind_of == "laptop" else 740, "body", Look(slope=80))


def camera(pen: Pen) -> None:
    pen.rectangle(320, 120, 620, 300, "body")
    pen.rectangle(40, 260, 960, 900, "body", _SHEET)
    pen.ball(500, 580, 270, (70, 72, 80))
    pen.ball(500, 580, 190, (40, 60, 100), Look(round=80))
    pen.ball(440, 480, 50, (230, 240, 255))
    pen.ball(840, 360, 44, (230, 60, 50))


def suitcase(pen: Pen) -> None:
    pen.stroke([(370, 260), (370, 100), (630, 100), (630, 260)], 60, _INK, soft=False)
    pen.rectangle(40, 240, 960, 960, "body", _SHEET)
    for x in (200, 740):
        pen.rectangle(x, 240, x + 60, 960, pen.colour_of("body", -40))


def shoe(pen: Pen) -> None:
    pen.blob([(80, 240), (420, 240), (520, 520), (940, 640), (980, 880), (60, 880)], "body", _SHEET)
    pen.rectangle(50, 860, 980, 960, (240, 238, 232))


def glasses(pen: Pen) -> None:
    for x in (260, 740):
        pen.ball(x, 500, 230, "body")
        pen.ball(x, 500, 180, (200, 224, 236), Look(slope=50))
    pen.stroke([(470, 440), (530, 440)], 60, "body")


def hourglass(pen: Pen) -> None:
    pen.polygon(
        [(200, 80), (800, 80), (540, 500), (800, 920), (200, 920), (460, 500)], (220, 236, 244)
    )
    pen.polygon([(320, 260), (680, 260), (520, 500), (480, 500)], "sand")
    pen.polygon([(500, 640), (740, 920), (260, 920)], "sand")
    for y in (0, 920):
        pen.rectangle(120, y, 880, y + 80, "body", _SHEET)


def globe(pen: Pen) -> None:
    pen.stroke([(820, 160), (900, 480), (700, 800), (500, 840)], 50, "frame")
    pen.rectangle(470, 820, 530, 940, "frame")
    pen.oval(500, 950, 260, 50, "frame")
    pen.ball(480, 440, 360, "body", Look(round=60))
    for points in ([(300, 260), (480, 220), (440, 460), (330, 480)],
                   [(560, 300), (720, 360), (680, 560), (540, 480)]):  # fmt: skip
        pen.blob(points, "land")


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


def heart(pen: Pen) -> None:
    pen.blob([(500, 260), (640, -20), (1000, 60), (980, 480), (500, 1040), (20, 480), (0, 60),
        (360, -20)],
             "body", Look(round=50))  # fmt: skip


def regular(pen: Pen, corners: int = 0, solid: bool = False) -> None:
    look = Look(round=70) if solid else Look(slope=10)
    if corners == 0:
        pen.oval(500, 500, 490, 490, "body", look)
        return
    turn = -90 if corners != 4 else -45
    size = 490 if corners != 4 else 680
    pen.polygon([(500 + size * cosine(360 * k // corners + turn) // 1024,
                  500 + size * sine(360 * k // corners + turn) // 1024) for k in range(corners)],
                "body", look)  # fmt: skip


def cone(pen: Pen, cylinder: bool = False) -> None:
    look = Look(slope=90)
    if cylinder:
        pen.oval(500, 860, 400, 130, "body")
        pen.rectangle(100, 160, 900, 860, "body", look)
        pen.oval(500, 160, 400, 130, pen.colour_of("body", 30))
        return
    pen.oval(500, 860, 440, 130, "body")
    pen.polygon([(500, 0), (940, 860), (60, 860)], "body", look)


def spiral(pen: Pen) -> None:
    points = []
    for step in range(60):
        far, angle = 30 + step * 8, step * 26
        points.append((500 + far * cosine(angle) // 1024, 500 + far * sine(angle) // 1024))
    pen.stroke(points, 60, "body", soft=False)


def ring_shape(pen: Pen) -> None:
    points = [
        (500 + 420 * cosine(a) // 1024, 500 + 420 * sine(a) // 1024) for a in range(0, 361, 12)
    ]
    pen.stroke(points, 130, "body", soft=False)


_M: dict[str, str | Colour] = {"metal": (96, 98, 104), "gold": "gold", "second": "white"}
_S = (110, 110)
_FLOAT = ("toy balloon", "kite", "heart", "circle", "square", "triangle", "pentagon", "hexagon",
          "octagon", "spiral", "ring shape", "diamond shape", "star shape")  # fmt: skip
_KINDS: dict[str, Kind] = {
    "book": kind(book, (120, 90), body=(170, 50, 50)).topped(200),
    "open book": kind(partial(book, is_open=True), (170, 110), body=(120, 50, 40)),
    "books": kind(books, (130, 130), body="red").topped(60),
    "ball": kind(ball, (90, 90), body="red"),
    "football": kind(partial(ball, style="football"), (90, 90), body="white"),
    "basketball": kind(partial(ball, style="basket"), (90, 90), body=(226, 120, 50)),
    "beach ball": kind(partial(ball, style="beach"), (100, 100), body="red", second="white"),
    "toy balloon": kind(toy_balloon, (80, 150), body="red"),
    "kite": kind(kite, (110, 170), body="red", second="yellow"),
    "umbrella": kind(umbrella, (200, 210), body="red", second=(150, 30, 40)),
    "hat": kind(hat, (150, 100), body=(130, 90, 56), band=(60, 40, 30)),
    "top hat": kind(partial(hat, tall=True), (120, 120), body=(34, 34, 38), band="red"),
    "crown": kind(crown, (130, 100), body=(240, 192, 60), gem=(200, 30, 70)),
    "sword": kind(sword, (80, 220), body=(206, 214, 222), hilt="gold"),
    "shield": kind(shield, (120, 140), body=(50, 90, 180), second="gold", rim="silver"),
    "axe": kind(axe, (110, 190), body=(176, 182, 190)),
    "hammer": kind(partial(axe, hammer=True), (110, 170), body=(110, 114, 122)),
    "bow": kind(bow, (130, 200), body=(130, 86, 50)),
    "key": kind(key, (140, 70), body=(226, 180, 70)),
    "chest": kind(chest, (170, 120), body=(130, 84, 48), **_M).topped(140),
    "treasure chest": kind(partial(chest, treasure=True), (180, 150), body=(130, 84, 48), **_M),
    "box": kind(box, (130, 120), body=(196, 150, 100)).topped(200),
    "gift": kind(partial(box, ribbon=True), (130, 120), body=(206, 50, 60), ribbon="gold"),
    "barrel": kind(barrel, (110, 140), body=(150, 100, 58), **_M).topped(60),
    "bucket": kind(bucket, (110, 110), body=(140, 150, 160), **_M),
    "basket": kind(partial(bucket, basket=True), (130, 110), body=(196, 146, 84),
                   metal=(150, 104, 60)),
    "gem": kind(gem, (90, 80), body=(120, 220, 240)),
    "ruby": kind(gem, (90, 80), body="ruby"),
    "emerald": kind(gem, (90, 80), body="emerald"),
    "ring": kind(ring, (80, 110), body="gold", gem=(150, 230, 250), hole=(226, 222, 214)),
    "bell": kind(bell, (110, 120), body=(226, 180, 70)),
    "flag": kind(flag, (150, 190), body="red", second="white", third="blue"),
    "signpost": kind(signpost, (120, 170), body=(190, 140, 86)),
    "mailbox": kind(mailbox, (110, 150), body=(70, 110, 170), red="red"),
    "bench": kind(bench, (210, 110), body=(150, 98, 56)).topped(520),
    "swing": kind(swing, (210, 230), body=(140, 96, 60), seat=(200, 60, 50)),
    "ladder": kind(ladder, (90, 250), body=(186, 140, 86)),
    "television": kind(screen, (180, 140), body=(70, 110, 160)),
    "computer": kind(screen, (180, 150), body=(90, 150, 220)),
    "laptop": kind(partial(screen, kind_of="laptop"), (180, 130), body=(90, 150, 220)),
    "telephone": kind(partial(screen, kind_of="phone"), (80, 140), body=(90, 150, 220)),
    "camera": kind(camera, (130, 100), body=(60, 62, 68)),
    "suitcase": kind(suitcase, (150, 120), body=(156, 96, 54)).topped(240),
    "shoe": kind(shoe, (130, 80), body=(180, 50, 50)),
    "glasses": kind(glasses, (130, 60), body=(40, 40, 44)),
    "hourglass": kind(hourglass, (90, 140), body=(150, 100, 56), sand=(240, 206, 120)),
    "globe": kind(globe, (120, 150), body=(60, 120, 190), land=(90, 150, 80), frame="gold"),
    "anchor": kind(anchor, (130, 150), body=(80, 88, 100)),
    "bomb": kind(bomb, (110, 120), body=(40, 40, 46)),
    "coin": kind(coin, (60, 60), body=(242, 196, 66)),
    "skull": kind(skull, (110, 120), body=(236, 230, 214)),
    "heart": kind(heart, _S, body=(222, 34, 60)),
    "circle": kind(regular, _S, body="red"),
    "sphere": kind(partial(regular, solid=True), _S, body="blue"),
    "square": kind(partial(regular, corners=4), _S, body="blue"),
    "triangle": kind(partial(regular, corners=3), _S, body="green"),
    "pentagon": kind(partial(regular, corners=5), _S, body="purple"),
    "hexagon": kind(partial(regular, corners=6), _S, body="orange"),
    "octagon": kind(partial(regular, corners=8), _S, body="red"),
    "cube": kind(box, (120, 130), body="blue").topped(200),
    "cone": kind(cone, (110, 140), body="orange"),
    "cylinder": kind(partial(cone, cylinder=True), (110, 150), body="teal").topped(100),
    "spiral": kind(spiral, (130, 130), body="purple"),
    "ring shape": kind(ring_shape, (120, 120), body="gold"),
}  # fmt: skip
KINDS: dict[str, Kind] = {
    name: one.at("sky") if name in _FLOAT else one for name, one in _KINDS.items()
}
