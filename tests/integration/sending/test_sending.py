"""Every transaction is carried out once, or not at all, and never told to the log."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from oracle.errors import BadInput, NeedsHuman, SignerRefused
from oracle.ledger.transaction import TxStatus
from oracle.sending.dry_run import DryRunSender
from oracle.sending.sender import TransactionSender
from oracle.signing.policy import operator_policy
from oracle.signing.signer import Signer, parse_key
from tests.integration.deployed_contract import AnyPolicy
from tests.integration.flaky_proxy import FlakyProxy
from tests.integration.sending.sending_desk import KEY, POLICY, Desk, through

pytestmark = pytest.mark.integration


def test_a_call_goes_from_pending_over_mined_to_confirmed(desk: Desk) -> None:
    sender, anvil = desk.sender(), desk.deployed.anvil
    pending = sender.submit(KEY, desk.buy())
    assert (pending.status, pending.succeeded) == (TxStatus.PENDING, False)
    anvil.mine()
    (mined,) = sender.advance()
    assert (mined.status, mined.succeeded, mined.hash) == (TxStatus.MINED, True, pending.hash)
    anvil.finalize()
    (confirmed,) = sender.advance()
    assert (confirmed.status, confirmed.succeeded) == (TxStatus.CONFIRMED, True)
    assert sender.advance() == ()
    assert desk.bought == 1


def test_the_same_key_is_sent_once_however_often_it_is_submitted(desk: Desk) -> None:
    call = desk.buy()
    first = desk.sender().submit(KEY, call)
    for _ in range(3):
        assert desk.sender().submit(KEY, call).hash == first.hash
    desk.deployed.anvil.finalize()
    desk.deployed.anvil.finalize()
    result = desk.sender().submit(KEY, call)
    assert (result.status, result.hash) == (TxStatus.CONFIRMED, first.hash)
    assert result.receipt is not None
    assert desk.deployed.contract.events_of(result.receipt)[0].competition_id == 1
    assert desk.bought == 1


def test_several_calls_take_nonces_in_a_row(desk: Desk) -> None:
    sender, call = desk.sender(), desk.buy()
    for number in range(3):
        assert sender.submit(str(number), call).status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    assert [result.status for result in sender.advance()] == [TxStatus.MINED] * 3
    assert desk.bought == 3


def test_waiting_ends_when_it_is_mined_or_when_time_is_up(desk: Desk) -> None:
    sender = desk.sender()
    sender.submit(KEY, desk.buy())
    assert sender.wait(KEY, timeout_seconds=0).status is TxStatus.PENDING
    pending = sender.wait(KEY, timeout_seconds=0.2, poll_seconds=0.05)
    assert pending.status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    assert sender.wait(KEY, timeout_seconds=5).status is TxStatus.MINED
    assert sender.wait(KEY, timeout_seconds=0, until_final=True).status is TxStatus.MINED
    desk.deployed.anvil.finalize()
    assert sender.wait(KEY, timeout_seconds=5, until_final=True).status is TxStatus.CONFIRMED
    with pytest.raises(BadInput, match="nothing was sent under other"):
        sender.wait("other", timeout_seconds=5)


def test_without_a_key_nothing_is_sent(desk: Desk) -> None:
    sender = DryRunSender()
    assert sender.submit(KEY, desk.buy()).status is TxStatus.DRY
    assert sender.advance() == ()
    desk.deployed.anvil.mine()
    assert desk.bought == 0


def test_a_call_that_would_revert_is_not_sent_and_the_reason_is_said(desk: Desk) -> None:
    result = desk.sender().submit("pin", desk.deployed.contract.calls.pin_seed(7))
    assert result.status is TxStatus.REFUSED
    assert result.reason == "competition 7 does not exist"
    assert desk.ledger.transactions.find("pin") is None


def test_nothing_is_sent_close_to_its_deadline(desk: Desk) -> None:
    now = desk.deployed.client.latest_block().timestamp
    policy = replace(POLICY, deadline_margin_seconds=15)
    result = desk.sender(policy=policy).submit(KEY, desk.buy(), deadline=now + 15)
    assert result.status is TxStatus.EXPIRED
    assert desk.ledger.transactions.find(KEY) is None
    result = desk.sender(policy=policy).submit(KEY, desk.buy(), deadline=now + 16)
    assert result.status is TxStatus.PENDING


def test_what_the_policy_forbids_is_not_sent(desk: Desk) -> None:
    address = desk.deployed.contract.address
    signer = Signer(
        parse_key(desk.deployed.operator.key, "devnet"), operator_policy(31337, address, 0, 0)
    )
    sender = TransactionSender(desk.deployed.client, signer, desk.ledger)
    with pytest.raises(SignerRefused):
        sender.submit("buy", desk.deployed.contract.calls.buy_ticket(1, 10**15))
    assert desk.ledger.transactions.find("buy") is None


def test_a_key_that_stands_for_another_call_calls_a_human(desk: Desk) -> None:
    desk.sender().submit(KEY, desk.buy())
    with pytest.raises(NeedsHuman, match="another transaction under 1:buy"):
        desk.sender().submit(KEY, desk.deployed.contract.calls.pin_seed(7))


def test_another_key_watches_and_does_not_send(desk: Desk) -> None:
    call = desk.buy()
    desk.sender().submit(KEY, call)
    stranger = Signer(parse_key(desk.deployed.players[0].key, "devnet"), AnyPolicy())
    sender = TransactionSender(desk.deployed.client, stranger, desk.ledger)
    result = sender.submit(KEY, call)
    assert result.status is TxStatus.STUCK
    assert desk.deployed.operator.address in result.reason
    desk.deployed.anvil.mine()
    assert sender.submit(KEY, call).status is TxStatus.MINED


def test_neither_keys_nor_the_endpoint_s_path_reach_the_log(
    desk: Desk, proxy: FlakyProxy, caplog: pytest.LogCaptureFixture
) -> None:
    client = through(proxy)
    with caplog.at_level(logging.DEBUG):
        desk.sender(client).submit(KEY, desk.buy())
        desk.sender(client).advance()
    assert "API-KEY" not in caplog.text
    assert desk.deployed.operator.key.removeprefix("0x") not in caplog.text
