"""One whole competition on a devnet, played by the demo's cast and judged by the daemon.

Players and operator act through the same classes as the command line; the daemon is on its own.
The only thing moved from outside is the chain's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from oracle.accounts.plan import Plan
from oracle.accounts.player import Player
from oracle.accounts.prompter import Drawn, Prompter
from oracle.assembly.accounts import open_operator, open_player, open_prompter
from oracle.assembly.parts import open_contract
from oracle.beacon.local import LocalBeacon
from oracle.chain.competition import CompetitionContract
from oracle.chain.events import Event, History
from oracle.chain.state import CompetitionState, Phase
from oracle.devnet.cast import PROMPT_LIMIT, Part, cast, target_image
from oracle.devnet.network import Devnet
from oracle.errors import BadInput, DevnetFailed
from scoring.spec import JudgingSpec

TICKET_PRICE_WEI = 10**16
STEP_SECONDS = 120.0
POLL_SECONDS = 0.05  # the studio is on this machine
JUDGING_SECONDS = 900.0  # on a slow or busy machine; a minute or two elsewhere

Say = Callable[[str], None]


@dataclass(frozen=True)
class Seat:
    """A player at the table: the part played, the account, the ticket bought."""

    part: Part
    player: Player
    prompter: Prompter
    address: str
    ticket_id: int


@dataclass
class Played:
    """A competition that was played to its end."""

    competition_id: int
    seats: tuple[Seat, ...]
    state: CompetitionState
    history: History
    winner_balance_before_wei: int
    winner_balance_after_wei: int
    transactions: list[tuple[str, str, int]] = field(default_factory=list)  # action, hash, gas

    def seat_of(self, ticket_id: int) -> Seat:
        return next(seat for seat in self.seats if seat.ticket_id == ticket_id)

    def note(self, action: str, transaction_hash: str, gas_used: int) -> None:
        self.transactions.append((action, transaction_hash, gas_used))


class Game:
    """Plays one competition; `say` tells an audience what happens."""

    def __init__(self, devnet: Devnet, spec: JudgingSpec, say: Say) -> None:
        self._devnet = devnet
        self._spec = spec
        self._say = say
        self._exit = ExitStack()
        self._noted: list[tuple[str, str, int]] = []

    def play(self) -> Played:
        """Plays from creation to payout; raises `DevnetFailed` when something does not happen."""
        with self._exit:
            settings = self._devnet.settings("operator")
            contract = open_contract(settings)
            competition_id = self._create()
            seats = self._buy(competition_id)
            state = contract.state(competition_id, contract.client.latest_block())
            self._devnet.move_clock_to(state.terms.sale_ends)
            state = self._wait(contract, competition_id, Phase.OPEN, STEP_SECONDS)
            self._say("The sale is over; the daemon opened the target.")
            self._submit(competition_id, seats)
            self._devnet.move_clock_to(state.open_ends)
            self._reveal(competition_id, seats)
            self._devnet.move_clock_to(LocalBeacon().network.time_of(state.beacon_round))
            self._say("Revealing is over; the daemon fetches the beacon's round for the seed …")
            self._wait(contract, competition_id, Phase.JUDGING, STEP_SECONDS)
            self._say("Seed pinned. The daemon fetches, trains, scores and pins the bundle …")
            state = self._wait(contract, competition_id, Phase.ASSERTED, JUDGING_SECONDS)
            self._say("Ranking asserted. Nobody disputes it; the liveness passes …")
            return self._finish(contract, state, seats)

    def _create(self) -> int:
        operator = self._exit.enter_context(open_operator(self._devnet.settings("operator")))
        plan = Plan(
            image=target_image(),
            spec=self._spec,
            ticket_price_wei=TICKET_PRICE_WEI,
            sale_seconds=600,
            open_seconds=3600,
            reveal_seconds=1800,
            judging_seconds=3600,
            liveness_seconds=3600,
            min_revealed=2,
            arbiter=self._devnet.quorum_address,
            beacon=self._devnet.beacon_address,
            max_tickets=len(cast()),
            studio=self._devnet.studio_account.address,
            prompt_limit=PROMPT_LIMIT,
        )
        competition_id, result = operator.create(plan)
        self._note("createCompetition", result.hash, result.gas_used)
        self._say(f"Competition {competition_id} is created; its target is a commitment.")
        return competition_id

    def _buy(self, competition_id: int) -> tuple[Seat, ...]:
        seats = []
        for part, account in zip(cast(), self._devnet.player_accounts, strict=False):
            name = part.name.lower()
            self._devnet.write_settings(name, account)
            settings = self._devnet.settings(name)
            player = self._exit.enter_context(open_player(settings))
            prompter = self._exit.enter_context(open_prompter(settings, POLL_SECONDS))
            ticket_id, result = player.buy(competition_id)
            self._note("buyTicket", result.hash, result.gas_used)
            seats.append(Seat(part, player, prompter, account.address, ticket_id))
        self._say(f"{len(seats)} players bought tickets with wallets of their own.")
        return tuple(seats)

    def _submit(self, competition_id: int, seats: tuple[Seat, ...]) -> None:
        for seat in seats:
            drawn = self._prompt(competition_id, seat)
            image = drawn.path.read_bytes() if drawn is not None else target_image()
            _, _, result = seat.player.submit(competition_id, image, seat.ticket_id)
            self._note("commitSubmission", result.hash, result.gas_used)
            self._say(f"  {seat.part.name} {seat.part.story}.")

    def _prompt(self, competition_id: int, seat: Seat) -> Drawn | None:
        """Everything that a player types; returns the last image, None when nothing was typed."""
        drawn = None
        for words in seat.part.prompts:
            drawn = seat.prompter.draw(competition_id, seat.ticket_id, words)
        if drawn is not None and drawn.left == 0:
            try:
                seat.prompter.draw(competition_id, seat.ticket_id, "one more")
            except BadInput as refusal:
                self._say(f"  {seat.part.name}, once more: {refusal.what}.")
            else:
                raise DevnetFailed(f"the studio took prompt {PROMPT_LIMIT + 1} of a ticket")
        return drawn

    def _reveal(self, competition_id: int, seats: tuple[Seat, ...]) -> None:
        revealed = 0
        for seat in seats:
            if seat.part.uploads_target:
                self._reveal_without_receipt(competition_id, seat)
            elif seat.part.reveals:
                _, result = seat.player.reveal(competition_id, seat.ticket_id)
                self._note("revealSubmissionWithReceipt", result.hash, result.gas_used)
                revealed += 1
        self._say(f"{revealed} of {len(seats)} players revealed.")

    def _reveal_without_receipt(self, competition_id: int, seat: Seat) -> None:
        try:
            seat.player.reveal(competition_id, seat.ticket_id)
        except BadInput as refusal:
            self._say(f"  {seat.part.name} cannot reveal: {refusal.what}.")
        else:
            raise DevnetFailed("an image without a receipt was revealed")

    def _finish(
        self, contract: CompetitionContract, state: CompetitionState, seats: tuple[Seat, ...]
    ) -> Played:
        if not state.winner_ticket:
            raise DevnetFailed("the asserted ranking has no winner")
        winner = next(seat for seat in seats if seat.ticket_id == state.winner_ticket)
        before = contract.client.balance(winner.address)
        self._devnet.move_clock_to(state.liveness_ends)
        state = self._wait(contract, state.id, Phase.FINAL, STEP_SECONDS)
        after = contract.client.balance(winner.address)
        history = contract.history(state.id, contract.client.latest_block())
        played = Played(state.id, seats, state, history, before, after)
        for noted in self._noted:
            played.note(*noted)
        for action, event in _daemon_events(history):
            receipt = contract.client.receipt(event.transaction_hash)
            if receipt is not None:
                played.note(action, "0x" + event.transaction_hash.hex(), receipt.gas_used)
        return played

    def _wait(
        self, contract: CompetitionContract, competition_id: int, phase: Phase, seconds: float
    ) -> CompetitionState:
        return self._devnet.wait_for(contract, competition_id, phase, seconds)

    def _note(self, action: str, transaction_hash: str, gas_used: int) -> None:
        self._noted.append((action, transaction_hash, gas_used))


def _daemon_events(history: History) -> list[tuple[str, Event]]:
    named: list[tuple[str, Event | None]] = [
        ("openTarget", history.opened),
        ("pinSeed", history.seed),
        ("assertRanking", history.asserted),
        ("finalize", history.finalized),
    ]
    return [(action, event) for action, event in named if event is not None]
