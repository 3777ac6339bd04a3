"""What a player does without a browser: buy, submit, reveal, finalize, refund, withdraw."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from oracle.chain.commitments import hash_submission
from oracle.chain.competition import CompetitionContract
from oracle.chain.events import TicketBought, TicketRefunded
from oracle.chain.state import CompetitionState, Phase
from oracle.errors import BadInput, ContractRefused, OracleError
from oracle.ledger.reveal_book import HandedOver
from oracle.ledger.transaction import TransactionRecord
from oracle.reveals.calls import reveal_call
from oracle.reveals.receipts import require_counting_receipt
from oracle.sealed.images import SealedImage, SealedImages
from oracle.sealed.secret import new_salt
from oracle.sending.wallet import Sent, Wallet
from oracle.signing.signed_commit import SignedCommit
from oracle.signing.signer import Signer
from oracle.signing.typed_data import CommitPermit, SignedReceipt
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256

log = logging.getLogger(__name__)

# Five times what a commitment with an ordinary account's signature costs.
MAX_RELAY_GAS = 300_000


@dataclass(frozen=True)
class Player:
    """Acts for one player's account on one contract."""

    contract: CompetitionContract
    store: ContentStore
    submissions: SealedImages
    wallet: Wallet
    signer: Signer
    # The studio's receipt of an image that was prompted on this machine.
    kept_receipt: Callable[[Digest], SignedReceipt | None] = lambda digest: None

    def buy(self, competition_id: int, player: str | None = None) -> tuple[int, Sent]:
        """Buys one ticket, for another `player` if one is named; returns its number."""
        action = f"{competition_id}:buy:" if player is None else f"{competition_id}:buy:{player}:"
        # A purchase that was left waiting is this one: repeating a command does not pay twice.
        for record in self.wallet.unfinished(action):
            if player is not None or ":0x" not in record.key:
                return self._bought(self.wallet.send(record.key, record.call))
        state = self._state(competition_id, Phase.SELLING, "buy a ticket")
        calls, price = self.contract.calls, state.terms.ticket_price
        if player is None:
            call = calls.buy_ticket(competition_id, price)
        else:
            call = calls.buy_ticket_for(competition_id, player, price)
        # Each further purchase is meant: the number of tickets sold gives it a key of its own.
        return self._bought(self.wallet.send(f"{action}{state.sold}", call))

    def _bought(self, result: Sent) -> tuple[int, Sent]:
        bought = [e for e in self.contract.events_of(result.receipt) if isinstance(e, TicketBought)]
        return bought[0].ticket_id, result

    def submit(
        self, competition_id: int, image: bytes, ticket_id: int | None = None
    ) -> tuple[int, Digest, Sent]:
        """Commits to `image` (a canonical PNG), which stays on this machine until `reveal`.

        Returns ticket, digest and transaction. A later submission replaces this one.
        """
        self._state(competition_id, Phase.OPEN, "submit an image")
        ticket_id = self._ticket(competition_id, ticket_id)
        digest, salt = sha256(image), new_salt()
        waiting = self._waiting_commit(competition_id, ticket_id, digest)
        if waiting is not None:
            return ticket_id, digest, self.wallet.send(waiting.key, waiting.call)
        commitment = self._commitment(competition_id, ticket_id, digest, salt)
        # On disk before on chain: without its salt a commitment is lost.
        self.submissions.save(SealedImage(commitment, salt, image))
        call = self.contract.calls.commit_submission(competition_id, ticket_id, commitment)
        result = self.wallet.send(f"{competition_id}:commit:{commitment.hex()}", call)
        return ticket_id, digest, result

    def sign_submission(
        self, competition_id: int, image: bytes, ticket_id: int | None = None
    ) -> SignedCommit:
        """As `submit`, but signs and sends nothing: anybody may submit it until Open ends."""
        state = self._state(competition_id, Phase.OPEN, "submit an image")
        ticket_id = self._ticket(competition_id, ticket_id)
        salt = new_salt()
        commitment = self._commitment(competition_id, ticket_id, sha256(image), salt)
        block = self.contract.client.latest_block()
        replaced = self.contract.commitment(competition_id, ticket_id, block)
        permit = CommitPermit(competition_id, ticket_id, commitment, replaced, state.open_ends)
        # Before it is signed: whoever gets the signature can commit to it.
        self.submissions.save(SealedImage(commitment, salt, image))
        signature = self.signer.sign_message(permit, self.contract.domain)
        return SignedCommit(self.contract.domain, self.wallet.address, permit, signature)

    def relay(self, signed: SignedCommit) -> Sent:
        """Submits what another player signed, and pays the gas.

        Raises `BadInput` when it is for another contract, or the contract does not take it.
        """
        if signed.domain != self.contract.domain:
            raise BadInput(
                f"it was signed for {signed.domain.competition} on chain {signed.domain.chain_id}",
                "submit it there; see [chain] contract and chain_id",
            )
        call = signed.call(self.contract.calls)
        try:
            gas = self.contract.client.estimate_gas(self.wallet.address, call)
        except ContractRefused as error:
            raise BadInput(error.what, error.hint) from error
        if gas > MAX_RELAY_GAS:
            # A contract checks its signature by its own code, which can burn any amount of gas.
            raise BadInput(
                f"submitting it would take {gas} gas, more than {MAX_RELAY_GAS}", "it was not sent"
            )
        key = f"{signed.permit.competition_id}:relay:{signed.permit.commitment.hex()}"
        return self.wallet.send(key, call)

    def reveal(
        self,
        competition_id: int,
        ticket_id: int | None = None,
        receipt: SignedReceipt | None = None,
    ) -> tuple[int, Sent]:
        """Publishes the image and reveals it, with the studio's receipt where there is a studio.

        A store that does not take the image keeps no reveal back; repeated, this publishes it.
        Returns the ticket and the transaction.
        """
        state = self._state(competition_id, Phase.REVEALING, "reveal a submission")
        ticket_id = self._ticket(competition_id, ticket_id)
        block = self.contract.client.latest_block()
        ticket = self.contract.ticket(competition_id, ticket_id, block)
        sealed = self.submissions.load(ticket.commitment)
        if ticket.revealed or ticket.commitment == bytes(32):
            if ticket.revealed and sealed is not None:
                self._publish(sealed.image)
            raise BadInput(
                f"ticket {ticket_id} has nothing to reveal",
                "it is revealed already" if ticket.revealed else "nothing was committed for it",
            )
        if sealed is None:
            raise BadInput(
                f"the secret of ticket {ticket_id}'s commitment is not on this machine",
                "run this where the image was submitted, or copy [judge] work_dir/submissions",
            )
        receipt = receipt or self.kept_receipt(sealed.digest)
        given = HandedOver(ticket_id, sealed.digest, sealed.salt, receipt=receipt)
        call = reveal_call(self.contract.calls, state, given)
        require_counting_receipt(self.contract, state, ticket.player, given, block)
        self._publish(sealed.image)
        key = f"{competition_id}:reveal:{ticket.commitment.hex()}"
        return ticket_id, self.wallet.send(key, call)

    def _publish(self, image: bytes) -> None:
        """Trouble is only told: a reveal has a deadline, and its image can follow for a while."""
        try:
            self.store.put(image)
        except OracleError as error:
            log.warning(
                "the image is not published (%s), and nobody can judge what is not served; see "
                "that [store] works and repeat judge reveal, or hand the image in at the "
                "operator's page",
                error.what,
            )

    def refund(self, competition_id: int, ticket_id: int | None = None) -> tuple[int, int, Sent]:
        """Gets a void competition's ticket refunded; returns ticket, wei and transaction.

        That is its price, and a share of what the operator forfeited.

        Where a deadline was missed and nobody has voided the competition yet, this does. A named
        ticket may be anybody's: the money goes to whoever bought it.
        """
        self._void_if_overdue(competition_id)
        self._state(competition_id, Phase.VOID, "get a refund")
        if ticket_id is None:
            ticket_id = self._ticket(competition_id, None)
        call = self.contract.calls.refund(competition_id, ticket_id)
        sent = self.wallet.send(f"{competition_id}:refund:{ticket_id}", call)
        paid = [e for e in self.contract.events_of(sent.receipt) if isinstance(e, TicketRefunded)]
        return ticket_id, paid[0].amount, sent

    def finalize(self, competition_id: int) -> Sent:
        """Ends a competition whose ranking stands: its winner is paid, whoever calls.

        Raises `BadInput` with the contract's reason while it can still be disputed.
        """
        call = self.contract.calls.finalize(competition_id)
        return self.wallet.send(f"{competition_id}:finalize", call)

    def _void_if_overdue(self, competition_id: int) -> None:
        call = self.contract.calls.void_competition(competition_id)
        try:
            self.contract.client.simulate(self.wallet.address, call)
        except ContractRefused:
            return  # it is void already, or nothing is overdue
        try:
            self.wallet.send(f"{competition_id}:voidCompetition", call)
        except BadInput:
            # Somebody else was quicker.
            self._state(competition_id, Phase.VOID, "get a refund")

    def withdraw(self) -> tuple[int, Sent]:
        """Withdraws the account's whole credit; returns the amount in wei and the transaction."""
        block = self.contract.client.latest_block()
        amount = self.contract.credit(self.wallet.address, block)
        if amount == 0:
            raise BadInput(
                f"{self.wallet.address} has no credit to withdraw",
                "prizes and refunds are normally paid straight to the wallet",
            )
        for record in self.wallet.unfinished("withdraw:"):
            return amount, self.wallet.send(record.key, record.call)
        call = self.contract.calls.withdraw(self.wallet.address)
        return amount, self.wallet.send(f"withdraw:{block.number}", call)

    def _commitment(
        self, competition_id: int, ticket_id: int, digest: Digest, salt: bytes
    ) -> bytes:
        domain, address = self.contract.domain, self.wallet.address
        return hash_submission(domain, competition_id, ticket_id, address, digest, salt)

    def _waiting_commit(
        self, competition_id: int, ticket_id: int, digest: Digest
    ) -> TransactionRecord | None:
        """A commitment to the same image that an earlier command left waiting."""
        prefix = f"{competition_id}:commit:"
        for record in self.wallet.unfinished(prefix):
            commitment = bytes.fromhex(record.key.removeprefix(prefix))
            sealed = self.submissions.load(commitment)
            if sealed is not None and commitment == self._commitment(
                competition_id, ticket_id, digest, sealed.salt
            ):
                return record
        return None

    def _state(self, competition_id: int, phase: Phase, wish: str) -> CompetitionState:
        block = self.contract.client.latest_block()
        state = self.contract.state(competition_id, block)
        if state.phase is not phase:
            raise BadInput(
                f"cannot {wish}: competition {competition_id} is {state.phase.name.lower()}, "
                f"not {phase.name.lower()}",
                f"see: judge status {competition_id}",
            )
        return state

    def _ticket(self, competition_id: int, ticket_id: int | None) -> int:
        """`ticket_id` if it is this player's, else the player's only ticket."""
        bought = self.contract.history(competition_id, self.contract.client.latest_block()).bought
        own = [event.ticket_id for event in bought if event.player == self.wallet.address]
        if ticket_id is None:
            if len(own) == 1:
                return own[0]
            raise BadInput(
                f"{self.wallet.address} has {len(own)} tickets in competition {competition_id}",
                "choose one with --ticket" if own else "buy one with: judge buy",
            )
        if ticket_id not in own:
            raise BadInput(
                f"ticket {ticket_id} is not {self.wallet.address}'s",
                f"yours: {', '.join(map(str, own)) or 'none'}",
            )
        return ticket_id
