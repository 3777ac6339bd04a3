"""Every refusal of the contract is said in words a person can act on."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from oracle.chain.abi import AbiItem, beacon_abi, competition_abi, quorum_abi
from oracle.chain.refusals import explain, refusal

pytestmark = pytest.mark.unit

SAMPLES: dict[str, object] = {
    "uint256": 5,
    "uint40": 1_800_000_000,
    "uint32": 3,
    "uint64": 4,
    "uint8": 2,
    "string": "ticketPrice",
    "address": "0x" + "ab" * 20,
    "bytes32": b"\x11" * 32,
}


def revert_data(name: str, *arguments: object) -> bytes:
    item = competition_abi().errors[name]
    return item.selector + encode([p["type"] for p in item.inputs], arguments)


ERRORS = competition_abi().errors | quorum_abi().errors | beacon_abi().errors


@pytest.mark.parametrize("item", ERRORS.values(), ids=lambda item: item.name)
def test_every_custom_error_has_words_of_its_own(item: AbiItem) -> None:
    types = [p["type"] for p in item.inputs]
    data = item.selector + encode(types, [SAMPLES[kind] for kind in types])
    said = refusal(data)
    assert item.name not in said.what
    assert said.hint
    assert "{" not in said.what + said.hint
    assert said.data == data


def test_amounts_times_and_phases_are_spoken() -> None:
    assert explain(revert_data("WrongPrice", 10**16, 5 * 10**16)) == (
        "0.01 ETH was paid for a ticket of 0.05 ETH"
    )
    assert explain(revert_data("WrongPhase", 4, 3)) == "competition 4 is open for submissions"
    assert "2027-01-15 08:00:00 UTC" in explain(revert_data("DeadlinePassed", 1_800_000_000))


def test_a_time_beyond_the_calendar_is_still_said() -> None:
    assert str(2**40 - 1) in explain(revert_data("DeadlinePassed", 2**40 - 1))


def test_a_phase_of_a_later_version_is_still_said() -> None:
    assert "is in phase 200" in explain(revert_data("WrongPhase", 4, 200))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "without a reason"),
        (bytes.fromhex("08c379a0") + encode(["string"], ["no\nway"]), "the call reverts: noway"),
        (bytes.fromhex("4e487b71") + encode(["uint256"], [0x11]), "panics with code 0x11"),
        (bytes.fromhex("08c379a0") + b"\xff" * 40, "unknown data"),
        (bytes.fromhex("deadbeef"), "unknown data 0xdeadbeef"),
    ],
)
def test_other_reverts_are_said_too(data: bytes, words: str) -> None:
    assert words in explain(data)


def test_a_custom_error_cut_short_does_not_break_the_words() -> None:
    assert "unknown data" in explain(revert_data("WrongPrice", 1, 2)[:20])


@given(st.binary(max_size=200))
def test_no_revert_data_breaks_the_words(data: bytes) -> None:
    assert explain(data).isprintable()
