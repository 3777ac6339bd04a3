"""Several nodes of one chain: one that is dead, lags, lies or is led elsewhere stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from oracle.chain.client import ChainClient
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.node_errors import SendAnswer
from oracle.errors import ChainUnavailable
from tests.integration.deployed_contract import Deployed
from tests.integration.flaky_proxy import DROP_REQUEST, PASS, FlakyProxy

pytestmark = pytest.mark.integration


class Three:
    """A client of three proxies of the one devnet."""

    def __init__(self, proxies: list[FlakyProxy]) -> None:
        self.proxies = proxies
        first, *more = (proxy.url for proxy in proxies)
        self.client = ChainClient.connect(first, DEVNET_CHAIN_ID, 5.0, more_urls=more)

    def reads(self) -> list[int]:
        """How many requests each node gets for one read."""
        before = [len(proxy.seen) for proxy in self.proxies]
        self.client.balance("0x" + "11" * 20)
        return [len(p.seen) - n for p, n in zip(self.proxies, before, strict=True)]


@contextmanager
def proxies_of(url: str) -> Iterator[list[FlakyProxy]]:
    with FlakyProxy(url) as first, FlakyProxy(url) as second, FlakyProxy(url) as third:
        yield [first, second, third]


@pytest.fixture
def three(own_deployed: Deployed) -> Iterator[Three]:
    own_deployed.anvil.mine(80)
    own_deployed.anvil.finalize()
    with proxies_of(own_deployed.anvil.url) as proxies:
        yield Three(proxies)


def answering(method: str, result: Any) -> Any:
    return lambda asked, params: {"result": result} if asked == method else PASS


def test_reads_go_to_the_first_node_and_to_the_next_when_it_is_dead(three: Three) -> None:
    three.client.require_chain()
    assert three.reads() == [1, 0, 0]
    three.proxies[0].rule = lambda method, params: DROP_REQUEST
    assert three.reads()[1:] == [1, 0], "in the middle of a cycle, too"
    three.client.require_chain()
    assert three.reads() == [0, 1, 0]
    three.proxies[0].heal()
    three.client.require_chain()
    assert three.reads() == [1, 0, 0], "it is read from again"


def test_a_node_that_serves_another_chain_is_left_out(
    three: Three, caplog: pytest.LogCaptureFixture
) -> None:
    three.proxies[0].rule = answering("eth_chainId", "0x1")
    for _ in range(2):
        three.client.require_chain()
    assert three.reads() == [0, 1, 0]
    assert caplog.text.count("node is left out") == 1
    for proxy in three.proxies:
        proxy.rule = answering("eth_chainId", "0x1")
    with pytest.raises(ChainUnavailable, match="serves chain 1, not 31337"):
        three.client.require_chain()


def test_a_node_whose_finality_is_frozen_is_left_out(three: Three, own_deployed: Deployed) -> None:
    old = own_deployed.anvil.rpc("eth_getBlockByNumber", "0x1", False)

    def frozen(method: str, params: list[Any]) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "finalized":
            return {"result": old}
        return PASS

    three.proxies[0].rule = frozen
    three.client.require_chain()
    assert three.reads() == [0, 1, 0]


def test_of_two_chains_the_majority_is_followed_and_two_halves_stop_everything(
    three: Three, own_deployed: Deployed
) -> None:
    def forked(method: str, params: list[Any]) -> Any:
        if method == "eth_getBlockByNumber" and params[0] != "finalized":
            block = own_deployed.anvil.rpc(method, *params)
            return {"result": {**block, "hash": "0x" + "66" * 32}}
        return PASS

    three.proxies[0].rule = forked
    three.client.require_chain()
    assert three.reads() == [0, 1, 0]
    three.proxies[2].rule = lambda method, params: DROP_REQUEST
    with pytest.raises(ChainUnavailable, match="do not agree about block"):
        three.client.require_chain()


def test_a_node_that_said_something_odd_is_asked_last_the_next_time(three: Three) -> None:
    three.client.require_chain()
    three.client.distrust()
    assert three.reads() == [0, 1, 0]
    three.client.require_chain()
    assert three.reads() == [0, 1, 0]
    three.client.require_chain()
    assert three.reads() == [1, 0, 0], "one cycle later it is judged by what it says"


def test_a_transaction_is_given_to_all_and_taken_if_one_takes_it(
    three: Three, own_deployed: Deployed
) -> None:
    words = {"error": {"code": -32000, "message": "txpool is full"}}
    for proxy in three.proxies[:2]:
        proxy.rule = lambda method, params: words if method == "eth_sendRawTransaction" else PASS
    three.proxies[2].rule = answering("eth_sendRawTransaction", "0x" + "00" * 32)
    assert three.client.send_raw(b"\x02") == (SendAnswer.ACCEPTED, "")
    for proxy in three.proxies:
        assert proxy.seen.count("eth_sendRawTransaction") == 1
    three.proxies[2].rule = three.proxies[0].rule
    assert three.client.send_raw(b"\x02") == (SendAnswer.REFUSED, "txpool is full")


def test_a_node_that_lags_never_lowers_a_nonce(three: Three, own_deployed: Deployed) -> None:
    account = own_deployed.operator.address
    three.proxies[1].rule = answering("eth_getTransactionCount", "0x7")
    assert three.client.nonce(account) == 7
    three.proxies[2].rule = lambda method, params: DROP_REQUEST
    assert three.client.nonce(account) == 7


def test_a_node_that_overstates_a_nonce_is_left_out_and_said_once(
    three: Three, own_deployed: Deployed, caplog: pytest.LogCaptureFixture
) -> None:
    account = own_deployed.operator.address
    true = three.client.nonce(account)
    three.proxies[0].rule = answering("eth_getTransactionCount", "0xffff")
    for _ in range(2):
        three.client.require_chain()
        assert three.client.nonce(account, at_most=true + 5) == true
        assert three.reads() == [0, 1, 0]
    (warning,) = (record for record in caplog.records if record.message == "node is left out")
    assert "counts 65535 transactions" in warning.__dict__["reason"]
    assert "remove the node from [chain] rpc_url" in warning.__dict__["hint"]
    three.proxies[0].heal()
    three.client.require_chain()
    assert three.client.nonce(account, at_most=true + 5) == true
    assert three.reads() == [1, 0, 0], "it is read from again"


def test_a_nonce_that_no_node_states_within_reason_is_not_believed(
    three: Three, own_deployed: Deployed
) -> None:
    for proxy in three.proxies:
        proxy.rule = answering("eth_getTransactionCount", "0xffff")
    for _ in range(2):
        with pytest.raises(ChainUnavailable, match="counts 65535 transactions"):
            three.client.nonce(own_deployed.operator.address, at_most=9)
    three.reads()


def test_at_a_final_block_the_nonce_is_what_most_nodes_say(
    three: Three, own_deployed: Deployed
) -> None:
    account, block = own_deployed.operator.address, own_deployed.client.latest_block()
    true = own_deployed.client.nonce(account, block.hash)
    three.proxies[0].rule = answering("eth_getTransactionCount", "0xffff")
    assert three.client.nonce(account, block.hash) == true
    three.proxies[1].rule = lambda method, params: DROP_REQUEST
    assert three.client.nonce(account, block.hash) == true, "of two, the lower is the safer one"
