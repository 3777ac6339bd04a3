"""Stones, hills and water as things of their own."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen


def rock(pen: Pen) -> None:
    pen.polygon([(40, 1000), (120, 480), (360, 140), (640, 200), (900, 560), (980, 1000)], "body",
                Look(slope=50))  # fmt: skip
    pen.polygon([(360, 140), (640, 200), (560, 520), (300, 460)], pen.colour_of("body", 26))
    pen.polygon([(560, 520), (900, 560), (980, 1000), (620, 1000)], pen.colour_of("body", -34))


def mountain(pen: Pen, cap: bool = True, crater: bool = False) -> None:
    pen.polygon([(-60, 1000), (200, 560), (300, 420), (460, 60), (560, 90), (700, 380), (820, 560),
                 (1060, 1000)], "body", Look(slope=50))  # fmt: skip
    pen.polygon([(520, 70), (700, 380), (820, 560), (1060, 1000), (600, 1000), (640, 640), (540,
        420)],
                pen.colour_of("body", -34), Look(slope=30))  # fmt: skip
    if cap:
        pen.polygon([(330, 350), (460, 60), (560, 90), (680, 340), (600, 300), (540, 390), (470,
            300),
                     (400, 400)], "snow", Look(slope=20))  # fmt: skip
    if crater:
        pen.shine(510, 60, 420, (255, 120, 40), 60)
        pen.blob([(440, 60), (500, -120), (580, 70)], "lava")
        pen.stroke([(510, 80), (480, 360), (560, 640), (520, 1000)], 60, "lava", end=20)
        for x, y, size in ((520, -160, 120), (620, -280, 160), (480, -330, 150)):
            pen.oval(x, y, size, size, (110, 104, 108), Look(slope=20, opacity=52))


def hill(pen: Pen) -> None:
    pen.blob(
        [(-120, 1060), (160, 520), (500, 20), (840, 520), (1120, 1060)], "body", Look(slope=40)
    )


def island(pen: Pen) -> None:
    pen.blob([(-40, 1000), (140, 600), (500, 420), (860, 600), (1040, 1000), (500, 1080)], "body")
    pen.blob([(240, 640), (500, 380), (760, 640)], "grass")
    pen.stroke([(480, 560), (500, 300), (560, 140)], 40, (130, 92, 56), end=24)
    for x, y in ((300, 150), (420, 20), (700, 10), (820, 160), (700, 260)):
        pen.blob(
            [(560, 130), ((x + 560) // 2, y - 20), (x, y + 60), ((x + 560) // 2, y + 70)], "grass"
        )


def pond(pen: Pen) -> None:
    pen.oval(500, 500, 500, 480, pen.colour_of("body", -40))
    pen.oval(500, 480, 470, 430, "body", Look(slope=50))
    for x, y in ((340, 380), (600, 520), (460, 680)):
        pen.stroke([(x - 90, y), (x + 90, y)], 12, pen.colour_of("body", 60))


def waterfall(pen: Pen) -> None:
    pen.polygon([(0, 1000), (40, 40), (330, 0), (360, 1000)], "rock", Look(slope=40))
    pen.polygon([(1000, 1000), (960, 60), (670, 0), (640, 1000)], "rock", Look(slope=40))
    look = Look(slope=20, pattern="stripes", second=pen.colour_of("body", 34), grain=7)
    pen.polygon([(320, 20), (680, 20), (720, 960), (280, 960)], "body", look)
    for x in (280, 430, 570, 720):
        pen.oval(x, 950, 120, 70, (244, 250, 255), Look(slope=10, opacity=52))


def iceberg(pen: Pen) -> None:
    pen.polygon([(20, 1000), (180, 420), (330, 500), (480, 40), (700, 360), (800, 300), (990,
        1000)],
                "body", Look(slope=50))  # fmt: skip
    pen.polygon([(480, 40), (700, 360), (620, 1000), (420, 700)], pen.colour_of("body", -30))


def gravestone(pen: Pen, cross: bool = False) -> None:
    if cross:
        pen.rectangle(420, 20, 580, 1000, "body", Look(slope=50))
        pen.rectangle(160, 260, 840, 420, "body", Look(slope=50))
        return
    pen.oval(500, 350, 380, 320, "body")
    pen.rectangle(120, 350, 880, 1000, "body", Look(slope=50))
    pen.rectangle(300, 460, 700, 500, pen.colour_of("body", -50))
    pen.rectangle(300, 580, 700, 620, pen.colour_of("body", -50))


KINDS: dict[str, Kind] = {
    "rock": kind(rock, (120, 80), body=(140, 136, 132)).topped(150),
    "mountain": kind(mountain, (360, 250), body=(116, 114, 124), snow=(248, 250, 255)).topped(60),
    "volcano": kind(partial(mountain, cap=False, crater=True), (360, 250), body=(92, 78, 76),
                    lava=(255, 110, 34)),
    "hill": kind(hill, (400, 150), body=(96, 156, 70)).topped(60),
    "island": kind(island, (250, 170), body=(232, 206, 146), grass=(76, 150, 70)).at("water"),
    "pond": kind(pond, (260, 90), body=(70, 140, 190)).topped(450),
    "waterfall": kind(waterfall, (210, 290), body=(170, 214, 240), rock=(110, 104, 98)),
    "iceberg": kind(iceberg, (230, 170), body=(214, 236, 250)).at("water"),
    "gravestone": kind(gravestone, (70, 100), body=(150, 152, 154)),
    "cross": kind(partial(gravestone, cross=True), (80, 130), body=(150, 152, 154)),
}  # fmt: skip
