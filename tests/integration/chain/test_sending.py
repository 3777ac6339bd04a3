"""Every transaction is carried out at most once, whatever the chain and the network do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from deployed_contract import AnyPolicy, Deployed
from flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS, FlakyProxy

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.state import Terms
from oracle.errors import BadInput, ChainUnavailable, NeedsHuman, SignerRefused
from oracle.ledger import Ledger, open_ledger
from oracle.ledger_transactions import TransactionRecord, TxStatus
from oracle.signer import Signer, parse_key
from oracle.signing_policy import operator_policy
from oracle.tx import SendingPolicy, TransactionSender

ARBITER = "0x" + "a4" * 20

pytestmark = pytest.mark.integration

GWEI = 10**9
KEY = "1:create"
POLICY = SendingPolicy(max_fee_cap_wei=100 * GWEI, stuck_after_seconds=60)


@dataclass
class Desk:
    """One operator's sender on a chain of its own, with a clock that only the test moves."""

    deployed: Deployed
    ledger_url: str
    ledger: Ledger
    now: float = 1000.0

    def sender(
        self, client: ChainClient | None = None, policy: SendingPolicy = POLICY
    ) -> TransactionSender:
        """A sender as a process has it after a start."""
        signer = Signer(parse_key(self.deployed.operator.key, "devnet"), AnyPolicy())
        return TransactionSender(
            client or self.deployed.client, signer, self.ledger, policy, lambda: self.now
        )

    def create(self) -> Call:
        """A call whose effects can be counted: it creates one more competition each time."""
        now = self.deployed.client.latest_block().timestamp
        terms = Terms(
            b"\x01" * 32, b"\x02" * 32, 10**15, now + 86_400, 60, 60, 60, 60, 60, 1, ARBITER
        )
        return self.deployed.contract.calls.create_competition(terms)

    @property
    def created(self) -> int:
        """How many times the call was carried out."""
        return self.deployed.contract.competition_count(self.deployed.client.latest_block())

    def elsewhere(self, fee_wei: int = 20 * GWEI, nonce: int | None = None) -> bytes:
        """The same key, used by another program for something else."""
        nothing = Call(to=self.deployed.operator.address, data=b"")
        return self.deployed.send(self.deployed.operator, nothing, nonce, fee_wei)

    def fees(self) -> list[tuple[int, int]]:
        """Both fees of every attempt so far."""
        record = self.ledger.transactions.find(KEY)
        assert record is not None
        return [(a.max_fee_wei, a.priority_fee_wei) for a in record.attempts]


