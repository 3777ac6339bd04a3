"""A spare process waits until another one lets go of what only one may have."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from oracle.errors import NeedsHuman

log = logging.getLogger(__name__)

STANDBY_SECONDS = 2.0


@contextmanager
def once_free(
    hold: Callable[[], AbstractContextManager[None]], sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Holds what `hold` gives, as soon as it no longer raises NeedsHuman."""
    told = False
    while True:
        holding = hold()
        try:
            holding.__enter__()
            break
        except NeedsHuman as error:
            if not told:
                log.info("standing by", extra={"reason": error.what})
            told = True
            sleep(STANDBY_SECONDS)
    try:
        yield
    finally:
        holding.__exit__(None, None, None)
