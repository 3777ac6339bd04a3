"""What an operator's daemon does with one competition, phase by phase.

Every step may be taken again after a kill at any point: transactions are idempotent by their
key, training and scoring by their inputs. A step that is not possible yet raises `RetryLater`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from oracle.chain.calls import Call
from oracle.chain.competition import CompetitionContract
from oracle.chain.entries import row_of
from oracle.chain.events import History
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.daemon.assertions import Assertions
from oracle.daemon.judging import OperatorJudging
from oracle.daemon.logged_sender import LoggedSender
from oracle.daemon.revealed import RevealedImages
from oracle.errors import ChainDisagrees, RetryLater
from oracle.health import Deadline
from oracle.judging.judgement import Case, Judgement
from oracle.ledger.ledger import Ledger, Step
from oracle.ledger.transaction import TxResult, TxStatus
from oracle.reveals.batches import RevealBatches
from oracle.sealed.images import SealedImages
from scoring.digest import Digest
from scoring.ranking import Entry

if TYPE_CHECKING:
    # Loaded for the first round that is needed.
    from oracle.beacon.rounds import Beacon

log = logging.getLogger(__name__)

_SENT = (TxStatus.PENDING, TxStatus.STUCK, TxStatus.MINED, TxStatus.CONFIRMED)


@dataclass
class Steps:
    """The steps of one contract's competitions."""

    contract: CompetitionContract
    judging: OperatorJudging
    ledger: Ledger
    targets: SealedImages
    sender: LoggedSender
    open_beacon: Callable[[], Beacon]
    assertions: Assertions = field(init=False)
    revealed: RevealedImages = field(init=False)
    _entry_sets: dict[int, tuple[bytes, History, tuple[Entry, ...]]] = field(
        default_factory=dict, init=False
    )
    _missed: set[int] = field(default_factory=set, init=False)
    _looked_for: dict[int, tuple[Digest, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.assertions = Assertions(self.contract, self.ledger, self.sender)
        self.revealed = RevealedImages(self.contract)

    def advance(self, state: CompetitionState, block: Block) -> bool:
        """Takes the quick step that `state`, read at the final `block`, asks for.

        Returns whether it waits for `judge`, which takes long.
        """
        self._note(state, Step.DISCOVERED)
        if self.wind_down(state, block):
            return False
        match state.phase:
            case Phase.OPENING:
                self._open_target(state, block)
            case Phase.REVEALING:
                self._prefetch(state, block)
                self._reveal_for_players(state)
            case Phase.SEEDING:
                self._prefetch(state, block)
                self._seed(state, block)
            case Phase.JUDGING:
                self._note(state, Step.SEEDED)
                return not self._assert_ranking(state)
            case Phase.ASSERTED:
                self._note(state, Step.ASSERTED)
                self.assertions.check(state)
                if block.timestamp >= state.liveness_ends:
                    self._send(state, "finalize", self.contract.calls.finalize(state.id))
            case Phase.DISPUTED:
                self._note(state, Step.DISPUTED)
            case Phase.RESOLVED:
                self._note(state, Step.DISPUTED)
                self._send(state, "finalize", self.contract.calls.finalize(state.id))
            case _:
                pass  # players' turn, or the clock's
        return False

    def wind_down(self, state: CompetitionState, block: Block) -> bool:
        """Notes an end, and voids what is overdue, which is right whatever else is wrong.

        Returns whether nothing else is left to do.
        """
        judging_is_over = block.timestamp >= state.judging_ends
        too_few = state.revealed < state.terms.min_revealed
        match state.phase:
            case Phase.FINAL:
                self._end(state, Step.FINALIZED)
            case Phase.VOID:
                self._end(state, Step.VOID)
            case Phase.OPENING if block.timestamp >= self._opening_ends(state, block):
                self._void(state, missed="open")
            case Phase.SEEDING if too_few:
                self._void(state)
            case Phase.SEEDING if judging_is_over:
                self._void(state, missed="seed")
            case Phase.JUDGING if judging_is_over:
                self._void(state, missed="assert")
            case Phase.DISPUTED if block.timestamp >= state.dispute.verdict_ends:
                self._void(state)
            case _:
                return False
        return True

    def _end(self, state: CompetitionState, how: Step) -> None:
        self._note(state, how)
        self.revealed.drop(state.id)
        # A competition that was never judged may have images that nobody shows.
        self._forget(state, self._looked_for.get(state.id, ()))

    def _forget(self, state: CompetitionState, digests: Iterable[Digest]) -> None:
        """Lets go of what this competition was waiting for.

        But not of what another one waits for, too: a player of both could have it looked for anew
        each time that one of them ends, until the other has missed its deadline.
        """
        self._looked_for.pop(state.id, None)
        others = set(chain.from_iterable(self._looked_for.values()))
        self.judging.forget([digest for digest in digests if digest not in others])

    def deadline(self, state: CompetitionState, block: Block) -> Deadline | None:
        """Until when the operator has to have done what is its turn in this phase."""
        match state.phase:
            case Phase.OPENING:
                return Deadline(state.id, "open the target", self._opening_ends(state, block))
            case Phase.SEEDING:
                return Deadline(state.id, "pin the seed", state.judging_ends)
            case Phase.JUDGING:
                return Deadline(state.id, "assert a ranking", state.judging_ends)
            case _:
                return None

    def judge(self, state: CompetitionState, block: Block) -> None:
        """Fetches, trains, scores, publishes and asserts; takes long."""
        history, entries = self._entry_set(state, block)
        client = self.contract.client
        fetched = self.judging.fetch(state, entries, lambda: client.finalized_block().timestamp)
        self._prefetched(entries)
        given_up = self.judging.give_up(entries, fetched)
        self._note(state, Step.FETCHED)
        case = Case(
            domain=self.contract.domain,
            competition_id=state.id,
            spec=self.judging.load_spec(Digest(state.terms.spec_digest)),
            seed=self.contract.seed(state, block, history),
            entries_hash=state.entries_hash,
            target_digest=Digest(state.target_digest),
            entries=entries,
        )
        trained = self.ledger.steps(state.id).get(Step.TRAINED)
        judgement, bundle = self.judging.work(
            case,
            fetched,
            None if trained is None else Digest(bytes.fromhex(trained.data["model_hash"])),
            lambda step, facts: self._note(state, step, facts),
        )
        salt = self._winner_salt(state, history, judgement)
        facts = self.assertions.facts(state, judgement, bundle, salt)
        if given_up is not None:
            facts["given_up"] = given_up.hex()
        self._note(state, Step.BUNDLE_PINNED, facts)
        self._forget(state, (case.target_digest, *(entry.image_digest for entry in entries)))
        self._assert_ranking(state)

    def _entry_set(
        self, state: CompetitionState, block: Block
    ) -> tuple[History, tuple[Entry, ...]]:
        """The closed entry set and where it comes from; while an image is missing, read once."""
        found = self._entry_sets.get(state.id)
        if found is None or found[0] != state.entries_hash:
            history = self.contract.history(state.id, block)
            entries = self.contract.entries_of(history, state.id, block)
            # One at a time: ten thousand entries take megabytes.
            self._entry_sets = {state.id: (state.entries_hash, history, entries)}
            return history, entries
        return found[1], found[2]

    def _winner_salt(
        self, state: CompetitionState, history: History, judgement: Judgement
    ) -> bytes:
        winner, final = row_of(judgement.winner), self.contract.client.finalized_block()
        try:
            return self.contract.winner_salt(history, state.id, winner, final)
        except ChainDisagrees:
            self._entry_sets.pop(state.id, None)  # to be read again, from another node
            raise

    def _prefetch(self, state: CompetitionState, block: Block) -> None:
        """Looks for what was revealed since the last pass, in the background."""
        prefetch = self.judging.prefetch
        if prefetch is None or len(self._looked_for.get(state.id, ())) >= state.revealed:
            return
        digests = self.revealed.of(state, block)
        prefetch.want(digests)
        self._looked_for[state.id] = digests

    def _prefetched(self, entries: tuple[Entry, ...]) -> None:
        if self.judging.prefetch is not None:
            self.judging.prefetch.drop(entry.image_digest for entry in entries)

    def _open_target(self, state: CompetitionState, block: Block) -> None:
        sealed = self.targets.load(state.terms.target_commitment)
        if sealed is None:
            raise RetryLater(
                "the target's secret is not on this machine",
                "copy [judge] work_dir/targets from where the competition was created",
            )
        # Only now: content that is published can be found by its digest.
        self.judging.store.put(sealed.image)
        call = self.contract.calls.open_target(state.id, sealed.digest, sealed.salt)
        self._send(state, "openTarget", call, deadline=self._opening_ends(state, block))

    def _reveal_for_players(self, state: CompetitionState) -> None:
        RevealBatches(self.contract, self.ledger.reveals).advance(
            state,
            lambda action, call: self._send(state, action, call, deadline=state.reveal_ends),
        )

    def _opening_ends(self, state: CompetitionState, block: Block) -> int:
        return state.terms.sale_ends + self.contract.opening_seconds(block)

    def _seed(self, state: CompetitionState, block: Block) -> None:
        self._note(state, Step.ENTRIES_FINAL)
        if state.beacon_round:
            self._seed_from_beacon(state, block)
        elif state.seed_block == 0:
            call = self.contract.calls.fix_seed_block(state.id)
            self._send(state, "fixSeedBlock", call, deadline=state.judging_ends)
        elif block.number > state.seed_block:
            # A final seed block: what is pinned cannot be reorganised into another seed.
            call = self.contract.calls.pin_seed(state.id)
            self._send(state, "pinSeed", call, deadline=state.judging_ends)

    def _seed_from_beacon(self, state: CompetitionState, block: Block) -> None:
        beacon = self.open_beacon()
        if block.timestamp < beacon.network.time_of(state.beacon_round):
            return
        signed = beacon.fetch_round(state.beacon_round)
        call = self.contract.calls.pin_seed(state.id, signed.signature)
        self._send(state, "pinSeed", call, deadline=state.judging_ends)

    def _assert_ranking(self, state: CompetitionState) -> bool:
        """Asserts the published ranking; whether there is one."""
        result = self.assertions.send(state)
        if result is not None and result.status in _SENT:
            self._note(state, Step.ASSERTION_SENT)
        return result is not None

    def _void(self, state: CompetitionState, missed: str = "") -> None:
        """Voids a competition; `missed` is what the operator did not do in time."""
        if missed and state.id not in self._missed:
            self._missed.add(state.id)
            self.judging.metrics.deadline_missed(missed)
            log.error("deadline missed: the competition is voided", extra={"missed": missed})
        self._send(state, "voidCompetition", self.contract.calls.void_competition(state.id))

    def _send(
        self, state: CompetitionState, action: str, call: Call, deadline: int | None = None
    ) -> TxResult:
        return self.sender.send(f"{state.id}:{action}", call, deadline, action=action)

    def _note(
        self, state: CompetitionState, step: Step, facts: Mapping[str, Any] | None = None
    ) -> None:
        if step not in self.ledger.steps(state.id):
            self.ledger.record_step(state.id, step, facts)
            log.info(step.name.lower())
