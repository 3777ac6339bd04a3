"""Every phrase that the sketcher knows, and the one sense that it takes for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from oracle.studio.sketch.colours import COLOURS, SAME
from oracle.studio.sketch.nouns import KINDS, PARTS, SAME_NOUNS
from oracle.studio.sketch.senses import read_senses

_WORD = re.compile(r"[a-z0-9']+|[,.;:!?()]")


@dataclass(frozen=True, slots=True)
class Reading:
    """One phrase of a prompt: its sense ("thing", "colour", "size", …) and value."""

    sense: str
    value: str
    plural: bool = False
    noun: str = ""  # the thing that it means where no noun follows: "a lemon", "a lemon dress"


def _lexicon() -> dict[str, Reading]:
    known: dict[str, Reading] = {}
    for phrase, senses in read_senses().items():
        sense, value = senses[0]
        known[phrase.replace("-", " ")] = Reading(sense, value)
    for name in (*COLOURS, *SAME):
        noun = SAME_NOUNS.get(name, name)
        reading = Reading("colour", SAME.get(name, name), noun=noun if noun in KINDS else "")
        known.setdefault(name, reading)
    for part in PARTS:
        known.setdefault(part, Reading("part", PARTS[part]))
    for noun in (*KINDS, *SAME_NOUNS):
        # Hyphens separate words, here as in prompts.
        reading = Reading("thing", SAME_NOUNS.get(noun, noun))
        known.setdefault(noun.replace("-", " "), reading)
    return known


LEXICON = _lexicon()
_LONGEST = max(phrase.count(" ") + 1 for phrase in LEXICON)
_STOPS = {",", ".", ";", ":", "!", "?", "(", ")"}
_IRREGULAR = {
    "mice": "mouse", "geese": "goose", "men": "man", "women": "woman", "children": "child",
    "people": "person", "wolves": "wolf", "leaves": "leaf", "knives": "knife", "loaves": "loaf",
    "oxen": "bull", "feet": "foot", "shelves": "shelf", "elves": "elf", "calves": "calf",
    "cacti": "cactus", "octopuses": "octopus", "sheep": "sheep", "fish": "fish", "deer": "deer",
}  # fmt: skip


def read_words(prompt: str) -> list[Reading | str]:
    """The prompt as readings, longest phrases first; a word that is not known stays a string."""
    words = _WORD.findall(prompt.lower())
    readings: list[Reading | str] = []
    at = 0
    while at < len(words):
        if words[at] in _STOPS:
            readings.append(Reading("stop", words[at]))
            at += 1
            continue
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            reading = _known(" ".join(words[at : at + length]))
            if reading:
                readings.append(reading)
                at += length
                break
        else:
            readings.append(_number(words[at]))
            at += 1
    return [_settled(reading, readings[index + 1 :]) for index, reading in enumerate(readings)]


def _settled(reading: Reading | str, following: list[Reading | str]) -> Reading | str:
    """A word that is a colour and a thing is a colour where a noun follows."""
    if isinstance(reading, str) or not reading.noun:
        return reading
    adjectives = ("colour", "tone", "size", "stretch", "pattern")
    for after in following:
        if after == "and":  # "lemon and white houses"
            continue
        if isinstance(after, str) or after.sense in ("thing", "part", "setting", "named"):
            return reading
        if after.sense not in adjectives:
            break
    return Reading("thing", reading.noun)


def _known(phrase: str) -> Reading | None:
    if phrase in LEXICON and not (phrase in _IRREGULAR and phrase != _IRREGULAR[phrase]):
        return LEXICON[phrase]
    for single in _singles(phrase):
        reading = LEXICON.get(single)
        if reading is not None and reading.noun:
            return Reading("thing", reading.noun, plural=True)
        if reading is not None and reading.sense in ("thing", "part"):
            return Reading(reading.sense, reading.value, plural=True)
    return LEXICON.get(phrase)


def _singles(phrase: str) -> list[str]:
    head, _, last = phrase.rpartition(" ")
    guesses = [_IRREGULAR[last]] if last in _IRREGULAR else []
    if last.endswith("ies"):
        guesses.append(last[:-3] + "y")
    if last.endswith("es"):
        guesses.append(last[:-2])
    if last.endswith("s") and not last.endswith("ss"):
        guesses.append(last[:-1])
    return [f"{head} {guess}".strip() for guess in guesses]


def _number(word: str) -> Reading | str:
    return Reading("count", str(min(int(word), 40))) if word.isdecimal() and int(word) else word
