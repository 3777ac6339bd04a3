"""What was said last about each subject, so that lasting trouble is reported once."""

from __future__ import annotations

from collections.abc import Hashable


class LastSaid:
    """Remembers what was said last about each subject."""

    def __init__(self) -> None:
        self._last: dict[Hashable, object] = {}

    def is_new(self, subject: Hashable, word: object) -> bool:
        """Whether `word` is not what was said about `subject` the last time."""
        known = subject in self._last and self._last[subject] == word
        self._last[subject] = word
        return not known

    def is_over(self, subject: Hashable) -> bool:
        """Forgets a subject; returns whether anything was said about it."""
        return self._last.pop(subject, None) is not None
