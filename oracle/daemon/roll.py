"""Which competitions a cycle has to look at, however many have ended.

Logs tell of every creation and every end. They are read once, up to a final block whose number and
hash are kept in the ledger; if the chain has another block there, all is read again. What logs do
not tell of, because a node hides some or because they begin too late, is looked at by itself.
"""

from __future__ import annotations

import logging

from oracle.chain.competition import CompetitionContract
from oracle.chain.events import CompetitionCreated, CompetitionFinalized
from oracle.chain.wire import Block
from oracle.daemon.unfinished import Unfinished
from oracle.ledger.ledger import Ledger, Step
from oracle.ledger.roll_book import Cursor, Known

log = logging.getLogger(__name__)

# So many blocks at a time: a long past neither fills the memory nor is read twice after a kill.
SLICE_BLOCKS = 100_000
# More ends than this, of competitions that began in the same logs, are a past that nobody looks at
# one by one. What was seen alive is looked at once more: there is something to clean up.
_MANY = 20


class Roll:
    """The competitions of one contract; `operator` None: everybody's."""

    def __init__(self, contract: CompetitionContract, ledger: Ledger, operator: str | None) -> None:
        self._contract = contract
        self._ledger = ledger
        self._book = ledger.roll
        self._operator = operator
        self._cursor: Cursor | None = None
        self._is_in_doubt = False  # what is remembered here may not be what the ledger has
        self._operators: dict[int, str] = {}  # of those that have not ended
        self._ending: set[int] = set()  # own ones that have ended, and are looked at once more
        self._load()

    def sync(self, block: Block) -> None:
        """Reads the logs up to a final block. Raises `ChainUnavailable`."""
        if self._is_in_doubt:
            self._load()
        if self._cursor is not None and not self._is_of_this_chain(self._cursor, block):
            log.warning("the chain was reorganised: reading all logs again")
            self._is_in_doubt = True
            self._book.forget()
            self._load()
        while self._cursor is None or self._cursor.block_number < block.number:
            first = self._contract.start_block if self._cursor is None else self._next_block()
            last = min(first + SLICE_BLOCKS - 1, block.number)
            self._read(first, block if last == block.number else self._contract.client.block(last))

    def own(self, count: int) -> list[int]:
        """The operator's competitions among the first `count` that may have something to do."""
        own = {n for n, who in self._operators.items() if self._is_own(who)}
        return self._with_untold(own | self._ending, count)

    def anybodys(self, count: int) -> list[int]:
        """As `own`, of every operator."""
        return self._with_untold(set(self._operators), count)

    def close(self, number: int) -> None:
        """Leaves out what was seen to have ended, or to be somebody else's."""
        self._ending.discard(number)
        self._untold.close(number)

    def _is_own(self, operator: str) -> bool:
        return self._operator in (None, operator)

    def _with_untold(self, told: set[int], count: int) -> list[int]:
        # All competitions are counted from 1: if as many are known, none is missing.
        all_told = len(self._seen) == count
        untold = set() if all_told else set(self._untold.up_to(count)) - self._seen
        return sorted(number for number in told | untold if number <= count)

    def _is_of_this_chain(self, cursor: Cursor, block: Block) -> bool:
        if cursor.block_number == block.number:
            return cursor.block_hash == block.hash
        if cursor.block_number > block.number:
            return True  # a node that lags behind cannot tell; the next cycle asks again
        return self._contract.client.is_canonical(cursor.block_number, cursor.block_hash)

    def _next_block(self) -> int:
        return 0 if self._cursor is None else self._cursor.block_number + 1

    def _read(self, first: int, block: Block) -> None:
        created: dict[int, Known] = {}
        ended: dict[int, Step] = {}
        for event in self._contract.turns(first, block):
            number = event.competition_id
            if isinstance(event, CompetitionCreated):
                at = event.position.block_number
                created[number] = Known(number, event.operator, at)
            else:
                is_final = isinstance(event, CompetitionFinalized)
                ended[number] = Step.FINALIZED if is_final else Step.VOID
        cursor = Cursor(block.number, block.hash)
        operators = self._operators | {n: known.operator for n, known in created.items()}
        own = {n: step for n, step in ended.items() if self._is_own(operators.get(n, ""))}
        past = own.keys() - self._operators.keys()
        if len(past) > _MANY:
            self._ledger.record_ends({number: own[number] for number in past})
        else:
            past = set()
        # A database that fails while it writes down may have done so all the same.
        self._is_in_doubt = True
        self._book.advance(created.values(), ended, cursor)
        self._is_in_doubt = False
        self._take_in(tuple(created.values()), set(ended))
        self._ending |= own.keys() - past
        self._cursor = cursor

    def _load(self) -> None:
        cursor, known = self._book.cursor(), self._book.known()
        self._cursor = cursor
        self._is_in_doubt = False
        self._operators.clear()
        self._seen: set[int] = set()
        self._untold = Unfinished()
        ended = {one.competition_id for one in known if one.ended}
        self._take_in(known, ended)
        # Told of before the last stop, and not looked at any more.
        noted = self._ledger.ended()
        self._ending = {
            one.competition_id
            for one in known
            if one.ended and self._is_own(one.operator) and one.competition_id not in noted
        }

    def _take_in(self, known: tuple[Known, ...], ended: set[int]) -> None:
        for one in known:
            self._seen.add(one.competition_id)
            self._operators[one.competition_id] = one.operator
            self._contract.created_in[one.competition_id] = one.created_block
        for number in ended:
            self._operators.pop(number, None)
