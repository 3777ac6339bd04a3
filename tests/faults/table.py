"""Players and clock of some competitions: each does what a phase asks, whenever it is asked.

Everything is read from the chain again before it is done, so that what a reorganisation removed is
done again, as a wallet or a person would.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oracle.chain.calls import Call
from oracle.chain.commitments import hash_submission
from oracle.chain.state import CompetitionState, Phase
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from tests.faults.chain import FaultChain

PRICE_WEI = 10**16


@dataclass
class Seats:
    """The players of one competition: ticket N is the N-th content's."""

    id: int
    contents: tuple[bytes, ...]
    players: tuple[str, ...]

    def salt(self, ticket: int) -> bytes:
        return sha256(b"%d:%d" % (self.id, ticket))


@dataclass
class Table:
    """Moves players of several competitions, and the clock once nobody has anything to do."""

    chain: FaultChain
    public: ContentStore  # where players publish
    seats: list[Seats] = field(default_factory=list)
    # What is due within so many seconds is due at once: the clock moves to the last of it.
    stride_seconds: int = 0

    def state(self, competition_id: int) -> CompetitionState:
        contract = self.chain.contract
        return contract.state(competition_id, contract.client.latest_block())

    def sit_down(self, competition_id: int, *contents: bytes) -> Seats:
        """Adds a competition, whose players will hand in these contents."""
        # Players of their own, so that a payout is told by a balance.
        taken = sum(len(seats.contents) for seats in self.seats)
        everybody = self.chain.players
        players = tuple(everybody[(taken + n) % len(everybody)] for n in range(len(contents)))
        seats = Seats(competition_id, contents, players)
        self.seats.append(seats)
        return seats

    def act(self) -> tuple[dict[int, CompetitionState], bool]:
        """Lets everybody act once; returns the states from before, and whether anybody did."""
        contract = self.chain.contract
        block = contract.client.latest_block()
        states = {seats.id: contract.state(seats.id, block) for seats in self.seats}
        acted = [self._act(seats, states[seats.id]) for seats in self.seats]
        return states, any(acted)

    def move(self) -> dict[int, CompetitionState]:
        """As `act`; where nobody did anything, moves the clock to what all wait for."""
        states, acted = self.act()
        now = self.now()
        moments = [self.waits_for(state, now) for state in states.values()]
        due = [moment for moment in moments if moment]
        # Whoever is still busy gets the time that it takes.
        if due and not acted and None not in moments and min(due) > now:
            stride = min(due) + self.stride_seconds
            self.chain.anvil.set_time(max(moment for moment in due if moment <= stride))
        return states

    def _act(self, seats: Seats, state: CompetitionState) -> bool:
        """One player's next act; whether there was one."""
        chain, calls = self.chain, self.chain.contract.calls
        if state.phase is Phase.SELLING and state.sold < len(seats.contents):
            chain.act(seats.players[state.sold], calls.buy_ticket(seats.id, PRICE_WEI))
            return True
        if state.phase not in (Phase.OPEN, Phase.REVEALING):
            return False
        block = chain.contract.client.latest_block()
        for ticket_id, content in enumerate(seats.contents, start=1):
            ticket = chain.contract.ticket(seats.id, ticket_id, block)
            digest, salt = sha256(content), seats.salt(ticket_id)
            if state.phase is Phase.OPEN and ticket.commitment == bytes(32):
                chain.act(ticket.player, self._commit(seats, ticket_id, ticket.player, digest))
                return True
            if state.phase is Phase.REVEALING and not ticket.revealed:
                self.public.put(content)
                call = calls.reveal_submission(seats.id, ticket_id, digest, salt)
                chain.act(ticket.player, call)
                return True
        return False

    def _commit(self, seats: Seats, ticket_id: int, player: str, digest: Digest) -> Call:
        domain = self.chain.contract.domain
        commitment = hash_submission(
            domain, seats.id, ticket_id, player, digest, seats.salt(ticket_id)
        )
        return self.chain.contract.calls.commit_submission(seats.id, ticket_id, commitment)

    def waits_for(self, state: CompetitionState, now: int) -> int | None:
        """The moment that a competition waits for; 0 at its end, None while the daemon acts."""
        match state.phase:
            case Phase.SELLING:
                return state.terms.sale_ends
            case Phase.OPEN:
                return state.open_ends
            case Phase.REVEALING:
                return state.reveal_ends
            case Phase.ASSERTED:
                return state.liveness_ends if now < state.liveness_ends else None
            case Phase.FINAL | Phase.VOID:
                return 0
            case _:
                return None

    def now(self) -> int:
        """The newest block's time."""
        return self.chain.anvil.time()
