"""The verifier on a real chain takes what this side fetches or signs, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from oracle.beacon.local import LocalBeacon
from oracle.beacon.rounds import QUICKNET, Network, SignedRound, prove_round
from oracle.chain.compile import load_beacon
from oracle.devnet.anvil import Anvil
from oracle.errors import ChainUnavailable

pytestmark = pytest.mark.integration

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "beacon.json").read_text())


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    with Anvil() as chain:
        yield chain


def _deployed(anvil: Anvil, network: Network) -> str:
    arguments = encode(["bytes", "uint64", "uint32"], network.constructor_arguments())
    code = "0x" + (load_beacon().bytecode + arguments).hex()
    sender = anvil.accounts[0].address
    sent = anvil.rpc("eth_sendTransaction", {"from": sender, "data": code, "gas": hex(3_000_000)})
    ends = time.monotonic() + 10
    while (receipt := anvil.rpc("eth_getTransactionReceipt", sent)) is None:
        assert time.monotonic() < ends
        time.sleep(0.01)
    return str(receipt["contractAddress"])


def _call(anvil: Anvil, address: str, signature: str, answer: str, *arguments: object) -> Any:
    types = signature.split("(")[1].rstrip(")").split(",")
    data = keccak(text=signature)[:4] + encode(types, arguments)
    said = anvil.rpc("eth_call", {"to": address, "data": "0x" + data.hex()}, "latest")
    return decode([answer], bytes.fromhex(said[2:]))[0]


def _randomness(anvil: Anvil, address: str, signed: SignedRound) -> bytes:
    arguments = signed.number, signed.signature
    return bytes(_call(anvil, address, "randomnessOf(uint64,bytes)", "bytes32", *arguments))


def test_the_contract_takes_what_quicknet_published(anvil: Anvil) -> None:
    address = _deployed(anvil, QUICKNET)
    published = VECTORS["quicknet"]["rounds"][-1]
    compressed = bytes.fromhex(published["compressed"][2:])
    proven = prove_round(QUICKNET, published["round"], compressed)
    assert _randomness(anvil, address, proven) == proven.randomness


def test_the_contract_takes_what_a_devnets_beacon_signs_and_no_other_networks(
    anvil: Anvil,
) -> None:
    beacon = LocalBeacon(genesis=1_900_000_000, period=7)
    address = _deployed(anvil, beacon.network)
    for number in (1, 2**40):
        signed = beacon.fetch_round(number)
        assert _randomness(anvil, address, signed) == signed.randomness
    with pytest.raises(ChainUnavailable, match="revert"):
        _randomness(anvil, address, LocalBeacon(secret=3).fetch_round(1))


@pytest.mark.parametrize("ahead", [-1, 0, 1, 7, 8, 1234])
def test_both_sides_name_the_same_round_for_a_time(anvil: Anvil, ahead: int) -> None:
    network = LocalBeacon(genesis=1_900_000_000, period=7).network
    address = _deployed(anvil, network)
    moment = network.genesis + ahead
    number = _call(anvil, address, "roundAt(uint256)", "uint64", moment)
    assert number == network.round_at(moment)
    assert _call(anvil, address, "timeOf(uint64)", "uint256", number) == network.time_of(number)
