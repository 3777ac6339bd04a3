"""Animals on four legs, and some others of the land."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.pen import Pen, Point

_EYE = (24, 22, 26)
_FUR = Look(slope=40)


def four_legged(
    pen: Pen,
    *,
    legs: int = 300,
    depth: int = 270,
    neck: int = 120,
    head: int = 120,
    muzzle: int = 90,
    ears: str = "pointed",
    tail: str = "long",
    horns: str = "",
    mane: bool = False,
    ruff: bool = False,
    face: str = "",
    hump: int = 0,
    marks: str = "",
    thick: int = 90,
) -> None:
    """Seen from its left side, facing right; lengths in thousandths of its box."""
    top = 1000 - legs - depth
    low = 1000 - legs
    tall = pen.box.width * 1000 // max(pen.box.height, 1)
    _tail(pen, tail, top)
    dark = pen.colour_of("body", -34)
    for x in (290, 690):
        pen.stroke(
            [(x, low - 60), (x + 8, 1000 - legs // 3), (x, 985)], thick, dark, end=thick * 2 // 3
        )
    look = _FUR
    if marks:
        look = Look(slope=40, pattern=marks, second=pen.colour_of("marks"), grain=11)
    pen.blob(
        [(150, top + 40), (330, top - hump), (560, top - hump // 2), (770, top - 10),
         (830, top + depth // 2), (760, low + 30), (480, low + 40), (210, low + 10), (130,
             top + 150)],
        "body", look,
    )  # fmt: skip
    for x in (220, 760):
        pen.stroke([(x, low - 80), (x + 14, 1000 - legs // 3), (x, 985)], thick, "body", _FUR,
                   end=thick * 2 // 3)  # fmt: skip
    x, y = 790 + neck // 4, top + 40 - neck
    pen.stroke(
        [(710, top + depth // 2), (790, top + 20), (x, y)], head * 3 // 2, "body", look, end=head
    )
    if mane:
        pen.stroke([(650, top - 10), (730, top - 30), (x - head * 2 // 3, y - head // 2)],
            head // 2,
                   "mane", end=head // 3)  # fmt: skip
    if ruff:
        pen.oval(x - head // 3, y + 10, head * 8 // 5, head * 8 // 5 * tall // 1000, "mane")
    if face == "long":
        _long_head(pen, x, y, head, ears, horns)
    else:
        _head(pen, x, y, head, muzzle, ears, horns)


def _tail(pen: Pen, tail: str, top: int) -> None:
    if tail == "long":
        pen.stroke(
            [(180, top + 80), (60, top + 60), (30, top - 120), (70, top - 180)], 46, "body", end=26
        )
    elif tail == "bushy":
        pen.blob([(190, top + 90), (60, top + 20), (-40, top - 160), (60, top - 260), (130,
            top - 90)],
                 "body", _FUR)  # fmt: skip
        pen.oval(30, top - 170, 60, 70, "belly")
    elif tail == "tuft":
        pen.stroke([(170, top + 70), (80, top + 160), (60, top + 360)], 30, "body", end=18)
        pen.oval(58, top + 390, 40, 70, "mane")
    elif tail == "horse":
        pen.blob([(190, top + 40), (70, top + 70), (10, top + 420), (110, top + 380)], "mane")
    elif tail == "short":
        pen.oval(140, top + 60, 60, 60, "belly")
    elif tail == "curl":
        pen.stroke([(150, top + 90), (90, top + 30), (130, top - 30), (160, top + 30)], 26, "body")


def _head(pen: Pen, x: int, y: int, head: int, muzzle: int, ears: str, horns: str) -> None:
    tall = pen.box.width * 1000 // max(pen.box.height, 1)
    high = head * tall // 1000
    _horns(pen, x, y, head, high, horns)
    if ears in ("pointed", "cat"):
        for dx in (-62, 20):
            left = x + head * dx // 100
            pen.polygon(
                [(left - head // 4, y - high // 3), (left + head // 8, y - high * 3 // 2),
                 (left + head // 2, y - high // 2)], pen.colour_of("body", -10 if dx < 0 else 0),
            )  # fmt: skip
    elif ears == "long":
        for dx in (-50, 0):
            at = x + head * dx // 100
            pen.oval(at, y - high * 3 // 2, head // 4, high, "body", turn=-12)
            pen.oval(at, y - high * 3 // 2, head // 9, high * 2 // 3, "belly", turn=-12)
    elif ears == "round":
        for dx in (-60, 20):
            pen.ball(
                x + head * dx // 100, y - high * 4 // 5, head * 2 // 5, pen.colour_of("body", -14)
            )
    pen.oval(x, y, head, high, "body")
    if muzzle:
        pen.oval(x + head * 4 // 5, y + high // 4, muzzle, high // 2, "belly")
        pen.ball(x + head * 4 // 5 + muzzle * 4 // 5, y + high // 8, head // 6, _EYE)
    pen.ball(x + head // 3, y - high // 4, max(head // 7, 14), _EYE)
    pen.ball(x + head // 3 + 5, y - high // 3, max(head // 20, 5), (255, 255, 255))
    if ears == "floppy":
        pen.oval(x - head // 2, y + high // 6, head // 3, high * 4 // 5, pen.colour_of("body", -26))
    elif ears == "wide":
        pen.oval(x - head // 2, y + high // 8, head, high * 6 // 5, pen.colour_of("body", -18))


def _long_head(pen: Pen, x: int, y: int, head: int, ears: str, horns: str) -> None:
    """The head of a horse, a deer or a cow: it tapers forward and down."""
    high = head * pen.box.width // max(pen.box.height, 1)
    _horns(pen, x, y, head, high, horns)
    droop = 30 if ears == "floppy" else -24
    for dx, change in ((-56, -24), (-10, 0)):
        at = x + head * dx // 100
        if ears == "long":
            pen.oval(
                at, y - high * 3 // 2, head // 4, high, pen.colour_of("body", change), turn=-16
            )
        else:
            pen.oval(at - head // 3, y - high * 3 // 4, head // 5, high // 2,
                     pen.colour_of("body", change), turn=droop)  # fmt: skip
    nose = (x + head * 3 // 2, y + high)
    pen.stroke([(x - head // 5, y), nose], head * 8 // 5, "body", _FUR, end=head)
    pen.oval(*nose, head * 3 // 5, high * 3 // 5, "belly", Look(slope=20))
    pen.ball(nose[0] + head // 4, nose[1] - high // 8, max(head // 10, 8), _EYE)
    pen.ball(x + head // 3, y - high // 8, max(head // 6, 14), _EYE)
    pen.ball(x + head // 3 + 5, y - high // 5, max(head // 18, 5), (255, 255, 255))


def _horns(pen: Pen, x: int, y: int, head: int, high: int, horns: str) -> None:
    if horns == "horns":
        pen.stroke([(x - 20, y - high // 2), (x + 10, y - high * 3 // 2), (x + 70,
            y - high * 2)], 36,
                   "horn", end=8)  # fmt: skip
    elif horns == "curled":
        pen.stroke([(x, y - high), (x - head, y - high), (x - head, y + high // 3),
            (x - head // 3, y)],
                   50, "horn", end=14)  # fmt: skip
    elif horns == "antlers":
        for lean in (-1, 1):
            tip = (x + lean * 90 - 20, y - high * 7 // 2)
            pen.stroke(
                [(x - 10, y - high // 2), (x + lean * 110, y - high * 2), tip], 26, "horn", end=10
            )
            for part in (2, 3):
                pen.stroke([(x + lean * 60, y - high * part // 2 - high // 2),
                            (x + lean * 150 + 10, y - high * part)], 20, "horn", end=8)  # fmt: skip
    elif horns == "nose":
        pen.polygon([(x + head, y), (x + head * 2, y - high * 3 // 2), (x + head * 3 // 2,
            y + high // 4)],
                    "horn")  # fmt: skip
    elif horns == "unicorn":
        pen.polygon([(x - 10, y - high // 2), (x + head, y - high * 3), (x + head // 2,
            y - high // 2)],
                    "horn")  # fmt: skip
    elif horns == "ossicones":
        for dx in (-20, 25):
            pen.stroke([(x + dx, y - high // 2), (x + dx, y - high * 2)], 22, "horn")
    elif horns == "trunk":
        pen.stroke([(x + head // 2, y), (x + head * 3 // 2, y + high), (x + head * 6 // 5,
            y + high * 3),
                    (x + head * 8 // 5, y + high * 7 // 2)], head, "body",
                        end=head // 3)  # fmt: skip
        pen.stroke([(x + head // 2, y + high // 2), (x + head, y + high * 3 // 2),
                    (x + head * 2, y + high * 3 // 2)], 36, "horn", end=10)  # fmt: skip


def sitting_cat(pen: Pen, marks: str = "") -> None:
    look = Look(slope=40, pattern=marks, second=pen.colour_of("marks"), grain=9) if marks else _FUR
    pen.stroke([(320, 930), (80, 960), (60, 760), (150, 640)], 80, "body", _FUR, end=50)
    pen.blob(
        [(330, 420), (640, 420), (760, 760), (790, 1010), (240, 1010), (250, 760)], "body", look
    )
    for x in (430, 600):
        pen.stroke([(x, 700), (x, 980)], 110, "body", _FUR)
        pen.oval(x + 10, 975, 75, 35, "belly")
    for left, tip, right in (
        ((320, 250), (290, 10), (480, 170)),
        ((560, 170), (750, 10), (720, 250)),
    ):
        pen.polygon([left, tip, right], "body", _FUR)
    pen.oval(520, 290, 250, 195, "body")
    pen.oval(520, 370, 120, 80, "belly")
    for x in (430, 610):
        pen.oval(x, 270, 48, 44, (210, 214, 90))
        pen.oval(x, 270, 18, 42, _EYE)
    pen.polygon([(490, 335), (550, 335), (520, 370)], (226, 120, 130))
    for side in (-1, 1):
        for drop in (-10, 25):
            pen.stroke(
                [(520 + side * 100, 370), (520 + side * 320, 350 + drop)], 8, (240, 240, 240)
            )


def hopper(pen: Pen) -> None:
    """A rabbit, sitting."""
    pen.ball(130, 760, 90, "belly")
    pen.blob(
        [(120, 900), (160, 560), (430, 440), (700, 560), (760, 980), (200, 1000)], "body", _FUR
    )
    pen.oval(300, 850, 190, 150, pen.colour_of("body", -12))
    pen.stroke([(650, 800), (680, 970), (760, 975)], 90, "body", _FUR)
    for x, turn in ((640, -14), (740, 8)):
        pen.oval(x, 190, 62, 200, "body", turn=turn)
        pen.oval(x, 200, 28, 150, (240, 170, 176), turn=turn)
    pen.oval(720, 470, 180, 150, "body")
    pen.ball(790, 430, 28, _EYE)
    pen.ball(890, 480, 24, (226, 120, 130))


def bear(pen: Pen, patches: bool = False) -> None:
    """Sitting, seen from the front."""
    limbs = "marks" if patches else "body"
    pen.blob(
        [(240, 380), (760, 380), (880, 800), (740, 1010), (260, 1010), (120, 800)], "body", _FUR
    )
    pen.oval(500, 720, 200, 220, "belly")
    for side in (-1, 1):
        pen.ball(500 + side * 210, 80, 90, limbs)
        pen.stroke([(500 + side * 250, 470), (500 + side * 350, 720)], 150, limbs, _FUR)
        pen.oval(500 + side * 250, 950, 150, 80, limbs)
    pen.oval(500, 240, 270, 220, "body")
    for side in (-1, 1):
        if patches:
            pen.oval(500 + side * 110, 220, 76, 66, "marks", turn=side * 30)
        pen.ball(500 + side * 100, 220, 28, _EYE)
        pen.ball(500 + side * 100 + 8, 212, 9, (255, 255, 255))
    pen.oval(500, 320, 110, 84, "belly")
    pen.oval(500, 285, 50, 34, _EYE)


def small_rodent(pen: Pen, spines: bool = False, brush: bool = False) -> None:
    if brush:
        pen.blob(
            [(250, 900), (20, 700), (60, 120), (300, 60), (240, 400), (340, 700)], "body", _FUR
        )
    elif not spines:
        pen.stroke([(200, 880), (20, 900), (-60, 700)], 30, (226, 160, 160), end=12)
    pen.blob([(140, 980), (160, 560), (480, 340), (760, 520), (960, 860), (760, 990)], "body", _FUR)
    if spines:
        for index in range(22):
            x = 130 + index % 11 * 56
            y = 860 - index // 11 * 200 - (110 - abs(index % 11 - 5) * 22)
            tip: Point = (x - 60, y - 190)
            pen.polygon([(x - 30, y + 60), tip, (x + 40, y + 40)], "marks")
    pen.ball(650, 430, 100, pen.colour_of("body", -12))
    pen.ball(650, 430, 62, (240, 176, 176))
    pen.ball(800, 660, 30, _EYE)
    pen.ball(960, 840, 30, (226, 120, 130))
    for x in (340, 660):
        pen.oval(x, 980, 80, 30, "belly")


def reptile(pen: Pen, teeth: bool = False) -> None:
    pen.stroke([(420, 640), (160, 700), (-20, 920)], 240, "body", _FUR, end=20)
    for x in (260, 620):
        pen.stroke([(x, 700), (x + 60, 960)], 90, pen.colour_of("body", -24), end=50)
    pen.stroke([(220, 660), (480, 600), (740, 620)], 290, "body", _FUR)
    pen.blob([(660, 500), (800, 440), (1000, 600), (990, 700), (680, 790)], "body", _FUR)
    for index in range(7):
        x = 140 + index * 80
        pen.polygon([(x, 560), (x + 40, 440), (x + 80, 560)], pen.colour_of("body", -30))
    for index in range(5 if teeth else 0):
        x = 800 + index * 36
        pen.polygon([(x, 690), (x + 30, 690), (x + 15, 760)], (250, 250, 240))
    pen.ball(800, 520, 30, (240, 220, 90))
    pen.ball(806, 520, 14, _EYE)


def snake(pen: Pen) -> None:
    look = Look(slope=30, pattern="bands", second=pen.colour_of("marks"), grain=9)
    pen.stroke([(20, 900), (150, 600), (330, 900), (500, 960), (620, 600), (760, 300), (860, 420)],
               110, "body", look, end=90)  # fmt: skip
    pen.oval(880, 380, 110, 110, "body")
    pen.ball(900, 340, 24, _EYE)
    pen.stroke([(970, 400), (1080, 430)], 16, "red")


def turtle(pen: Pen) -> None:
    for x in (240, 700):
        pen.stroke([(x, 780), (x, 960)], 130, "belly")
    pen.stroke([(720, 760), (900, 560)], 130, "belly", end=120)
    pen.ball(910, 540, 90, "belly")
    pen.ball(935, 510, 22, _EYE)
    pen.blob([(40, 860), (140, 300), (460, 120), (760, 300), (840, 860)], "body", Look(round=50))
    for x, y in ((300, 440), (560, 420), (430, 660), (220, 680), (650, 660)):
        pen.oval(x, y, 90, 100, pen.colour_of("body", -30))


def frog(pen: Pen) -> None:
    for side in (-1, 1):
        pen.oval(500 + side * 320, 780, 170, 200, "body", turn=side * 20)
        pen.oval(500 + side * 330, 965, 160, 40, pen.colour_of("body", -20))
        pen.ball(500 + side * 170, 260, 130, "body")
    pen.blob(
        [(200, 420), (500, 260), (800, 420), (820, 900), (500, 1010), (180, 900)], "body", _FUR
    )
    pen.oval(500, 760, 220, 200, "belly")
    for side in (-1, 1):
        pen.ball(500 + side * 170, 250, 80, (250, 240, 180))
        pen.ball(500 + side * 170, 255, 42, _EYE)
    pen.stroke([(300, 500), (500, 570), (700, 500)], 22, pen.colour_of("body", -70))


def snail(pen: Pen) -> None:
    pen.stroke([(60, 930), (500, 900), (860, 880), (900, 560)], 150, "belly", end=90)
    for x in (860, 960):
        pen.stroke([(900, 560), (x, 330)], 22, "belly")
        pen.ball(x, 320, 28, _EYE)
    for size, change in ((330, 0), (230, -24), (140, 6), (60, -24)):
        pen.ball(420 - size // 10, 560 + size // 12, size, pen.colour_of("body", change))


_f = four_legged
KINDS: dict[str, Kind] = {
    "cat": kind(sitting_cat, (140, 170), body=(232, 146, 62), belly="cream", marks=(190, 104, 40)),
    "tabby cat": kind(partial(sitting_cat, marks="bands"), (140, 170), body=(168, 140, 110),
                      belly="cream", marks=(110, 86, 64)),
    "dog": kind(partial(_f, ears="floppy"), (210, 170), body=(178, 122, 72), belly=(232, 206, 170)),
    "poodle": kind(partial(_f, ears="floppy", tail="short", thick=110), (180, 170), body="white",
                   belly="grey"),
    "dalmatian": kind(partial(_f, ears="floppy", marks="spots"), (210, 170), body="white",
                      marks="black", belly="white"),
    "wolf": kind(partial(_f, tail="bushy", muzzle=110), (220, 170), body=(120, 124, 132),
                 belly=(210, 212, 214)),
    "fox": kind(partial(_f, tail="bushy", legs=260, muzzle=100), (200, 140), body=(220, 104, 36),
                belly="white"),
    "horse": kind(partial(_f, face="long", legs=420, neck=240, head=110, muzzle=110,
        tail="horse", mane=True),
                  (270, 250), body=(136, 82, 48), mane=(60, 38, 26), belly=(150, 100, 66)),
    "zebra": kind(partial(_f, face="long", legs=400, neck=220, head=110, muzzle=100, tail="tuft",
        mane=True,
                          marks="stripes"), (260, 240), body="white", marks="black", mane="black",
                  belly=(90, 88, 90)),
    "unicorn": kind(partial(_f, face="long", legs=420, neck=240, head=110, muzzle=100,
        tail="horse", mane=True,
                            horns="unicorn"), (270, 250), body="white", mane="pink", horn="gold",
                    belly=(240, 226, 232)),
    "donkey": kind(partial(_f, face="long", legs=380, neck=180, head=120, ears="long",
        tail="tuft", mane=True),
                   (230, 210), body=(140, 130, 124), mane=(70, 64, 62), belly=(214, 206, 198)),
    "cow": kind(partial(_f, face="long", legs=330, depth=340, neck=60, head=120, horns="horns",
        tail="tuft",
                        ears="round", marks="spots"), (260, 200), body="white", marks="black",
                mane="black", horn="cream", belly="pink"),
    "bull": kind(partial(_f, face="long", legs=320, depth=360, neck=40, head=130, horns="horns",
        tail="tuft",
                         ears="round", hump=40), (270, 210), body=(70, 44, 34), mane="black",
                 horn="cream", belly=(110, 76, 60)),
    "bison": kind(partial(_f, legs=280, depth=380, neck=-20, head=150, horns="horns", tail="tuft",
                          ears="round", hump=130), (270, 210), body=(92, 62, 42), mane="black",
                  horn="cream", belly=(60, 40, 28)),
    "sheep": kind(partial(_f, face="long", legs=270, depth=380, neck=60, head=110, ears="floppy",
        tail="short",
                          thick=70), (190, 150), body=(240, 236, 226), belly=(70, 62, 60)),
    "ram": kind(partial(_f, face="long", legs=270, depth=360, neck=60, head=120, ears="none",
        tail="short",
                        horns="curled"), (200, 160), body=(226, 218, 204), horn=(150, 120, 84),
                belly=(90, 80, 72)),
    "goat": kind(partial(_f, face="long", legs=320, neck=120, head=100, horns="horns",
        tail="short"), (190, 170),
                 body=(222, 214, 200), horn=(120, 108, 94), belly="white"),
    "pig": kind(partial(_f, legs=220, depth=430, neck=10, head=150, muzzle=90, tail="curl"),
                (200, 140), body=(244, 170, 176), belly=(232, 134, 146)),
    "boar": kind(partial(_f, legs=230, depth=410, neck=0, head=150, muzzle=110, tail="curl"),
                 (210, 150), body=(90, 72, 60), belly=(120, 96, 80)),
    "deer": kind(partial(_f, face="long", legs=400, depth=230, neck=220, head=90, muzzle=70,
        tail="short",
                         marks="spots", thick=60), (220, 220), body=(188, 128, 74), marks="cream",
                 belly="cream"),
    "stag": kind(partial(_f, face="long", legs=380, depth=230, neck=180, head=85, muzzle=70,
        tail="short",
                         horns="antlers", thick=60), (240, 260), body=(150, 98, 58),
                 horn=(210, 184, 140), belly="cream"),
    "moose": kind(partial(_f, face="long", legs=400, depth=270, neck=110, head=110, muzzle=110,
        tail="short",
                          horns="antlers", hump=60), (270, 260), body=(92, 66, 48),
                  horn=(190, 160, 116), belly=(120, 90, 68)),
    "giraffe": kind(partial(_f, face="long", legs=380, depth=170, neck=400, head=70, muzzle=60,
        tail="tuft",
                            horns="ossicones", marks="spots", thick=56), (220, 340),
                    body=(242, 200, 104), marks=(160, 96, 42), mane=(120, 70, 30),
                    horn=(120, 70, 30), belly="cream"),
    "camel": kind(partial(_f, face="long", legs=400, depth=240, neck=170, head=90, muzzle=80,
        tail="tuft",
                          hump=150), (250, 230), body=(206, 164, 104), mane="brown",
                  belly=(226, 190, 134)),
    "llama": kind(partial(_f, face="long", legs=330, depth=270, neck=280, head=80, muzzle=60,
        tail="short"),
                  (180, 230), body="cream", belly=(220, 200, 170)),
    "elephant": kind(partial(_f, legs=300, depth=430, neck=30, head=150, muzzle=0, ears="wide",
                             horns="trunk", tail="tuft", thick=150), (290, 230),
                     body=(134, 138, 148), horn="ivory", mane=(80, 80, 90), belly="grey"),
    "mammoth": kind(partial(_f, legs=290, depth=450, neck=40, head=160, muzzle=0, ears="round",
                            horns="trunk", tail="tuft", thick=160, hump=50), (300, 240),
                    body=(120, 76, 44), horn="ivory", mane=(80, 50, 30), belly="brown"),
    "rhino": kind(partial(_f, legs=260, depth=410, neck=-20, head=140, muzzle=110, horns="nose",
                          tail="tuft", thick=140), (270, 190), body=(140, 138, 140),
                  horn=(220, 214, 200), mane=(80, 80, 84), belly=(120, 118, 122)),
    "hippo": kind(partial(_f, legs=180, depth=500, neck=-20, head=170, muzzle=130, ears="round",
                          tail="tuft", thick=150), (260, 170), body=(150, 122, 134),
                  mane=(100, 80, 90), belly=(214, 160, 168)),
    "lion": kind(partial(_f, legs=280, depth=280, neck=90, head=120, ears="round", tail="tuft",
                         ruff=True), (250, 190), body=(218, 168, 90), mane=(142, 80, 36),
                 belly=(244, 214, 156)),
    "lioness": kind(partial(_f, legs=280, depth=270, neck=80, head=115, ears="round", tail="tuft"),
                    (240, 180), body=(218, 174, 104), mane=(120, 80, 44), belly=(244, 218, 164)),
    "tiger": kind(partial(_f, legs=270, depth=290, neck=70, head=120, ears="round",
                          marks="stripes"), (260, 180), body=(236, 136, 42), marks="black",
                  belly="white"),
    "leopard": kind(partial(_f, legs=260, depth=260, neck=60, head=110, ears="round",
                            marks="spots"), (250, 160), body=(232, 182, 92), marks=(70, 46, 28),
                    belly="cream"),
    "panther": kind(partial(_f, legs=260, depth=260, neck=60, head=110, ears="round"), (250, 160),
                    body=(34, 32, 42), belly=(70, 66, 80)),
    "bear": kind(bear, (190, 230), body=(112, 72, 46), belly=(172, 128, 90)),
    "polar bear": kind(bear, (190, 230), body=(242, 242, 238), belly=(222, 226, 228)),
    "panda": kind(partial(bear, patches=True), (190, 220), body="white", marks="black",
                  belly="white"),
    "koala": kind(bear, (140, 160), body=(146, 150, 158), belly=(222, 222, 224)),
    "teddy bear": kind(bear, (120, 150), body=(190, 136, 84), belly=(232, 200, 156)),
    "monkey": kind(bear, (140, 180), body=(108, 70, 44), belly=(226, 178, 136)),
    "gorilla": kind(bear, (200, 230), body=(52, 50, 56), belly=(100, 98, 104)),
    "rabbit": kind(hopper, (140, 170), body=(186, 168, 150), belly="white"),
    "kangaroo": kind(hopper, (170, 230), body=(176, 122, 78), belly="cream"),
    "mouse": kind(small_rodent, (110, 80), body=(160, 158, 162), belly="pink"),
    "squirrel": kind(partial(small_rodent, brush=True), (120, 130), body=(190, 96, 44),
                     belly="cream"),
    "hedgehog": kind(partial(small_rodent, spines=True), (120, 90), body=(176, 140, 104),
                     marks=(84, 62, 48), belly="cream"),
    "beaver": kind(small_rodent, (150, 110), body=(112, 72, 46), belly=(80, 56, 42)),
    "raccoon": kind(partial(_f, legs=220, depth=330, tail="bushy", marks="", head=130), (170, 130),
                    body=(110, 112, 118), belly=(220, 220, 220)),
    "skunk": kind(partial(_f, legs=200, depth=320, tail="bushy", head=120), (160, 120),
                  body=(30, 30, 34), belly="white"),
    "lizard": kind(reptile, (190, 90), body=(96, 170, 70), belly="lime"),
    "crocodile": kind(partial(reptile, teeth=True), (300, 110), body=(72, 112, 58), belly="olive"),
    "snake": kind(snake, (210, 110), body=(98, 156, 62), marks=(50, 90, 40)),
    "turtle": kind(turtle, (170, 110), body=(84, 124, 62), belly=(162, 176, 92)),
    "frog": kind(frog, (120, 110), body=(82, 172, 66), belly=(212, 230, 150)),
    "snail": kind(snail, (110, 80), body=(180, 120, 76), belly=(214, 190, 150)),
}  # fmt: skip
