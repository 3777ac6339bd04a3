"""How far the image is that is being made now, as its generator says."""

from __future__ import annotations

import time
from collections.abc import Callable

from oracle.studio.announcer import Announcer
from oracle.studio.prompt import Prompt, TicketKey

_BETWEEN_SECONDS = 0.4  # a generator may tell a hundred steps a second

PromptKey = tuple[TicketKey, int]
"""A ticket, and the number of its prompt."""


class ProgressBoard:
    """What was told of the prompts that are running, in memory alone.

    Some generators tell nothing: then nothing stands here.
    """

    def __init__(self, announcer: Announcer, clock: Callable[[], float] = time.monotonic) -> None:
        self._announcer = announcer
        self._clock = clock
        self._shares: dict[PromptKey, float] = {}
        self._told_at: dict[PromptKey, float] = {}

    def share(self, prompt: Prompt) -> float | None:
        """How much of the prompt's image is done, between 0 and 1; None: nobody says."""
        return self._shares.get(_key(prompt))

    def follow(self, prompt: Prompt) -> Callable[[float], None]:
        """What the generator tells this prompt's progress to; from any thread."""
        key = _key(prompt)

        def tell(share: float) -> None:
            # Only forward, and not what is no share at all; the end is told by the image.
            if not self._shares.get(key, 0.0) < share < 1.0:
                return
            self._shares[key] = round(share, 3)
            now = self._clock()
            if now - self._told_at.get(key, -_BETWEEN_SECONDS) >= _BETWEEN_SECONDS:
                self._told_at[key] = now
                self._announcer.tell(key[0])

        return tell

    def forget(self, prompt: Prompt) -> None:
        """The prompt has come to an end."""
        self._shares.pop(_key(prompt), None)
        self._told_at.pop(_key(prompt), None)


def _key(prompt: Prompt) -> PromptKey:
    return (prompt.competition_id, prompt.ticket_id), prompt.number