@pytest.fixture
def desk(own_deployed: Deployed, tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    ledger = open_ledger(url, 31337, own_deployed.contract.address)
    own_deployed.anvil.set_automine(False)
    yield Desk(own_deployed, url, ledger)
    ledger.close()


@pytest.fixture
def proxy(desk: Desk) -> Iterator[FlakyProxy]:
    with FlakyProxy(desk.deployed.anvil.url) as proxy:
        yield proxy


def through(proxy: FlakyProxy) -> ChainClient:
    return ChainClient.connect(proxy.url, 31337, 5)


# ------------------------------------------------------------------------- when all is well


def test_a_call_goes_from_pending_over_mined_to_confirmed(desk: Desk) -> None:
    sender, anvil = desk.sender(), desk.deployed.anvil
    pending = sender.submit(KEY, desk.create())
    assert (pending.status, pending.succeeded) == (TxStatus.PENDING, False)
    anvil.mine()
    (mined,) = sender.advance()
    assert (mined.status, mined.succeeded, mined.hash) == (TxStatus.MINED, True, pending.hash)
    anvil.finalize()
    (confirmed,) = sender.advance()
    assert (confirmed.status, confirmed.succeeded) == (TxStatus.CONFIRMED, True)
    assert sender.advance() == ()
    assert desk.created == 1


def test_the_same_key_is_sent_once_however_often_it_is_submitted(desk: Desk) -> None:
    call = desk.create()
    first = desk.sender().submit(KEY, call)
    for _ in range(3):
        assert desk.sender().submit(KEY, call).hash == first.hash
    desk.deployed.anvil.finalize()
    desk.deployed.anvil.finalize()
    result = desk.sender().submit(KEY, call)
    assert (result.status, result.hash) == (TxStatus.CONFIRMED, first.hash)
    assert result.receipt is not None
    assert desk.deployed.contract.events_of(result.receipt)[0].competition_id == 1
    assert desk.created == 1


def test_several_calls_take_nonces_in_a_row(desk: Desk) -> None:
    sender, call = desk.sender(), desk.create()
    for number in range(3):
        assert sender.submit(str(number), call).status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    assert [result.status for result in sender.advance()] == [TxStatus.MINED] * 3
    assert desk.created == 3


def test_waiting_ends_when_it_is_mined_or_when_time_is_up(desk: Desk) -> None:
    sender = desk.sender()
    sender.submit(KEY, desk.create())
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


# --------------------------------------------------------------------- what is never sent


def test_without_a_key_nothing_is_sent(desk: Desk) -> None:
    sender = TransactionSender(desk.deployed.client, None, desk.ledger)
    assert sender.submit(KEY, desk.create()).status is TxStatus.DRY
    assert sender.advance() == ()
    desk.deployed.anvil.mine()
    assert desk.created == 0


def test_a_call_that_would_revert_is_not_sent_and_the_reason_is_said(desk: Desk) -> None:
    result = desk.sender().submit("pin", desk.deployed.contract.calls.pin_seed(1))
    assert result.status is TxStatus.REFUSED
    assert result.reason == "competition 1 does not exist"
    assert desk.ledger.transactions.find("pin") is None


def test_nothing_is_sent_close_to_its_deadline(desk: Desk) -> None:
    now = desk.deployed.client.latest_block().timestamp
    policy = replace(POLICY, deadline_margin_seconds=15)
    result = desk.sender(policy=policy).submit(KEY, desk.create(), deadline=now + 15)
    assert result.status is TxStatus.EXPIRED
    assert desk.ledger.transactions.find(KEY) is None
    result = desk.sender(policy=policy).submit(KEY, desk.create(), deadline=now + 16)
    assert result.status is TxStatus.PENDING


def test_what_the_policy_forbids_is_not_sent(desk: Desk) -> None:
    address = desk.deployed.contract.address
    signer = Signer(
        parse_key(desk.deployed.operator.key, "devnet"), operator_policy(31337, address, 0)
    )
    sender = TransactionSender(desk.deployed.client, signer, desk.ledger)
    with pytest.raises(SignerRefused):
        sender.submit("buy", desk.deployed.contract.calls.buy_ticket(1, 10**15))
    assert desk.ledger.transactions.find("buy") is None


def test_a_key_that_stands_for_another_call_calls_a_human(desk: Desk) -> None:
    desk.sender().submit(KEY, desk.create())
    with pytest.raises(NeedsHuman, match="another transaction under 1:create"):
        desk.sender().submit(KEY, desk.deployed.contract.calls.pin_seed(1))


def test_another_key_watches_and_does_not_send(desk: Desk) -> None:
    call = desk.create()
    desk.sender().submit(KEY, call)
    stranger = Signer(parse_key(desk.deployed.players[0].key, "devnet"), AnyPolicy())
    sender = TransactionSender(desk.deployed.client, stranger, desk.ledger)
    result = sender.submit(KEY, call)
    assert result.status is TxStatus.STUCK
    assert desk.deployed.operator.address in result.reason
    desk.deployed.anvil.mine()
    assert sender.submit(KEY, call).status is TxStatus.MINED


# ------------------------------------------------------------------------------ stuck fees


def test_a_stuck_transaction_gets_both_fees_raised_up_to_the_cap(desk: Desk) -> None:
    sender = desk.sender(policy=replace(POLICY, max_fee_cap_wei=5 * GWEI, bump_percent=50))
    desk.deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI // 2))
    sender.submit(KEY, desk.create())
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
    assert desk.created == 1


def test_an_earlier_attempt_that_is_mined_after_all_counts(desk: Desk, proxy: FlakyProxy) -> None:
    sender = desk.sender(through(proxy))
    sender.submit(KEY, desk.create())
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
    sender.submit(KEY, desk.create())
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
    assert desk.created == 1


def test_a_market_above_the_cap_is_said(desk: Desk) -> None:
    desk.deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(50 * GWEI))
    desk.deployed.anvil.mine()
    sender = desk.sender(policy=replace(POLICY, max_fee_cap_wei=2 * GWEI))
    result = sender.submit(KEY, desk.create())
    assert result.status is TxStatus.STUCK
    assert "fee cap of 2000000000 wei" in result.reason
    # A market that comes down, or a cap that is raised, lets it go on.
    assert [r.status for r in desk.sender().advance()] == [TxStatus.PENDING]


