"""Which competitions a cycle still has to look at, however many have ended."""

from __future__ import annotations

from collections.abc import Collection


class Unfinished:
    """Numbers of competitions, counted from 1, without those that are closed."""

    def __init__(self, ended: Collection[int] = ()) -> None:
        """`ended` are closed from the start."""
        self._ended = frozenset(ended)
        self._known = 0
        self._open: set[int] = set()

    def up_to(self, count: int) -> list[int]:
        """The open ones among the first `count`, in order.

        Each is checked against the ended ones once; after that only the open ones cost time.
        """
        new = range(self._known + 1, count + 1)
        self._open.update(number for number in new if number not in self._ended)
        self._known = max(self._known, count)
        # A node that lags behind may count fewer competitions than before.
        return sorted(number for number in self._open if number <= count)

    def close(self, number: int) -> None:
        """Leaves a competition out from now on."""
        self._open.discard(number)
