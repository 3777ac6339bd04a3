"""Practice rounds over HTTP.

    GET /practice            the competitions that one can practise on, the last first
    POST /practice/NUMBER    any image, as the body → its score by that competition's judge

Nothing is kept, sent or signed for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oracle.api.intake import CORS, read_body
from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.errors import BadInput, OracleError
from oracle.practice.room import PracticeRoom

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_SOON = "public, max-age=60"


@dataclass(frozen=True)
class Practice:
    """The handlers and their limits."""

    room: PracticeRoom
    limit: RateLimit
    max_bytes: int
    body_seconds: float = field(default=30.0)

    def routes(self) -> list[Route]:
        return [
            Route("/practice", self._list, methods=["GET"]),
            Route("/practice/{number}", self._score, methods=["POST", "OPTIONS"]),
        ]

    def _list(self, _: Request) -> Response:
        body = {"competitions": list(self.room.shelf.numbers())}
        return JSONResponse(body, 200, {**CORS, "Cache-Control": _SOON})

    async def _score(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(None, 204, CORS)
        try:
            with self.limit.admit(request.client.host if request.client else ""):
                return await self._scored(request)
        except OracleError as error:
            return refusal(error, CORS)

    async def _scored(self, request: Request) -> Response:
        number = request.path_params["number"]
        if not _NUMBER.fullmatch(number):
            raise BadInput("this is no competition's number", "ask for /practice/1, for example")
        data = await read_body(request, self.max_bytes, self.body_seconds)
        if not data:
            raise BadInput("the body is empty", "send the image file as the body")
        said = await run_in_threadpool(self.room.score, int(number), data)
        return JSONResponse(said, 200, CORS)
