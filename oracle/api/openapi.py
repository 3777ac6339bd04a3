"""The API as an OpenAPI document: `GET /openapi.json`, and the table in docs/api.md.

https://spec.openapis.org/oas/v3.1.1. `tests/integration/api/test_openapi.py` compares it with the
routes there are, and asks the running API everything that it promises.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oracle.api.caching import unless_known
from oracle.api.previews import SIDES

JSON = "application/json"
_HASH = {"type": "string", "pattern": "^0x[0-9a-fA-F]{64}$"}
_SIGNATURE = {"type": "string", "pattern": "^0x([0-9a-fA-F]{2}){1,1024}$"}
_TEXT = {"type": "string"}
_CID = {
    "name": "cid",
    "in": "path",
    "required": True,
    "description": "CIDv1 of a raw block, sha2-256, in base32.",
    "schema": {"type": "string", "pattern": "^bafkrei[a-z2-7]{52}$"},
}
_NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": "A competition.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
}
_ETAG = {"ETag": {"description": "Ask again with it in If-None-Match.", "schema": _TEXT}}


def openapi_routes() -> list[BaseRoute]:
    """`/openapi.json`."""
    body = json.dumps(document()).encode()
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}

    async def answer(request: Request) -> Response:
        return unless_known(request, body, headers, JSON)

    return [Route("/openapi.json", answer, methods=["GET"])]


def document() -> dict[str, Any]:
    """Everything that strangers may ask of a daemon."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Judging Oracle: a daemon",
            "version": version("judging-oracle"),
            "description": "What an operator's daemon answers. Results themselves are on the "
            "chain and in content that is named by its hash: nothing here has to be believed. "
            "Which of these there are depends on the operator's settings.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": _merged(_hand_in(), _content(), _competitions(), _condition()),
        "components": {"schemas": _SCHEMAS},
    }


def _merged(*parts: dict[str, Any]) -> dict[str, Any]:
    """One address may be asked and handed in at."""
    whole: dict[str, Any] = {}
    for part in parts:
        for path, item in part.items():
            whole[path] = whole.get(path, {}) | item
    return whole


def _hand_in() -> dict[str, Any]:
    only = {"name": "only", "in": "query", "schema": {"type": "string", "enum": ["pixels"]}}
    image = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    reveal = {JSON: {"schema": {"$ref": "#/components/schemas/Reveal"}}}
    wish = {JSON: {"schema": {"$ref": "#/components/schemas/Subscription"}}}
    subscription = {"required": True, "content": wish}
    return {
        "/images": {
            "post": _operation(
                "Hand in an image, as the body. Whatever Pillow reads becomes the PNG of a "
                "submission, is kept, and acknowledged with a signed receipt. A file that is a "
                "submission keeps its bytes; with only=pixels, not when it holds more than them.",
                {200: _json("Kept.", "Pinned"), **_refusals(408, 413, 422, 429, 503)},
                only,
                body={"required": True, "content": image},
            )
        },
        "/practice/{number}": {
            "post": _operation(
                "Have an image scored by a competition's judge, for practice, once that "
                "competition is over. Nothing is kept.",
                {200: _json("Scored.", "Practised"), **_refusals(408, 409, 413, 422, 429, 503)},
                _NUMBER,
                body={"required": True, "content": image},
            )
        },
        "/push": {
            "post": _operation(
                "Have a browser reminded of a competition by Web Push.",
                {
                    201: _json("It will be.", "Status"),
                    **_refusals(408, 409, 413, 422, 429, 503),
                },
                body=subscription,
            )
        },
        "/push/forget": {
            "post": _operation(
                "End that.",
                {204: {"description": "It will not be."}, **_refusals(408, 413, 422, 429, 503)},
                body=subscription,
            )
        },
        "/reveals": {
            "post": _operation(
                "Have a submission revealed by the daemon, which pays the gas.",
                {
                    200: _json("It is revealed already.", "Status"),
                    202: _json("The daemon will reveal it.", "Status"),
                    **_refusals(408, 409, 413, 422, 429, 503),
                },
                body={"required": True, "content": reveal},
            )
        },
    }