def test_an_account_without_money_is_said_and_goes_on_when_it_has_some(desk: Desk) -> None:
    address = desk.deployed.operator.address
    desk.deployed.anvil.set_balance(address, 1)
    result = desk.sender().submit(KEY, desk.create())
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
    result = desk.sender(through(proxy)).submit(KEY, desk.create())
    assert (result.status, result.reason) == (
        TxStatus.STUCK,
        "the node refuses it: exceeds block gas limit",
    )


# ------------------------------------------------------------------- restarts and dropouts


def test_a_restart_between_intent_and_signature_goes_on(desk: Desk) -> None:
    call = desk.create()
    record = TransactionRecord(
        KEY, desk.deployed.operator.address, call, None, 500_000, 0, TxStatus.PENDING, ""
    )
    desk.ledger.transactions.record_intent(record)
    assert desk.sender().submit(KEY, call).status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    assert desk.created == 1


def test_a_restart_after_signing_sends_the_same_transaction(desk: Desk, proxy: FlakyProxy) -> None:
    call = desk.create()
    proxy.drop(DROP_REQUEST, "eth_sendRawTransaction")
    with pytest.raises(ChainUnavailable):
        desk.sender(through(proxy)).submit(KEY, call)
    (signed,) = desk.ledger.transactions.find(KEY).attempts  # type: ignore[union-attr]
    again = desk.sender().submit(KEY, call)
    assert (again.status, again.hash) == (TxStatus.PENDING, signed.hash)
    assert len(desk.fees()) == 1


def test_a_restart_after_broadcast_does_not_send_twice(desk: Desk, proxy: FlakyProxy) -> None:
    call = desk.create()
    proxy.drop(DROP_ANSWER, "eth_sendRawTransaction")
    with pytest.raises(ChainUnavailable):
        desk.sender(through(proxy)).submit(KEY, call)
    proxy.heal()
    assert desk.sender(through(proxy)).submit(KEY, call).status is TxStatus.PENDING
    assert proxy.seen.count("eth_sendRawTransaction") == 1
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()
    assert desk.sender().submit(KEY, call).status is TxStatus.CONFIRMED
    assert desk.created == 1


def test_a_transaction_that_the_node_already_knows_is_simply_pending(
    desk: Desk, proxy: FlakyProxy
) -> None:
    call = desk.create()
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
    call, client = desk.create(), through(proxy)
    proxy.drop(fate, method)
    with pytest.raises(ChainUnavailable) as caught:
        desk.sender(client).submit(KEY, call)
    assert "API-KEY" not in caught.value.what
    proxy.heal()
    assert desk.sender(client).submit(KEY, call).status is TxStatus.PENDING
    desk.deployed.anvil.mine()
    desk.deployed.anvil.finalize()
    assert desk.sender(client).submit(KEY, call).status is TxStatus.CONFIRMED
    assert desk.created == 1


def test_a_short_dropout_while_reading_is_not_even_noticed(desk: Desk, proxy: FlakyProxy) -> None:
    client = through(proxy)
    proxy.drop(DROP_REQUEST, "eth_estimateGas", "eth_call", times=2)
    assert desk.sender(client).submit(KEY, desk.create()).status is TxStatus.PENDING


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
    anvil, call = desk.deployed.anvil, desk.create()
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
        assert desk.created == moment, calls
        moment += 1
    assert moment > 12  # every call of a whole run has been the last one once


# -------------------------------------------------------------- the same key used elsewhere


def test_a_nonce_used_elsewhere_is_given_up_only_when_that_is_final(desk: Desk) -> None:
    desk.elsewhere()
    sender, anvil = desk.sender(), desk.deployed.anvil
    waiting = sender.submit(KEY, desk.create())
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
    assert desk.created == 1


def test_a_transaction_from_elsewhere_that_is_dropped_makes_room(desk: Desk) -> None:
    elsewhere = desk.elsewhere()
    sender = desk.sender()
    sender.submit(KEY, desk.create())
    desk.deployed.anvil.rpc("anvil_dropTransaction", "0x" + elsewhere.hex())
    assert [r.status for r in sender.advance()] == [TxStatus.PENDING]
    desk.deployed.anvil.mine()
    assert desk.created == 1


def test_a_nonce_taken_at_the_last_moment_is_found_out_later(desk: Desk, proxy: FlakyProxy) -> None:
    anvil, client = desk.deployed.anvil, through(proxy)

    def rule(method: str, params: list[object]) -> object:
        if method == "eth_sendRawTransaction":
            desk.elsewhere()
            anvil.mine()
        return PASS

    proxy.rule = rule
    result = desk.sender(client).submit(KEY, desk.create())
    assert (result.status, result.reason) == (
        TxStatus.PENDING,
        "its nonce was used in this moment",
    )
    proxy.heal()
    anvil.finalize()
    assert [r.status for r in desk.sender(client).advance()] == [TxStatus.PENDING]
    anvil.mine()
    assert desk.created == 1


