"""Nonsense from a node is refused, and what nodes say to a transaction is understood."""

from __future__ import annotations

from typing import Any

import pytest

from oracle.chain import wire
from oracle.chain.endpoint import endpoint_name
from oracle.chain.log_ranges import LogRanges, Topics
from oracle.chain.node_errors import (
    NodeRefusal,
    SendAnswer,
    classify_send_refusal,
    is_range_limit,
    is_revert,
    parse_refusal,
)
from oracle.errors import ChainUnavailable

pytestmark = pytest.mark.unit

ADDRESS = "0x" + "ab" * 20
TOPIC = b"\x07" * 32


def block(**changes: object) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "number": "0x5",
        "hash": "0x" + "11" * 32,
        "parentHash": "0x" + "22" * 32,
        "timestamp": "0x64",
        "baseFeePerGas": "0x7",
    }
    return {**fields, **changes}


def log(number: int = 3, index: int = 0, **changes: object) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "address": ADDRESS,
        "topics": ["0x" + TOPIC.hex()],
        "data": "0x",
        "blockNumber": hex(number),
        "logIndex": hex(index),
        "blockHash": "0x" + "33" * 32,
        "transactionHash": "0x" + "44" * 32,
        "removed": False,
    }
    return {**fields, **changes}


def receipt(**changes: object) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "transactionHash": "0x" + "44" * 32,
        "blockNumber": "0x3",
        "blockHash": "0x" + "33" * 32,
        "status": "0x1",
        "gasUsed": "0x5208",
        "effectiveGasPrice": "0x1",
        "contractAddress": None,
        "logs": [],
    }
    return {**fields, **changes}


def test_a_block_without_a_base_fee_is_of_a_chain_before_eip_1559() -> None:
    assert wire.parse_block(block()).base_fee_wei == 7
    assert wire.parse_block(block(baseFeePerGas=None)).base_fee_wei is None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "block",
        block(number=5),
        block(number="5"),
        block(number="0x" + "f" * 65),
        block(number=True),
        block(hash="0x11"),
        block(hash="0x" + "zz" * 32),
        block(timestamp=None),
        {},
    ],
)
def test_a_block_that_is_none_is_refused(answer: object) -> None:
    with pytest.raises(ChainUnavailable, match="nonsense") as caught:
        wire.parse_block(answer)
    assert caught.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        log(removed=True),
        log(removed="no"),
        log(topics="0x"),
        log(topics=["0x" + "11" * 32] * 5),
        log(topics=["0x11"]),
        log(address="0x1234"),
        log(data="0x123"),
        log(blockNumber=None),
    ],
)
def test_a_log_that_is_none_or_was_removed_is_refused(answer: object) -> None:
    with pytest.raises(ChainUnavailable, match="nonsense"):
        wire.parse_log(answer)


@pytest.mark.parametrize(
    "answer", [receipt(status="0x2"), receipt(status=None), receipt(logs=None), receipt(logs=[{}])]
)
def test_a_receipt_that_is_none_is_refused(answer: object) -> None:
    with pytest.raises(ChainUnavailable, match="nonsense"):
        wire.parse_receipt(answer)


def test_a_receipt_of_a_creation_names_the_contract() -> None:
    parsed = wire.parse_receipt(receipt(contractAddress="0x" + "ab" * 20, logs=[log()]))
    assert parsed.contract_address == "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"
    assert parsed.logs[0].topics == (TOPIC,)
    assert parsed.succeeded


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("already known", SendAnswer.ALREADY_KNOWN),  # geth
        ("transaction already imported", SendAnswer.ALREADY_KNOWN),  # anvil
        ("AlreadyKnown", SendAnswer.ALREADY_KNOWN),  # Nethermind
        ("Known transaction", SendAnswer.ALREADY_KNOWN),  # Besu
        ("ALREADY_EXISTS: already known", SendAnswer.ALREADY_KNOWN),  # Erigon
        ("replacement transaction underpriced", SendAnswer.REPLACEMENT_UNDERPRICED),
        ("ReplacementNotAllowed", SendAnswer.REPLACEMENT_UNDERPRICED),
        ("INTERNAL_ERROR: could not replace existing tx", SendAnswer.REPLACEMENT_UNDERPRICED),
        ("transaction underpriced: tip needed 1, tip permitted 0", SendAnswer.FEE_TOO_LOW),
        ("max fee per gas less than block base fee: address 0x", SendAnswer.FEE_TOO_LOW),
        ("transaction gas price below minimum: gas tip cap 0, minimum", SendAnswer.FEE_TOO_LOW),
        ("FeeTooLow, MaxFeePerGas too low", SendAnswer.FEE_TOO_LOW),
        ("nonce too low: next nonce 5, tx nonce 4", SendAnswer.NONCE_TOO_LOW),
        ("OldNonce", SendAnswer.NONCE_TOO_LOW),
        ("Transaction nonce is too low", SendAnswer.NONCE_TOO_LOW),
        ("insufficient funds for gas * price + value", SendAnswer.INSUFFICIENT_FUNDS),
        ("Upfront cost exceeds account balance", SendAnswer.INSUFFICIENT_FUNDS),
        ("exceeds block gas limit", SendAnswer.REFUSED),
        ("", SendAnswer.REFUSED),
    ],
)
def test_every_node_s_words_for_a_state_are_known(words: str, answer: SendAnswer) -> None:
    assert classify_send_refusal(words) is answer


