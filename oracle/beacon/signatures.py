"""BLS signatures on G1 as drand's scheme bls-unchained-g1-rfc9380 makes them, in py_ecc.

https://docs.drand.love/docs/cryptography, RFC 9380 and EIP-2537 (the contract's encoding). Plain
Python: a verification takes a second or two, and nothing here is constant-time.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.bls.point_compression import compress_G1, compress_G2, decompress_G1, decompress_G2
from py_ecc.bls.typing import G1Compressed, G2Compressed
from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12
from py_ecc.optimized_bls12_381.optimized_curve import (
    G2,
    curve_order,
    is_inf,
    multiply,
    neg,
    normalize,
)
from py_ecc.optimized_bls12_381.optimized_pairing import final_exponentiate, pairing

SIGNATURE_BYTES: Final = 48
KEY_BYTES: Final = 96
_HASH_TO_G1: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_COORDINATE_BYTES: Final = 64
_SHA256: Final[Any] = hashlib.sha256  # py_ecc says a hash where it means what makes one


def sign_round(secret: int, number: int) -> bytes:
    """A round's signature, compressed, 48 bytes. `secret` is in [1, curve order)."""
    return int(compress_G1(multiply(_hash(number), secret))).to_bytes(SIGNATURE_BYTES, "big")


def public_key_of(secret: int) -> bytes:
    """The public key of `secret`, compressed, 96 bytes."""
    high, low = compress_G2(multiply(G2, secret))
    return int(high).to_bytes(48, "big") + int(low).to_bytes(48, "big")


def verifies(public_key: bytes, number: int, signature: bytes) -> bool:
    """Whether a compressed signature is the network's for this round. False for any other bytes."""
    try:
        point, key = _signature_point(signature), _key_point(public_key)
    except ValueError:
        return False
    product = pairing(G2, point, False) * pairing(key, neg(_hash(number)), False)
    return bool(final_exponentiate(product) == FQ12.one())


def uncompressed_signature(signature: bytes) -> bytes:
    """A signature as the contract takes it, 128 bytes. ValueError when it is none."""
    return _encoded(_signature_point(signature))


def uncompressed_key(public_key: bytes) -> bytes:
    """A key as the contract's constructor takes it, 256 bytes. ValueError when it is none."""
    return _encoded(_key_point(public_key))


def _hash(number: int) -> Any:
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    return hash_to_G1(message, _HASH_TO_G1, _SHA256)


def _signature_point(signature: bytes) -> Any:
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    return _of_subgroup(decompress_G1(G1Compressed(int.from_bytes(signature, "big"))))


def _key_point(public_key: bytes) -> Any:
    if len(public_key) != KEY_BYTES:
        raise ValueError(f"a public key has {KEY_BYTES} bytes, not {len(public_key)}")
    high, low = (int.from_bytes(half, "big") for half in (public_key[:48], public_key[48:]))
    return _of_subgroup(decompress_G2(G2Compressed((high, low))))


def _of_subgroup(point: Any) -> Any:
    """The point. ValueError unless it is of the prime-order subgroup and not infinity."""
    if is_inf(point) or not is_inf(multiply(point, curve_order)):
        raise ValueError("not a point of the subgroup")
    return point


def _encoded(point: Any) -> bytes:
    """EIP-2537: c0 before c1 where a coordinate has two parts."""
    parts: list[int] = []
    for coordinate in normalize(point):
        parts += [int(part) for part in getattr(coordinate, "coeffs", (coordinate,))]
    return b"".join(part.to_bytes(_COORDINATE_BYTES, "big") for part in parts)
