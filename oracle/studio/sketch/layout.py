"""Where everything stands: words of place and relations become boxes on the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.studio.sketch.canvas import SIDE
from oracle.studio.sketch.integers import Chance
from oracle.studio.sketch.kinds import Kind
from oracle.studio.sketch.nouns import KINDS
from oracle.studio.sketch.pen import Box
from oracle.studio.sketch.scene import Scene, Thing

_ACROSS = {"far left": 64, "left": 138, "middle": 256, "right": 374, "far right": 448}
_SPREAD = {
    1: (256,), 2: (160, 352), 3: (256, 104, 408), 4: (190, 330, 70, 442),
    5: (256, 130, 382, 48, 464), 6: (210, 310, 110, 410, 40, 472),
}  # fmt: skip
_VIEWS = {"close": 165, "wide": 62, "above": 85, "below": 125}


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The part of the canvas that things of each home may use."""

    horizon: int
    everywhere: bool = False  # under water and in space things float
    indoors: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """One drawing of a thing; larger `order` is painted later."""

    thing: Thing
    box: Box
    order: int
    away: int  # 0 to 256: how far into the distance
    index: int
    copy: int


def place_things(scene: Scene, stage: Backdrop, chance: Chance) -> list[Placed]:
    """Every thing's boxes, from back to front."""
    return _Layout(scene, stage, chance).placed()


