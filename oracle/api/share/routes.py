"""Links that tell what they lead to, where they are shared.

    GET /c/NUMBER        the players' page at a competition, and its facts in meta tags
    GET /c/NUMBER.png    a picture of its result, once it is final

Whoever asks decides only about a number: names, titles and accounts come from chain
and content, and are escaped. A picture is drawn once, one at a time, and few are kept.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from oracle.api.caching import unless_known
from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.api.share.document import document
from oracle.api.share.picture import draw_result
from oracle.api.share.result import Result, Results
from oracle.errors import ContentUnavailable, OracleError
from oracle.store.base import ContentStore
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES, InvalidSubmission, Pixels

PER_MINUTE = 60
AT_ONCE = 4
_KEPT = 16  # pictures, of about a megabyte each
_TOLD = 256  # results
_TOLD_SECONDS = 60
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?|\[[0-9a-fA-F:]{2,45}\](:[0-9]{1,5})?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PICTURE_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_SOON, _LONG = "public, max-age=60", "public, max-age=86400"


@dataclass(frozen=True)
class SharedPicture:
    """A picture, and whether everything was there that belongs into it."""

    png: bytes
    is_whole: bool


@dataclass
class Share:
    """Answers for shared links.

    `index` reads the players' page as it was built, `policy` are its headers. `url` is its public
    address, empty: where it was asked.
    """

    results: Results
    store: ContentStore
    decode: Callable[[bytes], Pixels]
    index: Callable[[], str]
    policy: Mapping[str, str]
    url: str = ""
    limit: RateLimit = field(default_factory=lambda: RateLimit(PER_MINUTE, AT_ONCE))
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)
    _pictures: OrderedDict[int, SharedPicture] = field(default_factory=OrderedDict, init=False)
    _told: OrderedDict[int, tuple[float, Result]] = field(default_factory=OrderedDict, init=False)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/c/{number}.png", self._answered(self._picture), methods=["GET"]),
            Route("/c/{number}", self._answered(self._page, self._known), methods=["GET"]),
        ]

    def _answered(
        self,
        answer: Callable[[Request, int], Response],
        is_free: Callable[[int], object] = lambda _: None,
    ) -> Callable[[Request], object]:
        """An endpoint whose limit does not count what costs nothing."""

        async def endpoint(request: Request) -> Response:
            given = request.path_params["number"]
            if not _NUMBER.fullmatch(given):
                return _none()
            try:
                host = request.client.host if request.client else ""
                with nullcontext() if is_free(int(given)) else self.limit.admit(host):
                    return await run_in_threadpool(answer, request, int(given))
            except OracleError as error:
                return refusal(error, {**_HEADERS, "Cache-Control": "no-store"})

        return endpoint

    # ------------------------------------------------------------------ page

    def _page(self, request: Request, number: int) -> Response:
        result = self._result(number)
        if result is None:
            return _none()
        page = document(self.index(), result, self._address(request)).encode()
        # As the page itself: another build has other files.
        headers = {**self.policy, "Cache-Control": "no-cache"}
        return unless_known(request, page, headers, "text/html; charset=utf-8")

    def _result(self, number: int) -> Result | None:
        """As it stood a minute ago at most: the page reads the chain itself, and waits for this."""
        with self._one:
            if (known := self._known(number)) is not None:
                return known
            result = self.results.of(number)
            if result is not None:
                self._told[number] = time.monotonic(), result
                self._told.move_to_end(number)
            while len(self._told) > _TOLD:
                self._told.popitem(last=False)
            return result

    def _known(self, number: int) -> Result | None:
        at, result = self._told.get(number, (0.0, None))
        return result if time.monotonic() - at < _TOLD_SECONDS else None

    def _address(self, request: Request) -> str:
        """Where the page is, with a slash; empty where the request does not say it properly."""
        if self.url:
            return f"{self.url.rstrip('/')}/"
        host = request.headers.get("host", "")
        return f"{request.url.scheme}://{host}/" if _HOST.fullmatch(host) else ""

    # --------------------------------------------------------------- picture

    def _picture(self, request: Request, number: int) -> Response:
        with self._one:
            drawn = self._pictures.get(number) or self._draw(number)
            if drawn is None:
                return _none()
            if drawn.is_whole:
                self._pictures[number] = drawn
                self._pictures.move_to_end(number)
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        lasting = {"Cache-Control": _LONG if drawn.is_whole else _SOON}
        headers = {**_HEADERS, **_PICTURE_HEADERS, **lasting}
        return unless_known(request, drawn.png, headers, "image/png")

    def _draw(self, number: int) -> SharedPicture | None:
        result = self.results.of(number, settled=True)
        if result is None or result.winner is None:
            return None
        images = [self._image(result.target), self._image(result.winner.image)]
        return SharedPicture(
            draw_result(result, *images), all(image is not None for image in images)
        )

    def _image(self, digest: Digest | None) -> Pixels | None:
        if digest is None:
            return None
        try:
            return self.decode(self.store.get(digest, max_bytes=MAX_IMAGE_BYTES))
        except (ContentUnavailable, InvalidSubmission):
            return None


def _none() -> Response:
    headers = {**_HEADERS, "Cache-Control": _SOON}
    return PlainTextResponse("there is nothing to show\n", 404, headers)
