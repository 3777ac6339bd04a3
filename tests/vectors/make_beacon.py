"""Writes beacon.json: `python tests/vectors/make_beacon.py`, half a minute of arithmetic in py_ecc.

Rounds that drand's quicknet network published, each verified here before it is written, and points
that look like signatures or keys and are none. The contract and the Python side are tested against
the same file.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.bls.point_compression import decompress_G1, decompress_G2
from py_ecc.optimized_bls12_381 import (
    FQ,
    FQ2,
    FQ12,
    G2,
    add,
    curve_order,
    final_exponentiate,
    is_on_curve,
    multiply,
    neg,
    normalize,
    pairing,
)
from py_ecc.optimized_bls12_381 import b as B1
from py_ecc.optimized_bls12_381 import b2 as B2
from py_ecc.optimized_bls12_381 import field_modulus as P

DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
QUICKNET_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
QUICKNET_GENESIS, QUICKNET_PERIOD = 1692803367, 3
# As the network's relays answer under /public/ROUND.
QUICKNET_ROUNDS = {
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
    "e342b73a8dd2bacbe47e4b6b63ed5e39",
    1001: "b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03"
    "f73896b25883abf2853d10337fb8fa41",
    657413: "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be"
    "41076862b98fad56e91a6b85b89cd97b",
    12040883: "929906c959032ab363c9f26570d215d66f5c06cb0c44fe508c12bb5839f04ec8"
    "95bb6868e5b9ff13ab289bdb5266b394",
    32285085: "81dbce51d584d90d618547f4b50391d53ace6f6b9aeb8fb67e1879427af9d031"
    "0ac0ec6f519271d9a313ee84b378d416",
}


def encode(point: Any) -> str:
    """EIP-2537: each coordinate in 64 bytes, that of G2 with c0 before c1."""
    words: list[int] = []
    for coordinate in normalize(point):
        words += [int(c) for c in getattr(coordinate, "coeffs", (coordinate,))]
    return "0x" + b"".join(word.to_bytes(64, "big") for word in words).hex()


def shift_x(encoded: str) -> str:
    """The same point with a larger x that is equal modulo p."""
    raw = bytes.fromhex(encoded[2:])
    return "0x" + ((int.from_bytes(raw[:64], "big") + P).to_bytes(64, "big") + raw[64:]).hex()


def on_g1_curve(x: int) -> Any:
    """The first point of the curve, in no subgroup in particular, at `x` or after."""
    while True:
        square = (x**3 + 4) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            return (FQ(x), FQ(y), FQ(1))
        x += 1


def on_g2_curve() -> Any:
    """A point of G2's curve whose compressed form is small, outside the subgroup."""
    x = 1
    while True:
        try:
            point = decompress_G2(((1 << 383) | 0, x))
        except ValueError:
            x += 1
            continue
        return point


def verified(key: Any, number: int, compressed: str) -> dict[str, Any]:
    signature = decompress_G1(int(compressed, 16))
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = hash_to_G1(message, DST, hashlib.sha256)
    product = pairing(G2, signature, False) * pairing(key, neg(hashed), False)
    assert final_exponentiate(product) == FQ12.one(), number
    return {
        "round": number,
        "time": QUICKNET_GENESIS + (number - 1) * QUICKNET_PERIOD,
        "compressed": "0x" + compressed,
        "signature": encode(signature),
        "hashed": encode(hashed),
        "randomness": "0x" + hashlib.sha256(bytes.fromhex(compressed)).hexdigest(),
    }


def main() -> None:
    key = decompress_G2((int(QUICKNET_KEY[:96], 16), int(QUICKNET_KEY[96:], 16)))
    rounds = [verified(key, *each) for each in QUICKNET_ROUNDS.items()]
    genuine = decompress_G1(int(QUICKNET_ROUNDS[1000], 16))
    stray = on_g1_curve(5)
    assert is_on_curve(stray, B1) and multiply(stray, curve_order)[2] != FQ(0)
    # What a pairing alone cannot tell from the genuine: its product with the key is the same.
    beside = add(genuine, multiply(stray, curve_order))
    assert is_on_curve(beside, B1)
    stray_key = on_g2_curve()
    assert is_on_curve(stray_key, B2) and multiply(stray_key, curve_order)[2] != FQ2([0, 0])
    x, y = normalize(genuine)
    document = {
        "quicknet": {
            "publicKeyCompressed": "0x" + QUICKNET_KEY,
            "publicKey": encode(key),
            "genesis": QUICKNET_GENESIS,
            "period": QUICKNET_PERIOD,
            "rounds": rounds,
        },
        "refused": {
            "negated": encode(neg(genuine)),
            "notOnTheCurve": encode((x, y + FQ(1), FQ(1))),
            "outsideTheSubgroup": encode(stray),
            "genuinePlusSmallOrder": encode(beside),
            "xNotReduced": shift_x(rounds[0]["signature"]),
            "infinity": "0x" + "00" * 128,
        },
        "refusedKeys": {
            "outsideTheSubgroup": encode(stray_key),
            "infinity": "0x" + "00" * 256,
        },
    }
    Path(__file__).with_name("beacon.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
