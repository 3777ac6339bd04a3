"""A node that overstates the account's nonce for a moment holds up nothing for good."""

from __future__ import annotations

from typing import Any

import pytest

from oracle.chain.client import ChainClient
from oracle.errors import ChainUnavailable
from oracle.ledger.transaction import TxStatus
from oracle.sending.nonces import SLACK
from tests.integration.flaky_proxy import PASS, FlakyProxy
from tests.integration.sending.sending_desk import KEY, Desk, through

pytestmark = pytest.mark.integration


def counting(count: int, *, at_blocks: bool = False) -> Any:
    """Answers with this nonce, always, or only where no block is named."""

    def rule(method: str, params: list[Any]) -> Any:
        if method == "eth_getTransactionCount" and (at_blocks or params[1] == "latest"):
            return {"result": hex(count)}
        return PASS

    return rule


def nonce_of_the_call(desk: Desk) -> int:
    record = desk.ledger.transactions.find(KEY)
    assert record is not None
    return record.nonce


def finish(desk: Desk, client: ChainClient) -> list[TxStatus]:
    """What the second of two final blocks shows, after a cycle between them."""
    for _ in range(2):
        client.require_chain()
        found = [result.status for result in desk.sender(client).advance()]
        desk.deployed.anvil.mine()
        desk.deployed.anvil.finalize()
    assert desk.bought == 1
    return found


@pytest.mark.parametrize("liar", [0, 1, 2])
@pytest.mark.parametrize("at_blocks", [False, True], ids=["now", "everywhere"])
def test_one_of_three_nodes_that_overstates_the_nonce_changes_nothing(
    desk: Desk, liar: int, at_blocks: bool
) -> None:
    url = desk.deployed.anvil.url
    with FlakyProxy(url) as first, FlakyProxy(url) as second, FlakyProxy(url) as third:
        client = ChainClient.connect(first.url, 31337, 5, more_urls=[second.url, third.url])
        client.require_chain()
        (first, second, third)[liar].rule = counting(0xFFFF, at_blocks=at_blocks)
        true = desk.deployed.client.nonce(desk.deployed.operator.address)
        assert desk.sender(client).submit(KEY, desk.buy()).status is TxStatus.PENDING
        assert nonce_of_the_call(desk) == true
        desk.deployed.anvil.mine()
        desk.deployed.anvil.finalize()
        assert [r.status for r in desk.sender(client).advance()] == [TxStatus.CONFIRMED]
    assert desk.bought == 1


def test_nothing_is_planned_by_the_only_node_while_it_overstates_the_nonce(
    desk: Desk, proxy: FlakyProxy
) -> None:
    client = through(proxy)
    proxy.rule = counting(0xFFFF)
    with pytest.raises(ChainUnavailable, match="far more than the final block") as caught:
        desk.sender(client).submit(KEY, desk.buy())
    assert "API-KEY" not in caught.value.what + caught.value.hint
    assert desk.ledger.transactions.find(KEY) is None
    proxy.heal()
    desk.sender(client).submit(KEY, desk.buy())
    proxy.rule = counting(0xFFFF)
    with pytest.raises(ChainUnavailable):
        desk.sender(client).advance()
    proxy.heal()
    finish(desk, client)


def test_a_nonce_that_is_overstated_within_reason_costs_a_few_transfers(
    desk: Desk, proxy: FlakyProxy
) -> None:
    client = through(proxy)
    true = client.nonce(desk.deployed.operator.address)
    proxy.rule = counting(true + 3)
    desk.sender(client).submit(KEY, desk.buy())
    assert nonce_of_the_call(desk) == true + 3
    proxy.heal()
    assert finish(desk, client) == [TxStatus.CONFIRMED] * 4


def test_an_account_that_sends_much_elsewhere_waits_for_a_final_block(desk: Desk) -> None:
    anvil = desk.deployed.anvil
    nonce = desk.deployed.client.nonce(desk.deployed.operator.address)
    for number in range(SLACK + 1):
        desk.elsewhere(nonce=nonce + number)
    anvil.mine()
    with pytest.raises(ChainUnavailable) as caught:
        desk.sender().submit(KEY, desk.buy())
    assert "wait until that is final" in caught.value.hint
    anvil.finalize()
    desk.sender().submit(KEY, desk.buy())
    anvil.mine()
    assert desk.bought == 1
