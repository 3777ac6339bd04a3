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


@pytest.mark.parametrize(
    ("words", "most"),
    [
        # Polygon's pool names what it wants; another one does not.
        ("transaction gas price below minimum: gas tip cap 0, minimum needed 25000000000", 2),
        ("transaction underpriced", 12),
    ],
)
def test_a_pool_that_takes_no_small_tip_gets_a_larger_one_in_one_go(
    desk: Desk, proxy: FlakyProxy, words: str, most: int
) -> None:
    def rule(method: str, params: list[object]) -> object:
        if method == "eth_maxPriorityFeePerGas":
            return {"result": "0x0"}
        if method == "eth_sendRawTransaction" and desk.fees()[-1][1] < 25 * GWEI:
            return {"error": {"code": -32000, "message": words}}
        return PASS

    proxy.rule = rule
    result = desk.sender(through(proxy)).submit(KEY, desk.buy())
    assert result.status is TxStatus.PENDING
    assert len(desk.fees()) <= most
    assert 25 * GWEI <= desk.fees()[-1][1] <= 50 * GWEI
    desk.deployed.anvil.mine()
    assert [r.status for r in desk.sender().advance()] == [TxStatus.MINED]
    assert desk.bought == 1


def test_a_price_refused_at_the_cap_is_offered_again_and_signs_nothing_new(
    desk: Desk, proxy: FlakyProxy
) -> None:
    def rule(method: str, params: list[object]) -> object:
        if method == "eth_sendRawTransaction":
            return {"error": {"code": -32000, "message": "transaction underpriced"}}
        return PASS

    proxy.rule = rule
    sender = desk.sender(through(proxy))
    result = sender.submit(KEY, desk.buy())
    assert result.status is TxStatus.STUCK
    assert result.reason == "refused at the fee cap of 100000000000 wei: transaction underpriced"
    signed = len(desk.fees())
    for _ in range(3):
        desk.now += 60
        sender.advance()
    assert len(desk.fees()) == signed
    proxy.heal()
    assert [r.status for r in sender.advance()] == [TxStatus.PENDING]
    assert len(desk.fees()) == signed


def test_only_what_a_pool_has_taken_has_to_be_outbid(desk: Desk, proxy: FlakyProxy) -> None:
    left = [3]

    def rule(method: str, params: list[object]) -> object:
        if method == "eth_sendRawTransaction" and left[0]:
            left[0] -= 1
            return {"error": {"code": -32000, "message": "transaction underpriced"}}
        return PASS

    proxy.rule = rule
    desk.sender(through(proxy)).submit(KEY, desk.buy())
    taken = desk.fees()[-1]
    assert desk.ledger.transactions.highest_fees(desk.deployed.operator.address, 0) in (None, taken)
    record = desk.ledger.transactions.find(KEY)
    assert record is not None
    assert [bool(attempt.refused) for attempt in record.attempts] == [True, True, True, False]
    assert record.sent == record.attempts[-1:]


def test_a_node_that_suggests_no_tip_is_served_by_what_others_paid(
    desk: Desk, proxy: FlakyProxy
) -> None:
    def rule(method: str, params: list[object]) -> object:
        if method == "eth_maxPriorityFeePerGas":
            return {"error": {"code": -32601, "message": "the method does not exist"}}
        if method == "eth_feeHistory":
            return {"result": {"reward": [["0x1"], ["0x77359400"], ["0x77359400"]]}}
        return PASS

    proxy.rule = rule
    result = desk.sender(through(proxy)).submit(KEY, desk.buy())
    assert result.status is TxStatus.PENDING
    assert [tip for _, tip in desk.fees()] == [2 * GWEI]


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
