"""Content identifiers of the one kind that is used here: CIDv1, raw codec, sha2-256, base32.

https://github.com/multiformats/cid. A digest on the chain and such a CID say the same thing, so
there is exactly one spelling of a CID for a digest and anything else is refused.
"""

from __future__ import annotations

import base64
import binascii

from oracle.errors import InvalidCid
from scoring.digest import Digest

# version 1, codec raw (0x55), multihash sha2-256 (0x12) of 32 (0x20) bytes
_PREFIX = bytes([0x01, 0x55, 0x12, 0x20])
_DIGEST_BYTES = 32
CID_LENGTH = 59


def cid_of(digest: Digest) -> str:
    """The CID of the block whose sha256 is `digest`: 59 characters beginning with `bafkrei`."""
    if len(digest) != _DIGEST_BYTES:
        raise ValueError(f"a digest has {_DIGEST_BYTES} bytes, not {len(digest)}")
    return "b" + base64.b32encode(_PREFIX + digest).decode("ascii").rstrip("=").lower()


def digest_of(cid: str) -> Digest:
    """The digest that `cid` names; raises `InvalidCid` for anything but `cid_of`'s spelling."""
    digest = _decode(cid) if len(cid) == CID_LENGTH and cid[0] == "b" else None
    if digest is None or cid_of(digest) != cid:
        raise InvalidCid(
            f"{cid[:80]!r} is not the CID of a raw sha2-256 block",
            f"it has {CID_LENGTH} characters and begins with 'bafkrei'",
        )
    return digest


def _decode(cid: str) -> Digest | None:
    body = cid[1:].upper()
    try:
        decoded = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        return None
    return Digest(decoded[len(_PREFIX) :]) if decoded.startswith(_PREFIX) else None
