"""The signed receipt for an image that the operator's store keeps (EIP-712).

A player whose image was promised to be kept, and is disqualified as unavailable, can show this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.chain.commitments import Domain

DOMAIN_NAME = "Judging Oracle"
DOMAIN_VERSION = "1"
_DOMAIN_TYPE = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_TYPE = (("imageDigest", "bytes32"), ("sizeBytes", "uint64"), ("pinnedAt", "uint64"))


@dataclass(frozen=True, slots=True)
class PinReceipt:
    """An image, by its digest and size, that was pinned at a unix second."""

    image_digest: bytes
    size_bytes: int
    pinned_at: int

    def message(self) -> dict[str, Any]:
        """The typed message's fields, digest as 0x-hex, as JSON has them."""
        return {
            "imageDigest": "0x" + self.image_digest.hex(),
            "sizeBytes": self.size_bytes,
            "pinnedAt": self.pinned_at,
        }

    def typed_data(self, domain: Domain) -> dict[str, Any]:
        """The whole of what is signed, as `eth_signTypedData_v4` and verifiers take it."""
        return {
            "types": {"EIP712Domain": _fields(_DOMAIN_TYPE), "PinReceipt": _fields(_TYPE)},
            "primaryType": "PinReceipt",
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": domain.chain_id,
                "verifyingContract": domain.competition,
            },
            "message": self.message(),
        }


def _fields(types: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in types]
