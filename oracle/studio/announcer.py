"""Tells the connections that wait for news of a ticket: from the workers' threads to the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

TicketKey = tuple[int, int]
"""Competition and ticket."""


@dataclass(eq=False)
class Listener:
    """One waiting connection, on its own event loop."""

    loop: asyncio.AbstractEventLoop
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Announcer:
    """Who listens to which ticket, and where every waiting ticket stands in the queue."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[TicketKey, set[Listener]] = {}
        self._positions: dict[TicketKey, int] = {}

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

    def position(self, ticket: TicketKey) -> int | None:
        """How many prompts are ahead of the ticket's; None when it has none that waits."""
        with self._lock:
            return self._positions.get(ticket)

    def queue_is(self, waiting: Iterable[TicketKey]) -> None:
        """Takes over the queue as it is now, and tells everybody whose place has changed."""
        positions = {ticket: place for place, ticket in enumerate(waiting)}
        with self._lock:
            changed = {
                ticket
                for ticket in positions.keys() | self._positions.keys()
                if positions.get(ticket) != self._positions.get(ticket)
            }
            self._positions = positions
        for ticket in changed:
            self.tell(ticket)

    def tell(self, ticket: TicketKey) -> None:
        """Wakes everybody who listens to a ticket; from any thread."""
        with self._lock:
            listeners = tuple(self._listeners.get(ticket, ()))
        for listener in listeners:
            try:
                listener.loop.call_soon_threadsafe(listener.news.set)
            except RuntimeError:
                continue  # its loop has ended, and it with it
