"""What the sketcher understands of a prompt, and where it puts things."""

from __future__ import annotations

import pytest

from oracle.studio.sketch.colours import COLOURS
from oracle.studio.sketch.integers import Chance
from oracle.studio.sketch.layout import Backdrop, Placed, place_things
from oracle.studio.sketch.nouns import KINDS, SAME_NOUNS
from oracle.studio.sketch.parser import MAX_THINGS, read_scene

pytestmark = pytest.mark.unit


def _nouns(prompt: str) -> list[str]:
    return [thing.noun for thing in read_scene(prompt).things]


def _placed(prompt: str) -> dict[str, Placed]:
    scene = read_scene(prompt)
    placed = place_things(scene, Backdrop(300), Chance("a test"))
    return {one.thing.noun: one for one in placed}


def test_several_hundred_things_have_a_name_and_more_have_another() -> None:
    assert len(KINDS) > 400
    assert len(SAME_NOUNS) > 400
    assert sorted(noun for noun in SAME_NOUNS.values() if noun not in KINDS) == []


def test_adjectives_belong_to_the_noun_that_follows() -> None:
    house, tree = read_scene("a tiny red and white striped house beside a dark blue tree").things
    assert (house.noun, house.size, house.pattern) == ("house", 50, "stripes")
    assert house.colours == (COLOURS["red"], COLOURS["white"])
    assert (tree.noun, tree.size) == ("tree", 100)
    assert tree.colours == (COLOURS["dark blue"],)


def test_colours_after_is_belong_to_the_thing_before() -> None:
    [car] = read_scene("the car is green").things
    assert car.colours == (COLOURS["green"],)


def test_a_part_takes_its_own_colour() -> None:
    [house] = read_scene("a white house with a blue roof and a red door").things[:1]
    assert house.colours == (COLOURS["white"],)
    assert house.parts["roof"] == COLOURS["blue"]


@pytest.mark.parametrize(
    ("prompt", "count"),
    [("a cat", 1), ("cats", 3), ("seven cats", 7), ("12 mice", 12), ("a couple of wolves", 2),
     ("many geese", 9), ("9999 bees", 40), ("0 dogs", 3)],
)  # fmt: skip
def test_numbers_and_plurals_are_counted(prompt: str, count: int) -> None:
    assert read_scene(prompt).things[0].count == count


@pytest.mark.parametrize(
    ("prompt", "noun"),
    [("a kitten", "cat"), ("two ponies", "horse"), ("a Jack-O'-Lantern", "jack o'lantern"),
     ("hot-air balloons", "hot air balloon"), ("a UFO", "flying saucer"), ("a lemon", "lemon"),
     ("children", "boy"), ("a grand piano", "piano")],
)  # fmt: skip
def test_other_names_plurals_and_hyphens_find_the_thing(prompt: str, noun: str) -> None:
    assert _nouns(prompt) == [noun]


def test_a_word_that_is_colour_and_thing_is_what_its_place_makes_it() -> None:
    assert _nouns("a lemon and a peach") == ["lemon", "peach"]
    [dress] = read_scene("a lemon house").things
    assert dress.colours == (COLOURS["lemon"],)


def test_setting_hour_weather_season_style_and_view_are_read() -> None:
    scene = read_scene("close-up of a fox in a foggy autumn forest at night, watercolour")
    assert (scene.setting, scene.time, scene.season) == ("forest", "night", "autumn")
    assert (scene.weather, scene.styles, scene.view) == ({"fog"}, ["watercolour"], "close")


def test_words_that_mean_nothing_here_are_kept_apart_and_harm_nothing() -> None:
    scene = read_scene("a flurbish red gnorx cat, masterpiece, 8k, trending")
    assert [thing.noun for thing in scene.things] == ["cat"]
    assert "flurbish" in scene.unread


@pytest.mark.parametrize(
    "prompt", ["", "....", "дом у моря", "🐱🏰", "left of behind on", "red blue"]
)
def test_every_text_is_a_scene(prompt: str) -> None:
    assert read_scene(prompt).things == []


def test_a_prompt_of_nothing_but_nouns_is_bounded() -> None:
    assert len(read_scene("cat " * 250).things) == MAX_THINGS


def test_left_and_right_are_left_and_right() -> None:
    placed = _placed("a dog on the right and a cat on the left")
    assert placed["cat"].box.middle < 200 < 320 < placed["dog"].box.middle


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("to the left of", lambda a, b: a.box.middle < b.box.left),
        ("right of", lambda a, b: a.box.middle > b.box.left + b.box.width),
        ("above", lambda a, b: a.box.bottom <= b.box.top),
        ("behind", lambda a, b: a.order < b.order),
        ("in front of", lambda a, b: a.order > b.order and a.box.bottom > b.box.bottom),
    ],
)
def test_relations_place_one_thing_by_the_other(words: str, holds: object) -> None:
    placed = _placed(f"a tiny ball {words} a small chair")
    assert callable(holds)
    assert holds(placed["ball"], placed["chair"])


def test_what_stands_on_a_table_stands_on_its_top() -> None:
    for words in ("a vase on a table", "a table with a vase"):
        placed = _placed(words)
        table, vase = placed["table"].box, placed["vase"].box
        assert table.top <= vase.bottom < table.top + table.height // 3


def test_far_things_are_small_and_high_near_ones_large_and_low() -> None:
    far = _placed("a house in the distance")["house"].box
    near = _placed("a house in the foreground")["house"].box
    assert far.width * 2 < near.width
    assert far.bottom < near.bottom


def test_relations_in_a_circle_end() -> None:
    scene = read_scene("a cat behind a dog")
    scene.things[1].relation = ("behind", 0)
    assert len(place_things(scene, Backdrop(300), Chance("a test"))) == 2
