"""Says as an error that the daemon is unwell for long: nobody may be looking at /healthz."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from oracle.health import Health

log = logging.getLogger(__name__)

AGAIN_SECONDS = 3600.0


@dataclass
class HealthWatch:
    """Looked at now and then; what passes within `patience_seconds` is no news."""

    health: Health
    patience_seconds: float
    clock: Callable[[], float] = time.monotonic
    _unwell_since: float | None = field(default=None, init=False)
    _said_at: float | None = field(default=None, init=False)

    def look(self) -> None:
        """Logs an error once the trouble is lasting, again every hour, and when it is over."""
        problems, now = self.health.report().problems, self.clock()
        if not problems:
            if self._said_at is not None:
                log.info("healthy again")
            self._unwell_since = self._said_at = None
            return
        if self._unwell_since is None:
            self._unwell_since = now
        is_news = self._said_at is None or now - self._said_at >= AGAIN_SECONDS
        if now - self._unwell_since >= self.patience_seconds and is_news:
            self._said_at = now
            log.error("unhealthy: needs a human", extra={"problems": "; ".join(problems)})
