"""The ledger remembers what was done, for each competition by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from oracle.chain.calls import Call
from oracle.errors import InvalidConfig
from oracle.ledger.ledger import Ledger, Step, open_ledger
from oracle.ledger.transaction import Attempt, TransactionRecord, TxStatus

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
SENDER = "0x" + "aa" * 20
BIG = 2**255 + 1
RECORD = TransactionRecord(
    key="7:assert",
    sender=SENDER,
    call=Call(CONTRACT, b"\x01\x02", BIG),
    deadline=2**40 - 1,
    gas=50_000,
    nonce=4,
    status=TxStatus.PENDING,
    reason="",
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/ledger.sqlite"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    ticks = iter(range(1000, 2000))
    opened = open_ledger(url, 1, CONTRACT, clock=lambda: float(next(ticks)))
    yield opened
    opened.close()


def attempt(number: int, nonce: int = 4) -> Attempt:
    return Attempt(nonce, bytes([number]) * 32, b"raw", BIG + number, number, 5.0)


# ------------------------------------------------------------------------------ steps


def test_nothing_is_known_of_a_new_competition(ledger: Ledger) -> None:
    assert ledger.steps(1) == {}
    assert ledger.halted(1) is None
    assert ledger.ended() == frozenset()


def test_a_step_taken_again_replaces_its_facts(ledger: Ledger) -> None:
    ledger.record_step(1, Step.SCORED, {"entries": 3})
    again = ledger.record_step(1, Step.SCORED, {"entries": 4})
    assert ledger.steps(1) == {Step.SCORED: again}
    assert again.data == {"entries": 4}


def test_competitions_of_256_bit_ids_are_kept_apart(ledger: Ledger) -> None:
    ledger.record_step(BIG, Step.SCORED)
    ledger.record_step(2, Step.FETCHED)
    ledger.record_step(2, Step.DISCOVERED)
    assert set(ledger.steps(BIG)) == {Step.SCORED}
    assert set(ledger.steps(2)) == {Step.DISCOVERED, Step.FETCHED}


def test_chains_and_contracts_are_kept_apart(ledger: Ledger, url: str) -> None:
    ledger.record_step(1, Step.FINALIZED)
    ledger.halt(1, "why")
    for chain_id, contract in ((2, CONTRACT), (1, "0x" + "11" * 20)):
        other = open_ledger(url, chain_id, contract)
        assert other.steps(1) == {}
        assert other.ended() == frozenset()
        assert other.halted(1) is None
        other.close()
    same = open_ledger(url, 1, CONTRACT.lower())
    assert set(same.steps(1)) == {Step.FINALIZED}
    assert same.ended() == {1}
    same.close()


@pytest.mark.parametrize("data", [{"seed": b"\x01"}, {"share": float("nan")}])
def test_facts_that_are_not_json_are_refused(ledger: Ledger, data: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        ledger.record_step(1, Step.SEEDED, data)
    assert ledger.steps(1) == {}


def test_only_a_payout_or_a_void_leaves_nothing_to_do() -> None:
    assert {step for step in Step if step.is_end} == {Step.FINALIZED, Step.VOID}


def test_what_was_disputed_and_then_paid_or_voided_has_ended(ledger: Ledger) -> None:
    for competition_id, steps in {
        1: (Step.DISPUTED, Step.FINALIZED),
        2: (Step.ASSERTED, Step.DISPUTED),
        3: (Step.VOID, Step.DISPUTED),
        BIG: (Step.FINALIZED,),
    }.items():
        for step in steps:
            ledger.record_step(competition_id, step)
    assert ledger.ended() == {1, 3, BIG}


def test_a_halt_keeps_its_first_reason_until_a_human_resumes(ledger: Ledger) -> None:
    ledger.halt(1, "two readings differ", "ask another endpoint")
    ledger.halt(1, "something later")
    halt = ledger.halted(1)
    assert halt is not None
    assert (halt.reason, halt.hint) == ("two readings differ", "ask another endpoint")
    assert ledger.halted(2) is None
    ledger.resume(1)
    assert ledger.halted(1) is None


# ----------------------------------------------------------------------- transactions


def test_a_transaction_is_found_again_with_every_attempt(ledger: Ledger) -> None:
    journal = ledger.transactions
    journal.record_intent(RECORD)
    journal.record_attempt(RECORD.key, attempt(1))
    journal.record_attempt(RECORD.key, replace(attempt(2), cancels=True))
    found = journal.find(RECORD.key)
    assert found == replace(RECORD, attempts=(attempt(1), replace(attempt(2), cancels=True)))
    assert found is not None and found.sent == found.attempts
    assert journal.find("other") is None


def test_a_contract_creation_has_no_receiver(ledger: Ledger) -> None:
    record = replace(RECORD, call=Call(None, b"code"), deadline=None)
    ledger.transactions.record_intent(record)
    assert ledger.transactions.find(record.key) == record


def test_attempts_at_an_earlier_nonce_are_remembered_but_not_sent_any_more(ledger: Ledger) -> None:
    ledger.transactions.record_intent(RECORD)
    ledger.transactions.record_attempt(RECORD.key, attempt(1))
    ledger.transactions.record_intent(replace(RECORD, nonce=9))
    found = ledger.transactions.find(RECORD.key)
    assert found is not None
    assert (found.attempts, found.sent) == ((attempt(1),), ())


def test_settled_transactions_free_their_nonces(ledger: Ledger) -> None:
    journal = ledger.transactions
    for place, status in enumerate(TxStatus):
        journal.record_intent(replace(RECORD, key=str(place), nonce=place))
        journal.record_status(str(place), status, "because")
    unsettled = journal.unsettled(SENDER)
    assert {r.status for r in unsettled} == {s for s in TxStatus if not s.is_settled}
    assert {r.nonce for r in unsettled} == journal.taken_nonces(SENDER)
    assert all(r.reason == "because" for r in unsettled)
    assert journal.unsettled("0x" + "bb" * 20) == ()


def test_nonces_are_taken_across_contracts_of_a_chain(ledger: Ledger, url: str) -> None:
    ledger.transactions.record_intent(RECORD)
    ledger.transactions.record_attempt(RECORD.key, attempt(1))
    other = open_ledger(url, 1, "0x" + "11" * 20)
    assert other.transactions.taken_nonces(SENDER) == {4}
    assert other.transactions.highest_fees(SENDER, 4) == (BIG + 1, 1)
    assert other.transactions.unsettled(SENDER) == ()
    other.close()


def test_the_highest_fees_of_a_nonce_are_those_to_outbid(ledger: Ledger) -> None:
    journal = ledger.transactions
    journal.record_intent(RECORD)
    assert journal.highest_fees(SENDER, 4) is None
    journal.record_attempt(RECORD.key, replace(attempt(1), max_fee_wei=10, priority_fee_wei=9))
    journal.record_attempt(RECORD.key, replace(attempt(2), max_fee_wei=9, priority_fee_wei=10))
    assert journal.highest_fees(SENDER, 4) == (10, 10)
    assert journal.highest_fees(SENDER, 5) is None


# ---------------------------------------------------------------------------- opening


def test_a_ledger_in_memory_is_one_ledger() -> None:
    ledger = open_ledger("sqlite://", 1, CONTRACT)
    ledger.record_step(1, Step.FETCHED)
    assert set(ledger.steps(1)) == {Step.FETCHED}
    with ledger.hold_writer():
        pass
    ledger.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no address", "is not a database address"),
        ("mysql://judge:SECRET@host/db", "not supported: mysql"),
        ("sqlite:////proc/nothing/ledger.sqlite", "does not open"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(url: str, words: str) -> None:
    with pytest.raises(InvalidConfig, match=words) as caught:
        open_ledger(url, 1, CONTRACT)
    assert "SECRET" not in caught.value.what


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("something else entirely" * 100)
    with pytest.raises(InvalidConfig, match="does not open: DatabaseError"):
        open_ledger(f"sqlite:///{path}", 1, CONTRACT)
