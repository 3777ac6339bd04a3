"""A kill or a dropped connection at any moment neither loses nor doubles a transaction."""

from __future__ import annotations

from typing import Any

import pytest

from oracle.chain.client import ChainClient
from oracle.errors import ChainUnavailable
from oracle.ledger.transaction import TransactionRecord, TxStatus
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS, FlakyProxy
from tests.integration.sending.sending_desk import KEY, Desk, through

pytestmark = pytest.mark.integration


def test_a_restart_between_intent_and_signature_goes_on(desk: Desk) -> None:
    call = desk.buy()
    record = TransactionRecord(
        KEY, desk.deployed.operator.address, call, None, 500_000, 0, TxStatus.PENDING, ""
    )
    desk.ledger.transactions.record_intent(record)
    assert desk.sender().submit(KEY, call).status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    assert desk.bought == 1


def test_a_restart_after_signing_sends_the_same_transaction(desk: Desk, proxy: FlakyProxy) -> None:
    call = desk.buy()
    proxy.drop(DROP_REQUEST, "eth_sendRawTransaction")
    with pytest.raises(ChainUnavailable):
        desk.sender(through(proxy)).submit(KEY, call)
    (signed,) = desk.ledger.transactions.find(KEY).attempts  # type: ignore[union-attr]
    again = desk.sender().submit(KEY, call)
    assert (again.status, again.hash) == (TxStatus.PENDING, signed.hash)
    assert len(desk.fees()) == 1


def test_a_restart_after_broadcast_does_not_send_twice(desk: Desk, proxy: FlakyProxy) -> None:
    call = desk.buy()
    proxy.drop(DROP_ANSWER, "eth_sendRawTransaction")
    with pytest.raises(ChainUnavailable):
        desk.sender(through(proxy)).submit(KEY, call)
    proxy.heal()
    assert desk.sender(through(proxy)).submit(KEY, call).status is TxStatus.PENDING
    assert proxy.seen.count("eth_sendRawTransaction") == 1
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()
    assert desk.sender().submit(KEY, call).status is TxStatus.CONFIRMED
    assert desk.bought == 1


def test_a_transaction_that_the_node_already_knows_is_simply_pending(
    desk: Desk, proxy: FlakyProxy
) -> None:
    call = desk.buy()
    desk.sender().submit(KEY, call)

    def rule(method: str, params: list[object]) -> object:
        return {"result": None} if method == "eth_getTransactionByHash" else PASS

    proxy.rule = rule
    result = desk.sender(through(proxy)).submit(KEY, call)
    assert "eth_sendRawTransaction" in proxy.seen
    assert (result.status, result.reason) == (TxStatus.PENDING, "")
    assert len(desk.fees()) == 1


@pytest.mark.parametrize("fate", [DROP_REQUEST, DROP_ANSWER], ids=["request", "answer"])
@pytest.mark.parametrize(
    "method",
    [
        "eth_getBlockByNumber",
        "eth_getTransactionCount",
        "eth_estimateGas",
        "eth_call",
        "eth_maxPriorityFeePerGas",
        "eth_sendRawTransaction",
    ],
)
def test_a_connection_that_drops_anywhere_neither_loses_nor_doubles_it(
    desk: Desk, proxy: FlakyProxy, monkeypatch: pytest.MonkeyPatch, method: str, fate: object
) -> None:
    monkeypatch.setattr("oracle.chain.rpc.BACKOFF_SECONDS", 0)
    call, client = desk.buy(), through(proxy)
    proxy.drop(fate, method)
    with pytest.raises(ChainUnavailable) as caught:
        desk.sender(client).submit(KEY, call)
    assert "API-KEY" not in caught.value.what
    proxy.heal()
    assert desk.sender(client).submit(KEY, call).status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()
    assert desk.sender(client).submit(KEY, call).status is TxStatus.CONFIRMED
    assert desk.bought == 1


def test_a_short_dropout_while_reading_is_not_even_noticed(desk: Desk, proxy: FlakyProxy) -> None:
    client = through(proxy)
    proxy.drop(DROP_REQUEST, "eth_estimateGas", "eth_call", times=2)
    assert desk.sender(client).submit(KEY, desk.buy()).status is TxStatus.PENDING


class Killed(BaseException):
    """Stands for kill -9: nothing in the oracle catches it."""


def kill_at(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, client: ChainClient, moment: int, after: bool
) -> list[str]:
    """Dies at the given call to the ledger or the node, before or after it took effect."""
    calls: list[str] = []

    def deadly(name: str, original: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            calls.append(name)
            dies = len(calls) == moment
            if dies and not after:
                raise Killed
            result = original(*arguments, **named)
            if dies:
                raise Killed
            return result

        return call

    journal = desk.ledger.transactions
    for owner, names in (
        (journal, ("find", "record_intent", "record_attempt", "record_status", "highest_fees")),
        (client, ("estimate_gas", "simulate", "nonce", "fees", "send_raw", "receipt")),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, deadly(name, getattr(owner, name)))
    return calls


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_kill_at_any_moment_neither_loses_nor_doubles_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    anvil, call = desk.deployed.anvil, desk.buy()
    client = ChainClient.connect(anvil.url, 31337)
    moment, killed = 1, True
    while killed:
        key, killed = f"{moment}:create", False
        with monkeypatch.context() as patch:
            calls = kill_at(patch, desk, client, moment, after)
            for _ in range(2):  # sending, and noticing that it is mined
                try:
                    desk.sender(client).submit(key, call)
                    anvil.mine(3)
                except Killed:
                    killed = True
                    anvil.mine(3)  # the chain goes on while nobody looks
                    break
        for _ in range(3):
            desk.sender(client).submit(key, call)
            anvil.mine(3)
        assert desk.sender(client).submit(key, call).status is TxStatus.CONFIRMED, calls
        assert desk.bought == moment, calls
        moment += 1
    assert moment > 12  # every call of a whole run has been the last one once


def test_a_clock_that_is_set_back_does_not_keep_a_transaction_from_being_raised(
    desk: Desk,
) -> None:
    sender = desk.sender()
    first = sender.submit(KEY, desk.buy())
    desk.now -= 3600
    (raised,) = sender.advance()
    assert (raised.status, len(desk.fees())) == (TxStatus.PENDING, 2)
    assert raised.hash != first.hash
