"""Players' push subscriptions over HTTP.

GET /push              the key that a browser subscribes with
POST /push             {"competition", "endpoint", "p256dh", "auth"} → 201
POST /push/forget      the same → 204; no reminder of that competition any more
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oracle.api.intake import CORS, Handler, read_body
from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.errors import OracleError
from oracle.push.desk import PushDesk
from oracle.push.subscription import MAX_BYTES, read_subscription

_BODY_SECONDS = 10.0


@dataclass(frozen=True)
class Push:
    """The handlers and their limits; `services` are the push services that are sent to."""

    desk: PushDesk
    services: Sequence[str]
    limit: RateLimit

    def routes(self) -> list[Route]:
        return [
            Route("/push", self._key, methods=["GET"]),
            Route("/push", self._answered(self._subscribe), methods=["POST", "OPTIONS"]),
            Route("/push/forget", self._answered(self._forget), methods=["POST", "OPTIONS"]),
        ]

    def _key(self, _: Request) -> Response:
        cached = {**CORS, "Cache-Control": "public, max-age=3600"}
        return JSONResponse({"public_key": self.desk.courier.public_key}, 200, cached)

    def _answered(self, handle: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(None, 204, CORS)
            try:
                with self.limit.admit(request.client.host if request.client else ""):
                    return await handle(request)
            except OracleError as error:
                return refusal(error, CORS)

        return endpoint

    async def _subscribe(self, request: Request) -> Response:
        body = await read_body(request, MAX_BYTES, _BODY_SECONDS)
        given, competition_id = read_subscription(body, self.services)
        await run_in_threadpool(self.desk.subscribe, competition_id, given)
        return JSONResponse({"status": "subscribed"}, 201, CORS)

    async def _forget(self, request: Request) -> Response:
        body = await read_body(request, MAX_BYTES, _BODY_SECONDS)
        given, competition_id = read_subscription(body, self.services)
        await run_in_threadpool(self.desk.book.remove, given.endpoint, competition_id)
        return Response(None, 204, CORS)
