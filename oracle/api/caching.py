"""Answers that a cache may keep, and asks about by their ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response


def unless_known(
    request: Request, body: bytes, headers: Mapping[str, str], media_type: str
) -> Response:
    """The body with its ETag; 304 without it for who has it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    told = {**headers, "ETag": etag}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(None, 304, told)
    return Response(body, 200, {**told, "Content-Type": media_type})
