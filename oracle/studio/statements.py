"""What the studio asks its database, built once: building takes longer than answering.

Every statement is of one contract on one chain: parameters `chain` and `address`. Those of a
competition, a ticket and one of its prompts take `competition`, `ticket` and `one` too.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, bindparam, func, select, update

from oracle.studio.prompt import State
from oracle.studio.schema import prompts, records


def _in_scope(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.chain_id == bindparam("chain"), table.c.contract == bindparam("address")


def _of_competition(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (*_in_scope(table), table.c.competition_id == bindparam("competition"))


_OF_TICKET = (*_of_competition(prompts), prompts.c.ticket_id == bindparam("ticket"))
_ONE = (*_OF_TICKET, prompts.c.number == bindparam("one"))
_QUEUED = (*_in_scope(prompts), prompts.c.state == State.QUEUED.value)
_RUNNING = (*_in_scope(prompts), prompts.c.state == State.RUNNING.value)
_OPEN = (*_in_scope(prompts), prompts.c.state.in_((State.QUEUED.value, State.RUNNING.value)))
_TURN = (prompts.c.queued_at, prompts.c.ticket_id)

OF_TICKET = select(prompts).where(*_OF_TICKET).order_by(prompts.c.number)
ONE = select(prompts).where(*_ONE)
OPEN = select(prompts).where(*_OPEN).order_by(*_TURN)
HOW_MANY_WAIT = select(func.count()).select_from(prompts).where(*_QUEUED)

CHANGE_IF = update(prompts).where(*_ONE, prompts.c.state.in_(bindparam("were", expanding=True)))
"""Of one prompt whose state is among `were`, the columns that are given as further parameters."""

WAIT_AGAIN = update(prompts).where(*_RUNNING).values(state=State.QUEUED.value)

LOG = select(records.c.record).where(*_of_competition(records)).order_by(records.c.position)
LAST_RECORD = (
    select(records.c.position, records.c.head)
    .where(*_of_competition(records))
    .order_by(records.c.position.desc())
    .limit(1)
)
COMPETITIONS = select(records.c.competition_id).where(*_in_scope(records)).distinct()