def _content() -> dict[str, Any]:
    raw = {"application/vnd.ipld.raw": {"schema": {"type": "string", "format": "binary"}}}
    plain = {"text/plain": {"schema": _TEXT}}
    jpeg = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
    form = {"name": "format", "in": "query", "schema": {"type": "string", "enum": ["raw"]}}
    side = {"name": "side", "in": "path", "required": True, "schema": {"enum": list(SIDES)}}
    return {
        "/ipfs/{cid}": {
            "get": _operation(
                "A block that this machine holds, as a trustless gateway serves it: an image, a "
                "bundle, a page of entries. It never changes, so caches keep it for good.",
                {
                    200: {"description": "The block.", "content": raw, "headers": _ETAG},
                    304: {"description": "You have it."},
                    400: {"description": "This is no such CID.", "content": plain},
                    404: {"description": "It is not here.", "content": plain},
                    406: {"description": "Only format=raw is served.", "content": plain},
                },
                _CID,
                form,
            )
        },
        "/previews/{side}/{cid}": {
            "get": _operation(
                "A small JPEG of an image, always the same for the same image.",
                {
                    200: {"description": "The preview.", "content": jpeg, "headers": _ETAG},
                    204: {"description": "The image is not here, or is none."},
                    304: {"description": "You have it."},
                    404: {"description": "There is no such preview.", "content": plain},
                    **_refusals(429, 503),
                },
                side,
                _CID,
            )
        },
    }


def _competitions() -> dict[str, Any]:
    page = {"text/html": {"schema": _TEXT}}
    picture = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
    plain = {"text/plain": {"schema": _TEXT}}
    none = {404: {"description": "There is nothing to show.", "content": plain}}
    return {
        "/c/{number}": {
            "get": _operation(
                "The players' page at a competition, to be shared: how it stands is in meta tags.",
                {
                    200: {"description": "The page.", "content": page, "headers": _ETAG},
                    304: {"description": "You have it."},
                    **none,
                    **_refusals(429, 503),
                },
                _NUMBER,
            )
        },
        "/c/{number}.png": {
            "get": _operation(
                "A picture of a final competition's target and winner.",
                {
                    200: {"description": "The picture.", "content": picture, "headers": _ETAG},
                    304: {"description": "You have it."},
                    **none,
                    **_refusals(429, 503),
                },
                _NUMBER,
            )
        },
        "/push": {
            "get": _operation(
                "The key that a browser subscribes with.",
                {200: _json("It, in base64url.", "PushKey")},
            )
        },
        "/looks/{number}": {
            "get": _operation(
                "What a competition's scores look like: pictures of the judge's own calibration.",
                {
                    200: {**_json("Their scores and digests.", "Looks"), "headers": _ETAG},
                    304: {"description": "You have it."},
                    **none,
                },
                _NUMBER,
            )
        },
        "/practice": {
            "get": _operation(
                "The competitions that one can practise on.",
                {200: _json("Their numbers, the last first.", "Practice")},
            )
        },
        "/series.json": _public("The days of the operator's series.", JSON, {"type": "object"}),
        "/calendar.ics": _public("The same as iCalendar.", "text/calendar", _TEXT),
        "/feed.atom": _public("Its competitions as an Atom feed.", "application/atom+xml", _TEXT),
        "/config.json": _public("What a page needs to know.", JSON, {"type": "object"}),
        "/openapi.json": _public("This document.", JSON, {"type": "object"}),
    }


def _condition() -> dict[str, Any]:
    exposition = {"text/plain": {"schema": _TEXT}}
    return {
        "/healthz": {
            "get": _operation(
                "Whether nobody waits in vain.",
                {200: _json("All is well.", "Health"), 503: _json("See `problems`.", "Health")},
            )
        },
        "/livez": {
            "get": _operation(
                "Whether cycles run: what a supervisor restarts by.",
                {200: _json("They do.", "Cycles"), 503: _json("They do not.", "Cycles")},
            )
        },
        "/readyz": {
            "get": _operation(
                "Whether a cycle was ever good.",
                {200: _json("It was.", "Status"), 503: _json("Not yet.", "Status")},
            )
        },
        "/metrics": {
            "get": _operation(
                "Numbers for Prometheus.",
                {200: {"description": "Text format 0.0.4.", "content": exposition}},
            )
        },
    }


