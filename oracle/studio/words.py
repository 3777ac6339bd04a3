"""What a prompt may be: words, and nothing that could carry a picture or an address.

A prompt is normalised once, before its index is reserved; what comes out is logged, hashed and
generated from. What a generator reads as an order is taken out later: `oracle.studio.dialects`.
"""

from __future__ import annotations

import re
import unicodedata

from oracle.studio.errors import PromptRefused

MAX_CHARACTERS = 1000
"""The longest prompt, counted in characters after normalising."""

_MAX_RAW_CHARACTERS = 4 * MAX_CHARACTERS  # bounds the work of normalising
_MAX_UNBROKEN = 45  # the longest word in a dictionary of English; digests and base64 are longer
_MAX_MARKS = 4  # on one letter; no script needs more
_BLANK = re.compile(r"\s+")
_UNBROKEN = re.compile(rf"[A-Za-z0-9+/=_\-]{{{_MAX_UNBROKEN + 1},}}")
_ADDRESSES = (
    re.compile(r"[a-z][a-z0-9+.\-]*\s?:\s?/\s?/", re.I),
    re.compile(r"\b(data|blob|file|javascript|ipfs|ipns|s3|magnet)\s?:\s?\S*[/,;?]", re.I),
    re.compile(r"\bwww\s?\.\s?\S", re.I),
    re.compile(r"\b[a-z0-9\-]+(\.[a-z0-9\-]+)*\.[a-z]{2,}(:\d+)?/\S", re.I),
    re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"),
)
_FILE = re.compile(
    r"\S\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|avif|heic|svg|safetensors|ckpt|pt|pth|bin|gguf|latent)\b",
    re.I,
)
# Characters that show nothing although Unicode counts them as letters, marks or symbols.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_WORDS_HINT = "describe the picture in words"


def read_prompt(text: str, *, max_characters: int = MAX_CHARACTERS) -> str:
    """The prompt that `text` is: NFKC, one space between words, nothing invisible.

    Control, zero-width and bidirectional characters are dropped: they change no word. The result
    reads itself unchanged. Raises `PromptRefused` for text that is empty, too long, broken, or not
    only words: addresses, file names, and runs of letters that could be encoded data.
    """
    if len(text) > _MAX_RAW_CHARACTERS:
        raise PromptRefused(
            f"the prompt has {len(text)} characters", f"use at most {max_characters}"
        )
    prompt = _visible(text)
    # Dropping a character can bring two together that normalise into one.
    while (again := _visible(prompt)) != prompt:
        prompt = again
    if not any(_shows(character) for character in prompt):
        raise PromptRefused("the prompt is empty", _WORDS_HINT)
    if len(prompt) > max_characters:
        raise PromptRefused(
            f"the prompt has {len(prompt)} characters", f"use at most {max_characters}"
        )
    _require_words_only(prompt)
    return prompt


def _visible(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    kept = "".join(_kept(character) for character in normal)
    return unicodedata.normalize("NFKC", _BLANK.sub(" ", kept).strip())


def _kept(character: str) -> str:
    """The character, a space for any blank, or nothing for what cannot be seen."""
    category = unicodedata.category(character)
    if category == "Cs":
        raise PromptRefused("the prompt holds half a character", "type it again")
    if category in ("Cn", "Co"):
        raise PromptRefused(
            f"the prompt holds U+{ord(character):04X}, which is no known character", "leave it out"
        )
    if character.isspace():
        return " "
    if category in ("Cc", "Cf") or character in _INVISIBLE or _is_variation(character):
        return ""
    return character


def _is_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _shows(character: str) -> bool:
    """Whether the character says anything: a letter, a number or a symbol such as an emoji."""
    return unicodedata.category(character)[0] in "LNS"


def _require_words_only(prompt: str) -> None:
    if any(address.search(prompt) for address in _ADDRESSES):
        raise PromptRefused("the prompt holds an address", _WORDS_HINT)
    if _FILE.search(prompt):
        raise PromptRefused("the prompt names a file", _WORDS_HINT)
    if _UNBROKEN.search(prompt):
        raise PromptRefused(
            f"the prompt holds more than {_MAX_UNBROKEN} letters without a space", _WORDS_HINT
        )
    marks = 0
    for character in prompt:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > _MAX_MARKS:
            raise PromptRefused(
                f"the prompt stacks more than {_MAX_MARKS} marks on a letter", _WORDS_HINT
            )
