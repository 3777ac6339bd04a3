"""Writes a ledger and a studio's book with whatever version of judge is on the path, as SQL.

    git worktree add /tmp/old VERSION
    cd /tmp/old && PYTHONPATH=. python THIS_FILE ledger >ledger-FORMAT.sql
    cd /tmp/old && PYTHONPATH=. python THIS_FILE studio >studio-FORMAT.sql

Only that version's own code writes; the text is what SQLite's dump makes of its file.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


def write_ledger(path: Path) -> None:
    """1: finalized after a dispute; 2: void; 3: seeded, halted; 4: disputed, in between."""
    from oracle.chain.calls import Call
    from oracle.ledger.ledger import Step, open_ledger
    from scoring.digest import Digest

    journal = _found("oracle.ledger.transaction", "oracle.ledger.journal")
    ticks = iter(range(1_000, 2_000))
    ledger = open_ledger(f"sqlite:///{path}", 1, CONTRACT, lambda: float(next(ticks)))
    done = {
        1: [step for step in Step if step is not Step.VOID],
        2: [Step.DISCOVERED, Step.VOID],
        3: [Step.DISCOVERED, Step.ENTRIES_FINAL, Step.SEEDED],
        4: [Step.DISCOVERED, Step.DISPUTED],
    }
    for number, steps in done.items():
        for step in steps:
            ledger.record_step(number, step, {"step": step.name})
    ledger.halt(3, "two readings differ", "look at the node")
    record = journal.TransactionRecord(
        key="1:assert",
        sender="0x" + "aa" * 20,
        call=Call(CONTRACT, b"\x01\x02", 2**255),
        deadline=2**40,
        gas=50_000,
        nonce=4,
        status=journal.TxStatus.PENDING,
        reason="",
    )
    attempt = journal.Attempt(4, b"\x07" * 32, b"raw", 2**200, 5, 6.5)
    ledger.transactions.record_intent(record)
    ledger.transactions.record_attempt(record.key, attempt)
    ledger.transactions.record_intent(replace(record, key="2:void", nonce=5))
    ledger.transactions.record_status("2:void", journal.TxStatus.CONFIRMED)
    ledger.pins.record(Digest(b"\x01" * 32), 786_432, 77)
    ledger.reveals.record(4, _handed_over())
    with suppress(ImportError):  # not known to formats 1 and 2
        _write_series(ledger)
    ledger.close()


def _found(*modules: str) -> Any:
    """The first of these modules that this version has: some have moved."""
    for name in modules[:-1]:
        with suppress(ModuleNotFoundError):
            return import_module(name)
    return import_module(modules[-1])


def _handed_over() -> Any:
    from oracle.signing.typed_data import SignedReceipt
    from scoring.digest import Digest

    receipt = SignedReceipt(3, b"\x05" * 65)
    book = _found("oracle.ledger.reveal_book", "oracle.ledger.books")
    return book.HandedOver(9, Digest(b"\x02" * 32), b"\x03" * 32, receipt=receipt)


def _write_series(ledger: Any) -> None:
    from datetime import date

    from oracle.ledger.series_book import DayState, SeriesDay

    day = SeriesDay(date(2026, 11, 28), 5, 1_790_000_000, DayState.CREATED, competition_id=4)
    ledger.series.begin(day)
    ledger.series.record_trial(b"\x08" * 32, b"\x09" * 32, "it is one colour")


def write_studio(path: Path) -> None:
    """One prompt of ticket 9 that became an image, and one that waits."""
    from oracle.chain.commitments import Domain
    from oracle.studio.book import PromptBook
    from oracle.studio.log import PromptRecord
    from oracle.studio.schema import open_studio_engine
    from oracle.studio.sessions import Session, SessionBook
    from scoring.digest import Digest, sha256

    engine = open_studio_engine(path)
    ticks = iter(range(1_000, 2_000))
    book = PromptBook(engine, Domain(1, CONTRACT), lambda: float(next(ticks)))
    player = "0x" + "aa" * 20
    terms: dict[str, Any] = {
        "player": player, "limit": 100, "ends_at": 1_790_000_000, "most_waiting": 5,
    }  # fmt: skip
    book.reserve(4, 9, "first", "a red boat", **terms)
    (running,) = book.waiting()
    assert book.claim(running)
    record = PromptRecord(
        ticket_id=9,
        index=0,
        time=1_001,
        backend="sketch",
        model_digest="",
        parameters={},
        seed=7,
        prompt_sha256=Digest(sha256(b"a red boat")),
        image_sha256=Digest(b"\x06" * 32),
        prompt="a red boat",
    )
    book.finish(running, record, b"\x05" * 65)
    book.reserve(4, 9, "second", "a blue boat", **terms)
    SessionBook(engine).open(Session(4, 9, player, 1_790_000_000), 1_000.0)
    engine.dispose()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.sqlite"
        {"ledger": write_ledger, "studio": write_studio}[sys.argv[1]](path)
        with closing(sqlite3.connect(path)) as database:
            print("\n".join(database.iterdump()))


if __name__ == "__main__":
    main()
