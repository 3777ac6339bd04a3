"""Where every waiting prompt stands, and whose turn it is: the book's order, kept in memory.

The book alone says what is promised. It is asked again after a start, after trouble, and now and
then; what this line lets somebody draw is claimed in the book before it counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from oracle.studio.announcer import Announcer
from oracle.studio.prompt import Prompt, TicketKey


class WaitingLine:
    """The prompts that wait or run, of all tickets; a ticket has one at most.

    It tells the announcer of everybody whose place has changed. All methods can be called from any
    thread, and in any order: a prompt that has left does not join again.
    """

    def __init__(self, announcer: Announcer) -> None:
        self.turn = threading.Event()
        """Set when there may be something to take."""
        self._announcer = announcer
        self._lock = threading.Lock()
        self._waiting: dict[TicketKey, Prompt] = {}
        self._gone: dict[TicketKey, int] = {}  # number of the ticket's last prompt that left
        self._places: dict[TicketKey, int] = {}
        self._taken: set[tuple[TicketKey, int]] = set()  # with the number of the ticket's prompt

    def __len__(self) -> int:
        return len(self._places)

    def place(self, ticket: TicketKey) -> int | None:
        """How many prompts are ahead of the ticket's; None when it has none that waits."""
        return self._places.get(ticket)

    def joined(self, prompts: Iterable[Prompt]) -> None:
        """Takes in prompts that were reserved."""

        def take_in() -> None:
            for prompt in prompts:
                if prompt.number > self._gone.get(prompt.ticket, 0) and not prompt.state.is_end:
                    self._waiting[prompt.ticket] = prompt

        moved = self._change(take_in)
        self.turn.set()  # first: who draws is not to wait for who looks on
        self._tell(moved)

    def take(self) -> Prompt | None:
        """The prompt whose turn it is, once; None: nobody's."""
        with self._lock:
            for prompt in sorted(self._waiting.values(), key=_turn):
                key = prompt.ticket, prompt.number
                if key not in self._taken:
                    self._taken.add(key)
                    return prompt
        return None

    def again(self, prompts: Iterable[Prompt]) -> None:
        """Lets what was taken and has not left have its turn again, and takes in `prompts`."""
        with self._lock:
            self._taken.clear()
        self.joined(prompts)

    def left(self, prompt: Prompt) -> None:
        """Takes out a prompt that has come to its end, and tells its player."""

        def take_out() -> None:
            self._gone[prompt.ticket] = max(prompt.number, self._gone.get(prompt.ticket, 0))
            waiting = self._waiting.get(prompt.ticket)
            if waiting is not None and waiting.number <= prompt.number:
                del self._waiting[prompt.ticket]
            self._taken.discard((prompt.ticket, prompt.number))

        moved = self._change(take_out)
        # Whoever waits for an image hears of it before those who moved up.
        self._tell((prompt.ticket, *(ticket for ticket in moved if ticket != prompt.ticket)))

    def _change(self, change: Callable[[], None]) -> list[TicketKey]:
        """The tickets whose place is another than before."""
        with self._lock:
            before = self._places
            change()
            in_order = sorted(self._waiting.values(), key=_turn)
            self._places = {prompt.ticket: place for place, prompt in enumerate(in_order)}
            return [
                ticket
                for ticket in before.keys() | self._places.keys()
                if before.get(ticket) != self._places.get(ticket)
            ]

    def _tell(self, tickets: Iterable[TicketKey]) -> None:
        for ticket in tickets:
            self._announcer.tell(ticket)


def _turn(prompt: Prompt) -> tuple[float, int]:
    """As `PromptBook.waiting` has it."""
    return prompt.queued_at, prompt.ticket_id