class _Layout:
    def __init__(self, scene: Scene, stage: Backdrop, chance: Chance) -> None:
        self._scene, self._stage, self._chance = scene, stage, chance
        self._middles: dict[int, tuple[int, int]] = {}  # index → x and base y
        self._boxes: dict[int, Box] = {}
        self._scale = _VIEWS.get(scene.view, 100)
        free = [
            i
            for i, t in enumerate(scene.things)
            if t.relation is None and KINDS[t.noun].home != "sky"
        ]
        self._crowd = max(len(free), 1)
        self._slots = {i: slot for slot, i in enumerate(free)}

    def placed(self) -> list[Placed]:
        placed: list[Placed] = []
        for index in self._in_order():
            placed += self._place(index)
        return sorted(placed, key=lambda one: one.order)

    def _in_order(self) -> list[int]:
        """Things before those that are placed by them."""
        order: list[int] = []
        for start in range(len(self._scene.things)):
            chain = [start]
            while True:
                relation = self._scene.things[chain[-1]].relation
                if relation is None or relation[1] in chain:
                    break
                chain.append(relation[1])
            order += [index for index in reversed(chain) if index not in order]
        return order

    def _place(self, index: int) -> list[Placed]:
        thing = self._scene.things[index]
        kind = KINDS[thing.noun]
        anchor = self._anchor(thing)
        x, base, away, scale = (
            self._free(index, thing, kind) if anchor is None else self._related(thing, kind, anchor)
        )
        scale = scale * self._size(thing) // 100
        width = max(kind.width * scale // 100, 6)
        height = max(kind.height * scale * thing.stretch // 10_000, 6)
        copies = self._copies(index, thing, kind, x, base, width, height)
        self._boxes[index] = copies[0] if len(copies) == 1 else _around(copies)
        order = self._order(thing, kind, base, anchor, index)
        return [
            Placed(thing, box, order + box.bottom - base, away, index, number)
            for number, box in enumerate(copies)
        ]

    def _anchor(self, thing: Thing) -> Box | None:
        return self._boxes.get(thing.relation[1]) if thing.relation else None

    def _size(self, thing: Thing) -> int:
        """Percent, by its adjectives, how many there are, and how many others."""
        many = {1: 100, 2: 84, 3: 74, 4: 66, 5: 60, 6: 56, 7: 52, 8: 50}.get(thing.count, 46)
        alone = 140 if len(self._scene.things) == 1 and KINDS[thing.noun].height < 200 else 100
        if KINDS[thing.noun].home == "sky":
            alone = 100
        return thing.size * many // 100 * alone // 100 * self._scale // 100

    def _free(self, index: int, thing: Thing, kind: Kind) -> tuple[int, int, int, int]:
        """Where a thing stands that no other thing places: x, base, distance, scale in percent."""
        home = kind.home
        x = _ACROSS.get(thing.across or "", 0)
        if not x and home == "sky":
            before = sum(1 for t in self._scene.things[:index] if KINDS[t.noun].home == "sky")
            x = (372, 132, 250, 440, 60)[before % 5]
        elif not x:
            spread = _SPREAD[min(self._crowd, 6)]
            x = spread[self._slots.get(index, 0) % len(spread)]
        x += self._chance.named(f"x {index}").around(14)
        depth = {"far": 220, "near": -120}.get(thing.depth or "", 30)
        scale = {"far": 48, "near": 140}.get(thing.depth or "", 100)
        jitter = self._chance.named(f"y {index}").around(8)
        if home == "sky" or (self._stage.everywhere and home != "ground"):
            middle = {"top": 80, "centre": 230, "bottom": 380}.get(thing.down or "", 0)
            if not middle:
                middle = 116 if home == "sky" else 250
            return x, middle + kind.height * scale // 200 + jitter, 0, scale
        low = self._stage.horizon + 16
        base = {"far": low + 6, "near": 506}.get(thing.depth or "", low + (SIDE - low) * 3 // 5)
        if thing.down == "top":
            base = 40 + kind.height * scale // 100
        elif thing.down == "bottom":
            base = 502
        elif thing.down == "centre":
            base = 256 + kind.height * scale // 200
        if home == "wall":
            base = {"top": 150, "bottom": 330}.get(thing.down or "", 230)
        return x, base + jitter, max(depth, 0) // 2 if thing.depth == "far" else 0, scale

    def _related(self, thing: Thing, kind: Kind, anchor: Box) -> tuple[int, int, int, int]:
        """Where a thing stands that is placed by another."""
        relation, index = thing.relation or ("beside", 0)
        half = kind.width * self._size(thing) // 200
        gap = 10
        x, base = anchor.middle, anchor.bottom
        if relation == "left":
            x = anchor.left - half - gap
        elif relation in ("right", "beside"):
            x = anchor.left + anchor.width + half + gap
            if x + half // 2 > SIDE:
                x = anchor.left - half - gap if relation == "beside" else x
        elif relation == "above":
            base = anchor.top - gap
        elif relation == "below":
            base = anchor.bottom + gap + kind.height * self._size(thing) // 100
        elif relation == "on":
            other = KINDS[self._scene.things[index].noun]
            base = anchor.top + anchor.height * other.top // 1000 + 3
        elif relation == "in":
            base = anchor.bottom - anchor.height // 4
        elif relation == "behind":
            base = anchor.bottom - 26
            x += anchor.width // 3
        elif relation == "front":
            base = anchor.bottom + 34
            x -= anchor.width // 5
        x += self._share(thing, anchor.width)
        x = min(max(x, half * 2 // 3), SIDE - half * 2 // 3)
        base = min(max(base, kind.height * self._size(thing) // 100 + 6), SIDE + 10)
        return x, base, 0, 100

    def _share(self, thing: Thing, width: int) -> int:
        """How far from its middle a thing stands on what others stand on as well."""
        same = [one for one in self._scene.things if one.relation == thing.relation]
        number = next(index for index, one in enumerate(same) if one is thing)
        return (2 * number - len(same) + 1) * width // (2 * len(same))

    def _order(self, thing: Thing, kind: Kind, base: int, anchor: Box | None, index: int) -> int:
        order = base * 8 + index
        if kind.home == "sky" and anchor is None:
            order -= 8000
        if kind.home == "wall":
            order -= 4000
        if anchor is not None and thing.relation is not None:
            near = anchor.bottom * 8
            if thing.relation[0] == "behind":
                order = min(order, near - 400)
            elif thing.relation[0] in ("front", "on", "above", "in"):
                order = max(order, near + 400)
        return order

    def _copies(
        self, index: int, thing: Thing, kind: Kind, x: int, base: int, width: int, height: int
    ) -> list[Box]:
        if thing.count == 1:
            return [Box(x - width // 2, base - height, width, height)]
        boxes = []
        chance = self._chance.named(f"copies {index}")
        floats = kind.home == "sky" or self._stage.everywhere
        per_row = min(thing.count, 6 if thing.count > 8 else 5 if thing.count > 4 else thing.count)
        rows = (thing.count + per_row - 1) // per_row
        step = min(width * 11 // 10, (SIDE - 40) // per_row)
        for number in range(thing.count):
            row, column = divmod(number, per_row)
            here = min(per_row, thing.count - row * per_row)
            at = x + (2 * column - here + 1) * step // 2 + chance.around(max(step // 8, 1))
            low = base + (row - (rows - 1) // 2) * (height * 2 // 3 if floats else 30)
            low += chance.around(height // 3 if floats else 6)
            boxes.append((at, low))
        left = min(at for at, _ in boxes) - width // 2
        right = max(at for at, _ in boxes) + width // 2
        shift = max(4 - left, 0) + min(SIDE - 4 - right, 0) if right - left < SIDE else 0
        return [Box(at + shift - width // 2, low - height, width, height) for at, low in boxes]


def _around(boxes: list[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    return Box(left, top, right - left, max(box.bottom for box in boxes) - top)
