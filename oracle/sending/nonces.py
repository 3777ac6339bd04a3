"""An account's nonces: the first free one, and those that nobody will use any more.

Transactions are mined in the order of their nonces. Where one was planned and is no longer wanted,
or one from elsewhere was reorganised away, those behind it would wait for ever. A filler uses up
such a nonce: a transfer of nothing to oneself, with a record of its own like any transaction.
"""

from __future__ import annotations

import logging

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.wire import Block
from oracle.ledger.journal import TransactionJournal
from oracle.ledger.transaction import TransactionRecord, TxStatus

log = logging.getLogger(__name__)

TRANSFER_GAS = 21_000
MOST_FILLED = 64
"""Each filler costs a transfer's fee. More than so many are not missing for an ordinary reason."""

SLACK = 32
"""So many transactions from elsewhere may be in blocks that are not final; no count is believed
that needs more."""


def nothing(account: str) -> Call:
    """A transfer of nothing to oneself: it only uses up a nonce."""
    return Call(to=account, data=b"")


def is_filler(record: TransactionRecord) -> bool:
    """Whether a transaction is only there to use up its nonce."""
    return record.key == _key(record.sender, record.nonce)


def _key(account: str, nonce: int) -> str:
    return f"gap:{account}:{nonce}"


class Nonces:
    """Which nonces of an account are free, by the chain and by our own journal."""

    def __init__(self, client: ChainClient, journal: TransactionJournal) -> None:
        self._client = client
        self._journal = journal

    def used(self, account: str, final: Block) -> tuple[int, int]:
        """How many nonces a final block has used, and how many any block has by now.

        What is planned at a nonce stays there, so that a count is believed only within reason.
        Raises ChainUnavailable when every node says more.
        """
        spent = self._client.nonce(account, final.hash)
        at_most = spent + len(self._journal.taken_nonces(account)) + SLACK
        return spent, max(spent, self._client.nonce(account, at_most=at_most))

    def free(self, account: str) -> int:
        """The first nonce that no block and none of our own transactions uses.

        Transactions from elsewhere that wait in a pool do not count: planning behind one that is
        then dropped would leave a gap. Whoever meets one at its nonce waits for its fate instead.
        """
        _, nonce = self.used(account, self._client.finalized_block())
        taken = self._journal.taken_nonces(account)
        while nonce in taken:
            nonce += 1
        return nonce

    def others_wait_behind(self, record: TransactionRecord) -> bool:
        """Whether the nonce has to be used up, whatever becomes of the transaction."""
        return any(n > record.nonce for n in self._journal.taken_nonces(record.sender))

    def missing(self, record: TransactionRecord, used: int) -> int:
        """How many nonces below a transaction's neither a block nor one of our own uses."""
        taken = self._journal.taken_nonces(record.sender)
        return record.nonce - used - sum(used <= nonce < record.nonce for nonce in taken)

    def fillers(self, record: TransactionRecord, used: int) -> tuple[TransactionRecord, ...]:
        """What uses up the nonces that are missing below a transaction's, lowest first.

        A new one is written to the ledger before it is returned. None is planned where a
        transaction from elsewhere waits: that one fills the gap, or is dropped one day.
        """
        account = record.sender
        planned = {r.nonce: r for r in self._journal.unsettled(account) if is_filler(r)}
        if self.missing(record, used):
            taken = self._journal.taken_nonces(account)
            waiting = self._client.pending_nonce(account)
            for nonce in range(used, record.nonce):
                ours = self._journal.highest_fees(account, nonce) is not None
                if nonce not in taken and (nonce >= waiting or ours):
                    planned[nonce] = self._plan(account, nonce)
        return tuple(planned[nonce] for nonce in sorted(planned) if used <= nonce < record.nonce)

    def _plan(self, account: str, nonce: int) -> TransactionRecord:
        key = _key(account, nonce)
        known = self._journal.find(key)
        filler = TransactionRecord(
            key=key,
            sender=account,
            call=nothing(account),
            deadline=None,
            gas=TRANSFER_GAS,
            nonce=nonce,
            status=TxStatus.PENDING,
            reason="",
            attempts=() if known is None else known.attempts,
        )
        self._journal.record_intent(filler)
        log.warning("a nonce that nothing uses is used up", extra={"transaction": key})
        return filler
