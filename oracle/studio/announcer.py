"""Tells the connections that wait for news of a ticket: from the workers' threads to the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from oracle.studio.prompt import TicketKey


@dataclass(eq=False)
class Listener:
    """One waiting connection, on its own event loop."""

    loop: asyncio.AbstractEventLoop
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Announcer:
    """Who listens to which ticket."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[TicketKey, set[Listener]] = {}

    @contextmanager
    def listening(self, ticket: TicketKey) -> Iterator[Listener]:
        """A listener for a ticket's news, on the running loop, while the context lasts."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.setdefault(ticket, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                own = self._listeners[ticket]
                own.discard(listener)
                if not own:
                    del self._listeners[ticket]

    def count(self, ticket: TicketKey) -> int:
        """How many connections listen to a ticket."""
        with self._lock:
            return len(self._listeners.get(ticket, ()))

    def tell(self, ticket: TicketKey) -> None:
        """Wakes everybody who listens to a ticket; from any thread."""
        with self._lock:
            listeners = tuple(self._listeners.get(ticket, ()))
        for listener in listeners:
            try:
                listener.loop.call_soon_threadsafe(listener.news.set)
            except RuntimeError:
                continue  # its loop has ended, and it with it
