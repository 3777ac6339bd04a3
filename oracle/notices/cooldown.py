"""How often the operator is told about one thing, and about everything together."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

HOUR_SECONDS = 3600.0
_REMEMBERED = 1000


@dataclass
class Cooldown:
    """Lets one notice of a key through in `seconds`, and `most` of all keys in an hour.

    The last quarter of these is kept for what is urgent: what would wait out a flood of other news.
    """

    seconds: float
    most: int = 20
    clock: Callable[[], float] = time.monotonic
    _kept_back: OrderedDict[Hashable, tuple[float, int]] = field(
        default_factory=OrderedDict, init=False
    )
    _sent: list[float] = field(default_factory=list, init=False)

    def admits(self, key: Hashable, *, urgent: bool = False) -> int | None:
        """How many of this key were kept back since the last one; None: keep this one back, too."""
        now = self.clock()
        since, kept_back = self._kept_back.pop(key, (-float("inf"), 0))
        self._sent = [moment for moment in self._sent if now - moment < HOUR_SECONDS]
        most = self.most if urgent else self.most - self.most // 4
        if now - since < self.seconds or len(self._sent) >= most:
            self._remember(key, (since, kept_back + 1))
            return None
        self._remember(key, (now, 0))
        self._sent.append(now)
        return kept_back

    def _remember(self, key: Hashable, value: tuple[float, int]) -> None:
        self._kept_back[key] = value
        while len(self._kept_back) > _REMEMBERED:
            self._kept_back.popitem(last=False)
