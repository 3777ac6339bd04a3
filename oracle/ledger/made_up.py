"""A ledger with a long past that nobody lived through, for measurements."""

from __future__ import annotations

from sqlalchemy import insert

from oracle.ledger.database import open_engine
from oracle.ledger.ledger import Ledger, Step
from oracle.ledger.schema import steps
from oracle.ledger.scope import Scope


def ledger_with_ended(url: str, chain_id: int, contract: str, ended: int) -> Ledger:
    """A ledger with every step of competitions 1 to `ended`; each third one was disputed."""
    engine = open_engine(url)
    scope = Scope(chain_id, contract)
    done = [step for step in Step if step not in (Step.VOID, Step.DISPUTED)]
    rows = [
        scope.key(competition_id=str(number), step=int(step), data="{}", recorded_at=1.0)
        for number in range(1, ended + 1)
        for step in (*done, *((Step.DISPUTED,) if number % 3 == 0 else ()))
    ]
    if rows:
        # In one transaction: one by one they would take minutes.
        with engine.begin() as connection:
            connection.execute(insert(steps), rows)
    return Ledger(engine, chain_id, contract)