def _operation(
    summary: str,
    responses: dict[int, Any],
    *parameters: dict[str, Any],
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    first, _, rest = summary.partition(". ")
    return {
        "summary": first.rstrip("."),
        **({"description": rest} if rest else {}),
        **({"parameters": list(parameters)} if parameters else {}),
        **({"requestBody": body} if body else {}),
        "responses": {str(status): response for status, response in responses.items()},
    }


def _public(summary: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    found = {"description": "It.", "content": {kind: {"schema": schema}}, "headers": _ETAG}
    return {"get": _operation(summary, {200: found, 304: {"description": "You have it."}})}


def _json(description: str, schema: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {JSON: {"schema": reference}}}


def _refusals(*statuses: int) -> dict[int, Any]:
    return {status: _json(_WHY[status], "Refusal") for status in statuses}


_WHY = {
    408: "The body did not come in time.",
    409: "It is too early or too late for this competition.",
    413: "The body is too large.",
    422: "It is not what it should be.",
    429: "This address asks too often, or for too much at once.",
    503: "Not now: Retry-After says when.",
}
_SCHEMAS = {
    "Refusal": {
        "type": "object",
        "required": ["what", "do"],
        "properties": {
            "what": {**_TEXT, "description": "What happened."},
            "do": {**_TEXT, "description": "What to do."},
        },
    },
    "Status": {"type": "object", "required": ["status"], "properties": {"status": _TEXT}},
    "Pinned": {
        "type": "object",
        "required": ["digest", "cid", "size_bytes", "receipt", "signature"],
        "properties": {
            "digest": _HASH,
            "cid": _TEXT,
            "size_bytes": {"type": "integer", "minimum": 1},
            "receipt": {
                "type": ["object", "null"],
                "description": "EIP-712 typed data; null where the daemon has no key.",
            },
            "signature": {"type": ["string", "null"]},
        },
    },
    "PushKey": {
        "type": "object",
        "required": ["public_key"],
        "properties": {"public_key": _TEXT},
    },
    "Subscription": {
        "type": "object",
        "required": ["competition", "endpoint", "p256dh", "auth"],
        "properties": {
            "competition": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
            "endpoint": {**_TEXT, "description": "Of a push service that the operator names."},
            "p256dh": {**_TEXT, "description": "The browser's P-256 point, in base64url."},
            "auth": {**_TEXT, "description": "16 bytes in base64url."},
        },
    },
    "Looks": {
        "type": "object",
        "required": ["looks"],
        "properties": {
            "looks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["mark", "score", "is_variation", "picture"],
                    "properties": {
                        "mark": {**_TEXT, "description": "What it is near to."},
                        "score": _TEXT,
                        "is_variation": {"type": "boolean"},
                        "picture": _HASH,
                    },
                },
            }
        },
    },
    "Practice": {
        "type": "object",
        "required": ["competitions"],
        "properties": {
            "competitions": {"type": "array", "items": {"type": "integer", "minimum": 1}}
        },
    },
    "Practised": {
        "type": "object",
        "required": ["competition", "image_digest", "score", "terms", "flags"],
        "properties": {
            "competition": {"type": "integer", "minimum": 1},
            "image_digest": _HASH,
            "score": {"type": "string", "pattern": "^-?[0-9]+$"},
            "terms": {"type": "object", "additionalProperties": _TEXT},
            "flags": {"type": "integer", "minimum": 0},
        },
    },
    "Reveal": {
        "type": "object",
        "required": ["competition", "ticket", "image_digest", "salt"],
        "properties": {
            "competition": {"type": "integer", "minimum": 1, "maximum": 2**256 - 1},
            "ticket": {"type": "integer", "minimum": 1, "maximum": 2**32 - 1},
            "image_digest": _HASH,
            "salt": _HASH,
            "prompt_index": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
            "studio_signature": _SIGNATURE,
        },
        # A studio's receipt is both or neither.
        "dependentRequired": {
            "prompt_index": ["studio_signature"],
            "studio_signature": ["prompt_index"],
        },
    },
    "Cycles": {
        "type": "object",
        "required": ["status", "seconds_since_good_cycle", "stale_after_seconds"],
        "properties": {
            "status": {"enum": ["ok", "stale"]},
            "seconds_since_good_cycle": {"type": "number"},
            "stale_after_seconds": {"type": "number"},
        },
    },
    "Health": {
        "type": "object",
        "required": ["status", "problems", "failing", "halted", "stuck", "next_deadline"],
        "properties": {
            "status": {"enum": ["ok", "failing", "stale"]},
            "problems": {"type": "array", "items": _TEXT},
        },
    },
}
