"""What a player may type, and what becomes of it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.studio.errors import PromptRefused
from oracle.studio.words import MAX_CHARACTERS, read_prompt

pytestmark = pytest.mark.unit


def test_ordinary_words_stay_as_they_are() -> None:
    words = "A red house, half-timbered; 3 cats (one asleep) & a dog's bowl!"
    assert read_prompt(words) == words


def test_blanks_and_line_ends_become_single_spaces() -> None:
    assert read_prompt("  a\tred\r\n\u00a0 house\u2003") == "a red house"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("re\u200bd hou\u00adse", "red house"),  # zero-width space, soft hyphen
        ("\u202ered\u202c house", "red house"),  # bidirectional override
        ("\u2066red\u2069 house\ufeff", "red house"),  # isolates, byte order mark
        ("red\x00 \x07house\x1b", "red house"),  # control characters
        ("r\u2063ed\u034f\u3164 house", "red house"),  # invisible letters
        ("\U000e0072\U000e0065red house", "red house"),  # tags
        ("\u2600\ufe0f", "\u2600"),  # an emoji's variation selector
    ],
)
def test_what_nobody_can_see_is_dropped(typed: str, read: str) -> None:
    assert read_prompt(typed) == read


def test_look_alikes_of_signs_are_read_as_the_signs_they_imitate() -> None:
    assert read_prompt("\uff1clora\uff1ax\uff1e \uff21\uff22") == "<lora:x> AB"


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u200b\u200d", "\u3164", "...", "\u2800"])
def test_a_prompt_that_says_nothing_is_refused(blank: str) -> None:
    with pytest.raises(PromptRefused, match="empty"):
        read_prompt(blank)


@pytest.mark.parametrize(
    "other", ["ein Haus für zwei", "дом у моря", "海辺の家", "بيت أحمر", "🐱🏰"]
)
def test_every_script_and_emoji_is_a_prompt(other: str) -> None:
    assert read_prompt(other) == other


def test_the_longest_prompt_fits_and_one_character_more_does_not() -> None:
    longest = ("word " * MAX_CHARACTERS)[: MAX_CHARACTERS - 1] + "s"
    assert len(read_prompt(longest)) == MAX_CHARACTERS
    with pytest.raises(PromptRefused, match=f"has {MAX_CHARACTERS + 1} characters"):
        read_prompt(longest + "s")


def test_an_enormous_prompt_is_refused_before_it_is_normalised() -> None:
    with pytest.raises(PromptRefused, match="10000000 characters"):
        read_prompt("\ufdfa" * 10_000_000)


def test_one_character_that_normalises_into_many_counts_as_many() -> None:
    with pytest.raises(PromptRefused, match="characters"):
        read_prompt("\ufdfa " * 200)


@pytest.mark.parametrize("broken", ["half \ud83d of it", "\udc00"])
def test_half_a_character_is_refused(broken: str) -> None:
    with pytest.raises(PromptRefused, match="half a character"):
        read_prompt(broken)


def test_characters_that_no_standard_knows_are_refused() -> None:
    with pytest.raises(PromptRefused, match=r"U\+E000"):
        read_prompt("a \ue000 house")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/target.png",
        "HTTP : // evil.example",
        "like www.evil.example",
        "evil.example/target",
        "evil.example:8080/target",
        "from 10.0.0.7",
        "data:image/png;base64,iVBORw0KGgo",
        "file:/tmp/target",
        "ipfs:/bafy",
        "\uff48ttps\uff1a//evil.example",
        "ht\u200btps://evil.example",
    ],
)
def test_an_address_is_no_word(address: str) -> None:
    with pytest.raises(PromptRefused, match="address"):
        read_prompt(f"a red house {address}")


@pytest.mark.parametrize(
    "name", ["target.png", "../target.JPG", "C:\\target.webp", "my.safetensors"]
)
def test_a_file_name_is_no_word(name: str) -> None:
    with pytest.raises(PromptRefused, match="file"):
        read_prompt(f"a house like {name}")


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(bytes(range(60))).decode(),
        "d" * 64,
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
    ],
)
def test_encoded_data_is_no_word(data: str) -> None:
    with pytest.raises(PromptRefused, match="without a space"):
        read_prompt(f"a house {data}")


def test_letters_buried_under_marks_are_refused() -> None:
    with pytest.raises(PromptRefused, match="marks"):
        read_prompt("ho" + "\u0335" * 5 + "use")


@given(st.text(max_size=60))
def test_what_was_read_reads_itself_unchanged(text: str) -> None:
    try:
        prompt = read_prompt(text)
    except PromptRefused:
        return
    assert read_prompt(prompt) == prompt
    assert prompt.isprintable()
