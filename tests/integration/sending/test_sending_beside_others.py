"""A nonce used elsewhere, and a reorganisation, cost a transaction its place and no more."""

from __future__ import annotations

import pytest

from oracle.errors import SignerRefused
from oracle.ledger.transaction import TransactionRecord, TxStatus
from oracle.signing.signer import SignedTransaction, Signer, UnsignedTransaction
from tests.integration.flaky_proxy import PASS, FlakyProxy
from tests.integration.sending.sending_desk import KEY, Desk, terms_of_a_sale, through

pytestmark = pytest.mark.integration


def test_a_nonce_used_elsewhere_is_given_up_only_when_that_is_final(desk: Desk) -> None:
    desk.elsewhere()
    sender, anvil = desk.sender(), desk.deployed.anvil
    waiting = sender.submit(KEY, desk.buy())
    assert waiting.status is TxStatus.PENDING
    assert waiting.reason == "a transaction from elsewhere waits at its nonce"
    anvil.mine()
    (used,) = sender.advance()
    assert (used.status, used.reason) == (
        TxStatus.PENDING,
        "another transaction used its nonce",
    )
    assert len(desk.fees()) == 1
    anvil.finalize()
    (renumbered,) = sender.advance()
    assert renumbered.status is TxStatus.PENDING
    assert renumbered.hash != waiting.hash
    anvil.mine()
    anvil.finalize()
    assert [result.status for result in sender.advance()] == [TxStatus.CONFIRMED]
    assert desk.bought == 1


def test_trouble_with_one_transaction_holds_up_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, sign = desk.sender(), Signer.sign
    first = sender.submit(KEY, desk.buy())
    second = sender.submit("1:another", desk.buy())
    nonce = desk.ledger.transactions.find(KEY).nonce  # type: ignore[union-attr]

    def refusing(signer: Signer, transaction: UnsignedTransaction) -> SignedTransaction:
        if transaction.nonce == nonce:
            raise SignerRefused("no more than so much is signed", "raise it")
        return sign(signer, transaction)

    monkeypatch.setattr(Signer, "sign", refusing)
    desk.now += 60
    stuck, raised = sender.advance()
    assert (stuck.status, stuck.reason) == (TxStatus.STUCK, "no more than so much is signed")
    assert (stuck.hash, raised.status) == (first.hash, TxStatus.PENDING)
    assert raised.hash != second.hash
    monkeypatch.undo()
    assert [result.status for result in sender.advance()] == [TxStatus.PENDING] * 2


def test_a_transaction_from_elsewhere_that_is_dropped_makes_room(desk: Desk) -> None:
    elsewhere = desk.elsewhere()
    sender = desk.sender()
    sender.submit(KEY, desk.buy())
    desk.deployed.anvil.rpc("anvil_dropTransaction", "0x" + elsewhere.hex())
    assert [r.status for r in sender.advance()] == [TxStatus.PENDING]
    desk.deployed.anvil.mine()
    assert desk.bought == 1


def test_a_nonce_taken_at_the_last_moment_is_found_out_later(desk: Desk, proxy: FlakyProxy) -> None:
    anvil, client = desk.deployed.anvil, through(proxy)

    def rule(method: str, params: list[object]) -> object:
        if method == "eth_sendRawTransaction":
            desk.elsewhere()
            anvil.mine()
        return PASS

    proxy.rule = rule
    result = desk.sender(client).submit(KEY, desk.buy())
    assert (result.status, result.reason) == (
        TxStatus.PENDING,
        "its nonce was used just now",
    )
    proxy.heal()
    anvil.finalize()
    assert [r.status for r in desk.sender(client).advance()] == [TxStatus.PENDING]
    anvil.mine()
    assert desk.bought == 1


def test_a_receipt_that_lags_behind_its_block_does_not_double_it(
    desk: Desk, proxy: FlakyProxy
) -> None:
    call = desk.buy()
    desk.sender().submit(KEY, call)
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()

    def rule(method: str, params: list[object]) -> object:
        return {"result": None} if method == "eth_getTransactionReceipt" else PASS

    proxy.rule = rule
    result = desk.sender(through(proxy)).submit(KEY, call)
    assert result.status is TxStatus.PENDING
    assert len(desk.fees()) == 1
    proxy.heal()
    assert desk.sender(through(proxy)).submit(KEY, call).status is TxStatus.CONFIRMED


def test_a_call_that_lost_its_nonce_and_its_purpose_is_refused(desk: Desk) -> None:
    """Somebody else pins first: the oracle's own transaction has nothing left to do."""
    deployed, anvil = desk.deployed, desk.deployed.anvil
    withdraw = deployed.contract.calls.withdraw(deployed.operator.address)
    desk.elsewhere()
    record = TransactionRecord(
        "w", deployed.operator.address, withdraw, None, 100_000, 0, TxStatus.PENDING, ""
    )
    desk.ledger.transactions.record_intent(record)
    anvil.mine()
    anvil.finalize()
    result = desk.sender().submit("w", withdraw)
    assert result.status is TxStatus.REFUSED
    assert result.reason.endswith("has no credit")


def test_a_transaction_that_a_reorg_removes_is_sent_again(desk: Desk) -> None:
    anvil, sender = desk.deployed.anvil, desk.sender()
    sent = sender.submit(KEY, desk.buy())
    assert sent.hash is not None
    anvil.mine()
    assert [r.status for r in sender.advance()] == [TxStatus.MINED]
    assert desk.bought == 1
    anvil.reorg(1)
    anvil.rpc("anvil_dropTransaction", "0x" + sent.hash.hex())
    assert desk.bought == 0
    (again,) = sender.advance()
    assert (again.status, again.hash) == (TxStatus.PENDING, sent.hash)
    anvil.mine()
    anvil.finalize()
    assert [r.status for r in sender.advance()] == [TxStatus.CONFIRMED]
    assert desk.bought == 1


def test_a_command_and_the_daemon_on_one_ledger_carry_a_transaction_out_once(
    desk: Desk, proxy: FlakyProxy
) -> None:
    daemon, anvil = desk.sender(), desk.deployed.anvil
    command, client = [], through(proxy)

    def rule(method: str, params: list[object]) -> object:
        asks_final = method == "eth_getBlockByNumber" and params[0] == "finalized"
        if asks_final and desk.ledger.transactions.find(KEY) is not None and not command:
            # The command has written what it means to send. The daemon takes it up, to the end.
            command.append(method)
            assert [result.status for result in daemon.advance()] == [TxStatus.PENDING]
            anvil.mine()
            anvil.finalize()
        return PASS

    proxy.rule = rule
    result = desk.sender(client).submit(KEY, desk.buy())
    assert (result.status, len(desk.fees())) == (TxStatus.CONFIRMED, 1)
    anvil.mine()
    assert desk.bought == 1


def test_what_the_daemon_has_carried_out_meanwhile_is_not_called_refused(
    desk: Desk, proxy: FlakyProxy
) -> None:
    daemon, anvil = desk.sender(), desk.deployed.anvil
    now = desk.deployed.client.latest_block().timestamp
    creation = desk.deployed.contract.calls.create_competition(terms_of_a_sale(now + 90_000))
    simulated = []

    def rule(method: str, params: list[object]) -> object:
        if method == "eth_call" and not simulated:
            simulated.append(method)
            daemon.advance()
            anvil.mine()
        return PASS

    proxy.rule = rule
    sender = desk.sender(through(proxy))
    assert sender.submit(KEY, creation).status is TxStatus.PENDING
    anvil.finalize()
    assert [result.status for result in sender.advance()] == [TxStatus.CONFIRMED]
