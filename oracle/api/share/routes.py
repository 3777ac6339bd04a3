"""Links that tell what they lead to, where they are shared.

    GET /c/NUMBER        facts of a competition in meta tags; a browser goes on to the page
    GET /c/NUMBER.png    a picture of its result, once it is final

https://ogp.me. Whoever asks decides only about a number: names, titles and accounts come from chain
and content, and are escaped. A picture is drawn once, one at a time, and few are kept.
"""

from __future__ import annotations

import html
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from oracle.api.caching import unless_known
from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.api.share.picture import SIZE, draw_result
from oracle.api.share.result import Result, Results
from oracle.errors import ContentUnavailable, OracleError
from oracle.store.base import ContentStore
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES, InvalidSubmission, Pixels

PER_MINUTE = 60
AT_ONCE = 4
_KEPT = 16  # pictures, of about a megabyte each
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
    """Answers for shared links; `url` is the page's public address, empty: where it was asked."""

    results: Results
    store: ContentStore
    decode: Callable[[bytes], Pixels]
    url: str = ""
    limit: RateLimit = field(default_factory=lambda: RateLimit(PER_MINUTE, AT_ONCE))
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)
    _pictures: OrderedDict[int, SharedPicture] = field(default_factory=OrderedDict, init=False)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/c/{number}.png", self._answered(self._picture), methods=["GET"]),
            Route("/c/{number}", self._answered(self._page), methods=["GET"]),
        ]

    def _answered(self, answer: Callable[[Request, int], Response]) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            given = request.path_params["number"]
            if not _NUMBER.fullmatch(given):
                return _none()
            try:
                with self.limit.admit(request.client.host if request.client else ""):
                    return await run_in_threadpool(answer, request, int(given))
            except OracleError as error:
                return refusal(error, {**_HEADERS, "Cache-Control": "no-store"})

        return endpoint

    # ------------------------------------------------------------------ page

    def _page(self, request: Request, number: int) -> Response:
        with self._one:
            result = self.results.of(number)
        if result is None:
            return _none()
        page = _document(result, self._address(request)).encode()
        headers = {**_HEADERS, "Cache-Control": _SOON}
        return unless_known(request, page, headers, "text/html; charset=utf-8")

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


def _document(result: Result, address: str) -> str:
    """The page of a link: meta tags for who shows it, and the way on for a browser."""
    here, onward = f"{address}c/{result.number}", f"../#/c/{result.number}"
    shown = {
        "og:type": "website",
        "og:site_name": "Judging Oracle",
        "og:title": result.headline,
        "og:description": result.sentence,
    }
    if urlsplit(here).netloc:
        shown["og:url"] = here
    if result.winner is not None and "og:url" in shown:
        shown |= {
            "og:image": f"{here}.png",
            "og:image:type": "image/png",
            "og:image:width": str(SIZE[0]),
            "og:image:height": str(SIZE[1]),
            "og:image:alt": "The target, and the image that came nearest to it",
        }
    kind = "summary_large_image" if "og:image" in shown else "summary"
    tags = [
        f'<meta property="{name}" content="{html.escape(text)}">' for name, text in shown.items()
    ]
    title, sentence = html.escape(result.headline), html.escape(result.sentence)
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f"<title>{title}</title>",
            f'<meta name="description" content="{sentence}">',
            *tags,
            f'<meta name="twitter:card" content="{kind}">',
            f'<meta http-equiv="refresh" content="0; url={onward}">',
            f'</head><body><p><a href="{onward}">{title}</a></p><p>{sentence}</p></body></html>',
            "",
        ]
    )
