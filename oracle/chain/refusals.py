"""Why a contract refuses a call, in plain words: every custom error, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from oracle.chain.abi import beacon_abi, competition_abi, quorum_abi
from oracle.chain.amounts import format_eth
from oracle.chain.state import Phase
from oracle.errors import ContractRefused

_ERROR_STRING = bytes.fromhex("08c379a0")  # Error(string)
_PANIC = bytes.fromhex("4e487b71")  # Panic(uint256)

_PHASES: Mapping[Phase, str] = {
    Phase.NONE: "does not exist",
    Phase.SELLING: "is selling tickets",
    Phase.OPENING: "waits for its target to be opened",
    Phase.OPEN: "is open for submissions",
    Phase.REVEALING: "is in its reveal phase",
    Phase.SEEDING: "waits for its seed",
    Phase.JUDGING: "is being judged",
    Phase.ASSERTED: "has an asserted ranking that can still be disputed",
    Phase.DISPUTED: "waits for the arbiter's verdict",
    Phase.RESOLVED: "has the arbiter's verdict",
    Phase.FINAL: "is final",
    Phase.VOID: "is void",
}

_NO_HINT = "look at the competition's state and try again"
_OWN_FAULT = "this is a defect of the caller, not of the competition; please report it"

# One row an error: what happened, filled from the error's arguments, and what to do about it.
_WORDS: Mapping[str, tuple[str, str]] = {
    "WrongPhase": ("competition {id} {actual_phase}", "this action belongs to another phase"),
    "InvalidTerms": ("the terms are not valid: {field} is out of range", "correct {field}"),
    "WrongPrice": ("{paid_eth} was paid for a ticket of {price_eth}", "pay exactly {price_eth}"),
    "TargetMismatch": (
        "target and salt do not open the commitment made at creation",
        "use the image and salt that the competition was created with",
    ),
    "NotTicketHolder": (
        "ticket {ticketId} of competition {id} is not held by {caller}",
        "use the account that bought the ticket",
    ),
    "NotOperator": (
        "{caller} does not operate competition {id}",
        "use the account that created the competition",
    ),
    "EmptyCommitment": ("the commitment is empty", _OWN_FAULT),
    "CommitmentMismatch": (
        "image and salt do not open the commitment of ticket {ticketId}",
        "use the image and salt that were committed last",
    ),
    "LengthMismatch": ("the lists of a batch have different lengths", _OWN_FAULT),
    "NotEnoughReveals": (
        "{revealed} submissions were revealed and the terms ask for {minRevealed}",
        "the competition can only be voided: judge refund",
    ),
    "SeedBlockAlreadyFixed": ("the seed block is already fixed: {seedBlock}", "pin the seed"),
    "SeedBlockNotFixed": ("the seed block is not fixed yet", "fix the seed block first"),
    "SeedBlockNotReached": (
        "the seed block {seedBlock} is not mined yet at block {current}",
        "wait until block {seedBlock} has passed",
    ),
    "SeedBlockHashGone": (
        "the hash of seed block {seedBlock} can no longer be read",
        "the competition can be voided once its judging time is over",
    ),
    "DeadlinePassed": ("the deadline, {deadline_time}, has passed", "nothing can be sent any more"),
    "LivenessNotOver": (
        "the ranking can be disputed until {livenessEnds_time}",
        "finalize after that",
    ),
    "WrongBond": ("{paid_eth} was sent for a bond of {bond_eth}", "send exactly {bond_eth}"),
    "EntriesHashMismatch": (
        "the ranking was made for another entry set",
        "read the entry set again from final blocks",
    ),
    "LeafCountMismatch": (
        "the ranking has {actual} rows and {expected} submissions were revealed",
        "rank every revealed submission",
    ),
    "WrongDeposit": (
        "{paid_eth} was sent for a deposit of {deposit_eth}",
        "send exactly {deposit_eth}: a fifth of all tickets that can be sold",
    ),
    "TargetCommitmentUsed": (
        "this target commitment belongs to another competition of the same operator",
        "commit to the target with a new salt",
    ),
    "SoldOut": (
        "all {maxTickets} tickets of competition {id} are sold",
        "wait for the next competition",
    ),
    "AlreadyRevealed": ("ticket {ticketId} is already revealed", "nothing is left to do"),
    "SeedFromBeacon": (
        "the seed of competition {id} comes from the beacon {beacon}",
        "pin it with the signature of the beacon's round",
    ),
    "WinnerImageMismatch": (
        "the first row names another image than ticket {ticketId} committed to",
        "rank what was revealed",
    ),
    "AssertionChanged": (
        "another ranking is asserted than the one that was looked at",
        "audit again: the chain was reorganised, or the command names another competition",
    ),
    "NothingPaid": ("no ether was sent along", "send any amount above zero"),
    "WinnerNotEntered": ("ticket {ticketId} is not in the entry set", _OWN_FAULT),
    "WinnerRankNotFirst": ("the row given as winner has rank {rank}", _OWN_FAULT),
    "WinnerProofInvalid": ("the winner's proof does not lead to the ranking's root", _OWN_FAULT),
    "NotArbiter": (
        "{caller} is not the arbiter of competition {id}",
        "use the arbiter's account, or deliver through the auditors' quorum",
    ),
    "InvalidPlayer": ("a ticket cannot be bought for nobody", "give the player's address"),
    "CommitmentChanged": (
        "the commitment of ticket {ticketId} has changed since this one was signed",
        "sign a new commitment that replaces the present one",
    ),
    "InvalidSignature": (
        "this is not a signature by {signer}",
        "sign again with that account, for this chain and contract",
    ),
    "ReceiptRequired": (
        "competition {id} takes only images with a receipt of its studio",
        "reveal with the receipt that the studio gave for this image",
    ),
    "PromptLimitExceeded": (
        "prompt {promptIndex} is beyond the {promptLimit} that a ticket has",
        "reveal an image of an earlier prompt",
    ),
    "NothingToVoid": (
        "nothing about competition {id} is overdue or impossible",
        "wait for the deadline of its phase",
    ),
    "AlreadyRefunded": ("ticket {ticketId} is already refunded", "nothing is left to do"),
    "UnknownTicket": ("competition {id} has sold no ticket {ticketId}", "check the ticket number"),
    "NothingToWithdraw": ("{account} has no credit", "nothing is left to do"),
    "PaymentFailed": ("{recipient} did not take the payment", "withdraw to another address"),
    "NotEnoughGas": ("the transaction has too little gas to pay safely", "raise the gas limit"),
    # The auditors' quorum's own.
    "InvalidMembers": ("a member is named twice, or is nobody", "name each member once"),
    "InvalidThreshold": (
        "{threshold} of {members} is not more than half",
        "choose a threshold above half of the members, and not above all of them",
    ),
    "InvalidWindows": ("a window has no length", "give each of the three windows some time"),
    "NotMember": (
        "{account} is not a member of this quorum",
        "use the account of a member",
    ),
    "NotDisputed": ("competition {id} is not disputed", "there is nothing to vote on"),
    "CommitWindowOver": (
        "votes could be committed until {commitEnds_time}",
        "nothing can be done: this dispute is decided without your vote",
    ),
    "NotRevealing": (
        "votes are revealed from {commitEnds_time} to {revealEnds_time}",
        "reveal within that time",
    ),
    "VoteMismatch": (
        "result and salt do not open the committed vote, or it is already revealed",
        "reveal what was committed last",
    ),
    "QuorumNotReached": (
        "{votes} auditors revealed this result and the quorum is {threshold}",
        "wait for more votes",
    ),
    "InvalidStake": ("a stake of nothing is none", "let each member stake some ether"),
    "NotElector": (
        "{account} has no vote on the dispute of competition {id}",
        "only members whose stake was complete before the dispute began have one",
    ),
    "OtherArbiter": (
        "disputes of competition {id} are decided by {arbiter}",
        "vote at the quorum that the terms name",
    ),
    "NotDecided": (
        "this dispute is not decided: votes are revealed until {revealEnds_time}, and a verdict "
        "can come until {verdictEnds_time}",
        "try again after that",
    ),
    "AlreadySettled": ("the stake of {auditor} has answered already", "nothing is left to do"),
    "NothingToClaim": (
        "there is nothing to claim for competition {id}",
        "shares are for those who paid or voted on the side of the verdict, once",
    ),
    "OnlyFromCompetition": ("{sender} cannot pay this quorum", "stake with: judge stake"),
    "Leaving": (
        "this member is leaving: its stake can be withdrawn from {exitsAt_time}",
        "withdraw it then with judge stake --withdraw; after that it can stake again",
    ),
    "NotLeaving": ("{auditor} has not asked to leave", "ask first: judge stake --leave"),
    "NotYet": ("this is possible from {time_time}", "try again after that"),
    "InvalidSuccessor": ("{successor} cannot take the seat", "name an account without a seat"),
    "CheckpointUnorderedInsertion": ("the chain's clock went backwards", _OWN_FAULT),
    "NotScheduled": (
        "nobody is scheduled for the seat of {member}",
        "propose somebody first: judge seat {member} --to ACCOUNT; a member who lost its key "
        "needs as many approvals as a verdict",
    ),
    # The beacon's own.
    "InvalidBeaconSignature": (
        "this is not the signature of round {round}",
        "fetch the round again, from a relay of the beacon that the terms name",
    ),
    "NoSuchRound": ("the beacon has no round {round}", _OWN_FAULT),
    "InvalidPublicKey": (
        "the beacon's key cannot be verified with on this chain",
        "deploy it where the precompiles of EIP-2537 are, or use block hashes",
    ),
    "InvalidPeriod": ("a beacon needs some seconds from round to round", _OWN_FAULT),
}


def explain(data: bytes) -> str:
    """What revert data says, in plain words; never fails, whatever the data."""
    return refusal(data).what


def refusal(data: bytes) -> ContractRefused:
    """The error to raise for a call that reverts with this data."""
    what, hint = _words(data)
    return ContractRefused(what, hint, data)


def _words(data: bytes) -> tuple[str, str]:
    if not data:
        return "the call reverts without a reason", "check the contract's address and the balance"
    abis = (competition_abi(), quorum_abi(), beacon_abi())
    for item in (item for abi in abis for item in abi.errors.values()):
        if item.selector == data[:4]:
            what, hint = _WORDS.get(item.name, (item.name, _NO_HINT))
            try:
                values = _spoken(item.decode_arguments(data))
            except ValueError:
                break
            return what.format_map(values), hint.format_map(values)
    return _standard_words(data), _NO_HINT


def _standard_words(data: bytes) -> str:
    try:
        if data[:4] == _ERROR_STRING:
            return f"the call reverts: {_printable(decode(['string'], data[4:])[0])}"
        if data[:4] == _PANIC:
            return f"the contract panics with code {decode(['uint256'], data[4:])[0]:#x}"
    except (DecodingError, OverflowError, UnicodeDecodeError):
        pass
    return f"the call reverts with unknown data 0x{data[:36].hex()}"


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:200]


def _spoken(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Arguments by name, plus NAME_eth, NAME_time and NAME_phase for those that read as such."""
    spoken = {name: str(value) for name, value in arguments.items()}
    for name, value in arguments.items():
        if isinstance(value, int):
            for suffix, say in _READINGS.items():
                spoken[f"{name}_{suffix}"] = say(value)
    return spoken


def _phase(value: int) -> str:
    return _PHASES[Phase(value)] if value in set(Phase) else f"is in phase {value}"


def _time(value: int) -> str:
    try:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return str(value)


_READINGS: Mapping[str, Callable[[int], str]] = {
    "eth": format_eth,
    "time": _time,
    "phase": _phase,
}
