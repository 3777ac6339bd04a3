"""What an operator does by hand: creating a competition, and opening its target."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.accounts.means import Means, bonds_to_come, newest
from oracle.accounts.plan import Plan
from oracle.chain.amounts import format_eth
from oracle.chain.calls import Call
from oracle.chain.commitments import hash_target
from oracle.chain.competition import CompetitionContract
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.events import CompetitionCreated
from oracle.chain.quorum import QuorumContract
from oracle.chain.state import ZERO_ADDRESS, Phase, Terms
from oracle.errors import BadInput
from oracle.sealed.images import SealedImage, SealedImages
from oracle.sealed.secret import new_salt
from oracle.sending.wallet import Sent, Wallet
from oracle.store.base import ContentStore
from scoring.digest import sha256

_CREATE = "create:"


def creation_key(commitment: bytes) -> str:
    """The key under which the transaction that creates a competition is sent."""
    return _CREATE + commitment.hex()


@dataclass(frozen=True)
class Operator:
    """Acts for one operator's account on one contract."""

    contract: CompetitionContract
    store: ContentStore
    targets: SealedImages
    wallet: Wallet
    means: Means

    def create(self, plan: Plan) -> tuple[int, Sent]:
        """Creates the competition and returns its id; the target's secret stays on this machine.

        The spec is published, because players must know how they will be judged; the target is not.
        Raises `BadInput` where deposit or bond is more than the settings or the account allow.
        """
        result = self._finish_creating(plan.image)
        if result is None:
            self._require_means(plan)
            result = self.wallet.send(*self.prepare(plan))
        created = [
            e for e in self.contract.events_of(result.receipt) if isinstance(e, CompetitionCreated)
        ]
        return created[0].competition_id, result

    def prepare(self, plan: Plan) -> tuple[str, Call]:
        """The creation's key and call; keeps the target's secret, and sends nothing.

        A plan with `sale_ends` and `salt` gives the same key and call every time.
        """
        arbiter = self._arbiter(plan)
        salt = plan.salt or new_salt()
        digest = sha256(plan.image)
        commitment = hash_target(self.contract.domain, self.wallet.address, digest, salt)
        self.targets.save(SealedImage(commitment, salt, plan.image))
        spec_digest = self.store.put(plan.judging_spec.canonical_json())
        now = self.contract.client.latest_block().timestamp
        terms = Terms(
            target_commitment=commitment,
            spec_digest=spec_digest,
            ticket_price=plan.ticket_price_wei,
            sale_ends=plan.sale_ends or now + plan.sale_seconds,
            open_seconds=plan.open_seconds,
            reveal_seconds=plan.reveal_seconds,
            judging_seconds=plan.judging_seconds,
            liveness_seconds=plan.liveness_seconds,
            verdict_seconds=plan.verdict_seconds,
            min_revealed=plan.min_revealed,
            max_tickets=plan.max_tickets,
            arbiter=arbiter,
            studio=plan.studio or ZERO_ADDRESS,
            prompt_limit=plan.prompt_limit,
            beacon=plan.beacon or ZERO_ADDRESS,
        )
        return creation_key(commitment), self.contract.calls.create_competition(terms)

    def _require_means(self, plan: Plan) -> None:
        """Refuses what could be created, and never be asserted."""
        if against := self.means.against(plan):
            raise BadInput(
                f"this competition could not be seen through: {against}",
                "allow more under [signer], or ask for less: a lower price, or fewer tickets",
            )
        client, account = self.contract.client, self.wallet.address
        fees, block = client.fees(), client.latest_block()
        cost = self.means.cost(plan, 2 * fees.base_fee_wei + fees.priority_fee_wei)
        others = sum(bonds_to_come(newest(self.contract, block), account).values())
        needed, balance = cost.now_wei + cost.later_wei + others, client.balance(account)
        if balance < needed:
            raise BadInput(
                f"{account} holds {format_eth(balance)}, and this competition may take "
                f"{format_eth(cost.deposit_wei)} for its deposit, {format_eth(cost.bond_wei)} for "
                f"its bond and some for gas"
                + (f", with {format_eth(others)} for the bonds of others" if others else ""),
                f"send it {format_eth(needed - balance)}, or ask for less: a lower price, or fewer "
                "tickets",
            )

    def _arbiter(self, plan: Plan) -> str:
        """Who decides disputes. Raises `BadInput` for the operator, or a wrong quorum."""
        own = self.wallet.address
        arbiter = plan.arbiter or own
        if arbiter == own:
            if self.contract.client.chain_id == DEVNET_CHAIN_ID:
                return own
            raise BadInput(
                "this competition would have its operator as its own arbiter",
                "name an auditors' quorum with --arbiter or [chain] quorum; see: judge deploy",
            )
        block = self.contract.client.latest_block()
        quorum = QuorumContract(self.contract.client, arbiter)
        if not quorum.stands(block):
            return arbiter  # an account, or a contract of somebody's own
        charter = quorum.charter(block)
        if charter.competition != self.contract.address:
            raise BadInput(
                f"the quorum {arbiter} decides disputes of {charter.competition} only",
                f"name one that was deployed for {self.contract.address}",
            )
        if charter.seconds > plan.verdict_seconds:
            raise BadInput(
                f"the quorum needs {charter.seconds} seconds for a verdict, "
                f"not {plan.verdict_seconds}",
                f"give it that time: --verdict {charter.seconds}s",
            )
        return arbiter

    def _finish_creating(self, image: bytes) -> Sent | None:
        """Continues an interrupted creation with this target, so that there are not two."""
        for record in self.wallet.unfinished(_CREATE):
            sealed = self.targets.load(bytes.fromhex(record.key.removeprefix(_CREATE)))
            if sealed is not None and sealed.image == image:
                return self.wallet.send(record.key, record.call)
        return None

    def open(self, competition_id: int) -> Sent:
        """Opens the target now; raises `BadInput` in another phase or without its secret."""
        state = self.contract.state(competition_id, self.contract.client.latest_block())
        if state.phase is not Phase.OPENING:
            raise BadInput(
                f"competition {competition_id} is {state.phase.name.lower()}, not opening",
                f"its target can be opened from unix time {state.terms.sale_ends}",
            )
        sealed = self.targets.load(state.terms.target_commitment)
        if sealed is None:
            raise BadInput(
                "the secret of this target is not on this machine",
                "run this where the competition was created, or copy [judge] work_dir/targets",
            )
        self.store.put(sealed.image)
        call = self.contract.calls.open_target(competition_id, sealed.digest, sealed.salt)
        return self.wallet.send(f"{competition_id}:openTarget", call)
