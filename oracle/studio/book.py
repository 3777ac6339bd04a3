"""What a studio has promised and done, durably: every index is reserved before it is used.

Every method is one database transaction, so that a kill at any instant neither loses an index nor
counts one twice. A ticket has at most one prompt that waits or runs, so indices are given out, and
given back, in order: those of a ticket's finished images are 0, 1, 2 … without a gap.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from oracle.chain.commitments import Domain
from oracle.errors import BadInput, LimitReached, OneAtATime, QueueFull
from oracle.studio.log import PromptRecord, first_hash, next_hash
from oracle.studio.prompt import Prompt, State, prompt_of
from oracle.studio.schema import prompts, reading, records, writing
from scoring.digest import Digest

_OPEN = (State.QUEUED.value, State.RUNNING.value)


@dataclass(frozen=True)
class LogPosition:
    """How long a competition's log is, and its chain's hash."""

    length: int
    head: Digest


class PromptBook:
    """Prompts and logs of one contract on one chain."""

    def __init__(
        self,
        engine: Engine,
        domain: Domain,
        clock: Callable[[], float] = time.time,
        *,
        quick: Engine | None = None,
    ) -> None:
        """`quick` is the same database without a wait for the disk, for what a power cut may undo.

        That is a claim alone: whoever finds it undone draws the same image again.
        """
        self._engine = engine
        self._quick = quick or engine
        self._domain = domain
        self._scope = {"chain_id": domain.chain_id, "contract": domain.competition.lower()}
        self._clock = clock

    # ---------------------------------------------------------------- prompts

    def reserve(
        self,
        competition_id: int,
        ticket_id: int,
        key: str,
        text: str,
        *,
        player: str,
        limit: int,
        ends_at: int,
        most_waiting: int,
    ) -> Prompt:
        """Reserves the ticket's next index for a prompt; the same `key` again gives the same one.

        Raises `BadInput` for a key of another text, `OneAtATime`, `LimitReached`, `QueueFull`.
        """
        of_ticket = self._of(competition_id, ticket_id)
        with writing(self._engine) as connection:
            rows = connection.execute(select(prompts).where(*of_ticket)).mappings().all()
            for row in rows:
                if row["key"] == key:
                    return _same(prompt_of(row), text)
            self._check(connection, rows, limit, most_waiting)
            values = {
                **self._scope,
                "competition_id": str(competition_id),
                "ticket_id": ticket_id,
                "number": max((row["number"] for row in rows), default=0) + 1,
                "key": key,
                "text": text,
                "player": player,
                "state": State.QUEUED.value,
                "prompt_index": sum(row["prompt_index"] is not None for row in rows),
                "ends_at": ends_at,
                "queued_at": self._clock(),
                "reason": "",
            }
            connection.execute(insert(prompts).values(**values))
            return prompt_of({**values, "done_at": None, "image_digest": None, "signature": None})

    def _check(self, connection: Connection, rows: Any, limit: int, most_waiting: int) -> None:
        if any(row["state"] in _OPEN for row in rows):
            raise OneAtATime(
                "this ticket has a prompt that is not finished", "wait for it, or cancel it"
            )
        if sum(row["prompt_index"] is not None for row in rows) >= limit:
            raise LimitReached(
                f"all {limit} prompts of this ticket are used", "choose the best of its images"
            )
        waiting = (
            select(func.count())
            .select_from(prompts)
            .where(*self._in_scope(prompts), prompts.c.state == State.QUEUED.value)
        )
        if int(connection.execute(waiting).scalar() or 0) >= most_waiting:
            raise QueueFull(
                f"{most_waiting} prompts wait already", "nothing was counted; try again in a minute"
            )

    def find(self, competition_id: int, ticket_id: int, number: int) -> Prompt | None:
        """One prompt of a ticket."""
        query = select(prompts).where(
            *self._of(competition_id, ticket_id), prompts.c.number == number
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else prompt_of(row)

    def of_ticket(self, competition_id: int, ticket_id: int) -> tuple[Prompt, ...]:
        """Every prompt of a ticket, oldest first."""
        query = (
            select(prompts).where(*self._of(competition_id, ticket_id)).order_by(prompts.c.number)
        )
        with reading(self._engine) as connection:
            return tuple(map(prompt_of, connection.execute(query).mappings()))

    def queue(self) -> tuple[tuple[int, int], ...]:
        """Competition and ticket of every prompt that waits or runs, in the order of generating.

        A ticket has one at most, so first come, first served is a round between the tickets.
        """
        query = (
            select(prompts.c.competition_id, prompts.c.ticket_id)
            .where(*self._in_scope(prompts), prompts.c.state.in_(_OPEN))
            .order_by(prompts.c.queued_at, prompts.c.ticket_id)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query)
            return tuple((int(row.competition_id), row.ticket_id) for row in rows)

    def claim(self) -> Prompt | None:
        """Takes the prompt that has waited longest and marks it as running; None: nothing waits."""
        query = (
            select(prompts)
            .where(*self._in_scope(prompts), prompts.c.state == State.QUEUED.value)
            .order_by(prompts.c.queued_at, prompts.c.ticket_id)
            .limit(1)
        )
        with writing(self._quick) as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            prompt = prompt_of({**row, "state": State.RUNNING.value})
            connection.execute(
                update(prompts).where(*self._one(prompt)).values(state=State.RUNNING.value)
            )
            return prompt

    def recover(self) -> int:
        """Lets what ran when the process died wait again, with its index; returns how many.

        Only for a process that has just started: it is the one writer.
        """
        change = (
            update(prompts)
            .where(*self._in_scope(prompts), prompts.c.state == State.RUNNING.value)
            .values(state=State.QUEUED.value)
        )
        with writing(self._engine) as connection:
            return connection.execute(change).rowcount

    def cancel(self, prompt: Prompt) -> bool:
        """Gives the index of a waiting prompt back; False when it does not wait any more."""
        return self._give_back(prompt, (State.QUEUED.value,), State.CANCELLED, "cancelled")

    def fail(self, prompt: Prompt, reason: str) -> bool:
        """Gives the index back, because the generator made no image of it."""
        return self._give_back(prompt, _OPEN, State.FAILED, reason)

    def finish(self, prompt: Prompt, record: PromptRecord, signature: bytes) -> Prompt:
        """Writes image, receipt and log record down in one step: an index is now used up.

        Raises ValueError when the prompt is not running, or the record is another prompt's.
        """
        if (record.ticket_id, record.index) != (prompt.ticket_id, prompt.index):
            raise ValueError("the record is of another prompt")
        with writing(self._engine) as connection:
            done = connection.execute(
                update(prompts)
                .where(*self._one(prompt), prompts.c.state == State.RUNNING.value)
                .values(
                    state=State.DONE.value,
                    done_at=self._clock(),
                    image_digest=record.image_sha256,
                    signature=signature,
                )
            ).rowcount
            if not done:
                raise ValueError("the prompt is not running")
            self._append(connection, prompt.competition_id, record.canonical())
        found = self.find(prompt.competition_id, prompt.ticket_id, prompt.number)
        assert found is not None  # it was updated a line ago, and nothing deletes prompts
        return found

    # -------------------------------------------------------------------- log

    def log(self, competition_id: int) -> tuple[bytes, ...]:
        """The records of a competition, in order."""
        query = (
            select(records.c.record)
            .where(*self._competition(records, competition_id))
            .order_by(records.c.position)
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(query).scalars())

    def position(self, competition_id: int) -> LogPosition:
        """How long the log is now, and its hash."""
        with reading(self._engine) as connection:
            return self._position(connection, competition_id)

    def competitions(self) -> tuple[int, ...]:
        """Competitions with at least one record."""
        query = select(records.c.competition_id).where(*self._in_scope(records)).distinct()
        with reading(self._engine) as connection:
            return tuple(sorted(int(number) for number in connection.execute(query).scalars()))

    # ----------------------------------------------------------------- inside

    def _append(self, connection: Connection, competition_id: int, record: bytes) -> None:
        last = self._position(connection, competition_id)
        connection.execute(
            insert(records).values(
                **self._scope,
                competition_id=str(competition_id),
                position=last.length,
                record=record,
                head=next_hash(last.head, record),
            )
        )

    def _position(self, connection: Connection, competition_id: int) -> LogPosition:
        query = (
            select(records.c.position, records.c.head)
            .where(*self._competition(records, competition_id))
            .order_by(records.c.position.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        if row is None:
            return LogPosition(0, first_hash(self._domain, competition_id))
        return LogPosition(row.position + 1, Digest(row.head))

    def _give_back(
        self, prompt: Prompt, states: tuple[str, ...], state: State, reason: str
    ) -> bool:
        return self._set(
            prompt,
            states,
            state=state.value,
            prompt_index=None,
            reason=reason,
            done_at=self._clock(),
        )

    def _set(self, prompt: Prompt, states: tuple[str, ...], **values: object) -> bool:
        change = (
            update(prompts).where(*self._one(prompt), prompts.c.state.in_(states)).values(**values)
        )
        with writing(self._engine) as connection:
            return bool(connection.execute(change).rowcount)

    def _in_scope(self, table: Any) -> tuple[Any, ...]:
        return tuple(table.c[name] == value for name, value in self._scope.items())

    def _competition(self, table: Any, competition_id: int) -> tuple[Any, ...]:
        return (*self._in_scope(table), table.c.competition_id == str(competition_id))

    def _of(self, competition_id: int, ticket_id: int) -> tuple[Any, ...]:
        return (*self._competition(prompts, competition_id), prompts.c.ticket_id == ticket_id)

    def _one(self, prompt: Prompt) -> tuple[Any, ...]:
        of_ticket = self._of(prompt.competition_id, prompt.ticket_id)
        return (*of_ticket, prompts.c.number == prompt.number)


def _same(prompt: Prompt, text: str) -> Prompt:
    if prompt.text != text:
        raise BadInput(
            "this idempotency key stands for another prompt", "use a new key for every new prompt"
        )
    return prompt
