"""Which of a ledger's rows belong together: those of one contract on one chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table


@dataclass(frozen=True, slots=True)
class Scope:
    """One contract on one chain; the beginning of every primary key."""

    chain_id: int
    contract: str

    def key(self, **more: Any) -> dict[str, Any]:
        """A row's primary key, by column name; `more` are the columns beside the scope."""
        return {"chain_id": self.chain_id, "contract": self.contract.lower(), **more}

    def where(self, table: Table, **more: Any) -> tuple[Any, ...]:
        """The conditions that pick the scope's rows of a table, narrowed by `more`."""
        return tuple(table.c[name] == value for name, value in self.key(**more).items())
