"""The studio over HTTP, for the page and for `judge prompt`.

    GET    /studio                      who this studio is, and what it makes images with
    POST   /studio/sessions             JSON with the player's signature → a token
    GET    /studio/prompts              everything the ticket has asked, and what is left
    POST   /studio/prompts              JSON {"prompt": …}, header Idempotency-Key → 202
    GET    /studio/prompts/NUMBER       one of them
    DELETE /studio/prompts/NUMBER       takes a waiting prompt back
    GET    /studio/images/DIGEST        one of the ticket's images, a PNG
    GET    /studio/events               the same as /studio/prompts, as server-sent events
    GET    /studio/logs/COMPETITION     the log's length, hash and signature; records once final

All but the first, the second and the last ask for `Authorization: Bearer TOKEN`. Every error is
JSON with `what` happened and what to `do`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from oracle.api.intake import read_body
from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.errors import BadInput, NoSession, OracleError, TooMany
from oracle.studio.permits import StudioSession
from oracle.studio.prompt import Prompt
from oracle.studio.service import Asked, Studio
from oracle.studio.sessions import Session
from scoring.digest import Digest

MAX_BODY_BYTES = 16_384
BODY_SECONDS = 10.0
MOST_STREAMS = 10
_HEARTBEAT_SECONDS = 15.0
_SIGNATURE = re.compile(r"0x(?:[0-9a-fA-F]{2}){1,4096}\Z")
_DIGEST = re.compile(r"(?:0x)?([0-9a-fA-F]{64})\Z")
_HEADERS = {
    # Anyone's page may ask: a request is its token's, not its origin's.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
Handle = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class StudioWeb:
    """The routes; `about` is what GET /studio tells, `log_of` gives a competition's log as JSON."""

    studio: Studio
    limit: RateLimit  # of sessions that one address opens
    about: Callable[[], dict[str, Any]]
    log_of: Callable[[int], dict[str, Any]]

    def app(self) -> Starlette:
        """The application; it serves nothing else."""
        return Starlette(routes=self._routes())

    def _routes(self) -> list[BaseRoute]:
        one = "/studio/prompts/{number:int}"
        return [
            self._route("/studio", GET=self._about),
            self._route("/studio/sessions", POST=self._open_session),
            self._route("/studio/prompts", GET=self._prompts, POST=self._ask),
            self._route(one, GET=self._prompt, DELETE=self._cancel),
            self._route("/studio/images/{digest}", GET=self._image),
            self._route("/studio/events", GET=self._events),
            self._route("/studio/logs/{competition:int}", GET=self._log),
        ]

    def _route(self, path: str, **handlers: Handle) -> Route:
        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(None, 204, _HEADERS)
            method = "GET" if request.method == "HEAD" else request.method
            try:
                return await handlers[method](request)
            except OracleError as error:
                return refusal(error, _HEADERS)

        return Route(path, endpoint, methods=[*handlers, "OPTIONS"])

    # ---------------------------------------------------------------- handlers

    async def _about(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self.about), 200, _HEADERS)

    async def _log(self, request: Request) -> Response:
        number = request.path_params["competition"]
        return JSONResponse(await run_in_threadpool(self.log_of, number), 200, _HEADERS)

    async def _open_session(self, request: Request) -> Response:
        with self.limit.admit(request.client.host if request.client else ""):
            permit, signature = _permit(await read_body(request, MAX_BODY_BYTES, BODY_SECONDS))
            token, session = await run_in_threadpool(self.studio.open_session, permit, signature)
        body = {
            "token": token,
            "competition": session.competition_id,
            "ticket": session.ticket_id,
            "player": session.player,
            "expires_at": session.expires_at,
        }
        return JSONResponse(body, 201, _HEADERS)

    async def _prompts(self, request: Request) -> Response:
        session = await self._session(request)
        return JSONResponse(await run_in_threadpool(self._overview, session), 200, _HEADERS)

    async def _ask(self, request: Request) -> Response:
        token = _token(request)
        text = _text(await read_body(request, MAX_BODY_BYTES, BODY_SECONDS))
        key = request.headers.get("Idempotency-Key", "")
        asked = await run_in_threadpool(self._ask_at_once, token, key, text)
        body = {
            **self._prompt_json(asked.prompt),
            "ahead": asked.ahead,
            "seconds": round(asked.seconds, 1),
            "left": asked.left,
        }
        return JSONResponse(body, 202, _HEADERS)

    async def _prompt(self, request: Request) -> Response:
        session = await self._session(request)
        number = request.path_params["number"]
        prompt = await run_in_threadpool(self.studio.prompt, session, number)
        return JSONResponse(self._prompt_json(prompt), 200, _HEADERS)

    async def _cancel(self, request: Request) -> Response:
        session = await self._session(request)
        number = request.path_params["number"]
        prompt = await run_in_threadpool(self.studio.cancel, session, number)
        return JSONResponse(self._prompt_json(prompt), 200, _HEADERS)

    async def _image(self, request: Request) -> Response:
        session = await self._session(request)
        match = _DIGEST.match(request.path_params["digest"])
        if match is None:
            raise BadInput("this is not an image's digest", "it has 64 hexadecimal digits")
        digest = Digest(bytes.fromhex(match[1]))
        image = await run_in_threadpool(self.studio.image, session, digest)
        headers = {**_HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(image, 200, headers, media_type="image/png")

    async def _events(self, request: Request) -> Response:
        session = await self._session(request)
        ticket = (session.competition_id, session.ticket_id)
        if self.studio.announcer.count(ticket) >= MOST_STREAMS:
            # One ticket's tabs must not take the connections of all others.
            raise TooMany(
                f"{MOST_STREAMS} pages follow this ticket already", "close some of its tabs"
            )
        return StreamingResponse(
            self._stream(session),
            200,
            {**_HEADERS, "X-Accel-Buffering": "no"},
            media_type="text/event-stream",
        )

    async def _stream(self, session: Session) -> AsyncIterator[str]:
        ticket = (session.competition_id, session.ticket_id)
        with self.studio.announcer.listening(ticket) as listener:
            is_told = False
            while True:
                if not is_told:
                    listener.news.clear()
                    event, is_told = await self._news(session)
                    yield event
                try:
                    async with asyncio.timeout(_HEARTBEAT_SECONDS):
                        await listener.news.wait()
                    is_told = False
                except TimeoutError:
                    if await run_in_threadpool(self._is_over, session):
                        return
                    yield ": still here\n\n"

    def _is_over(self, session: Session) -> bool:
        """Whether a session's time has come: a page left open keeps no connection after it."""
        try:
            return self.studio.is_session_over(session)
        except OracleError:
            return False  # without a chain nobody knows the time

    async def _news(self, session: Session) -> tuple[str, bool]:
        """An event, and whether it told how the prompts stand: after trouble it is tried again."""
        try:
            body = await run_in_threadpool(self._overview, session)
        except OracleError as error:
            said = {"what": error.what, "do": error.hint}
            return f"event: trouble\ndata: {json.dumps(said)}\n\n", False
        return f"event: prompts\ndata: {json.dumps(body)}\n\n", True

    # ------------------------------------------------------------------ inside

    async def _session(self, request: Request) -> Session:
        return await run_in_threadpool(self.studio.session, _token(request))

    def _ask_at_once(self, token: str, key: str, text: str) -> Asked:
        """In one turn of a thread: each would cost the player a millisecond."""
        return self.studio.ask(self.studio.session(token), key, text)

    def _overview(self, session: Session) -> dict[str, Any]:
        prompts = self.studio.prompts(session)
        limit, ends_at = self.studio.limit(session)
        used = sum(prompt.index is not None for prompt in prompts)
        ahead = self.studio.line.place((session.competition_id, session.ticket_id))
        return {
            "competition": session.competition_id,
            "ticket": session.ticket_id,
            "limit": limit,
            "left": limit - used,
            "ends_at": ends_at,
            "ahead": ahead,
            "prompts": [self._prompt_json(prompt) for prompt in prompts],
        }

    def _prompt_json(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "number": prompt.number,
            "index": prompt.index,
            "prompt": prompt.text,
            "state": prompt.state.value,
            "progress": self.studio.progress.share(prompt),
            "reason": prompt.reason,
            "image_digest": _hex(prompt.image_digest),
            "studio_signature": _hex(prompt.signature),
        }


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NoSession("no session's token was sent", "open one: POST /studio/sessions")
    return token.strip()


def _hex(data: bytes | None) -> str | None:
    return None if data is None else "0x" + data.hex()


def _permit(body: bytes) -> tuple[StudioSession, bytes]:
    try:
        fields: Any = json.loads(body)
        signature = fields["signature"]
        if not isinstance(signature, str) or not _SIGNATURE.match(signature):
            raise ValueError
        permit = StudioSession(
            competition_id=_whole(fields["competition"], 256),
            ticket_id=_whole(fields["ticket"], 32),
            studio=str(fields["studio"]),
            deadline=_whole(fields["deadline"], 64),
        )
        return permit, bytes.fromhex(signature[2:])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput(
            "the body opens no session",
            'send {"competition": 1, "ticket": 1, "studio": "0x…", "deadline": 1800000000, '
            '"signature": "0x…"}',
        ) from error


def _whole(value: object, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 1 << bits:
        raise ValueError
    return value


def _text(body: bytes) -> str:
    try:
        fields: Any = json.loads(body)
        text = fields["prompt"]
        if not isinstance(text, str):
            raise ValueError
        return text
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("the body is not a prompt", 'send {"prompt": "a red house"}') from error
