"""The clock of what is published."""

from __future__ import annotations

import time


class ChainTime:
    """The chain's time, as far as a pass has last seen it, going on with this machine's clock.

    A jump of the machine's clock does not change it. Before the first pass it is the machine's.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def seen(self, timestamp: int) -> None:
        """A pass read this newest block's time."""
        self._offset = timestamp - time.monotonic()

    def __call__(self) -> int:
        return int(self._offset + time.monotonic())
