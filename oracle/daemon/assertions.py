"""The operator's assertion: made once of what was published, and sent until it stands."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from oracle.chain.abi import competition_abi
from oracle.chain.calls import Call
from oracle.chain.competition import CompetitionContract
from oracle.chain.entries import row_of
from oracle.chain.state import CompetitionState, Phase, assertion_from_abi, row_from_abi
from oracle.daemon.logged_sender import LoggedSender, refusal_in
from oracle.errors import ChainDisagrees
from oracle.judging.bundle import Bundle
from oracle.judging.judgement import Judgement, assertion_of
from oracle.ledger.ledger import Ledger, Step
from oracle.ledger.transaction import TxResult, TxStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Assertions:
    """The assertions of one contract's competitions, as the ledger keeps them."""

    contract: CompetitionContract
    ledger: Ledger
    sender: LoggedSender

    def facts(
        self, state: CompetitionState, judgement: Judgement, bundle: Bundle, winner_salt: bytes
    ) -> dict[str, str]:
        """What the ledger keeps of a published ranking; `send` needs nothing else."""
        call = self.contract.calls.assert_ranking(
            state.id,
            assertion_of(judgement, bundle.digest),
            row_of(judgement.winner),
            winner_salt,
            judgement.winner_proof(),
            bond_wei=state.bond,
        )
        return {
            "model_hash": judgement.model_hash.hex(),
            "ranking_root": judgement.tree.root.hex(),
            "bundle_digest": bundle.digest.hex(),
            "calldata": call.data.hex(),
            "value_wei": str(call.value_wei),
        }

    def send(self, state: CompetitionState) -> TxResult | None:
        """Asserts the published ranking; None where nothing is published yet.

        What was published is asserted, even where judging again would give something else, as it
        does when content that was given up is found after all. Raises ContractRefused where the
        contract does not take it and waits for one all the same.
        """
        call = self._kept(state)
        if call is None:
            return None
        result = self._send(state, call)
        if refusal_in(result) is None or not self._is_awaited(state):
            return result
        self.contract.client.distrust()  # what was judged rests on what a node said
        if result.status is TxStatus.REFUSED and (mended := self._with_right_salt(state, call)):
            result = self._send(state, mended)
        if (refused := refusal_in(result)) is not None:
            raise refused
        return result

    def check(self, state: CompetitionState) -> None:
        """What is on-chain must be what this machine computed, if it computed anything."""
        record = self.ledger.steps(state.id).get(Step.BUNDLE_PINNED)
        ours = record.data["ranking_root"] if record is not None else None
        if ours is not None and ours != state.ranking_root.hex():
            raise ChainDisagrees(
                f"competition {state.id} carries ranking root {state.ranking_root.hex()}, "
                f"this daemon computed {ours}",
                "find out who asserted with the operator's key, and on what data",
            )

    def _kept(self, state: CompetitionState) -> Call | None:
        published = self.ledger.steps(state.id).get(Step.BUNDLE_PINNED)
        if published is None:
            return None
        data = bytes.fromhex(published.data["calldata"])
        return Call(self.contract.address, data, int(published.data["value_wei"]))

    def _send(self, state: CompetitionState, call: Call) -> TxResult:
        key = f"{state.id}:assertRanking"
        return self.sender.send(key, call, state.judging_ends, action="assertRanking")

    def _is_awaited(self, state: CompetitionState) -> bool:
        """Whether nobody has asserted since the final block, with the same key elsewhere."""
        latest = self.contract.client.latest_block()
        return self.contract.state(state.id, latest).phase is Phase.JUDGING

    def _with_right_salt(self, state: CompetitionState, call: Call) -> Call | None:
        """The same assertion with the winner's salt as it is read now, kept from now on.

        None where it is the one already. The salt is no part of what was judged: it opens the
        winner's commitment, and another one than the contract takes is a node's mistake.
        """
        final = self.contract.client.finalized_block()
        history = self.contract.history(state.id, final)
        self.contract.entries_of(history, state.id, final)
        kept = competition_abi().functions["assertRanking"].decode_arguments(call.data)
        winner = row_from_abi(kept["winner"])
        salt = self.contract.winner_salt(history, state.id, winner, final)
        if salt == kept["winnerSalt"]:
            return None
        mended = self.contract.calls.assert_ranking(
            state.id,
            assertion_from_abi(kept["assertion"]),
            winner,
            salt,
            kept["proof"],
            bond_wei=call.value_wei,
        )
        facts = dict(self.ledger.steps(state.id)[Step.BUNDLE_PINNED].data)
        self.ledger.record_step(
            state.id, Step.BUNDLE_PINNED, {**facts, "calldata": mended.data.hex()}
        )
        log.warning("the winner's salt was wrong: read again")
        return mended
