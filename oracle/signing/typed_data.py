"""Messages that people sign for this contract (EIP-712), each as wallets and verifiers take it.

A pin receipt      the operator promises that its store keeps an image
a signed commit    a player lets anybody submit a commitment
a studio's receipt the studio says that an image is one of a ticket's prompts
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from oracle.chain.commitments import Domain

DOMAIN_NAME = "Judging Oracle"
DOMAIN_VERSION = "1"
Fields = tuple[tuple[str, str], ...]
_DOMAIN_TYPE: Fields = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)


class TypedMessage(Protocol):
    """One kind of message: its type's name and fields, and this one's values by field."""

    TYPE: ClassVar[str]
    FIELDS: ClassVar[Fields]

    def message(self) -> dict[str, Any]:
        """The values by field, digests as 0x-hex, as JSON has them."""


@dataclass(frozen=True, slots=True)
class PinReceipt:
    """An image, by its digest and size, that was pinned at a unix second.

    A player whose image was promised to be kept, and is disqualified as unavailable, can show it.
    """

    TYPE: ClassVar[str] = "PinReceipt"
    FIELDS: ClassVar[Fields] = (
        ("imageDigest", "bytes32"),
        ("sizeBytes", "uint64"),
        ("pinnedAt", "uint64"),
    )

    image_digest: bytes
    size_bytes: int
    pinned_at: int

    def message(self) -> dict[str, Any]:
        return {
            "imageDigest": "0x" + self.image_digest.hex(),
            "sizeBytes": self.size_bytes,
            "pinnedAt": self.pinned_at,
        }


@dataclass(frozen=True, slots=True)
class CommitPermit:
    """A commitment that anybody may submit for the ticket's player until `deadline`."""

    TYPE: ClassVar[str] = "Commit"
    FIELDS: ClassVar[Fields] = (
        ("id", "uint256"),
        ("ticketId", "uint256"),
        ("commitment", "bytes32"),
        ("replaced", "bytes32"),
        ("deadline", "uint256"),
    )

    competition_id: int
    ticket_id: int
    commitment: bytes
    replaced: bytes  # the commitment that counts now; zero for none
    deadline: int  # unix seconds from which it is void

    def message(self) -> dict[str, Any]:
        return {
            "id": self.competition_id,
            "ticketId": self.ticket_id,
            "commitment": "0x" + self.commitment.hex(),
            "replaced": "0x" + self.replaced.hex(),
            "deadline": self.deadline,
        }


@dataclass(frozen=True, slots=True)
class StudioReceipt:
    """What a studio signs about an image that one of a ticket's prompts made."""

    TYPE: ClassVar[str] = "Receipt"
    FIELDS: ClassVar[Fields] = (
        ("id", "uint256"),
        ("ticketId", "uint256"),
        ("player", "address"),
        ("imageDigest", "bytes32"),
        ("promptIndex", "uint32"),
    )

    competition_id: int
    ticket_id: int
    player: str
    image_digest: bytes
    prompt_index: int

    def message(self) -> dict[str, Any]:
        return {
            "id": self.competition_id,
            "ticketId": self.ticket_id,
            "player": self.player,
            "imageDigest": "0x" + self.image_digest.hex(),
            "promptIndex": self.prompt_index,
        }


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """What a reveal carries where there is a studio: which prompt it was, and the signature."""

    prompt_index: int
    signature: bytes


def typed_data(message: TypedMessage, domain: Domain) -> dict[str, Any]:
    """The whole of what is signed, as `eth_signTypedData_v4` and verifiers take it."""
    return {
        "types": {
            "EIP712Domain": _fields(_DOMAIN_TYPE),
            message.TYPE: _fields(message.FIELDS),
        },
        "primaryType": message.TYPE,
        "domain": {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": domain.chain_id,
            "verifyingContract": domain.competition,
        },
        "message": message.message(),
    }


def signable(message: TypedMessage, domain: Domain) -> SignableMessage:
    """What an account of eth-account signs."""
    return encode_typed_data(full_message=typed_data(message, domain))


def hash_typed(message: TypedMessage, domain: Domain) -> bytes:
    """The 32 bytes that a signature is over, as the contract computes them."""
    parts = signable(message, domain)
    return bytes(keccak(b"\x19" + parts.version + parts.header + parts.body))


def _fields(types: Fields) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in types]
