"""The kinds of vehicles by name: how each is drawn, how large, in which colours."""

from __future__ import annotations

from functools import partial

from oracle.studio.sketch.canvas import Colour
from oracle.studio.sketch.kinds import Kind, kind
from oracle.studio.sketch.things.vehicles import (
    aeroplane,
    airship,
    balloon,
    bicycle,
    bus,
    car,
    cart,
    helicopter,
    liner,
    rocket,
    rowing_boat,
    sailboat,
    satellite,
    saucer,
    sled,
    submarine,
    tall_ship,
    tractor,
    train,
    truck,
)

_V: dict[str, str | Colour] = {"stripe": "white", "sign": "gold", "sail": (248, 240, 222),
                               "flag": "red", "second": "cream"}  # fmt: skip
_LAND: dict[str, Kind] = {
    "car": kind(car, (230, 110), body=(206, 44, 44), **_V),
    "taxi": kind(partial(car, sign="taxi"), (230, 110), body=(250, 202, 40), **_V),
    "police car": kind(partial(car, lights=True), (230, 110), body=(40, 60, 120), **_V),
    "van": kind(bus, (230, 130), body=(240, 240, 236), stripe="blue"),
    "bus": kind(bus, (290, 140), body=(236, 176, 40), stripe="black"),
    "double decker bus": kind(partial(bus, two_floors=True), (260, 190), body="red",
        stripe="cream"),
    "tram": kind(bus, (310, 140), body=(52, 120, 92), stripe="cream"),
    "truck": kind(truck, (280, 150), body=(54, 110, 180), load=(210, 206, 200)),
    "fire truck": kind(partial(truck, ladder=True), (290, 160), body="red", load="red"),
    "ambulance": kind(truck, (250, 150), body="white", load=(244, 244, 240)),
    "tractor": kind(tractor, (220, 180), body=(62, 140, 60)),
    "train": kind(train, (380, 140), body=(44, 60, 64), wagon=(150, 40, 44)),
    "bicycle": kind(bicycle, (200, 140), body=(196, 50, 50), inside=(190, 200, 190)),
    "motorcycle": kind(partial(bicycle, motor=True), (210, 140), body=(40, 44, 54),
                       inside=(150, 150, 150)),
    "cart": kind(cart, (210, 140), body=(150, 104, 62), cloth="cream"),
    "wagon": kind(partial(cart, covered=True), (230, 190), body=(150, 104, 62), cloth="cream"),
    "sled": kind(sled, (200, 100), body=(180, 50, 50)),
}  # fmt: skip
_SEA: dict[str, Kind] = {
    "boat": kind(rowing_boat, (210, 80), body=(170, 110, 62)),
    "sailboat": kind(sailboat, (220, 230), body=(146, 84, 50), **_V),
    "ship": kind(liner, (330, 170), body=(40, 50, 80), deck="white", funnel="red", stripe="maroon"),
    "pirate ship": kind(tall_ship, (320, 290), body=(98, 64, 42), sail=(50, 46, 50), flag="black"),
    "galleon": kind(tall_ship, (320, 290), body=(130, 84, 50), sail=(244, 232, 206), flag="red"),
    "submarine": kind(submarine, (260, 150), body=(240, 200, 60)),
}  # fmt: skip
_AIR: dict[str, Kind] = {
    "airplane": kind(aeroplane, (260, 120), body=(236, 240, 246), stripe="blue"),
    "propeller plane": kind(partial(aeroplane, propeller=True), (220, 120), body="red",
                            stripe="white"),
    "helicopter": kind(helicopter, (220, 130), body=(60, 120, 170)),
    "hot air balloon": kind(balloon, (150, 210), body=(226, 70, 60), second=(250, 200, 70)),
    "airship": kind(airship, (280, 130), body=(180, 186, 196), second="red"),
    "rocket": kind(rocket, (110, 240), body=(240, 240, 244), fin=(214, 50, 50)),
    "flying saucer": kind(saucer, (220, 110), body=(150, 160, 176)),
    "satellite": kind(satellite, (190, 100), body=(206, 196, 170)),
}  # fmt: skip
KINDS: dict[str, Kind] = {
    **_LAND,
    **{name: one.at("water") for name, one in _SEA.items()},
    **{name: one.at("sky") for name, one in _AIR.items()},
}
