"""What was revealed, and the strangers' images among it that wait on this machine."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.daemon.roll import Roll
from oracle.errors import OracleError
from oracle.reveals.waiting_images import WaitingImages
from scoring.digest import Digest

log = logging.getLogger(__name__)

_ENDS = (Phase.FINAL, Phase.VOID)
# Between looks at other operators' competitions: each costs a read or more.
_LOOK_SECONDS = 60


@dataclass
class RevealedImages:
    """The digests that a competition's entries show; read again only once there are more."""

    contract: CompetitionContract
    _known: dict[int, tuple[Digest, ...]] = field(default_factory=dict, init=False)

    def of(self, state: CompetitionState, block: Block) -> tuple[Digest, ...]:
        """All that were revealed up to `block`, at which `state` was read."""
        known = self._known.get(state.id, ())
        if len(known) < state.revealed:
            entries = self.contract.entries(state.id, block)
            known = self._known[state.id] = tuple(entry.image_digest for entry in entries)
        return known

    def drop(self, number: int) -> None:
        """Lets go of a competition that has ended."""
        self._known.pop(number, None)

    def drop_all_but(self, numbers: Collection[int]) -> None:
        """Lets go of what ended while nobody looked."""
        for number in self._known.keys() - set(numbers):
            self.drop(number)


class RevealedUploads:
    """Publishes uploads as soon as they are revealed, whoever's competition it is."""

    def __init__(
        self,
        contract: CompetitionContract,
        roll: Roll,
        revealed: RevealedImages,
        waiting: WaitingImages,
    ) -> None:
        self.waiting = waiting
        self._contract = contract
        self._roll = roll
        self._revealed = revealed
        self._said: set[str] = set()  # so that lasting trouble is told once
        self._next_look = 0

    def publish(self, state: CompetitionState, block: Block) -> None:
        """Puts what was revealed into the store. Raises `ContentNotStored` while some is not."""
        if state.phase < Phase.REVEALING or state.phase in _ENDS or self.waiting.is_empty():
            return
        self.waiting.publish(self._revealed.of(state, block))

    def try_to_publish(self, state: CompetitionState, block: Block) -> None:
        """As `publish`; what is not possible now holds up nothing else."""
        try:
            self.publish(state, block)
        except OracleError as error:
            self._say(error)

    def tidy(self, block: Block) -> None:
        """Publishes what was revealed anywhere, and removes what nobody revealed in time."""
        if self.waiting.is_empty():
            self._said.clear()
            return
        if block.timestamp < self._next_look and not self.waiting.expired():
            return
        try:
            self._look_at_all(block)
        except OracleError as error:
            # Nothing is removed then: what expired may be what could not be published.
            self._say(error)
        else:
            self._said.clear()

    def _look_at_all(self, block: Block) -> None:
        numbers = self._roll.anybodys(self._contract.competition_count(block))
        for number in numbers:
            state = self._contract.state(number, block)
            if state.phase in _ENDS:
                self._roll.close(number)
            else:
                self.publish(state, block)
        self._revealed.drop_all_but(numbers)
        self.waiting.clear()
        self._next_look = block.timestamp + _LOOK_SECONDS

    def _say(self, error: OracleError) -> None:
        if error.what not in self._said:
            self._said.add(error.what)
            facts = {"reason": error.what, "hint": error.hint}
            log.warning("revealed uploads not published", extra=facts)