@pytest.mark.parametrize(
    ("error", "data"),
    [
        ({"code": 3, "message": "execution reverted", "data": "0xdeadbeef"}, b"\xde\xad\xbe\xef"),
        ({"code": -32015, "message": "VM execution error", "data": "Reverted 0xbeef"}, b"\xbe\xef"),
        ({"code": -32000, "message": "execution reverted"}, b""),
        ({"code": -32603, "message": "x", "data": {"data": "0xdead"}}, b"\xde\xad"),
        ({"code": 3, "message": "execution reverted", "data": "0xodd"}, b""),
    ],
)
def test_revert_data_is_found_in_every_shape(error: dict[str, Any], data: bytes) -> None:
    refusal = parse_refusal(error)
    assert is_revert(refusal)
    assert refusal.data == data


@pytest.mark.parametrize("error", ["no", None, 7, {}, {"message": {"a": 1}}, {"code": "x"}])
def test_an_error_of_any_shape_is_one_short_line(error: object) -> None:
    refusal = parse_refusal(error)
    assert "\n" not in refusal.message
    assert not is_revert(refusal)


def test_a_long_error_is_cut() -> None:
    assert len(parse_refusal({"message": "a\n" * 10_000}).message) <= 200


@pytest.mark.parametrize(
    "words",
    [
        "query returned more than 10000 results",
        "Log response size exceeded. this block range should work: [0x0, 0x5]",
        "eth_getLogs is limited to a 10,000 block range",
        "query timeout exceeded",
        "exceed maximum block range 1000",
    ],
)
def test_a_range_that_is_too_wide_is_understood(words: str) -> None:
    assert is_range_limit(NodeRefusal(-32005, words))


def test_a_range_that_ends_in_the_future_is_not_too_wide() -> None:
    words = "block range extends beyond current head block"
    assert not is_range_limit(NodeRefusal(-32602, words))


class Node:
    """Serves one log per block, at most `most` a query."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[tuple[int, int]] = []

    def fetch(self, address: str, topics: Topics, first: int, last: int) -> object:
        self.asked.append((first, last))
        if last - first + 1 > self.most:
            raise NodeRefusal(-32005, "query returned more than 10000 results")
        return [log(number) for number in range(first, last + 1)]


def test_wide_ranges_are_split_until_the_node_answers() -> None:
    node = Node(most=7)
    logs = LogRanges(node.fetch, 100).collect(ADDRESS, [[TOPIC]], 0, 99)
    assert [entry.position.block_number for entry in logs] == list(range(100))


def test_the_width_that_worked_is_kept() -> None:
    node = Node(most=7)
    ranges = LogRanges(node.fetch, 100)
    ranges.collect(ADDRESS, [[TOPIC]], 0, 99)
    node.asked.clear()
    ranges.collect(ADDRESS, [[TOPIC]], 0, 99)
    assert all(last - first + 1 <= 7 for first, last in node.asked)


def test_an_empty_range_asks_nothing() -> None:
    node = Node(most=1)
    assert LogRanges(node.fetch, 10).collect(ADDRESS, [[TOPIC]], 5, 4) == ()
    assert node.asked == []


def test_a_node_that_refuses_even_one_block_is_down() -> None:
    with pytest.raises(ChainUnavailable, match="blocks 0 to 0"):
        LogRanges(Node(most=0).fetch, 8).collect(ADDRESS, [[TOPIC]], 0, 9)


def test_another_refusal_is_not_answered_with_smaller_ranges() -> None:
    def fetch(*_: object) -> object:
        raise NodeRefusal(-32601, "method not found")

    with pytest.raises(ChainUnavailable, match="method not found"):
        LogRanges(fetch, 8).collect(ADDRESS, [[TOPIC]], 0, 9)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        [log(address="0x" + "cd" * 20)],
        [log(number=10)],
        [log(topics=["0x" + "55" * 32])],
        [log(topics=[])],
        [log(), log()],
        [log(removed=True)],
    ],
    ids=[
        "null",
        "object",
        "another contract",
        "another block",
        "another topic",
        "no topic",
        "the same twice",
        "removed",
    ],
)
def test_logs_that_were_not_asked_for_are_refused(answer: object) -> None:
    with pytest.raises(ChainUnavailable, match="nonsense"):
        LogRanges(lambda *_: answer, 10).collect(ADDRESS, [[TOPIC]], 0, 9)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:pw@mainnet.example.org/v3/SECRET?key=SECRET", "https://mainnet.example.org"),
        ("http://127.0.0.1:8545/", "http://127.0.0.1:8545"),
        ("http://[::1]:8545", "http://[::1]:8545"),
    ],
)
def test_addresses_are_shown_without_their_secrets(url: str, name: str) -> None:
    assert endpoint_name(url) == name
