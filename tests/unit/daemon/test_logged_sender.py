"""What becomes of a transaction is logged once, as loudly as it deserves."""

from __future__ import annotations

import logging

import pytest

from oracle.chain.calls import Call
from oracle.daemon.logged_sender import LoggedSender, log_reverted
from oracle.ledger.transaction import TxResult, TxStatus
from oracle.sending.dry_run import DryRunSender

pytestmark = pytest.mark.unit

CALL = Call("0x" + "11" * 20, b"\x01")


class Scripted:
    """Answers each `submit` with the next status."""

    def __init__(self, *statuses: TxStatus) -> None:
        self.statuses = list(statuses)
        self.asked: list[tuple[str, Call, int | None]] = []

    def submit(self, key: str, call: Call, deadline: int | None = None) -> TxResult:
        self.asked.append((key, call, deadline))
        return TxResult(key, self.statuses.pop(0), "why")

    def advance(self) -> tuple[TxResult, ...]:
        return ()


def test_a_standing_is_logged_when_it_changes_and_not_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    scripted = Scripted(TxStatus.PENDING, TxStatus.PENDING, TxStatus.MINED)
    sender = LoggedSender(scripted)
    results = [sender.send("1:open", CALL, 99, action="open") for _ in range(3)]
    assert [result.status for result in results][-1] is TxStatus.MINED
    assert scripted.asked == [("1:open", CALL, 99)] * 3
    assert caplog.messages == ["transaction pending", "transaction mined"]
    assert {record.action for record in caplog.records} == {"open"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (TxStatus.CONFIRMED, logging.INFO),
        (TxStatus.REFUSED, logging.WARNING),
        (TxStatus.REVERTED, logging.WARNING),
        (TxStatus.EXPIRED, logging.WARNING),
        (TxStatus.STUCK, logging.ERROR),
    ],
)
def test_trouble_is_louder_than_success(
    status: TxStatus, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    LoggedSender(Scripted(status)).send("1:open", CALL, action="open")
    assert [record.levelno for record in caplog.records] == [level]


def test_what_failed_in_its_block_is_told_though_nobody_asks_about_it_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    others = [TxResult(f"1:{status.value}", status) for status in TxStatus]
    log_reverted(others)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.__dict__["transaction"] == "1:reverted"
    assert "judge status" in record.__dict__["hint"]


def test_a_dry_run_says_what_it_does_not_send(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    result = LoggedSender(DryRunSender()).send("1:open", CALL, action="open")
    assert result.status is TxStatus.DRY
    assert caplog.messages == ["dry mode: not sent"]
