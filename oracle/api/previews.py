"""Small previews of submissions and targets, so that a page can show many of them at once.

    GET /previews/SIDE/CID       a JPEG of SIDE (128, 256, 512) pixels; 204: the image is not here

A preview is named by the digest of the whole image, but its own bytes are not what that digest
names: a page says that it shows previews, and fetches the image where it matters. Its pixels are
the image's, halved exactly as the judge halves them (`scoring.views`), so the same image always
gives the same ones. Only what lies on this machine is shown, and each once: it is kept in memory.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.errors import ContentUnavailable, InvalidCid, OracleError
from oracle.store.base import ContentStore
from oracle.store.cid import digest_of
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES, InvalidSubmission, Pixels
from scoring.views import reduced

SIDES = (128, 256, 512)
PER_MINUTE = 1200
AT_ONCE = 128
"""Most wait their turn, which costs nothing: a few tabs ask for dozens when a list is opened."""
DRAWN_AT_ONCE = 4
KEPT_BYTES = 32 << 20
_QUALITY = 80
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_SOON, _EVER = "public, max-age=30", "public, max-age=31536000, immutable"

Name = tuple[int, Digest]


@dataclass
class Previews:
    """Previews of what the `shelves`, asked in turn, hold; `decode` opens a stranger's image."""

    shelves: Sequence[ContentStore]
    decode: Callable[[bytes], Pixels]
    limit: RateLimit = field(default_factory=lambda: RateLimit(PER_MINUTE, AT_ONCE))
    kept_bytes: int = KEPT_BYTES
    _turns: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(DRAWN_AT_ONCE), init=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _kept: OrderedDict[Name, bytes] = field(default_factory=OrderedDict, init=False)
    _bytes: int = field(default=0, init=False)

    def routes(self) -> list[BaseRoute]:
        return [Route("/previews/{side}/{cid}", self._answer, methods=["GET"])]

    async def _answer(self, request: Request) -> Response:
        side, cid = request.path_params["side"], request.path_params["cid"]
        try:
            name = int(side), digest_of(cid)
        except (ValueError, InvalidCid):
            return _none()
        if name[0] not in SIDES:
            return _none()
        etag = f'"{cid}.{side}"'
        if etag in request.headers.get("If-None-Match", ""):
            return Response(None, 304, {**_HEADERS, "ETag": etag, "Cache-Control": _EVER})
        try:
            jpeg = self._known(name)
            if jpeg is None:
                with self.limit.admit(request.client.host if request.client else ""):
                    async with self._turns:
                        jpeg = self._known(name) or await run_in_threadpool(self._made, name)
        except (ContentUnavailable, InvalidSubmission):
            # Not an error: a page asks for pictures as they come, and falls back to the image.
            return Response(None, 204, {**_HEADERS, "Cache-Control": _SOON})
        except OracleError as error:
            return refusal(error, {**_HEADERS, "Cache-Control": "no-store"})
        headers = {**_HEADERS, "ETag": etag, "Cache-Control": _EVER}
        return Response(jpeg, 200, headers, media_type="image/jpeg")

    def _known(self, name: Name) -> bytes | None:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def _made(self, name: Name) -> bytes:
        """Decodes and keeps a preview. Raises `ContentUnavailable` or `InvalidSubmission`."""
        side, digest = name
        jpeg = draw_preview(self.decode(self._read(digest)), side)
        with self._lock:
            self._bytes += len(jpeg) - len(self._kept.pop(name, b""))
            self._kept[name] = jpeg
            while self._bytes > self.kept_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return jpeg

    def _read(self, digest: Digest) -> bytes:
        missing = ContentUnavailable("nothing is kept here")
        for shelf in self.shelves:
            try:
                return shelf.get(digest, max_bytes=MAX_IMAGE_BYTES)
            except ContentUnavailable as error:
                missing = error
        raise missing


def draw_preview(image: Pixels, side: int) -> bytes:
    """A JPEG of (side, side) pixels of an image, uint8 (512, 512, 3); metadata-free."""
    out = io.BytesIO()
    Image.fromarray(reduced(image, side)).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _none() -> Response:
    return PlainTextResponse("a preview is named /previews/128/CID\n", 404, _HEADERS)
