"""What each role may sign: one chain, one contract, named functions, a highest value per call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oracle.chain.abi import competition_abi, quorum_abi
from oracle.chain.calls import Call
from oracle.chain.commitments import Domain
from oracle.errors import SignerRefused

_HINT = "nothing was signed; if this was meant to happen, the configuration must allow it"

_OPERATOR_FUNCTIONS = (
    "openTarget",
    "revealSubmission",
    "revealSubmissions",
    "revealSubmissionWithReceipt",
    "revealSubmissionsWithReceipts",
    "fixSeedBlock",
    "pinSeed",
    "finalize",
    "voidCompetition",
    "refund",
    "withdraw",
)
_PLAYER_FUNCTIONS = (
    "commitSubmission",
    "commitSubmissionFor",
    "revealSubmission",
    "revealSubmissions",
    "revealSubmissionWithReceipt",
    "revealSubmissionsWithReceipts",
    "finalize",
    "voidCompetition",
    "refund",
    "withdraw",
    "withdrawTo",
)
_AUDITOR_FUNCTIONS = ("claimBond", "finalize", "voidCompetition", "withdraw", "withdrawTo")
_VOTER_FUNCTIONS = ("finalize",)
_QUORUM_FUNCTIONS = ("commitVote", "revealVote", "deliver", "settle", "claim")
_MEMBER_FUNCTIONS = (
    "requestExit",
    "withdrawStake",
    "proposeReplacement",
    "refuseReplacement",
    "replaceMember",
)


@dataclass(frozen=True, slots=True)
class ContractPolicy:
    """Allows calls to one contract on one chain: per function selector, the most wei sent along."""

    chain_id: int
    contract: str
    max_value_wei: Mapping[bytes, int]
    messages: frozenset[str] = frozenset()  # types of the messages for this contract

    def check(self, chain_id: int, call: Call) -> None:
        """Raises SignerRefused when the call is not allowed."""
        if chain_id != self.chain_id:
            raise SignerRefused(f"the signer does not sign for chain {chain_id}", _HINT)
        if call.to is None or call.to.lower() != self.contract.lower():
            raise SignerRefused(f"the signer does not sign calls to {call.to}", _HINT)
        most = self.max_value_wei.get(call.data[:4])
        if most is None:
            raise SignerRefused(
                f"the signer does not sign calls of function 0x{call.data[:4].hex()}", _HINT
            )
        if call.value_wei > most:
            raise SignerRefused(
                f"the signer sends at most {most} wei with this function, not {call.value_wei}",
                _HINT,
            )

    def check_message(self, kind: str, domain: Domain) -> None:
        """Raises SignerRefused unless messages of this type for this very contract are allowed."""
        own = (domain.chain_id, domain.competition.lower()) == (
            self.chain_id,
            self.contract.lower(),
        )
        if not (kind in self.messages and own):
            raise SignerRefused(f"the signer does not sign this {kind}", _HINT)


@dataclass(frozen=True, slots=True)
class TwoContracts:
    """Allows calls to either of two contracts, to each by its own policy; and no message."""

    first: ContractPolicy
    second: ContractPolicy

    def check(self, chain_id: int, call: Call) -> None:
        """Raises SignerRefused when the call is not allowed by its contract's policy."""
        is_second = call.to is not None and call.to.lower() == self.second.contract.lower()
        (self.second if is_second else self.first).check(chain_id, call)

    def check_message(self, kind: str, domain: Domain) -> None:
        """Refuses every message."""
        raise SignerRefused("the signer signs transactions only", _HINT)


@dataclass(frozen=True, slots=True)
class DeploymentPolicy:
    """Allows exactly one contract creation on one chain, plain or through a CREATE2 factory."""

    chain_id: int
    factory: str
    salt: bytes
    init_code: bytes

    def check(self, chain_id: int, call: Call) -> None:
        """Raises SignerRefused when the call is anything but this deployment."""
        if chain_id != self.chain_id:
            raise SignerRefused(f"the signer does not sign for chain {chain_id}", _HINT)
        plain = call.to is None and call.data == self.init_code
        through_factory = call.to == self.factory and call.data == self.salt + self.init_code
        if call.value_wei or not (plain or through_factory):
            raise SignerRefused("the signer signs only this contract's deployment", _HINT)

    def check_message(self, kind: str, domain: Domain) -> None:
        """Refuses every message."""
        raise SignerRefused("the signer signs only this contract's deployment", _HINT)


def operator_policy(
    chain_id: int, contract: str, max_bond_wei: int, max_deposit_wei: int
) -> ContractPolicy:
    """What the daemon and the operator's commands need."""
    limits = {
        **_free(_OPERATOR_FUNCTIONS),
        _selector("createCompetition"): max_deposit_wei,
        _selector("assertRanking"): max_bond_wei,
    }
    return ContractPolicy(chain_id, contract, limits, frozenset({"PinReceipt"}))


def player_policy(chain_id: int, contract: str, max_ticket_wei: int) -> ContractPolicy:
    """What a player's commands need."""
    bought = dict.fromkeys(map(_selector, ("buyTicket", "buyTicketFor")), max_ticket_wei)
    limits = {**_free(_PLAYER_FUNCTIONS), **bought}
    return ContractPolicy(chain_id, contract, limits, frozenset({"Commit", "StudioSession"}))


def studio_policy(chain_id: int, contract: str) -> ContractPolicy:
    """What a studio needs: its receipts and the heads of its logs, and no transaction at all."""
    return ContractPolicy(chain_id, contract, {}, frozenset({"Receipt", "StudioLog"}))


def auditor_policy(chain_id: int, contract: str, max_bond_wei: int) -> ContractPolicy:
    """What an auditor who joins a side of a dispute needs."""
    paid = dict.fromkeys(map(_selector, ("dispute", "support")), max_bond_wei)
    limits = {**_free(_AUDITOR_FUNCTIONS), **paid}
    return ContractPolicy(chain_id, contract, limits)


def voter_policy(chain_id: int, contract: str, quorum: str) -> TwoContracts:
    """What an auditor who votes needs; nothing that sends money along."""
    return TwoContracts(
        ContractPolicy(chain_id, contract, _free(_VOTER_FUNCTIONS)),
        ContractPolicy(chain_id, quorum, _of_quorum(_QUORUM_FUNCTIONS)),
    )


def member_policy(chain_id: int, quorum: str, max_stake_wei: int) -> ContractPolicy:
    """What a quorum's member needs for stake and seat; its daemon has no use for it."""
    limits = _of_quorum(_MEMBER_FUNCTIONS) | _of_quorum(("deposit",), max_stake_wei)
    return ContractPolicy(chain_id, quorum, limits)


def _free(functions: tuple[str, ...]) -> dict[bytes, int]:
    return {_selector(name): 0 for name in functions}


def _of_quorum(functions: tuple[str, ...], most_wei: int = 0) -> dict[bytes, int]:
    return {quorum_abi().functions[name].selector: most_wei for name in functions}


def _selector(function: str) -> bytes:
    return competition_abi().functions[function].selector
