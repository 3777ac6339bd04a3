"""What each generator reads out of a prompt besides words, and how it is taken out.

Nothing is escaped: a sign that a generator could obey becomes a space, a word in capitals becomes
small. So there is no way to write an order, whatever a generator's next version reads into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from oracle.studio.errors import PromptRefused

_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Signs that become spaces, and words that a generator obeys when they stand in capitals."""

    signs: str
    capitals: tuple[str, ...] = ()

    def plain(self, prompt: str) -> str:
        """`prompt` with every order taken out: words, and punctuation that means nothing.

        Raises `PromptRefused` when no words are left.
        """
        # Before anything unescapes them: "&lt;" is a sign as well.
        plain = prompt.replace("&", " and ")
        plain = plain.translate({ord(sign): " " for sign in self.signs})
        # "--seed 7", "__animal__", "//"
        plain = re.sub(r"-{2,}|_{2,}|/{2,}|/\*|\*/", " ", plain)
        for word in self.capitals:
            plain = re.sub(rf"\b{word}\b", word.lower(), plain)
        plain = _BLANK.sub(" ", plain).strip()
        if not plain:
            raise PromptRefused("the prompt holds no words", "describe the picture in words")
        return plain


_BRACKETS = "<>()[]{}|\\"

SKETCH = Dialect("")
"""The embedded renderer knows words only."""

DIFFUSERS = Dialect(_BRACKETS)
"""Tokenizers take <|endoftext|>, </s> and <extra_id_0>, and <names> of learned embeddings."""

AUTOMATIC1111 = Dialect(_BRACKETS + ":$^@%`#", ("BREAK", "AND", "ADDCOL", "ADDROW", "ADDCOMM"))
"""Extra networks <lora:…>, weights (…:1.3), editing [a:b:0.5], AND, BREAK, and what the most used
extensions read: {a|b}, __wildcards__, $variables, regional ADDCOL."""

COMFYUI = Dialect(_BRACKETS + ":$^@%`#", ("BREAK", "AND"))
"""Weights (…:1.3), embedding:name, {a|b}, comments, and the nodes that bring A1111's syntax."""

OPENAI = Dialect(_BRACKETS + ":$^@%`#=", ("BREAK", "AND"))
"""Anything may stand behind that address: stable-diffusion.cpp reads arguments in markup that may
name an initial image, LocalAI splits at |, others read --flags."""
