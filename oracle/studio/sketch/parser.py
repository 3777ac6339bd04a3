"""Reads a prompt into a scene: adjectives wait for their noun, places and relations join nouns."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from oracle.studio.sketch.canvas import Colour
from oracle.studio.sketch.colours import COLOURS, toned
from oracle.studio.sketch.lexicon import Reading, read_words
from oracle.studio.sketch.nouns import KINDS
from oracle.studio.sketch.scene import Across, Depth, Down, Relation, Scene, Thing

MAX_THINGS = 24
_PLURAL = 3  # "cats" without a number


def read_scene(prompt: str) -> Scene:
    """The scene that the prompt describes; every text describes one."""
    reader = _Reader()
    for reading in read_words(prompt):
        reader.take(reading)
    reader.end()
    return reader.scene


class _Reader:
    def __init__(self) -> None:
        self.scene = Scene()
        self._colours: list[Colour] = []
        self._tone = ""
        self._waiting = Thing("")
        self._relation: tuple[Relation, int | None] | None = None
        self._opened: tuple[Relation, int] | None = None  # for the thing that comes next
        self._surface: int | None = None  # the thing that "with" puts things on
        self._places: list[str] = []
        self._in_clause: list[int] = []  # things named since the last stop

    def take(self, reading: Reading | str) -> None:
        if isinstance(reading, str):
            self.scene.unread.append(reading)
            return
        _TAKERS.get(reading.sense, _Reader._ignore)(self, reading)

    def end(self) -> None:
        """The prompt is over: what still waits belongs to what was named last."""
        self._flush_colours()
        for place in self._places:
            if self.scene.things:
                _put(self.scene.things[-1], place)

    # -- adjectives

    def _colour(self, reading: Reading) -> None:
        colour = COLOURS[reading.value]
        self._colours.append(toned(colour, self._tone) if self._tone else colour)
        self._tone = ""

    def _take_tone(self, reading: Reading) -> None:
        self._tone = reading.value

    def _size(self, reading: Reading) -> None:
        self._waiting.size = self._waiting.size * int(reading.value) // 100

    def _stretch(self, reading: Reading) -> None:
        self._waiting.stretch = int(reading.value)

    def _count(self, reading: Reading) -> None:
        # "a couple of", "a few": the larger number is meant.
        self._waiting.count = max(int(reading.value), self._waiting.count)

    def _pattern(self, reading: Reading) -> None:
        self._waiting.pattern = reading.value

    def _glow(self, _: Reading) -> None:
        self._waiting.glows = True

    # -- the whole picture

    def _setting(self, reading: Reading) -> None:
        as_thing = {"hills": "hill", "mountains": "mountain"}.get(reading.value, reading.value)
        if self.scene.setting and as_thing in KINDS:
            self._thing(Reading("thing", as_thing))
            return
        if reading.value == "backdrop" and not self._colours and not self._tone:
            return
        if not self.scene.setting or reading.value == "backdrop":
            self.scene.setting = reading.value
        self.scene.ground_colours = tuple(self._colours) or self.scene.ground_colours
        if self._tone == "dark":
            self.scene.styles.append("dark")
        self._forget()
        self._relation = None

    def _time(self, reading: Reading) -> None:
        self.scene.time = reading.value
        if self._colours:
            self.scene.sky_colours = tuple(self._colours)
        self._forget()
        self._relation = None

    def _weather(self, reading: Reading) -> None:
        self.scene.weather.add(reading.value)

    def _season(self, reading: Reading) -> None:
        self.scene.season = reading.value

    def _style(self, reading: Reading) -> None:
        self.scene.styles.append(reading.value)

    def _view(self, reading: Reading) -> None:
        self.scene.view = reading.value

    def _named(self, reading: Reading) -> None:
        if reading.value == "it":
            self._relate_to(len(self.scene.things) - 2)
        elif reading.value == "sky":
            self.scene.sky_colours = tuple(self._colours) or self.scene.sky_colours
            if self._tone == "dark" and not self.scene.time:
                self.scene.time = "night"
            self._relation = None
            self._forget()
        elif reading.value == "ground":
            self.scene.ground_colours = tuple(self._colours) or self.scene.ground_colours
            self._relation = None
            self._forget()
        elif reading.value == "with" and self.scene.things:
            # "a table with an apple": on what has a top.
            owner = len(self.scene.things) - 1
            self._surface = owner if KINDS[self.scene.things[owner].noun].top else None
        elif reading.value == "light":
            self.scene.light_colour = self._colours[-1] if self._colours else None
            self._forget()

    # -- things and where they are

    def _thing(self, reading: Reading) -> None:
        scene, thing = self.scene, self._waiting
        if len(scene.things) >= MAX_THINGS:
            self._forget()
            return
        if reading.plural and thing.count <= 1:
            thing.count = _PLURAL
        thing.noun = reading.value
        thing.colours = tuple(self._colours)
        if not thing.colours and self._tone in ("light", "dark"):
            base = KINDS[thing.noun]
            thing.colours = (toned(base.palette[base.parts[0]], self._tone),)
        scene.things.append(thing)
        index = len(scene.things) - 1
        for place in self._places:
            _put(thing, place)
        self._places = []
        if self._opened is not None:
            thing.relation, self._opened = self._opened, None
        elif self._surface is not None and KINDS[thing.noun].home == "ground":
            thing.relation = ("on", self._surface)
        self._relate_to(index)
        self._in_clause.append(index)
        self._forget()

    def _relate_to(self, index: int) -> None:
        """The thing `index` ends a relation that was begun, or begins one that waits for it."""
        if self._relation is None or index < 0:
            return
        relation, owner = self._relation
        self._relation = None
        if owner is not None and owner != index:
            self.scene.things[owner].relation = (relation, index)
        elif owner is None and relation != "in":
            # "behind the house is a tree": the tree is still to come.
            self._opened = (relation, index)

    def _part(self, reading: Reading) -> None:
        things = self.scene.things
        if things and self._colours:
            things[-1].parts[reading.value] = self._colours[0]
            if len(self._colours) > 1:
                things[-1].parts["second"] = self._colours[1]
        self._forget()

    def _place(self, reading: Reading) -> None:
        if self._in_clause:
            _put(self.scene.things[self._in_clause[-1]], reading.value)
        else:
            self._places.append(reading.value)

    def _take_relation(self, reading: Reading) -> None:
        self._surface = None
        owner = len(self.scene.things) - 1 if self.scene.things else None
        self._relation = (cast(Relation, reading.value), owner)

    def _stop(self, _: Reading) -> None:
        self._flush_colours()
        self._in_clause = []
        self._forget()

    def _ignore(self, _: Reading) -> None:
        """Some senses only separate."""

    def _flush_colours(self) -> None:
        """ "the house is red": colours that no noun followed."""
        if self._colours and self._in_clause:
            self.scene.things[self._in_clause[-1]].colours = tuple(self._colours)
        self._colours = []

    def _forget(self) -> None:
        self._waiting, self._colours, self._tone = Thing(""), [], ""


def _put(thing: Thing, place: str) -> None:
    """Puts a thing where a phrase such as "top left" or "far" says."""
    if place in ("far", "near"):
        thing.depth = cast(Depth, place)
        return
    if place in ("far left", "far right"):
        thing.across = cast(Across, place)
        return
    for word in place.split():
        if word in ("left", "right", "middle"):
            thing.across = cast(Across, word)
        else:
            thing.down = cast(Down, word)


_TAKERS: dict[str, Callable[[_Reader, Reading], None]] = {
    "colour": _Reader._colour,
    "tone": _Reader._take_tone,
    "size": _Reader._size,
    "stretch": _Reader._stretch,
    "count": _Reader._count,
    "pattern": _Reader._pattern,
    "glow": _Reader._glow,
    "setting": _Reader._setting,
    "time": _Reader._time,
    "weather": _Reader._weather,
    "season": _Reader._season,
    "style": _Reader._style,
    "view": _Reader._view,
    "named": _Reader._named,
    "thing": _Reader._thing,
    "part": _Reader._part,
    "place": _Reader._place,
    "relation": _Reader._take_relation,
    "stop": _Reader._stop,
}
