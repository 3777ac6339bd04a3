"""Signing attempts and handing them to a node: every one is in the ledger before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.fees import Bid, SendingPolicy, bid
from oracle.chain.node_errors import SendAnswer
from oracle.ledger.journal import TransactionJournal
from oracle.ledger.transaction import Attempt, TransactionRecord, TxResult, TxStatus
from oracle.signing.signer import SignedTransaction, Signer, UnsignedTransaction

_CANCEL_GAS = 21_000  # what a plain transfer costs


def note(
    journal: TransactionJournal, record: TransactionRecord, status: TxStatus, reason: str = ""
) -> TxResult:
    """Writes down where a transaction stands, if that has changed, and returns it."""
    if (status, reason) != (record.status, record.reason):
        journal.record_status(record.key, status, reason)
    last = record.attempts[-1].hash if record.attempts else None
    return TxResult(record.key, status, reason, last)


class AttemptSender:
    """Signs and sends attempts for one account."""

    def __init__(
        self,
        client: ChainClient,
        signer: Signer,
        journal: TransactionJournal,
        policy: SendingPolicy,
        clock: Callable[[], float],
    ) -> None:
        self.address = signer.address
        self._client = client
        self._signer = signer
        self._journal = journal
        self._policy = policy
        self._clock = clock

    def send_higher(self, record: TransactionRecord) -> TxResult:
        """Sends an attempt that outbids everything signed for this nonce before, up to the cap."""
        offer = self._offer(record)
        if offer is None:
            cap = self._policy.max_fee_cap_wei
            return note(
                self._journal, record, TxStatus.STUCK, f"not mined at the fee cap of {cap} wei"
            )
        unsigned = self._unsigned(record.nonce, record.call, record.gas, offer)
        record = self._record(record, self._signer.sign(unsigned), offer)
        return self.send_again(record)

    def send_again(self, record: TransactionRecord) -> TxResult:
        """Hands the last attempt to the node and notes what the node makes of it."""
        answer, words = self._client.send_raw(record.attempts[-1].raw)
        match answer:
            case SendAnswer.ACCEPTED | SendAnswer.ALREADY_KNOWN:
                return self._pending(record)
            case SendAnswer.NONCE_TOO_LOW:
                return self._pending(record, "its nonce was used just now")
            case SendAnswer.REPLACEMENT_UNDERPRICED if len(record.sent) == 1:
                return self._pending(record, "a transaction from elsewhere waits at its nonce")
            case SendAnswer.REPLACEMENT_UNDERPRICED | SendAnswer.FEE_TOO_LOW:
                # Ends at the cap at the latest: every round raises both fees.
                return self.send_higher(record)
            case SendAnswer.INSUFFICIENT_FUNDS:
                why = f"{record.sender} holds too little"
            case SendAnswer.REFUSED:
                why = f"the node refuses it: {words}"
        return note(self._journal, record, TxStatus.STUCK, why)

    def cancel(self, record: TransactionRecord, why: str) -> TxResult:
        """Uses up the nonce of a transaction that is no longer wanted: others wait behind it."""
        last = record.sent[-1]
        if last.cancels and self._client.knows_transaction(last.hash):
            return self._pending(record, f"being cancelled: {why}")
        offer = self._offer(record)
        if offer is None:
            return note(
                self._journal, record, TxStatus.STUCK, "it cannot be cancelled within the fee cap"
            )
        nothing = Call(to=self.address, data=b"")
        unsigned = self._unsigned(record.nonce, nothing, _CANCEL_GAS, offer)
        signed = self._signer.sign_cancellation(unsigned)
        record = self._record(record, signed, offer, cancels=True)
        self._client.send_raw(signed.raw)
        return self._pending(record, f"being cancelled: {why}")

    def free_nonce(self) -> int:
        """The first nonce that no block and none of our own transactions uses.

        Transactions from elsewhere that wait in a pool do not count: planning behind one that is
        then dropped would leave a gap. Whoever meets one at its nonce waits for its fate instead.
        """
        nonce = self._client.nonce(self.address)
        taken = self._journal.taken_nonces(self.address)
        while nonce in taken:
            nonce += 1
        return nonce

    def _offer(self, record: TransactionRecord) -> Bid | None:
        before = self._journal.highest_fees(record.sender, record.nonce)
        return bid(self._client.fees(), self._policy, None if before is None else Bid(*before))

    def _unsigned(self, nonce: int, call: Call, gas: int, offer: Bid) -> UnsignedTransaction:
        return UnsignedTransaction(
            chain_id=self._client.chain_id,
            nonce=nonce,
            call=call,
            gas=gas,
            max_fee_wei=offer.max_fee_wei,
            priority_fee_wei=offer.priority_fee_wei,
        )

    def _record(
        self,
        record: TransactionRecord,
        signed: SignedTransaction,
        offer: Bid,
        cancels: bool = False,
    ) -> TransactionRecord:
        attempt = Attempt(
            nonce=record.nonce,
            hash=signed.hash,
            raw=signed.raw,
            max_fee_wei=offer.max_fee_wei,
            priority_fee_wei=offer.priority_fee_wei,
            recorded_at=self._clock(),
            cancels=cancels,
        )
        self._journal.record_attempt(record.key, attempt)
        return replace(record, attempts=(*record.attempts, attempt))

    def _pending(self, record: TransactionRecord, reason: str = "") -> TxResult:
        return note(self._journal, record, TxStatus.PENDING, reason)
