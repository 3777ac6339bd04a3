"""The kinds of furniture by name: how each is drawn, how large, in which colours."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Colour
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.things.home import (
    bed,
    bonfire,
    candle,
    chair,
    chandelier,
    clock,
    door,
    drum,
    fireplace,
    guitar,
    lamp,
    lantern,
    piano,
    picture,
    plant_pot,
    rug,
    shelf,
    sofa,
    street_lamp,
    table,
    torch,
    trumpet,
    vase,
    window,
)

_B: dict[str, str | Colour] = {"gold": "gold", "frame": (120, 84, 54)}
_W: Colour = (156, 106, 64)
_FLOOR: dict[str, Kind] = {
    "table": kind(table, (290, 170), body=_W, **_B).topped(100),
    "desk": kind(partial(table, drawers=True), (270, 170), body=_W, **_B).topped(100),
    "dinner table": kind(partial(table, cloth=True), (310, 180), cloth="white", body=_W,
                         **_B).topped(100),
    "chair": kind(chair, (120, 190), body=_W, seat=(190, 60, 50)).topped(540),
    "armchair": kind(partial(sofa, seats=1), (190, 180), body=(170, 70, 60)).topped(560),
    "sofa": kind(sofa, (310, 170), body=(70, 110, 140)).topped(560),
    "bed": kind(bed, (320, 190), body=(80, 120, 180), sheet="white", frame=_W).topped(450),
    "lamp": kind(lamp, (120, 150), body=(250, 226, 160), frame=(110, 80, 60)),
    "floor lamp": kind(partial(lamp, tall=True), (110, 270), body=(250, 226, 160),
                       frame=(60, 60, 64)),
    "street lamp": kind(street_lamp, (60, 270), body=(255, 230, 150), frame=(44, 48, 54)),
    "bookshelf": kind(shelf, (190, 260), body=(122, 82, 50), **_B),
    "cupboard": kind(partial(shelf, doors=True), (190, 260), body=(150, 104, 66), **_B),
    "grandfather clock": kind(partial(clock, standing=True), (110, 270), body="ivory",
                              frame=(104, 66, 40), gold="gold"),
    "door": kind(door, (130, 250), body=(150, 90, 56), **_B),
    "rug": kind(rug, (300, 90), body=(160, 50, 54), border=(226, 190, 120)).topped(400),
    "fireplace": kind(fireplace, (260, 240), body=(170, 96, 76)),
    "bonfire": kind(bonfire, (170, 180), wood=(96, 62, 38)),
    "candle": kind(candle, (60, 130), body=(250, 242, 220), gold="gold"),
    "lantern": kind(lantern, (90, 140), body=(255, 226, 140), frame=(60, 56, 56)),
    "torch": kind(torch, (70, 170), body=(120, 80, 50)),
    "piano": kind(piano, (290, 210), body=(30, 28, 32)),
    "guitar": kind(guitar, (130, 260), body=(206, 130, 62)),
    "violin": kind(partial(guitar, violin=True), (110, 220), body=(170, 84, 40)),
    "drum": kind(drum, (150, 140), body=(196, 40, 44), gold="gold"),
    "trumpet": kind(trumpet, (190, 120), body=(236, 186, 60)),
    "potted plant": kind(plant_pot, (120, 180), leaves=(70, 140, 70), pot=(190, 100, 66)),
    "potted flower": kind(partial(plant_pot, what="flower"), (110, 180), petal="pink",
                          heart="yellow", stem="green", pot=(190, 100, 66)),
    "vase": kind(vase, (120, 200), body=(70, 120, 190), petal=(240, 90, 110), heart="yellow",
                 stem="green"),
    "empty vase": kind(partial(vase, flowers=False), (120, 200), body=(190, 110, 70)),
}  # fmt: skip
_WALL: dict[str, Kind] = {
    "window": kind(window, (140, 150), body=(150, 200, 236), frame="white"),
    "curtain": kind(partial(window, curtain=True), (170, 170), cloth=(190, 60, 60),
                    body=(150, 200, 236), frame="white"),
    "painting": kind(picture, (150, 120), body=(96, 150, 80), frame="gold"),
    "mirror": kind(partial(picture, mirror=True), (110, 150), body=(190, 214, 226), frame="gold"),
    "clock": kind(clock, (100, 100), body="ivory", frame=(120, 76, 46)),
    "chandelier": kind(chandelier, (210, 130), body="gold"),
}  # fmt: skip
KINDS: dict[str, Kind] = {**_FLOOR, **{name: one.at("wall") for name, one in _WALL.items()}}
