"""What is seen in the sky."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.integers import cosine, sine
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen, Point
from oracle.studio.sketch.things.plants import star


def sun(pen: Pen) -> None:
    pen.shine(500, 500, 1900, pen.colour_of("body"), 36)
    pen.shine(500, 500, 900, pen.colour_of("body"), 50)
    pen.ball(500, 500, 400, "body", Look(slope=0))
    pen.ball(500, 500, 330, pen.colour_of("body", 30), Look(slope=0))


def moon(pen: Pen) -> None:
    pen.shine(500, 500, 1100, pen.colour_of("body"), 34)
    pen.ball(500, 500, 430, "body", Look(round=14, slope=0))
    for x, y, size in ((380, 400, 90), (620, 560, 120), (480, 700, 60), (660, 320, 50)):
        pen.ball(x, y, size, pen.colour_of("body", -22), Look(slope=0))


def crescent(pen: Pen) -> None:
    pen.shine(450, 500, 1000, pen.colour_of("body"), 26)
    edge = []
    for step in range(25):
        angle = -90 + step * 180 // 24
        edge.append((440 + 420 * cosine(angle) // 1024, 500 + 430 * sine(angle) // 1024))
    for step in range(25):
        angle = 90 - step * 180 // 24
        edge.append((440 + 190 * cosine(angle) // 1024, 500 + 430 * sine(angle) // 1024))
    pen.polygon(edge, "body", Look(slope=0))


def one_star(pen: Pen) -> None:
    pen.shine(500, 500, 700, pen.colour_of("body"), 34)
    star(pen, 500, 500, 440, "body")


def cloud(pen: Pen) -> None:
    chance = pen.chance.named("cloud")
    lumps = ((220, 690, 200), (400, 480, 260), (640, 530, 240), (810, 710, 180), (520, 720, 330))
    for x, y, size in lumps:
        pen.oval(x + chance.around(30), y + 30, size, size * 6 // 5, pen.colour_of("body", -34),
                 Look(slope=10))  # fmt: skip
    for x, y, size in lumps:
        pen.oval(x + chance.around(20), y - 20 + chance.around(20), size, size * 9 // 8, "body",
                 Look(slope=24))  # fmt: skip


def rainbow(pen: Pen) -> None:
    colours = ((224, 52, 52), (240, 140, 40), (248, 220, 70), (80, 180, 80), (70, 130, 230),
               (110, 70, 190))  # fmt: skip
    for index, colour in enumerate(colours):
        arc: list[Point] = []
        for out in (480 - index * 26, 454 - index * 26):
            steps = range(0, 181, 6) if len(arc) == 0 else range(180, -1, -6)
            for angle in steps:
                arc.append(
                    (500 - out * cosine(angle) // 1024, 1000 - out * 2 * sine(angle) // 1024)
                )
        pen.polygon(arc, colour, Look(slope=0, opacity=44))


def planet(pen: Pen, rings: bool = False) -> None:
    look = Look(slope=10, round=50, pattern="bands", second=pen.colour_of("second"), grain=9)
    pen.ball(500, 500, 330 if rings else 450, "body", look)
    if rings:
        pen.stroke([(20, 640), (300, 640), (700, 480), (980, 380)], 50, "ring", Look(opacity=56))


def earth(pen: Pen) -> None:
    pen.ball(500, 500, 450, "body", Look(round=60))
    for points in (
        [(250, 250), (480, 180), (440, 420), (300, 480)], [(340, 540), (480, 580), (400, 860)],
        [(600, 220), (820, 300), (800, 520), (620, 440)], [(620, 520), (740, 560), (660, 760)],
    ):  # fmt: skip
        pen.blob(points, "land", Look(slope=30))


def comet(pen: Pen) -> None:
    pen.polygon(
        [(900, 140), (40, 860), (840, 60)], pen.colour_of("body"), Look(slope=0, opacity=26)
    )
    pen.polygon(
        [(900, 130), (300, 640), (860, 80)], pen.colour_of("body"), Look(slope=0, opacity=44)
    )
    pen.shine(890, 100, 300, pen.colour_of("body"), 50)
    pen.ball(880, 110, 70, "body")


def bolt(pen: Pen) -> None:
    pen.shine(500, 500, 900, (200, 210, 255), 30)
    pen.polygon([(560, 0), (260, 520), (470, 500), (330, 1000), (760, 380), (540, 400), (760, 0)],
                "body", Look(slope=0))  # fmt: skip


def aurora(pen: Pen) -> None:
    chance = pen.chance.named("aurora")
    for index in range(46):
        x = index * 22
        top = 260 + 180 * sine(x * 2 // 3) // 1024 + chance.around(70)
        part = "body" if index % 5 else "second"
        pen.polygon([(x, top + 560), (x + 10, top), (x + 70, top - 40), (x + 60, top + 560)], part,
                    Look(slope=0, opacity=13))  # fmt: skip


def fireworks(pen: Pen) -> None:
    chance = pen.chance.named("fireworks")
    for x, y, size, part in (
        (300, 330, 270, "body"),
        (680, 260, 230, "second"),
        (560, 640, 260, "third"),
    ):
        pen.shine(x, y, size, pen.colour_of(part), 30)
        for angle in range(0, 360, 18):
            far = size - chance.between(0, 60)
            tip = (x + far * cosine(angle) // 1024, y + far * sine(angle) // 1024)
            start = (x + far * cosine(angle) // 3072, y + far * sine(angle) // 3072)
            pen.stroke([start, tip], 8, part, Look(slope=0), end=16)


_KINDS = {
    "sun": kind(sun, (100, 100), body=(255, 222, 90)),
    "moon": kind(moon, (96, 96), body=(240, 238, 220)),
    "crescent moon": kind(crescent, (90, 90), body=(248, 238, 190)),
    "star": kind(one_star, (56, 56), body=(255, 232, 130)),
    "cloud": kind(cloud, (170, 80), body=(250, 250, 252)),
    "rainbow": kind(rainbow, (460, 220), body="red"),
    "planet": kind(planet, (150, 150), body=(214, 150, 96), second=(180, 112, 70)),
    "ringed planet": kind(partial(planet, rings=True), (210, 210), body=(224, 190, 130),
                          second=(190, 150, 100), ring=(206, 180, 150)),
    "earth": kind(earth, (150, 150), body=(44, 110, 200), land=(76, 150, 70)),
    "comet": kind(comet, (170, 120), body=(220, 236, 255)),
    "lightning": kind(bolt, (90, 220), body=(255, 246, 170)),
    "aurora": kind(aurora, (512, 230), body=(80, 240, 160), second=(180, 110, 240)),
    "fireworks": kind(fireworks, (330, 300), body="gold", second="red", third="sky blue"),
}  # fmt: skip
KINDS: dict[str, Kind] = {name: one.at("sky") for name, one in _KINDS.items()}
