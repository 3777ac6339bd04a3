"""What strangers may hand in over HTTP: images to keep, and submissions to reveal.

    POST /images       any image, as the body      → digest, CID, signed pin receipt
    POST /reveals      JSON, see docs/operate.md   → 202 accepted, 200 revealed already

Every error is JSON with `what` happened and what to `do`. Bodies are counted while they stream and
have to come in time; content types are ignored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.api.uploads import Uploads
from oracle.errors import BadInput, OracleError, RetryLater, TooLarge, TooSlow
from oracle.ledger.reveal_book import HandedOver
from oracle.reveals.desk import RevealDesk
from oracle.signing.strangers_json import MALFORMED, hash_bytes, read_object, unsigned
from oracle.signing.studio_receipt import receipt_of
from scoring.digest import Digest

MAX_REVEAL_BYTES = 4096
CORS = {
    # Any page may hand in: nothing here depends on cookies or on where a request comes from.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
}

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Intake:
    """The handlers and their limits."""

    uploads: Uploads
    desk: RevealDesk | None  # None in dry mode: nothing can be sent for anybody
    images: RateLimit
    reveals: RateLimit
    max_bytes: int
    seconds: float

    def routes(self) -> list[Route]:
        return [
            Route("/images", self._answered(self._image, self.images), methods=["POST", "OPTIONS"]),
            Route(
                "/reveals", self._answered(self._reveal, self.reveals), methods=["POST", "OPTIONS"]
            ),
        ]

    def _answered(self, handle: Handler, limit: RateLimit) -> Handler:
        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(None, 204, CORS)
            try:
                with limit.admit(request.client.host if request.client else ""):
                    return await handle(request)
            except OracleError as error:
                return refusal(error, CORS)

        return endpoint

    async def _image(self, request: Request) -> Response:
        data = await read_body(request, self.max_bytes, self.seconds)
        if not data:
            raise BadInput("the body is empty", "send the image file as the body")
        take = partial(self.uploads.take, data, only_pixels=_asks_for_pixels(request))
        pinned = await run_in_threadpool(take)
        return JSONResponse(pinned.to_json(), 200, CORS)

    async def _reveal(self, request: Request) -> Response:
        body = await read_body(request, MAX_REVEAL_BYTES, self.seconds)
        competition_id, given = _handed_over(body)
        if self.desk is None:
            raise RetryLater("this daemon has no key and sends nothing", "reveal yourself")
        outcome = await run_in_threadpool(self.desk.accept, competition_id, given)
        return JSONResponse({"status": outcome}, 202 if outcome == "accepted" else 200, CORS)


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """A request's body, counted while it streams. Raises `TooLarge` or `TooSlow`."""
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                data += chunk
                if len(data) > max_bytes:
                    raise TooLarge(
                        f"the body has more than {max_bytes} bytes", "shrink the image first"
                    )
    except TimeoutError as error:
        raise TooSlow(f"the body did not come within {seconds:g} s", "try again") from error
    except ClientDisconnect as error:
        raise TooSlow("the connection was closed before the body had come", "try again") from error
    return bytes(data)


def _asks_for_pixels(request: Request) -> bool:
    asked = request.query_params.get("only")
    if asked not in (None, "pixels"):
        raise BadInput(f"only={asked} is not known", "ask for only=pixels, or leave it out")
    return asked == "pixels"


def _handed_over(body: bytes) -> tuple[int, HandedOver]:
    try:
        fields = read_object(body)
        competition, ticket = fields["competition"], fields["ticket"]
        digest, salt = (hash_bytes(fields[name]) for name in ("image_digest", "salt"))
        if not (unsigned(competition, 256) and unsigned(ticket, 32)):
            raise ValueError("they are counted from 1")
        with_receipt = "prompt_index" in fields or "studio_signature" in fields
        receipt = receipt_of(fields) if with_receipt else None
    except MALFORMED as error:
        raise BadInput(
            "the body is not a reveal",
            'send {"competition": 1, "ticket": 1, "image_digest": "0x…", "salt": "0x…"}, and '
            'where there is a studio "prompt_index": 0, "studio_signature": "0x…"',
        ) from error
    return competition, HandedOver(ticket, Digest(digest), salt, receipt=receipt)
