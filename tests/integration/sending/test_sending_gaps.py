"""No transaction waits for ever behind a nonce that nobody uses any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from oracle.chain.client import ChainClient
from oracle.errors import SignerUnavailable
from oracle.ledger.transaction import TransactionRecord, TxStatus
from oracle.signing.signer import LocalKey
from tests.integration.sending.sending_desk import GWEI, KEY, POLICY, Desk
from tests.integration.sending.test_sending_deadlines import sale
from tests.integration.sending.test_sending_restarts import Killed, kill_at

pytestmark = pytest.mark.integration


@contextmanager
def signer_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The signer stands elsewhere, and does not answer."""

    def sign(key: LocalKey, fields: Any) -> tuple[bytes, bytes]:
        raise SignerUnavailable("the remote signer does not answer", "start it")

    with monkeypatch.context() as patch:
        patch.setattr(LocalKey, "sign_transaction", sign)
        yield


def plan(desk: Desk, monkeypatch: pytest.MonkeyPatch, *keys: str, deadline: int | None) -> None:
    """Writes down, and cannot sign, what is not wanted any more before the signer is back.

    Without a deadline, what is bought are tickets of a sale that ends meanwhile.
    """
    buy = sale(desk) if deadline is None else desk.buy()
    with signer_away(monkeypatch):
        for key in keys:
            with pytest.raises(SignerUnavailable):
                desk.sender().submit(key, buy, deadline)


def cycle(desk: Desk) -> dict[str, TxStatus]:
    """What a daemon's cycle finds, after a block that is final."""
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()
    return {result.key: result.status for result in desk.sender().advance()}


def gap(desk: Desk, nonce: int) -> TransactionRecord | None:
    return desk.ledger.transactions.find(f"gap:{desk.deployed.operator.address}:{nonce}")


def nonce_of(desk: Desk, key: str) -> int:
    record = desk.ledger.transactions.find(key)
    assert record is not None
    return record.nonce


@pytest.mark.parametrize(
    ("sale_matters", "ended"), [(False, TxStatus.EXPIRED), (True, TxStatus.REFUSED)]
)
def test_whoever_waits_behind_a_plan_that_was_given_up_is_mined(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, sale_matters: bool, ended: TxStatus
) -> None:
    anvil = desk.deployed.anvil
    deadline = None if sale_matters else anvil.time() + 500
    plan(desk, monkeypatch, "late", "late too", deadline=deadline)
    assert desk.sender().submit(KEY, desk.buy()).status is TxStatus.PENDING
    anvil.set_time(anvil.time() + 2000)
    assert [r.status for r in desk.sender().advance()] == [ended, ended, TxStatus.PENDING]
    first = nonce_of(desk, "late")
    assert cycle(desk)[KEY] is TxStatus.CONFIRMED
    assert desk.bought == 1
    for filler in (gap(desk, first), gap(desk, first + 1)):
        assert filler is not None and filler.status is TxStatus.CONFIRMED
    assert len(desk.fees()) == 1, "its own fee was raised for nothing"


def test_a_transaction_from_elsewhere_that_is_reorganised_away_leaves_no_gap(desk: Desk) -> None:
    anvil = desk.deployed.anvil
    elsewhere = desk.elsewhere()
    anvil.mine()
    desk.sender().submit(KEY, desk.buy())
    anvil.reorg(1)
    anvil.rpc("anvil_dropTransaction", "0x" + elsewhere.hex())
    assert cycle(desk) == {KEY: TxStatus.PENDING}  # with this block anvil's pool sees the gap
    assert cycle(desk)[KEY] is TxStatus.CONFIRMED
    assert desk.bought == 1


def test_a_transaction_from_elsewhere_that_waits_in_the_gap_is_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(desk, monkeypatch, "late", deadline=desk.deployed.anvil.time() + 500)
    desk.sender().submit(KEY, desk.buy())
    desk.deployed.anvil.set_time(desk.deployed.anvil.time() + 500)
    elsewhere = desk.elsewhere()
    desk.sender().advance()
    assert gap(desk, nonce_of(desk, "late")) is None
    assert cycle(desk)[KEY] is TxStatus.CONFIRMED
    assert desk.deployed.client.receipt(elsewhere) is not None


def test_the_next_transaction_takes_a_nonce_that_was_given_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(desk, monkeypatch, "late", deadline=desk.deployed.anvil.time() + 500)
    desk.sender().submit(KEY, desk.buy())
    desk.deployed.anvil.set_time(desk.deployed.anvil.time() + 500)
    desk.sender().wait("late", timeout_seconds=0)
    desk.sender().submit("next", desk.buy())
    assert nonce_of(desk, "next") == nonce_of(desk, "late")
    assert cycle(desk) == {"next": TxStatus.CONFIRMED, KEY: TxStatus.CONFIRMED}
    assert desk.bought == 2
    assert gap(desk, nonce_of(desk, "late")) is None


