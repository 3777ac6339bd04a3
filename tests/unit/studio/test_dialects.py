"""Nobody can write an order into a prompt: what is left for each generator are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.studio.dialects import AUTOMATIC1111, COMFYUI, DIFFUSERS, OPENAI, SKETCH, Dialect
from oracle.studio.errors import PromptRefused

pytestmark = pytest.mark.unit
REMOTE = [AUTOMATIC1111, COMFYUI, OPENAI]
ORDERS = [
    "<lora:target:1>",
    "<hypernet:target:1>",
    '<sd_cpp_extra_args>{"init_image":"target"}</sd_cpp_extra_args>',
    "&lt;lora:target:1&gt;",
    "(target:1.5)",
    "[a:target:0.5]",
    "[a|target]",
    "{a|target}",
    "embedding:target",
    "__target__",
    "$target",
    "a AND target :2",
    "a BREAK target",
    "words|target",
    "a --sref target --seed 7",
    "a \\(target\\)",
    "a /* target */ // target",
    "@target #target `target`",
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dialect", REMOTE, ids=["automatic1111", "comfyui", "openai"])
def test_no_sign_that_a_generator_obeys_is_left(dialect: Dialect, order: str) -> None:
    plain = dialect.plain(f"a house {order}")
    assert "target" in plain.split() or "target" in plain
    for sign in (
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
        "\\",
        ":",
        "&",
        "--",
        "__",
        "//",
        "$",
    ):
        assert sign not in plain
    assert "BREAK" not in plain
    assert "AND" not in plain.split()


@pytest.mark.parametrize("token", ["<|endoftext|>", "</s>", "<extra_id_0>", "<learned-cat>"])
def test_a_tokenizers_own_tokens_cannot_be_written(token: str) -> None:
    plain = DIFFUSERS.plain(f"a house {token} end")
    assert not set(plain) & set("<>|")


def test_ordinary_punctuation_survives() -> None:
    words = "A cat's well-worn chair, half-lit; two dogs. Why not? Yes!"
    for dialect in (*REMOTE, DIFFUSERS, SKETCH):
        assert dialect.plain(words) == words


def test_a_prompt_of_signs_alone_is_refused() -> None:
    with pytest.raises(PromptRefused, match="no words"):
        AUTOMATIC1111.plain("<<<>>> (:)")


@given(st.text(alphabet="ab <>()[]{}|\\:&;-_/*$%BREAKAND1.5", max_size=40))
def test_taking_orders_out_twice_changes_nothing_more(text: str) -> None:
    for dialect in REMOTE:
        try:
            plain = dialect.plain(text)
        except PromptRefused:
            continue
        assert dialect.plain(plain) == plain
        assert not set(plain) & set(dialect.signs)
