"""What a competition's scores look like: pictures of its calibration near 0, 0.5 and 1.

GET /looks/NUMBER    their scores and digests; the pictures themselves are content
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from oracle.api.caching import unless_known
from oracle.judging.looks import LooksBook

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_HEADERS = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_SOON, _LONG = "public, max-age=60", "public, max-age=86400"


@dataclass(frozen=True)
class Looks:
    """The handler."""

    book: LooksBook

    def routes(self) -> list[BaseRoute]:
        return [Route("/looks/{number}", self._answer, methods=["GET"])]

    async def _answer(self, request: Request) -> Response:
        number = request.path_params["number"]
        found = None
        if _NUMBER.fullmatch(number):
            found = await run_in_threadpool(self.book.of, int(number))
        if found is None:
            soon = {**_HEADERS, "Cache-Control": _SOON}
            return PlainTextResponse("there is nothing to show\n", 404, soon)
        headers = {**_HEADERS, "Cache-Control": _LONG}
        return unless_known(request, json.dumps(found).encode(), headers, "application/json")