def test_a_gap_is_filled_once_the_signer_is_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(desk, monkeypatch, "late", deadline=desk.deployed.anvil.time() + 500)
    desk.sender().submit(KEY, desk.buy())
    desk.deployed.anvil.set_time(desk.deployed.anvil.time() + 500)
    with signer_away(monkeypatch):
        for _ in range(2):
            waiting = desk.sender().advance()[-1]
            assert (waiting.key, waiting.status) == (KEY, TxStatus.PENDING)
        filler = gap(desk, nonce_of(desk, "late"))
        assert filler is not None and filler.status is TxStatus.STUCK
    # A person's command looks after its own transaction alone.
    desk.sender().wait(KEY, timeout_seconds=0)
    assert cycle(desk)[KEY] is TxStatus.CONFIRMED


def test_a_gap_that_costs_more_than_the_cap_calls_a_human_and_is_filled_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    anvil = desk.deployed.anvil
    plan(desk, monkeypatch, "late", deadline=anvil.time() + 500)
    desk.sender().submit(KEY, desk.buy())
    anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    anvil.set_time(anvil.time() + 500)
    poor = desk.sender(policy=replace(POLICY, max_fee_cap_wei=10 * GWEI))
    poor.advance()
    desk.now += 100
    assert poor.advance()[0].status is TxStatus.STUCK
    desk.now += 100
    cycle(desk)
    assert cycle(desk)[KEY] is TxStatus.CONFIRMED


def test_a_gap_that_somebody_else_fills_is_not_filled_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(desk, monkeypatch, "late", deadline=desk.deployed.anvil.time() + 500)
    desk.sender().submit(KEY, desk.buy())
    desk.deployed.anvil.set_time(desk.deployed.anvil.time() + 500)
    with signer_away(monkeypatch):
        desk.sender().advance()
    desk.elsewhere()
    cycle(desk)
    filler = gap(desk, nonce_of(desk, "late"))
    assert filler is not None and (filler.status, filler.attempts) == (TxStatus.EXPIRED, ())
    assert filler.reason == "another transaction used its nonce"
    assert desk.bought == 1


def test_nothing_is_sent_for_a_gap_that_nobody_waits_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    anvil = desk.deployed.anvil
    plan(desk, monkeypatch, "late", deadline=anvil.time() + 500)
    buy = desk.buy()
    with signer_away(monkeypatch), pytest.raises(SignerUnavailable):
        desk.sender().submit(KEY, buy, anvil.time() + 900)
    with signer_away(monkeypatch):
        anvil.set_time(anvil.time() + 500)
        desk.sender().advance()
        anvil.set_time(anvil.time() + 500)
        desk.sender().advance()
    filler = gap(desk, nonce_of(desk, "late"))
    assert filler is not None
    assert cycle(desk) == {filler.key: TxStatus.REFUSED}
    assert gap(desk, filler.nonce).attempts == ()  # type: ignore[union-attr]


def test_a_gap_without_end_calls_a_human_and_is_not_filled(desk: Desk) -> None:
    operator = desk.deployed.operator.address
    far = TransactionRecord(KEY, operator, desk.buy(), None, 500_000, 900, TxStatus.PENDING, "")
    desk.ledger.transactions.record_intent(far)
    (stuck,) = desk.sender().advance()
    assert stuck.status is TxStatus.STUCK
    assert stuck.reason.startswith("nothing uses 900 of the nonces before its own, 900:")
    assert desk.sender().submit(KEY, desk.buy()).status is TxStatus.STUCK
    assert desk.ledger.transactions.taken_nonces(operator) == {900}
    desk.sender().submit("next", desk.buy())
    cycle(desk)
    assert desk.bought == 1, "those that come after it are not held up"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_kill_at_any_moment_while_a_gap_is_filled_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    client = ChainClient.connect(desk.deployed.anvil.url, 31337)
    moment, killed = 1, True
    while killed:
        late, key, killed = f"{moment}:late", f"{moment}:buy", False
        plan(desk, monkeypatch, late, deadline=desk.deployed.anvil.time() + 500)
        desk.sender().submit(key, desk.buy())
        desk.deployed.anvil.set_time(desk.deployed.anvil.time() + 500)
        with monkeypatch.context() as patch:
            calls = kill_at(patch, desk, client, moment, after)
            try:
                desk.sender(client).advance()
            except Killed:
                killed = True
        desk.sender().advance()
        assert cycle(desk)[key] is TxStatus.CONFIRMED, calls
        assert desk.bought == moment, calls
        moment += 1
    assert moment > 12  # every call of a whole run has been the last one once
