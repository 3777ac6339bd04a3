"""A round of the beacon is what its signature proves, and comes when the contract says."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.beacon.local import DEVNET_SECRET, LocalBeacon
from oracle.beacon.rounds import QUICKNET, Network, prove_round
from oracle.beacon.signatures import public_key_of, sign_round, uncompressed_key

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "beacon.json").read_text())
PUBLISHED = VECTORS["quicknet"]["rounds"]
# drand's hash of the group file, which the chain's name covers too.
GENESIS_SEED = bytes.fromhex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e")


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def test_quicknet_is_the_network_that_drand_calls_by_this_hash() -> None:
    preimage = (
        QUICKNET.period.to_bytes(4, "big")
        + QUICKNET.genesis.to_bytes(8, "big")
        + QUICKNET.public_key
        + GENESIS_SEED
        + b"quicknet"
    )
    assert hashlib.sha256(preimage).hexdigest() == QUICKNET.chain_hash


def test_quicknet_is_what_the_contract_is_deployed_with() -> None:
    key, genesis, period = QUICKNET.constructor_arguments()
    assert key == _raw(VECTORS["quicknet"]["publicKey"])
    assert (genesis, period) == (VECTORS["quicknet"]["genesis"], VECTORS["quicknet"]["period"])


@pytest.mark.parametrize("published", PUBLISHED[:2], ids=lambda each: str(each["round"]))
def test_a_published_round_is_proven_and_given_as_the_contract_takes_it(
    published: dict[str, str],
) -> None:
    number = int(published["round"])
    proven = prove_round(QUICKNET, number, _raw(published["compressed"]))
    assert proven.number == number
    assert proven.signature == _raw(published["signature"])
    assert proven.randomness == _raw(published["randomness"])


def test_a_signature_proves_no_other_round() -> None:
    with pytest.raises(ValueError, match="not the network's for round 1001"):
        prove_round(QUICKNET, 1001, _raw(PUBLISHED[0]["compressed"]))


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(48),
        b"\xc0" + bytes(47),  # infinity
        b"\xff" * 48,
        _raw(PUBLISHED[0]["compressed"])[:-1],
        _raw(PUBLISHED[0]["signature"]),
        # the negated point: the other of the two with this x
        bytes([_raw(PUBLISHED[0]["compressed"])[0] ^ 0x20]) + _raw(PUBLISHED[0]["compressed"])[1:],
        bytes([0x80]) + (5).to_bytes(47, "big"),  # on the curve or not, of no subgroup
        bytes([0x80]) + (4).to_bytes(47, "big"),
    ],
)
def test_what_only_looks_like_a_signature_proves_nothing(signature: bytes) -> None:
    with pytest.raises(ValueError, match="not the network's"):
        prove_round(QUICKNET, 1000, signature)


@pytest.mark.parametrize("key", [b"", bytes(96), b"\xc0" + bytes(95), bytes(95)])
def test_what_is_no_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError):
        uncompressed_key(key)


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda each: str(each["round"]))
def test_rounds_come_when_the_network_publishes_them(published: dict[str, int]) -> None:
    assert QUICKNET.time_of(published["round"]) == published["time"]
    assert QUICKNET.round_at(published["time"]) == published["round"]
    assert QUICKNET.round_at(published["time"] + 1) == published["round"] + 1


@given(st.integers(0, 2**40), st.integers(1, 100), st.integers(0, 2**40))
def test_no_round_is_before_its_time_or_a_period_late(genesis: int, period: int, time: int) -> None:
    network = Network(b"", genesis, period)
    number = network.round_at(time)
    assert number >= 1
    assert network.time_of(number) >= time
    assert number == 1 or network.time_of(number - 1) < time


def test_a_devnets_beacon_signs_any_round_with_its_own_key() -> None:
    beacon = LocalBeacon()
    assert beacon.network.public_key == public_key_of(DEVNET_SECRET) != QUICKNET.public_key
    signed, again = beacon.fetch_round(10**12), beacon.fetch_round(10**12)
    assert signed == again
    assert signed != LocalBeacon(secret=2).fetch_round(10**12)
    compressed = sign_round(DEVNET_SECRET, 10**12)
    assert prove_round(beacon.network, 10**12, compressed) == signed
