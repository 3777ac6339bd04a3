"""A transaction that nobody mines gets both fees raised, up to the cap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.chain.calls import Call
from oracle.errors import ChainUnavailable
from oracle.ledger.transaction import TxStatus
from tests.integration.flaky_proxy import DROP_REQUEST, PASS, FlakyProxy
from tests.integration.sending.sending_desk import GWEI, KEY, POLICY, Desk, through

pytestmark = pytest.mark.integration


def test_a_stuck_transaction_gets_both_fees_raised_up_to_the_cap(desk: Desk) -> None:
    sender = desk.sender(policy=replace(POLICY, max_fee_cap_wei=5 * GWEI, bump_percent=50))
    desk.deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI // 2))
    sender.submit(KEY, desk.buy())
    desk.now += 59
    sender.advance()
    assert len(desk.fees()) == 1  # patience is not over
    statuses = []
    for _ in range(8):
        desk.now += 60
        statuses += [result.status for result in sender.advance()]
    fees = desk.fees()
    assert len(fees) > 2
    for (fee, tip), (fee_after, tip_after) in zip(fees, fees[1:], strict=False):
        assert fee_after * 10 >= fee * 11
        assert tip_after * 10 >= tip * 11
    assert max(fee for fee, _ in fees) <= 5 * GWEI
    assert statuses[0] is TxStatus.PENDING
    assert statuses[-1] is TxStatus.STUCK
    # It is still watched: once the chain takes it, it is done, and done once.
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()
    assert [result.status for result in sender.advance()] == [TxStatus.CONFIRMED]
    assert desk.bought == 1


def test_an_earlier_attempt_that_is_mined_after_all_counts(desk: Desk, proxy: FlakyProxy) -> None:
    sender = desk.sender(through(proxy))
    sender.submit(KEY, desk.buy())
    desk.now += 60
    proxy.drop(DROP_REQUEST, "eth_sendRawTransaction")
    with pytest.raises(ChainUnavailable):
        sender.advance()  # the raised attempt is in the ledger and nowhere else
    proxy.heal()
    first, _ = (a.hash for a in desk.ledger.transactions.find(KEY).attempts)  # type: ignore[union-attr]
    desk.deployed.anvil.mine()
    (result,) = sender.advance()
    assert (result.status, result.hash) == (TxStatus.MINED, first)


def test_a_node_that_wants_a_higher_raise_gets_it(desk: Desk, proxy: FlakyProxy) -> None:
    sender = desk.sender(through(proxy))
    sender.submit(KEY, desk.buy())
    desk.now += 60
    refusals = [2]

    def rule(method: str, params: list[object]) -> object:
        if method == "eth_sendRawTransaction" and refusals[0]:
            refusals[0] -= 1
            return {"error": {"code": -32000, "message": "replacement transaction underpriced"}}
        return PASS

    proxy.rule = rule
    (result,) = sender.advance()
    assert result.status is TxStatus.PENDING
    assert len(desk.fees()) == 4
    desk.deployed.anvil.mine()
    assert [result.status for result in sender.advance()] == [TxStatus.MINED]
    assert desk.bought == 1


def test_a_market_above_the_cap_is_said(desk: Desk) -> None:
    desk.deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(50 * GWEI))
    desk.deployed.anvil.mine()
    sender = desk.sender(policy=replace(POLICY, max_fee_cap_wei=2 * GWEI))
    result = sender.submit(KEY, desk.buy())
    assert result.status is TxStatus.STUCK
    assert "fee cap of 2000000000 wei" in result.reason
    # A market that comes down, or a cap that is raised, lets it go on.
    assert [r.status for r in desk.sender().advance()] == [TxStatus.PENDING]


def test_an_account_without_money_is_said_and_goes_on_when_it_has_some(desk: Desk) -> None:
    address = desk.deployed.operator.address
    desk.deployed.anvil.set_balance(address, 1)
    # Without money to send along: what a call costs could not even be estimated then.
    result = desk.sender().submit(KEY, Call(to=address, data=b""))
    assert result.status is TxStatus.STUCK
    assert result.reason == f"{address} holds too little"
    desk.deployed.anvil.set_balance(address, 10**18)
    assert [r.status for r in desk.sender().advance()] == [TxStatus.PENDING]


def test_a_node_s_other_refusals_are_passed_on(desk: Desk, proxy: FlakyProxy) -> None:
    def rule(method: str, params: list[object]) -> object:
        if method == "eth_sendRawTransaction":
            return {"error": {"code": -32000, "message": "exceeds\nblock gas limit"}}
        return PASS

    proxy.rule = rule
    result = desk.sender(through(proxy)).submit(KEY, desk.buy())
    assert (result.status, result.reason) == (
        TxStatus.STUCK,
        "the node refuses it: exceeds block gas limit",
    )
