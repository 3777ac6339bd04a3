"""Animals on four legs, and some others of the land."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Look
from oracle.studio.sketch.pen import Pen

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
