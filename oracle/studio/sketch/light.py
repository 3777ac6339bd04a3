"""What the hour, the weather and the season do to every colour."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.studio.sketch.canvas import Colour
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.scene import Scene


@dataclass(frozen=True, slots=True)
class Light:
    """The sky's colours, and the light that falls on all the rest."""

    high: Colour  # the sky above
    low: Colour  # the sky at the horizon
    tint: Colour  # what white looks like in this light
    haze: Colour  # what the distance fades into
    is_dark: bool = False

    def on(self, colour: Colour, away: int = 0) -> Colour:
        """The colour in this light, `away` of 256 into the distance."""
        red, green, blue = (
            value * lit // 255 for value, lit in zip(colour, self.tint, strict=True)
        )
        return mixed((red, green, blue), self.haze, away) if away else (red, green, blue)


_HOURS = {
    "day": Light((84, 152, 228), (200, 228, 246), (255, 255, 255), (190, 214, 236)),
    "dawn": Light((122, 150, 214), (252, 206, 170), (255, 236, 222), (236, 206, 196)),
    "sunset": Light((96, 72, 140), (252, 148, 74), (255, 206, 170), (226, 138, 104)),
    "dusk": Light((34, 38, 92), (196, 116, 130), (170, 160, 200), (120, 96, 132), True),
    "night": Light((8, 12, 38), (34, 48, 96), (104, 114, 158), (30, 40, 80), True),
}


def light_of(scene: Scene) -> Light:
    """The light of a scene."""
    light = _HOURS.get(scene.time, _HOURS["day"])
    high, low, tint, haze = light.high, light.low, light.tint, light.haze
    if scene.weather & {"overcast", "rain", "snowfall", "fog"}:
        grey = mixed((168, 174, 184), (20, 24, 40), 200 if light.is_dark else 0)
        high, low = mixed(high, grey, 200), mixed(low, grey, 190)
        tint, haze = mixed(tint, grey, 70), mixed(haze, grey, 200)
    if "storm" in scene.weather:
        high, low = mixed(high, (34, 36, 50), 215), mixed(low, (92, 96, 112), 190)
        tint, haze = mixed(tint, (120, 124, 150), 130), mixed(haze, (70, 74, 90), 200)
    if scene.sky_colours:
        high, low = scene.sky_colours[0], scene.sky_colours[-1]
        if len(scene.sky_colours) == 1:
            low = mixed(high, (255, 255, 255), 30 if light.is_dark else 110)
        haze = mixed(haze, low, 160)
    if scene.light_colour is not None:
        tint = mixed(tint, scene.light_colour, 120)
    return Light(high, low, tint, haze, light.is_dark)
