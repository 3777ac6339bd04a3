"""Generators behind an HTTP address: one exchange with a deadline, a size cap and no redirects."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp

from oracle.errors import InvalidConfig, OracleError
from oracle.studio.backends.base import MAX_ANSWER_BYTES
from oracle.studio.errors import (
    BadImage,
    GeneratorDown,
    GeneratorMisconfigured,
    GeneratorTooSlow,
)

MAX_NOTE_BYTES = 1 << 20
"""The largest answer that holds no image."""
MAX_IMAGE_JSON_BYTES = MAX_ANSWER_BYTES * 4 // 3 + MAX_NOTE_BYTES
"""The largest answer that holds an image in base64."""

_CONNECT_SECONDS = 10.0
_CHUNK_BYTES = 1 << 16
_MAX_CONTAINERS = 100_000  # lists and objects in one JSON answer; each takes memory
_SHOWN = 200

T = TypeVar("T")


class Refusal(Exception):
    """The server answered 400 or 422: the request is not to its taste."""

    def __init__(self, body: bytes) -> None:
        super().__init__("refused")
        self.body = body


class GeneratorServer:
    """The server at `url`; each call of `run` is one exchange on the calling thread."""

    def __init__(self, name: str, url: str, *, key_file: str = "") -> None:
        self.origin, self.path = _address(name, url)
        self.source = f"{name} at {self.origin}"
        self._headers = {"Accept-Encoding": "identity"}
        if key_file:
            self._headers["Authorization"] = f"Bearer {_key(key_file)}"

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What `work` returns, within `seconds`, its failures in the studio's terms."""
        try:
            return asyncio.run(asyncio.wait_for(work, seconds))
        except OracleError:
            raise
        except TimeoutError as error:
            raise GeneratorTooSlow(
                f"{self.source} gave no answer within {seconds:g} s", "see the generator's log"
            ) from error
        except Refusal as error:
            raise GeneratorMisconfigured(
                f"{self.source} refuses the request: {readable(error.body)}",
                "correct the studio's parameters",
            ) from error
        # ValueError: an answer that is no HTTP, or an address that is none
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise GeneratorDown(
                f"{self.source} cannot be used: {str(error)[:_SHOWN] or type(error).__name__}",
                "start the generator, or correct [studio] url",
            ) from error

    def session(self) -> aiohttp.ClientSession:
        """One exchange's connections: no cookies, nothing unpacked, an operator's proxy heeded."""
        return aiohttp.ClientSession(
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=True,
        )

    async def fetch(
        self,
        session: aiohttp.ClientSession,
        path: str,
        *,
        body: object = None,
        max_bytes: int = MAX_NOTE_BYTES,
    ) -> bytes:
        """The body of a GET, or of a POST when there is something to send.

        Raises `Refusal` for 400 and 422, `GeneratorDown` for 429 and 5xx, `BadImage` for an
        answer that is too large, `GeneratorMisconfigured` for the rest.
        """
        method = "GET" if body is None else "POST"
        async with session.request(
            method, self.origin + path, json=body, allow_redirects=False
        ) as response:
            data = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                data += chunk
                if len(data) > max_bytes:
                    raise BadImage(
                        f"{self.source} answered with more than {max_bytes} bytes",
                        "see the generator's log",
                    )
            self._require_ok(response.status, path, bytes(data))
            return bytes(data)

    async def fetch_json(
        self,
        session: aiohttp.ClientSession,
        path: str,
        *,
        body: object = None,
        max_bytes: int = MAX_NOTE_BYTES,
    ) -> Any:
        """As `fetch`, read as JSON; `BadImage` if it is none."""
        data = await self.fetch(session, path, body=body, max_bytes=max_bytes)
        try:
            if data.count(b"[") + data.count(b"{") > _MAX_CONTAINERS:
                raise ValueError("too many parts")
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise BadImage(
                f"{self.source} answered {path} with no JSON: {readable(data)}",
                "see the generator's log",
            ) from error

    def _require_ok(self, status: int, path: str, body: bytes) -> None:
        if status == 200:
            return
        if status in (400, 422):
            raise Refusal(body)
        if status == 429 or status >= 500:
            raise GeneratorDown(
                f"{self.source} answered {status}: {readable(body)}", "try again later"
            )
        hint = {
            401: "correct the key in [studio] key_file",
            403: "correct the key in [studio] key_file",
            404: "correct [studio] url, or start the generator with its API enabled",
        }.get(status, "correct [studio] url")
        raise GeneratorMisconfigured(f"{self.source} answered {status} to {path}", hint)


def image_from_base64(text: object, source: str) -> bytes:
    """The bytes behind base64, with or without a data: prefix. Raises `BadImage`."""
    try:
        if not isinstance(text, str):
            raise ValueError("no text")
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadImage(
            f"{source} answered without an image in base64", "see the generator's log"
        ) from error


def found(answer: object, *path: str | int) -> Any:
    """What lies at `path` in a JSON answer, or None."""
    for step in path:
        try:
            answer = answer[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return answer


def readable(body: bytes) -> str:
    """The start of an answer on one line, without control characters."""
    text = body[: 4 * _SHOWN].decode("utf-8", "replace")
    words = "".join(c if c.isprintable() else " " for c in text)[:_SHOWN].strip()
    return words or "(nothing)"


def _address(name: str, url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that is none
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in url:
        # The address itself is not repeated: it may hold a password.
        raise InvalidConfig(
            f"the back end {name} needs the address of its server", 'set [studio] url = "http://…"'
        )
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")


def _key(path: str) -> str:
    try:
        key = Path(path).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise InvalidConfig(
            f"the key file {path} cannot be read", "correct [studio] key_file"
        ) from error
    if not key or not key.isprintable() or not key.isascii():
        raise InvalidConfig(f"the key file {path} holds no key", "write the key on one line")
    return key
