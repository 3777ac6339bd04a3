"""Signing attempts and handing them to a node: every one is in the ledger before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from oracle.chain.client import ChainClient
from oracle.chain.fees import Bid, SendingPolicy, above, bid
from oracle.chain.node_errors import SendAnswer, lacking
from oracle.ledger.journal import TransactionJournal
from oracle.ledger.transaction import Attempt, TransactionRecord, TxResult, TxStatus
from oracle.sending.nonces import TRANSFER_GAS, nothing
from oracle.signing.signer import SignedTransaction, Signer, UnsignedTransaction


def note(
    journal: TransactionJournal, record: TransactionRecord, status: TxStatus, reason: str = ""
) -> TxResult:
    """Writes down where a transaction stands, if that has changed, and returns it."""
    if (status, reason) != (record.status, record.reason):
        journal.record_status(record.key, status, reason)
    last = record.attempts[-1].hash if record.attempts else None
    return TxResult(record.key, status, reason, last)


def _is_price_refusal(answer: SendAnswer, record: TransactionRecord) -> bool:
    """Whether more money would help; against somebody else's transaction it would not."""
    replaces_own = any(a.hash != record.attempts[-1].hash for a in record.sent)
    return answer is SendAnswer.FEE_TOO_LOW or (
        answer is SendAnswer.REPLACEMENT_UNDERPRICED and replaces_own
    )


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
        """Sends an attempt that outbids every one that a node may hold, up to the cap.

        What a node takes for too cheap is raised at once, by what the node says is lacking.
        """
        while (offer := self._offer(record)) is not None:
            record = self._record(record, self._sign(record, offer), offer)
            answer, words = self._client.send_raw(record.attempts[-1].raw)
            if not _is_price_refusal(answer, record):
                return self._told(record, answer, words)
            record = self._refused(record, words)
        return self._at_the_cap(record)

    def _at_the_cap(self, record: TransactionRecord) -> TxResult:
        """What was refused at the cap is sent as it is: prices may have come down."""
        cap = self._policy.max_fee_cap_wei
        last = record.attempts[-1] if record.attempts else None
        if last is not None and last.refused and last.nonce == record.nonce:
            answer, words = self._client.send_raw(last.raw)
            if not _is_price_refusal(answer, record):
                return self._told(record, answer, words)
            why = f"refused at the fee cap of {cap} wei: {words}"
        else:
            why = f"not mined at the fee cap of {cap} wei"
        return note(self._journal, record, TxStatus.STUCK, why)

    def send_again(self, record: TransactionRecord) -> TxResult:
        """Hands the last attempt to the node and notes what the node makes of it."""
        answer, words = self._client.send_raw(record.sent[-1].raw)
        if _is_price_refusal(answer, record):
            return self.send_higher(self._refused(record, words))
        return self._told(record, answer, words)

    def _told(self, record: TransactionRecord, answer: SendAnswer, words: str) -> TxResult:
        """Notes what a node made of an attempt whose price is not the trouble."""
        match answer:
            case SendAnswer.ACCEPTED | SendAnswer.ALREADY_KNOWN:
                return self._pending(record)
            case SendAnswer.NONCE_TOO_LOW:
                return self._pending(record, "its nonce was used just now")
            case SendAnswer.REPLACEMENT_UNDERPRICED:
                return self._pending(record, "a transaction from elsewhere waits at its nonce")
            case SendAnswer.INSUFFICIENT_FUNDS:
                why = f"{record.sender} holds too little"
            case _:
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
        signed = self._sign(replace(record, call=nothing(self.address), gas=TRANSFER_GAS), offer)
        record = self._record(record, signed, offer, cancels=True)
        answer, words = self._client.send_raw(signed.raw)
        if _is_price_refusal(answer, record):
            self._refused(record, words)  # the next cycle offers more
        return self._pending(record, f"being cancelled: {why}")

    def _offer(self, record: TransactionRecord) -> Bid | None:
        before = self._journal.highest_fees(record.sender, record.nonce)
        last = record.attempts[-1] if record.attempts else None
        outbid = None if before is None else Bid(*before)
        if last is None or not last.refused or last.nonce != record.nonce:
            return bid(self._client.fees(), self._policy, outbid)
        refused = Bid(last.max_fee_wei, last.priority_fee_wei)
        least = above(refused, lacking(last.refused))
        offer = bid(self._client.fees(), self._policy, outbid, least)
        return None if offer == refused else offer

    def _refused(self, record: TransactionRecord, words: str) -> TransactionRecord:
        """The record with its last attempt noted as too cheap for the node."""
        self._journal.record_refusal(record.key, words)
        *others, last = record.attempts
        return replace(record, attempts=(*others, replace(last, refused=words or "no reason")))

    def _sign(self, record: TransactionRecord, offer: Bid) -> SignedTransaction:
        unsigned = UnsignedTransaction(
            chain_id=self._client.chain_id,
            nonce=record.nonce,
            call=record.call,
            gas=record.gas,
            max_fee_wei=offer.max_fee_wei,
            priority_fee_wei=offer.priority_fee_wei,
        )
        if record.call == nothing(self.address):  # which no policy lists
            return self._signer.sign_cancellation(unsigned)
        return self._signer.sign(unsigned)

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
