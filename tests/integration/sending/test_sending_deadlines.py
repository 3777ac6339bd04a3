"""What fails in its block, or is past its deadline, is told and makes way for others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oracle.chain.calls import Call
from oracle.ledger.transaction import TransactionRecord, TxStatus
from tests.integration.flaky_proxy import PASS, FlakyProxy
from tests.integration.sending.sending_desk import (
    GWEI,
    KEY,
    POLICY,
    PRICE_WEI,
    Desk,
    terms_of_a_sale,
    through,
)

pytestmark = pytest.mark.integration


def sale(desk: Desk) -> Call:
    """A competition whose sale is about to end, and the call that buys its ticket."""
    deployed = desk.deployed
    now = deployed.client.latest_block().timestamp
    call = deployed.contract.calls.create_competition(terms_of_a_sale(now + 1000))
    deployed.send(deployed.operator, call)
    deployed.anvil.mine()
    return deployed.contract.calls.buy_ticket(2, PRICE_WEI)


def test_a_transaction_that_fails_in_its_block_is_told_with_its_reason(desk: Desk) -> None:
    anvil, sender = desk.deployed.anvil, desk.sender()
    buy = sale(desk)
    assert sender.submit("buy", buy).status is TxStatus.PENDING
    anvil.set_time(anvil.time() + 2000)  # mines it after the sale
    (mined,) = sender.advance()
    assert mined.status is TxStatus.MINED
    assert not mined.succeeded
    anvil.finalize()
    (reverted,) = sender.advance()
    assert reverted.status is TxStatus.REVERTED
    assert reverted.reason
    assert sender.submit("buy", buy).status is TxStatus.REVERTED


def test_a_failure_that_cannot_be_replayed_is_told_too(desk: Desk, proxy: FlakyProxy) -> None:
    anvil = desk.deployed.anvil
    buy = sale(desk)
    desk.sender().submit("buy", buy)
    anvil.set_time(anvil.time() + 2000)

    def no_state(method: str, params: list[Any]) -> object:
        error = {"error": {"code": -32000, "message": "missing trie node"}}
        return error if method == "eth_call" else PASS

    proxy.rule = no_state
    (mined,) = desk.sender(through(proxy)).advance()
    assert mined.reason == "it failed in its block, for a reason that cannot be replayed"


def stop_taking(desk: Desk) -> None:
    """Raises the base fee above everything that was bid so far."""
    desk.deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    desk.deployed.anvil.mine()


def test_past_its_deadline_nothing_is_sent_any_more(desk: Desk) -> None:
    anvil, sender = desk.deployed.anvil, desk.sender()
    buy = sale(desk)
    deadline = anvil.time() + 500
    sender.submit("buy", buy, deadline)
    stop_taking(desk)
    anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    anvil.set_time(deadline)
    desk.now += 1000
    (late,) = sender.advance()
    assert late.status is TxStatus.PENDING  # a reorg could still put it into an earlier block
    for _ in range(2):
        anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
        anvil.mine()
    (expired,) = sender.advance()
    assert expired.status is TxStatus.EXPIRED
    record = desk.ledger.transactions.find("buy")
    assert record is not None and len(record.attempts) == 1


def test_an_expired_transaction_makes_way_for_those_behind_it(desk: Desk) -> None:
    deployed, anvil, sender = desk.deployed, desk.deployed.anvil, desk.sender()
    buy = sale(desk)
    deadline = anvil.time() + 500
    sender.submit("buy", buy, deadline)
    stop_taking(desk)
    behind = sender.submit(KEY, desk.buy())
    assert behind.status is TxStatus.PENDING
    anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    anvil.set_time(deadline)
    first, _ = sender.advance()
    assert first.reason.startswith("being cancelled")
    assert sender.advance()[0].reason.startswith("being cancelled")
    anvil.mine()
    anvil.finalize()
    assert {r.key: r.status for r in sender.advance()} == {
        "buy": TxStatus.EXPIRED,
        KEY: TxStatus.CONFIRMED,
    }
    assert deployed.contract.state(2, deployed.client.latest_block()).sold == 0
    assert desk.bought == 1


def test_a_call_refused_after_it_was_dropped_is_not_sent_again_for_now(desk: Desk) -> None:
    deployed, anvil, sender = desk.deployed, desk.deployed.anvil, desk.sender()
    buy = sale(desk)
    pending = sender.submit("buy", buy)
    assert pending.hash is not None
    anvil.rpc("anvil_dropTransaction", "0x" + pending.hash.hex())
    snapshot = anvil.snapshot()
    anvil.set_time(anvil.time() + 2000)
    (waiting,) = sender.advance()
    assert waiting.status is TxStatus.PENDING
    assert waiting.reason.startswith("not sent again: competition 2 waits for its target")
    # The next transaction must not wait behind it for ever.
    anvil.revert(snapshot)
    anvil.set_time(anvil.time() + 2000)
    sender.submit("1:withdraw", desk.buy())
    assert sender.advance()[0].reason.startswith("being cancelled")
    anvil.mine()
    assert desk.bought == 1
    assert deployed.contract.state(2, deployed.client.latest_block()).sold == 0


def test_a_cancellation_above_the_cap_calls_a_human(desk: Desk) -> None:
    anvil, sender = desk.deployed.anvil, desk.sender()
    deadline = anvil.time() + 500
    sender.submit("buy", sale(desk), deadline)
    sender.submit(KEY, desk.buy())
    anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    anvil.set_time(deadline)
    poor = desk.sender(policy=replace(POLICY, max_fee_cap_wei=GWEI))
    first, _ = poor.advance()
    assert first.status is TxStatus.STUCK
    assert "cannot be cancelled" in first.reason


def test_an_intent_that_expired_before_it_was_signed_is_over(desk: Desk) -> None:
    record = TransactionRecord(
        KEY, desk.deployed.operator.address, desk.buy(), 5, 500_000, 0, TxStatus.PENDING, ""
    )
    desk.ledger.transactions.record_intent(record)
    assert [r.status for r in desk.sender().advance()] == [TxStatus.EXPIRED]


def test_a_nonce_lost_past_the_deadline_is_not_replaced(desk: Desk) -> None:
    anvil = desk.deployed.anvil
    deadline = anvil.time() + 100
    desk.elsewhere()
    desk.sender().submit(KEY, desk.buy(), deadline)
    anvil.set_time(deadline)
    anvil.finalize()
    assert [r.status for r in desk.sender().advance()] == [TxStatus.EXPIRED]
    assert desk.bought == 0
