"""Paints a scene: backdrop, what grows there, the things from back to front, weather, style."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from oracle.studio.sketch.canvas import SIDE, Canvas, Colour, Look
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.grounds import GROUNDS, Ground, paint_ground
from oracle.studio.sketch.integers import Chance
from oracle.studio.sketch.interiors import FLOOR, INTERIORS
from oracle.studio.sketch.kinds import Kind
from oracle.studio.sketch.layout import Backdrop, Placed, place_things
from oracle.studio.sketch.light import Light, light_of
from oracle.studio.sketch.nouns import KINDS
from oracle.studio.sketch.pen import Box, Pen, as_lit
from oracle.studio.sketch.scene import Scene, Thing
from oracle.studio.sketch.skies import paint_sky
from oracle.studio.sketch.styles import apply_styles
from oracle.studio.sketch.weather import paint_weather

_FLOATING = {"underwater", "space", "clouds"}
_VIEWS = {"above": -110, "below": 70, "wide": -10}


def paint(scene: Scene, chance: Chance) -> Canvas:
    """The finished canvas."""
    canvas, light = Canvas(), light_of(scene)
    stage = _paint_setting(canvas, scene, light, chance.named("setting"))
    for placed in place_things(scene, stage, chance.named("layout")):
        _paint_thing(canvas, placed, stage, light, chance.named(f"thing {placed.index}"))
    paint_weather(canvas, scene.weather, light, chance.named("weather"))
    apply_styles(canvas, scene.styles, chance.named("style"))
    return canvas


def _paint_setting(canvas: Canvas, scene: Scene, light: Light, chance: Chance) -> Backdrop:
    if scene.setting in INTERIORS:
        INTERIORS[scene.setting](canvas, scene.ground_colours, light, chance)
        horizon = 340 if scene.setting in ("table", "backdrop") else FLOOR
        return Backdrop(horizon, scene.setting in _FLOATING, indoors=scene.setting not in _FLOATING)
    ground = GROUNDS[scene.setting]
    horizon = min(max(ground.horizon + _VIEWS.get(scene.view, 0), 120), 440)
    ground = replace(ground, horizon=horizon)
    if ground.sky:
        paint_sky(canvas, scene, light, horizon, chance.named("sky"))
        _sun_or_moon(canvas, scene, light, chance)
    else:
        INTERIORS["space"](canvas, scene.sky_colours, light, chance)
    paint_ground(canvas, ground, scene.ground_colours, light, scene.season, chance)
    _scatter(canvas, ground, scene, light, chance.named("scatter"))
    return Backdrop(horizon)


def _sun_or_moon(canvas: Canvas, scene: Scene, light: Light, chance: Chance) -> None:
    """What the hour shows in the sky when the prompt places none."""
    named = {thing.noun for thing in scene.things}
    if named & {"sun", "moon", "crescent moon"} or scene.weather & {"overcast", "rain", "fog"}:
        return
    noun, y = {"sunset": ("sun", 252), "dawn": ("sun", 236), "night": ("moon", 84)}.get(
        scene.time, ("sun", 70)
    )
    if scene.time in ("", "dusk") and "sunny" not in scene.weather:
        return
    kind = KINDS[noun]
    x = 150 + chance.named("sun").around(26)
    palette = dict(kind.palette)
    if scene.time == "sunset":
        palette["body"] = (255, 176, 84)
    box = Box(x - 38, y - 38, 76, 76)
    kind.draw(Pen(canvas, box, palette, chance.named(noun)))


def _scatter(canvas: Canvas, ground: Ground, scene: Scene, light: Light, chance: Chance) -> None:
    """Plants and stones of the setting, at the edges, so that they leave room."""
    spots: list[tuple[int, int, str, int]] = []
    for noun, count in ground.scatter:
        for number in range(count):
            place = chance.named(f"{noun} {number}")
            side = place.between(0, 200)
            x = side if number % 2 else SIDE - side
            low = place.between(0, 100)
            y = ground.horizon + 10 + (SIDE - 30 - ground.horizon) * low * low // 10_000
            spots.append((y, x, noun, number))
    for y, x, noun, number in sorted(spots):
        kind = _in_season(KINDS[noun], scene.season)
        near = (y - ground.horizon) * 256 // (SIDE - ground.horizon)
        scale = 26 + near * 30 // 256
        wide, tall = kind.width * scale // 100, kind.height * scale // 100
        away = max(90 - near, 0)
        pen = Pen(
            canvas, Box(x - wide // 2, y - tall, wide, tall), kind.palette,
            chance.named(f"draw {noun} {number}"), light=partial(light.on, away=away),
        )  # fmt: skip
        kind.draw(pen)


def _in_season(kind: Kind, season: str) -> Kind:
    if "leaves" not in kind.palette or season not in ("autumn", "winter", "spring"):
        return kind
    target: Colour = {
        "autumn": (220, 120, 40), "winter": (232, 240, 248), "spring": (150, 210, 110)
    }[season]  # fmt: skip
    leaves = mixed(kind.palette["leaves"], target, 170)
    return replace(kind, palette={**kind.palette, "leaves": leaves})


def _paint_thing(
    canvas: Canvas, placed: Placed, stage: Backdrop, light: Light, chance: Chance
) -> None:
    thing, box = placed.thing, placed.box
    kind = KINDS[thing.noun]
    shines = kind.home == "sky" or thing.glows
    if kind.home == "ground" and not stage.everywhere and placed.thing.relation is None:
        _shadow(canvas, box, light)
    if thing.glows:
        colour = thing.colours[0] if thing.colours else (255, 226, 150)
        canvas.glow(box.middle, box.top + box.height // 2, box.width, colour, 46)
    pen = Pen(
        canvas, box, _palette(kind, thing), chance.named(placed.copy),
        light=as_lit if shines else partial(light.on, away=placed.away),
        faces_left=box.middle > SIDE // 2 and thing.across in ("right", "far right"),
        pattern=thing.pattern, lamps_on=light.is_dark or thing.glows,
    )  # fmt: skip
    kind.draw(pen)


def _palette(kind: Kind, thing: Thing) -> dict[str, Colour]:
    """The kind's colours, changed by the prompt's: the first word paints the first part."""
    palette = dict(kind.palette)
    palette.setdefault("second", (248, 248, 244))
    for part, colour in zip(kind.parts, thing.colours, strict=False):
        palette[part] = colour
    if len(thing.colours) > 1:
        palette["second"] = thing.colours[1]
    for part, colour in thing.parts.items():
        palette[part] = colour
    return palette


def _shadow(canvas: Canvas, box: Box, light: Light) -> None:
    """A soft dark oval where the thing touches the ground."""
    width, height = box.width * 9 // 20, max(box.width // 12, 3)
    pen = Pen(
        canvas, Box(box.middle - width, box.bottom - height, width * 2, height * 2), {}, Chance("")
    )
    for share in (470, 390, 300):
        pen.oval(500 + 30, 500, share, share, (16, 18, 30), Look(slope=0, opacity=9))
