"""The daemon over HTTP: its health, its numbers, and the content that it holds.

    GET /healthz       200, or 503 with what is wrong: see `oracle.health`
    GET /livez         200 while cycles run, or 503 when the last good one is too old
    GET /readyz        200 once a cycle was good
    GET /metrics       Prometheus
    GET /ipfs/CID      a block of the store, as a trustless gateway serves it

https://specs.ipfs.tech/http-gateways/trustless-gateway/. It asks no other server: pass it a store
that looks only at this machine. What strangers may hand in is in `oracle.api.intake`, the players'
page in `oracle.api.page`; nothing here reads a body or changes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from oracle.api.refusals import refusal
from oracle.errors import ContentUnavailable, InvalidCid, OracleError
from oracle.metrics import CONTENT_TYPE, Metrics
from oracle.store.base import MAX_BLOCK_BYTES, Readable
from oracle.store.cid import digest_of

_FRESH = {"Cache-Control": "no-store"}
_RAW = "application/vnd.ipld.raw"
_OPEN_HEADERS = {
    # Anyone's page may read: content is public, verified by its name, and carries no session.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    # Players' bytes are never a page of this origin.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def create_app(
    *,
    metrics: Metrics,
    stale_after_seconds: float,
    store: Readable | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application; without `store` it serves no content, and `routes` are added to its own."""
    own: list[BaseRoute] = [
        Route("/healthz", _healthz, methods=["GET"]),
        Route("/livez", _livez, methods=["GET"]),
        Route("/readyz", _readyz, methods=["GET"]),
        Route("/metrics", _metrics, methods=["GET"]),
    ]
    if store is not None:
        own.append(Route("/ipfs/{cid}", _block, methods=["GET"]))
    app = Starlette(routes=[*own, *routes], exception_handlers={OracleError: _refuse})
    app.state.metrics = metrics
    app.state.stale_after_seconds = stale_after_seconds
    app.state.store = store
    return app


def _refuse(_: Request, error: Exception) -> Response:
    """Whatever goes wrong on purpose is told in JSON, a lost database or node for example."""
    if not isinstance(error, OracleError):
        raise error
    return refusal(error, _OPEN_HEADERS | _FRESH)


async def _healthz(request: Request) -> Response:
    cycles = _cycles(request)
    health = request.app.state.metrics.health.report()
    stale = cycles["status"] != "ok"
    problems = [*health.problems]
    if stale:
        why = request.app.state.metrics.health.why_no_pass
        age = f"no cycle was good for {cycles['seconds_since_good_cycle']:.0f} s"
        problems.append(f"{age}: {why}" if why else age)
    status = "stale" if stale else "failing" if problems else "ok"
    body = {**cycles, **health.detail, "status": status, "problems": problems}
    return JSONResponse(body, 503 if problems else 200, _FRESH)


async def _livez(request: Request) -> Response:
    body = _cycles(request)
    return JSONResponse(body, 200 if body["status"] == "ok" else 503, _FRESH)


def _cycles(request: Request) -> dict[str, Any]:
    age: float = request.app.state.metrics.seconds_since_good_cycle()
    limit: float = request.app.state.stale_after_seconds
    return {
        "status": "ok" if age <= limit else "stale",
        "seconds_since_good_cycle": round(age, 1),
        "stale_after_seconds": limit,
    }


async def _readyz(request: Request) -> Response:
    ready: bool = request.app.state.metrics.ready
    body = {"status": "ready" if ready else "no good cycle yet"}
    return JSONResponse(body, 200 if ready else 503, _FRESH)


async def _metrics(request: Request) -> Response:
    text: bytes = request.app.state.metrics.exposition()
    return Response(text, headers={"Content-Type": CONTENT_TYPE})


# Not a coroutine: starlette runs it on a thread, where reading a file may block.
def _block(request: Request) -> Response:
    try:
        digest = digest_of(cid := request.path_params["cid"])
    except InvalidCid as error:
        return PlainTextResponse(f"{error.what}\n", 400, _OPEN_HEADERS)
    if request.query_params.get("format", "raw") != "raw":
        return PlainTextResponse("only format=raw is served\n", 406, _OPEN_HEADERS)
    try:
        data = request.app.state.store.get(digest, max_bytes=MAX_BLOCK_BYTES)
    except ContentUnavailable:
        return PlainTextResponse("this block is not here\n", 404, _OPEN_HEADERS)
    etag = f'"{cid}.raw"'
    headers = {
        **_OPEN_HEADERS,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": f'attachment; filename="{cid}.bin"',
        "ETag": etag,
        "X-Ipfs-Path": f"/ipfs/{cid}",
    }
    if etag in request.headers.get("If-None-Match", ""):
        return Response(None, 304, headers)
    return Response(data, 200, headers, media_type=_RAW)
