"""What must be true of every competition once its fault is over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from oracle.assembly.accounts import open_watch
from oracle.assembly.auditor import open_auditor
from oracle.auditing.report import AuditVerdict
from oracle.chain.abi import competition_abi
from oracle.chain.events import CompetitionFinalized
from oracle.chain.state import Phase
from oracle.ledger.database import open_engine
from oracle.ledger.ledger import Step
from oracle.ledger.schema import attempts, transactions
from oracle.ledger.transaction import TxStatus
from tests.faults.arena import Arena
from tests.faults.table import Seats

ONCE = ("openTarget", "fixSeedBlock", "pinSeed", "assertRanking", "finalize")
_PRIZE_PERCENT = 80
Own = tuple[dict[str, Any], bool]
"""A transaction of the operator's, as the node gives it, and whether it succeeded."""
_BY_ID = {name: "0x" + item.selector.hex() for name, item in competition_abi().functions.items()}


def check(arena: Arena, since: int) -> None:
    """Raises AssertionError with what is not as it must be, in the blocks from `since` on."""
    own = own_transactions(arena, since)
    for seats in arena.table.seats:
        check_end(arena, seats, since, own)
    check_records(arena, hashes_of(own))


def check_end(arena: Arena, seats: Seats, since: int, own: Sequence[Own]) -> None:
    """As `check`, of one competition that has ended; `own` was sent from `since` on."""
    assert all(succeeded for _, succeeded in own), "a transaction of the operator's failed"
    _check_once(seats, [sent for sent, _ in own])
    _check_payout(arena, seats, since)
    with open_watch(arena.settings()) as watch:
        assert Step.FINALIZED in watch.ledger.steps(seats.id)
        assert watch.ledger.halted(seats.id) is None


def check_records(arena: Arena, on_chain: set[bytes]) -> None:
    """As `check`, of ledger and log, once nothing is under way: `on_chain` is all that was sent."""
    _check_ledger(arena, on_chain)
    _check_log(arena)


def audit(arena: Arena, seats: Seats) -> None:
    """A stranger judges it again, with everything there is."""
    settings = arena.settings(
        signer__key_file="",
        judge__work_dir=str(arena.folder / "auditor"),
        store__url=f"dir:{arena.folder / 'public'},dir:{arena.disk / 'content'}",
        store__gateways=[],
    )
    with open_auditor(settings, check_code=False) as auditor:
        block = auditor.contract.client.finalized_block()
        report = auditor.audit(seats.id, block)
    assert report.verdict is AuditVerdict.OK, report.to_json()


def own_transactions(arena: Arena, since: int) -> list[Own]:
    """The operator's transactions that stand on the chain, and whether they succeeded."""
    found = []
    operator = arena.chain.operator.address.lower()
    for number in range(since, arena.chain.head() + 1):
        for sent in arena.chain.block(number)["transactions"]:
            if sent["from"].lower() == operator:
                receipt = arena.chain.anvil.rpc("eth_getTransactionReceipt", sent["hash"])
                found.append((sent, int(receipt["status"], 16) == 1))
    return found


def hashes_of(own: Iterable[Own]) -> set[bytes]:
    """The hashes of transactions."""
    return {bytes.fromhex(sent["hash"][2:]) for sent, _ in own}


def _check_once(seats: Seats, own: list[dict[str, Any]]) -> None:
    called = Counter(
        name
        for sent in own
        for name, selector in _BY_ID.items()
        if sent["input"].startswith(selector) and int(sent["input"][10:74] or "0", 16) == seats.id
    )
    assert {name: called[name] for name in ONCE} == dict.fromkeys(ONCE, 1), (seats.id, called)


def _check_payout(arena: Arena, seats: Seats, since: int) -> None:
    """One payout, to the winner, of the whole prize."""
    contract = arena.chain.contract
    state = arena.table.state(seats.id)
    assert state.phase is Phase.FINAL, f"competition {seats.id} is {state.phase.name.lower()}"
    ends = [
        event
        for event in contract.turns(since, contract.client.latest_block())
        if isinstance(event, CompetitionFinalized) and event.competition_id == seats.id
    ]
    (end,) = ends
    number = end.position.block_number
    before, after = (
        int(arena.chain.anvil.rpc("eth_getBalance", end.winner, hex(n)), 16)
        for n in (number - 1, number)
    )
    pot = len(seats.contents) * state.terms.ticket_price
    assert after - before == end.prize == pot * _PRIZE_PERCENT // 100


def unconfirmed(arena: Arena) -> list[tuple[str, str]]:
    """Key and status of each transaction that the ledger does not call confirmed."""
    with _reading(arena) as connection:
        rows = connection.execute(select(transactions.c.key, transactions.c.status)).all()
    return [(row.key, row.status) for row in rows if row.status != TxStatus.CONFIRMED.value]


def _check_ledger(arena: Arena, on_chain: set[bytes]) -> None:
    """What stands on the chain is what the ledger calls confirmed, and nothing waits."""
    with _reading(arena) as connection:
        hashes = set(connection.execute(select(attempts.c.hash)).scalars())
    assert on_chain <= hashes, "the ledger knows nothing of what was sent"
    waiting = unconfirmed(arena)
    assert waiting == [], f"the ledger does not call all that was sent confirmed: {waiting}"


@contextmanager
def _reading(arena: Arena) -> Iterator[Connection]:
    engine = open_engine(arena.settings().ledger.url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _check_log(arena: Arena) -> None:
    text = arena.log.read_text(errors="replace")
    assert "Traceback" not in text, text[text.index("Traceback") :][:2000]
    secrets = [arena.chain.operator.key.removeprefix("0x"), "API-KEY", "GATEWAY-KEY"]
    for secret in secrets:
        assert not re.search(secret, text, re.IGNORECASE), f"the log holds {secret[:8]}…"