def test_a_receipt_that_lags_behind_its_block_does_not_double_it(
    desk: Desk, proxy: FlakyProxy
) -> None:
    call = desk.create()
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


# ---------------------------------------------------------------------- failing and expiring


def sale(desk: Desk) -> Call:
    """A competition whose sale is about to end, and the call that buys its ticket."""
    deployed = desk.deployed
    now = deployed.client.latest_block().timestamp
    terms = Terms(b"\x01" * 32, b"\x02" * 32, 10**15, now + 1000, 60, 60, 60, 60, 60, 1, ARBITER)
    deployed.send(deployed.operator, deployed.contract.calls.create_competition(terms))
    deployed.anvil.mine()
    return deployed.contract.calls.buy_ticket(1, 10**15)


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
    behind = sender.submit(KEY, desk.create())
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
    assert deployed.contract.state(1, deployed.client.latest_block()).sold == 0
    assert desk.created == 2


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
    assert waiting.reason.startswith("not sent again: competition 1 waits for its target")
    # The next transaction must not wait behind it for ever.
    anvil.revert(snapshot)
    anvil.set_time(anvil.time() + 2000)
    sender.submit("1:withdraw", desk.create())
    assert sender.advance()[0].reason.startswith("being cancelled")
    anvil.mine()
    assert desk.created == 2
    assert deployed.contract.state(1, deployed.client.latest_block()).sold == 0


def test_a_cancellation_above_the_cap_calls_a_human(desk: Desk) -> None:
    anvil, sender = desk.deployed.anvil, desk.sender()
    deadline = anvil.time() + 500
    sender.submit("buy", sale(desk), deadline)
    sender.submit(KEY, desk.create())
    anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    anvil.set_time(deadline)
    poor = desk.sender(policy=replace(POLICY, max_fee_cap_wei=GWEI))
    first, _ = poor.advance()
    assert first.status is TxStatus.STUCK
    assert "cannot be cancelled" in first.reason


def test_an_intent_that_expired_before_it_was_signed_is_over(desk: Desk) -> None:
    record = TransactionRecord(
        KEY, desk.deployed.operator.address, desk.create(), 5, 500_000, 0, TxStatus.PENDING, ""
    )
    desk.ledger.transactions.record_intent(record)
    assert [r.status for r in desk.sender().advance()] == [TxStatus.EXPIRED]


def test_a_nonce_lost_past_the_deadline_is_not_replaced(desk: Desk) -> None:
    anvil = desk.deployed.anvil
    deadline = anvil.time() + 100
    desk.elsewhere()
    desk.sender().submit(KEY, desk.create(), deadline)
    anvil.set_time(deadline)
    anvil.finalize()
    assert [r.status for r in desk.sender().advance()] == [TxStatus.EXPIRED]
    assert desk.created == 0


# ------------------------------------------------------------------------------------ reorgs


def test_a_transaction_that_a_reorg_removes_is_sent_again(desk: Desk) -> None:
    anvil, sender = desk.deployed.anvil, desk.sender()
    sent = sender.submit(KEY, desk.create())
    assert sent.hash is not None
    anvil.mine()
    assert [r.status for r in sender.advance()] == [TxStatus.MINED]
    assert desk.created == 1
    anvil.reorg(1)
    anvil.rpc("anvil_dropTransaction", "0x" + sent.hash.hex())
    assert desk.created == 0
    (again,) = sender.advance()
    assert (again.status, again.hash) == (TxStatus.PENDING, sent.hash)
    anvil.mine()
    anvil.finalize()
    assert [r.status for r in sender.advance()] == [TxStatus.CONFIRMED]
    assert desk.created == 1


# ------------------------------------------------------------------------------------ secrets


def test_neither_keys_nor_the_endpoint_s_path_reach_the_log(
    desk: Desk, proxy: FlakyProxy, caplog: pytest.LogCaptureFixture
) -> None:
    client = through(proxy)
    with caplog.at_level(logging.DEBUG):
        desk.sender(client).submit(KEY, desk.create())
        desk.sender(client).advance()
    assert "API-KEY" not in caplog.text
    assert desk.deployed.operator.key.removeprefix("0x") not in caplog.text
