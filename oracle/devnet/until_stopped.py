"""How a devnet's process ends: by any of the usual signals, and never without its children.

Chain and daemon run in sessions of their own, so a signal that simply ended this process would
leave them behind.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

# SIGINT too: what a script starts in the background has it ignored until it asks for it.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS = 0.5


@contextmanager
def signals_as_ctrl_c() -> Iterator[None]:
    """Makes each usual signal raise KeyboardInterrupt, as Ctrl-C does, so that clean-up runs."""
    before = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for_ctrl_c(still_alive: Callable[[], None]) -> None:
    """Returns on Ctrl-C; `still_alive` is called now and then, to raise when all is lost."""
    try:
        while True:
            still_alive()
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        return


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
