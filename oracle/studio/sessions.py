"""Who may prompt for a ticket: sessions, opened by the player's signature, ended by a clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Engine, bindparam, delete, insert, select

from oracle.errors import NoSession
from oracle.studio.schema import reading, sessions, writing
from scoring.digest import sha256

TOKEN_BYTES = 32
_REMEMBERED = 4096
_UNKNOWN = "this session is unknown or over", "open one with the ticket's wallet"
_OF_TOKEN = select(sessions).where(sessions.c.token_sha256 == bindparam("token"))


@dataclass(frozen=True)
class Session:
    """What a token stands for."""

    competition_id: int
    ticket_id: int
    player: str
    expires_at: int  # unix seconds


class SessionBook:
    """Sessions by token; only the tokens' hashes are kept.

    A session never changes, and ends by the clock alone: those that are used stay in memory.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._remembered = lru_cache(_REMEMBERED)(self._read)

    def open(self, session: Session, now: float) -> str:
        """A new token for a session; those that are over at unix second `now` are forgotten."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(
                insert(sessions).values(
                    token_sha256=sha256(token.encode()),
                    competition_id=str(session.competition_id),
                    ticket_id=session.ticket_id,
                    player=session.player,
                    expires_at=session.expires_at,
                )
            )
        return token

    def find(self, token: str, now: float) -> Session:
        """The session of a token at unix second `now`. Raises `NoSession`."""
        session = self._remembered(sha256(token.encode()))
        if session.expires_at <= now:
            raise NoSession(*_UNKNOWN)
        return session

    def _read(self, token_sha256: bytes) -> Session:
        with reading(self._engine) as connection:
            row = connection.execute(_OF_TOKEN, {"token": token_sha256}).mappings().first()
        if row is None:
            raise NoSession(*_UNKNOWN)
        return Session(
            int(row["competition_id"]), row["ticket_id"], row["player"], row["expires_at"]
        )
