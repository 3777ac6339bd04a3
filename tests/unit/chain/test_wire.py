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
    is_rate_limit,
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
        "rate limit exceeded",
        "Too Many Requests",
        "exceeded its compute units per second capacity",
        "your app has exceeded its throughput limit",
        "project ID request rate exceeded",
    ],
)
def test_a_rate_limit_is_told_from_a_range_that_is_too_wide(words: str) -> None:
    assert is_rate_limit(NodeRefusal(-32005, words))
    assert not is_rate_limit(NodeRefusal(-32005, "query returned more than 10000 results"))
    assert is_rate_limit(NodeRefusal(429, "slow down"))


class Node:
    """Serves one log per block, at most `most` a query; of more it says `words`."""

    def __init__(self, most: int, words: str = "query returned more than 10000 results") -> None:
        self.most, self.words = most, words
        self.asked: list[tuple[int, int]] = []

    def fetch(self, address: str, topics: Topics, first: int, last: int) -> object:
        self.asked.append((first, last))
        if last - first + 1 > self.most:
            raise NodeRefusal(-32005, self.words)
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
    refused = [where for where in node.asked if where[1] - where[0] + 1 > 7]
    assert len(refused) <= len(node.asked) / 8  # it tries now and then to grow back


def test_an_empty_range_asks_nothing() -> None:
    node = Node(most=1)
    assert LogRanges(node.fetch, 10).collect(ADDRESS, [[TOPIC]], 5, 4) == ()
    assert node.asked == []


def test_a_node_that_refuses_even_one_block_is_down() -> None:
    with pytest.raises(ChainUnavailable, match="blocks 0 to 0"):
        LogRanges(Node(most=0).fetch, 8).collect(ADDRESS, [[TOPIC]], 0, 9)


@pytest.mark.parametrize(
    "words",
    [
        "Log response size exceeded. this block range should work: [0x0, 0x5]",  # Alchemy
        "eth_getLogs is limited to a 10,000 range",  # QuickNode
        "ranges over 10000 blocks are not supported on freetier",  # dRPC
        "requested too many blocks from 0 to 99, maximum is set to 7",  # Avalanche
        "exceed maximum block range 1000",  # geth
        "Please limit the query to at most 1000 blocks",
        "words that nobody has seen yet",
    ],
)
def test_whatever_words_refuse_a_wide_range_it_is_split(words: str) -> None:
    node = Node(most=7, words=words)
    logs = LogRanges(node.fetch, 100).collect(ADDRESS, [[TOPIC]], 0, 99)
    assert len(logs) == 100


def test_a_range_that_ends_in_the_future_is_not_split() -> None:
    node = Node(most=7, words="block range extends beyond current head block")
    with pytest.raises(ChainUnavailable, match="beyond current head"):
        LogRanges(node.fetch, 100).collect(ADDRESS, [[TOPIC]], 0, 99)
    assert len(node.asked) == 1


def test_a_node_without_logs_is_asked_a_few_times_and_not_for_ever() -> None:
    asked = []

    def fetch(*where: object) -> object:
        asked.append(where)
        raise NodeRefusal(-32601, "method not found")

    with pytest.raises(ChainUnavailable, match="method not found"):
        LogRanges(fetch, 5000).collect(ADDRESS, [[TOPIC]], 0, 100_000)
    assert len(asked) <= 14


def test_the_width_grows_back_after_a_busy_moment() -> None:
    node = Node(most=1)
    ranges = LogRanges(node.fetch, 64)
    ranges.collect(ADDRESS, [[TOPIC]], 0, 9)
    node.most = 64
    node.asked.clear()
    ranges.collect(ADDRESS, [[TOPIC]], 0, 5_000)
    assert len(node.asked) < 150
    assert node.asked[-2][1] - node.asked[-2][0] + 1 == 64


def test_a_rate_limit_is_waited_for_and_no_reason_to_ask_more_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    node = Node(most=100)
    refusals = 2

    def fetch(*where: Any) -> object:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise NodeRefusal(-32005, "rate limit exceeded")
        return node.fetch(*where)

    assert len(LogRanges(fetch, 100).collect(ADDRESS, [[TOPIC]], 0, 99)) == 100
    assert (waited, len(node.asked)) == ([1.0, 2.0], 1)
    refusals = 100
    with pytest.raises(ChainUnavailable, match="rate limit"):
        LogRanges(fetch, 100).collect(ADDRESS, [[TOPIC]], 0, 99)
    assert refusals == 96


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
