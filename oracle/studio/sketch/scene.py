"""What a prompt says, once it is read: a setting, a light, a weather, and things in places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from oracle.studio.sketch.canvas import Colour

Relation = Literal["left", "right", "above", "below", "on", "behind", "front", "beside", "in"]
Across = Literal["far left", "left", "middle", "right", "far right"]
Down = Literal["top", "centre", "bottom"]
Depth = Literal["far", "near"]


@dataclass(slots=True)
class Thing:
    """One noun of the prompt, with what its adjectives say."""

    noun: str
    count: int = 1
    colours: tuple[Colour, ...] = ()
    parts: dict[str, Colour] = field(default_factory=dict)  # "roof" → its own colour
    size: int = 100  # percent
    stretch: int = 100  # height in percent of its usual share of the width
    pattern: str = ""
    glows: bool = False
    across: Across | None = None
    down: Down | None = None
    depth: Depth | None = None
    relation: tuple[Relation, int] | None = None  # to the thing with that index


@dataclass(slots=True)
class Scene:
    """Everything that is drawn for a prompt."""

    setting: str = ""
    ground_colours: tuple[Colour, ...] = ()
    sky_colours: tuple[Colour, ...] = ()
    light_colour: Colour | None = None
    time: str = ""
    weather: set[str] = field(default_factory=set)
    season: str = ""
    styles: list[str] = field(default_factory=list)
    view: str = ""
    things: list[Thing] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # words that mean nothing here
