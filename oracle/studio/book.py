"""What a studio has promised and done, durably: every index is reserved before it is used.

Every method is one database transaction, so that a kill at any instant neither loses an index nor
counts one twice. A ticket has at most one prompt that waits or runs, so indices are given out, and
given back, in order: those of a ticket's finished images are 0, 1, 2 … without a gap.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, insert

from oracle.chain.commitments import Domain
from oracle.errors import BadInput, LimitReached, OneAtATime, QueueFull
from oracle.studio import statements
from oracle.studio.log import PromptRecord, first_hash, next_hash
from oracle.studio.prompt import Prompt, State, prompt_of
from oracle.studio.schema import prompts, reading, records, writing
from scoring.digest import Digest

_OPEN = (State.QUEUED, State.RUNNING)


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
        self._address = domain.competition.lower()
        self._scope = {"chain": domain.chain_id, "address": self._address}
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
            rows = connection.execute(statements.OF_TICKET, of_ticket).mappings().all()
            for row in rows:
                if row["key"] == key:
                    return _same(prompt_of(row), text)
            self._check(connection, rows, limit, most_waiting)
            values = {
                **self._competition_columns(competition_id),
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
            connection.execute(insert(prompts), values)
            return prompt_of({**values, "done_at": None, "image_digest": None, "signature": None})

    def _check(self, connection: Connection, rows: Any, limit: int, most_waiting: int) -> None:
        if any(not State(row["state"]).is_end for row in rows):
            raise OneAtATime(
                "this ticket has a prompt that is not finished", "wait for it, or cancel it"
            )
        if sum(row["prompt_index"] is not None for row in rows) >= limit:
            raise LimitReached(
                f"all {limit} prompts of this ticket are used", "choose the best of its images"
            )
        waiting = connection.execute(statements.HOW_MANY_WAIT, self._scope)
        if int(waiting.scalar() or 0) >= most_waiting:
            raise QueueFull(
                f"{most_waiting} prompts wait already", "nothing was counted; try again in a minute"
            )

    def find(self, competition_id: int, ticket_id: int, number: int) -> Prompt | None:
        """One prompt of a ticket."""
        one = {**self._of(competition_id, ticket_id), "one": number}
        with reading(self._engine) as connection:
            row = connection.execute(statements.ONE, one).mappings().first()
        return None if row is None else prompt_of(row)

    def of_ticket(self, competition_id: int, ticket_id: int) -> tuple[Prompt, ...]:
        """Every prompt of a ticket, oldest first."""
        of_ticket = self._of(competition_id, ticket_id)
        with reading(self._engine) as connection:
            rows = connection.execute(statements.OF_TICKET, of_ticket).mappings()
            return tuple(map(prompt_of, rows))

    def waiting(self) -> tuple[Prompt, ...]:
        """Every prompt that waits or runs, in the order of generating.

        A ticket has one at most, so first come, first served is a round between the tickets.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(statements.OPEN, self._scope).mappings()
            return tuple(map(prompt_of, rows))

    def claim(self, prompt: Prompt) -> bool:
        """Marks a waiting prompt as running; False when it does not wait any more."""
        with writing(self._quick) as connection:
            return self._change(connection, prompt, (State.QUEUED,), state=State.RUNNING.value)

    def recover(self) -> int:
        """Lets what ran when the process died wait again, with its index; returns how many.

        Only for a process that has just started: it is the one writer.
        """
        with writing(self._engine) as connection:
            return connection.execute(statements.WAIT_AGAIN, self._scope).rowcount

    def cancel(self, prompt: Prompt) -> bool:
        """Gives the index of a waiting prompt back; False when it does not wait any more."""
        return self._give_back(prompt, (State.QUEUED,), State.CANCELLED, "cancelled")

    def fail(self, prompt: Prompt, reason: str) -> bool:
        """Gives the index back, because the generator made no image of it."""
        return self._give_back(prompt, _OPEN, State.FAILED, reason)

    def finish(self, prompt: Prompt, record: PromptRecord, signature: bytes) -> Prompt:
        """Writes image, receipt and log record down in one step: an index is now used up.

        Raises ValueError when the prompt is not running, or the record is another prompt's.
        """
        if (record.ticket_id, record.index) != (prompt.ticket_id, prompt.index):
            raise ValueError("the record is of another prompt")
        finished = replace(
            prompt,
            state=State.DONE,
            done_at=self._clock(),
            image_digest=record.image_sha256,
            signature=signature,
        )
        with writing(self._engine) as connection:
            done = self._change(
                connection,
                prompt,
                (State.RUNNING,),
                state=finished.state.value,
                done_at=finished.done_at,
                image_digest=finished.image_digest,
                signature=finished.signature,
            )
            if not done:
                raise ValueError("the prompt is not running")
            self._append(connection, prompt.competition_id, record.canonical())
        return finished

    # -------------------------------------------------------------------- log

    def log(self, competition_id: int) -> tuple[bytes, ...]:
        """The records of a competition, in order."""
        with reading(self._engine) as connection:
            records_of = connection.execute(statements.LOG, self._competition(competition_id))
            return tuple(records_of.scalars())

    def position(self, competition_id: int) -> LogPosition:
        """How long the log is now, and its hash."""
        with reading(self._engine) as connection:
            return self._position(connection, competition_id)

    def competitions(self) -> tuple[int, ...]:
        """Competitions with at least one record."""
        with reading(self._engine) as connection:
            numbers = connection.execute(statements.COMPETITIONS, self._scope).scalars()
            return tuple(sorted(map(int, numbers)))

    # ----------------------------------------------------------------- inside

    def _append(self, connection: Connection, competition_id: int, record: bytes) -> None:
        last = self._position(connection, competition_id)
        values = {
            **self._competition_columns(competition_id),
            "position": last.length,
            "record": record,
            "head": next_hash(last.head, record),
        }
        connection.execute(insert(records), values)

    def _position(self, connection: Connection, competition_id: int) -> LogPosition:
        of_competition = self._competition(competition_id)
        row = connection.execute(statements.LAST_RECORD, of_competition).first()
        if row is None:
            return LogPosition(0, first_hash(self._domain, competition_id))
        return LogPosition(row.position + 1, Digest(row.head))

    def _give_back(
        self, prompt: Prompt, were: tuple[State, ...], state: State, reason: str
    ) -> bool:
        with writing(self._engine) as connection:
            return self._change(
                connection,
                prompt,
                were,
                state=state.value,
                prompt_index=None,
                reason=reason,
                done_at=self._clock(),
            )

    def _change(
        self, connection: Connection, prompt: Prompt, were: tuple[State, ...], **columns: object
    ) -> bool:
        """Changes a prompt if its state is one of `were`; whether it was."""
        one = {**self._of(prompt.competition_id, prompt.ticket_id), "one": prompt.number}
        change = {**one, "were": [state.value for state in were], **columns}
        return bool(connection.execute(statements.CHANGE_IF, change).rowcount)

    def _competition_columns(self, competition_id: int) -> dict[str, Any]:
        return {
            "chain_id": self._domain.chain_id,
            "contract": self._address,
            "competition_id": str(competition_id),
        }

    def _competition(self, competition_id: int) -> dict[str, Any]:
        return {**self._scope, "competition": str(competition_id)}

    def _of(self, competition_id: int, ticket_id: int) -> dict[str, Any]:
        return {**self._competition(competition_id), "ticket": ticket_id}


def _same(prompt: Prompt, text: str) -> Prompt:
    if prompt.text != text:
        raise BadInput(
            "this idempotency key stands for another prompt", "use a new key for every new prompt"
        )
    return prompt
