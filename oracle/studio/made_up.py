"""Prompts that nobody wrote, for measurements: as varied as the sketcher's own vocabulary."""

from __future__ import annotations

import random

from oracle.studio.sketch.colours import COLOURS
from oracle.studio.sketch.nouns import KINDS
from oracle.studio.sketch.senses import read_senses

_MOST_THINGS = 4
_PLACES = ("on the left", "on the right", "in the middle", "in the foreground", "in the distance")


def made_up_prompt(chance: random.Random) -> str:
    """One to four things with their colours, sizes and places, a setting, and often more."""
    things = [_thing(chance) for _ in range(chance.randint(1, _MOST_THINGS))]
    rest = [chance.choice(_BY_SENSE["setting"])]
    for sense, share in (("time", 0.5), ("weather", 0.4), ("season", 0.2), ("style", 0.3)):
        if chance.random() < share:
            rest.append(chance.choice(_BY_SENSE[sense]))
    return ", ".join([" and ".join(things), *rest])


def _thing(chance: random.Random) -> str:
    words = ["a" if chance.random() < 0.7 else chance.choice(_BY_SENSE["count"])]
    for sense, share in (("size", 0.4), ("pattern", 0.1)):
        if chance.random() < share:
            words.append(chance.choice(_BY_SENSE[sense]))
    if chance.random() < 0.6:
        words.append(chance.choice(sorted(COLOURS)))
    words.append(chance.choice(sorted(KINDS)))
    if chance.random() < 0.4:
        words.append(chance.choice(_PLACES))
    return " ".join(words)


def _phrases(sense: str) -> list[str]:
    """Every phrase whose first sense is this one, in order."""
    return sorted(phrase for phrase, senses in read_senses().items() if senses[0][0] == sense)


_BY_SENSE = {
    sense: _phrases(sense)
    for sense in ("setting", "time", "weather", "season", "style", "size", "pattern", "count")
}
