"""How an error is answered over HTTP: a status, and JSON with `what` happened and what to `do`."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from oracle.errors import (
    BadInput,
    LimitReached,
    NoSession,
    OneAtATime,
    OracleError,
    RetryLater,
    TooLarge,
    TooMany,
    TooSlow,
    WrongMoment,
)

# The first that fits.
_STATUS: tuple[tuple[type[OracleError], int], ...] = (
    (NoSession, 401),
    (TooLarge, 413),
    (TooSlow, 408),
    (TooMany, 429),
    (OneAtATime, 409),
    (LimitReached, 409),
    (WrongMoment, 409),
    (BadInput, 422),
    (RetryLater, 503),
)
_RETRY_SECONDS = {429: "60", 503: "10"}


def refusal(error: OracleError, headers: Mapping[str, str]) -> Response:
    """The answer to a request that failed, with the headers that every answer there has."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    all_headers = dict(headers)
    if status in _RETRY_SECONDS:
        all_headers["Retry-After"] = _RETRY_SECONDS[status]
    if status in (408, 413):
        all_headers["Connection"] = "close"  # the rest of the body is not read
    return JSONResponse({"what": error.what, "do": error.hint}, status, all_headers)
