"""The words in which nodes refuse, sorted into the few states that matter.

geth, reth, Nethermind, Besu, Erigon, anvil and the hosted endpoints in front of them each phrase
the same few things differently, and JSON-RPC has no codes for most of them.
"""

from __future__ import annotations

import enum
import re

from oracle.chain.fees import Lacking
from oracle.errors import ChainUnavailable

REVERT_CODE = 3
_TOO_MANY_REQUESTS = 429  # some endpoints give HTTP's status as the error's code
_MAX_MESSAGE = 200
# geth: "gas tip cap 1, minimum needed 1000"; "tip needed 1000, tip permitted 1".
_LEAST_TIP = re.compile(
    r"(?:minimum needed|tip needed|minimum (?:is|of)|at least)\D{0,3}(\d{1,30})"
)
# geth: "max fee per gas less than block base fee: address 0x…, maxFeePerGas: 1, baseFee: 875000000"
_BASE_FEE = re.compile(r"base ?fee\D{0,3}(\d{1,30})")
_HEX_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


class NodeRefusal(Exception):
    """A JSON-RPC error object; never leaves `oracle.chain`."""

    def __init__(self, code: int, message: str, data: bytes = b"") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class SendAnswer(enum.Enum):
    """What a node says to a raw transaction: states, not exceptions."""

    ACCEPTED = "accepted"
    ALREADY_KNOWN = "already known"
    REPLACEMENT_UNDERPRICED = "replacement underpriced"
    FEE_TOO_LOW = "fee too low"
    NONCE_TOO_LOW = "nonce too low"
    INSUFFICIENT_FUNDS = "insufficient funds"
    REFUSED = "refused"


_SEND_WORDS: tuple[tuple[SendAnswer, tuple[str, ...]], ...] = (
    (
        SendAnswer.ALREADY_KNOWN,
        (
            "already known",
            "already imported",
            "alreadyknown",
            "already_exists",
            "known transaction",
        ),
    ),
    (
        SendAnswer.REPLACEMENT_UNDERPRICED,
        ("replacement transaction underpriced", "could not replace", "replacementnotallowed"),
    ),
    (
        SendAnswer.NONCE_TOO_LOW,
        ("nonce too low", "nonce_too_low", "oldnonce", "nonce is too low", "nonce below"),
    ),
    (
        SendAnswer.INSUFFICIENT_FUNDS,
        ("insufficient funds", "insufficientfunds", "upfront cost"),
    ),
    (
        SendAnswer.FEE_TOO_LOW,
        (
            "underpriced",
            "less than block base fee",
            "feetoolow",
            "below configured minimum",
            "below minimum",
            "below current base fee",
            "gas price too low",
            "gas_price_too_low",
            "tip too low",
            "fee too low",
        ),
    ),
)

_RATE_WORDS = (
    "rate limit",
    "too many requests",
    "requests per second",
    "request rate",
    "throughput",
    "capacity",
    "compute units",
    "daily request count",
)

_NO_METHOD = -32601
_NO_METHOD_WORDS = (
    "method not found",
    "does not exist",
    "not supported",
    "not allowed",
    "disabled",
)
_MISSING_WORDS = ("block not found", "unknown block", "header not found")


def parse_refusal(error: object) -> NodeRefusal:
    """A JSON-RPC error of whatever shape; its message is made one short line."""
    if not isinstance(error, dict):
        return NodeRefusal(0, "an error without a message")
    code = error.get("code")
    words = " ".join(str(error.get("message", "an error without a message")).split())
    return NodeRefusal(
        code if isinstance(code, int) else 0, words[:_MAX_MESSAGE], _revert_data(error.get("data"))
    )


def _revert_data(value: object) -> bytes:
    """Revert data, which some nodes nest in an object or prefix with "Reverted "."""
    if isinstance(value, dict):
        value = value.get("data", value.get("result"))
    if not isinstance(value, str):
        return b""
    match = _HEX_DATA.fullmatch(value.removeprefix("Reverted").strip())
    return bytes.fromhex(match.group()[2:]) if match else b""


def lacking(message: str) -> Lacking:
    """What a refusal for its price finds too low, and the least that it names, if it names one."""
    lowered = message.lower()
    fee = _BASE_FEE.search(lowered)
    tip = _LEAST_TIP.search(lowered)
    of_fee = "base fee" in lowered or "basefee" in lowered
    return Lacking(
        tip=not of_fee,
        tip_wei=int(tip[1]) if tip and not of_fee else 0,
        fee_wei=int(fee[1]) if fee else 0,
    )


def is_revert(refusal: NodeRefusal) -> bool:
    """Whether the node ran the call and the contract reverted it."""
    return (
        refusal.code == REVERT_CODE
        or bool(refusal.data)
        or "revert" in refusal.message.lower()
        or "evm error" in refusal.message.lower()
    )


def is_rate_limit(refusal: NodeRefusal) -> bool:
    """Whether the node would answer the same request after a pause."""
    lowered = refusal.message.lower()
    return refusal.code == _TOO_MANY_REQUESTS or any(words in lowered for words in _RATE_WORDS)


def is_beyond_head(refusal: NodeRefusal) -> bool:
    """Whether a log query's range ends where this node has no block yet, as geth says it."""
    return "beyond current head" in refusal.message.lower()


def is_missing_method(refusal: NodeRefusal) -> bool:
    """Whether the endpoint does not serve the method that was asked for."""
    lowered = refusal.message.lower()
    return refusal.code == _NO_METHOD or any(words in lowered for words in _NO_METHOD_WORDS)


def is_missing_block(refusal: NodeRefusal) -> bool:
    """Whether the node has no block under a tag, as before the first one is final."""
    lowered = refusal.message.lower()
    return any(words in lowered for words in _MISSING_WORDS)


def classify_send_refusal(message: str) -> SendAnswer:
    """The state that a node's refusal of a raw transaction stands for."""
    lowered = message.lower()
    for answer, words in _SEND_WORDS:
        if any(word in lowered for word in words):
            return answer
    return SendAnswer.REFUSED


def overstated(endpoint: str, account: str, count: int) -> ChainUnavailable:
    """The error for a node whose count of an account's transactions is not believed."""
    return ChainUnavailable(
        f"{endpoint} counts {count} transactions of {account}, far more than the final block and "
        "this ledger explain",
        "if the account sends elsewhere too, wait until that is final; if not, remove the node "
        "from [chain] rpc_url and rpc_urls",
    )
