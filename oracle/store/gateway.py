"""A trustless IPFS gateway as a read-only store: raw blocks over HTTP, verified here.

https://specs.ipfs.tech/http-gateways/trustless-gateway/. Anybody can run a gateway, so nothing
that it says is believed: bytes, redirects and the time of the whole exchange are bounded, and the
block is hashed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import aiohttp

from oracle.errors import (
    BadInput,
    ContentAbsent,
    ContentUnavailable,
    InvalidConfig,
    SourceFailed,
)
from oracle.store.base import CHUNK_BYTES, IncomingBlock
from oracle.store.cid import cid_of
from scoring.digest import Digest

_CONNECT_SECONDS = 10.0
_CHECK_SECONDS = 10.0
_MAX_REDIRECTS = 4
_HEADERS = {"Accept": "application/vnd.ipld.raw", "Accept-Encoding": "identity"}
# The empty block, written out in its own CID: what the specification names for probing.
PROBE_CID = "bafkqaaa"
# What statuses say: it does not have this; it did not find this in time; it does not look at all.
_ABSENT = (404, 410)
_NOT_IN_TIME = (408, 451, 504)
_SHUT_OUT = (401, 403, 429)
_ADDRESS_HINT = "write it as https://gateway.example"

T = TypeVar("T")


class GatewayStore:
    """What the gateway at `base_url` (`http` or `https`) serves under `/ipfs/CID?format=raw`.

    Every call blocks, and ends within `deadline_seconds`: connecting, redirects and headers
    included. Not to be called from a coroutine.
    """

    writable = False

    def __init__(self, base_url: str, *, deadline_seconds: float = 60.0) -> None:
        parts = _split(base_url)
        # As people copy it from a browser: the path that every request adds is there already.
        self._base_url = base_url.rstrip("/").removesuffix("/ipfs")
        # No path, user or password: the name stands in logs.
        self.name = f"gateway {parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._deadline_seconds = deadline_seconds

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """See `ContentStore.get`."""
        aim = f"get {cid_of(digest)}"
        return self._run(aim, self._fetch(digest, max_bytes), self._deadline_seconds)

    def put(self, data: bytes) -> Digest:
        """Raises `BadInput`: gateways are for reading."""
        raise BadInput(f"{self.name} can only be read", "add a store of the kind dir: or kubo:")

    def remove(self, digest: Digest) -> None:
        """Always raises `BadInput`: a gateway only serves."""
        self.put(b"")

    def check(self) -> None:
        """Asks for the empty block; any answer will do that does not shut this machine out."""
        self._run("answer", self._probe(), min(_CHECK_SECONDS, self._deadline_seconds))

    async def _fetch(self, digest: Digest, max_bytes: int) -> bytes:
        incoming = IncomingBlock(digest, max_bytes=max_bytes, source=self.name)
        async with self._session() as session, self._get(session, cid_of(digest)) as response:
            if response.status != 200:
                raise _kind(response.status)(
                    f"{self.name} answered {response.status} to {cid_of(digest)}"
                )
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                incoming.add(chunk)
        return incoming.finish()

    async def _probe(self) -> None:
        async with self._session() as session, self._get(session, PROBE_CID) as response:
            if response.status >= 500 or response.status in _SHUT_OUT:
                raise ContentUnavailable(f"{self.name} answered {response.status}")

    def _session(self) -> aiohttp.ClientSession:
        # trust_env: an operator's proxy is taken from the environment, as everywhere else.
        # No decompression: a block of another encoding does not hash to its name anyway.
        return aiohttp.ClientSession(
            headers=_HEADERS,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=True,
        )

    def _get(self, session: aiohttp.ClientSession, cid: str) -> Any:
        url = f"{self._base_url}/ipfs/{cid}?format=raw"
        return session.get(url, max_redirects=_MAX_REDIRECTS)

    def _run(self, aim: str, work: Coroutine[Any, Any, T], seconds: float) -> T:
        try:
            return asyncio.run(asyncio.wait_for(work, seconds))
        except TimeoutError as error:
            raise ContentUnavailable(
                f"{self.name} did not {aim} within {seconds:g} s", "try another gateway"
            ) from error
        except aiohttp.ClientConnectorDNSError as error:
            if ".ipfs." in error.host:  # a gateway's subdomain form, https://CID.ipfs.host
                raise SourceFailed(
                    f"{self.name} sends on to {error.host[-80:]}, which has no address here",
                    "name a gateway that serves blocks itself; of your own node, 127.0.0.1",
                ) from error
            raise SourceFailed(
                f"{self.name} did not {aim}: it has no address", "try another gateway"
            ) from error
        # ValueError: an address or a redirect that is not one
        except (aiohttp.ClientError, OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise SourceFailed(
                f"{self.name} did not {aim}: {reason[:300]}", "try another gateway"
            ) from error


def _kind(status: int) -> type[ContentUnavailable]:
    """What a status says of the content; most say something of the gateway alone."""
    if status in _ABSENT:
        return ContentAbsent
    return ContentUnavailable if status in _NOT_IN_TIME else SourceFailed


def _split(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url)
        _ = parts.port  # raises ValueError for what is not a port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.hostname and not parts.query:
        return parts
    # The address itself is not repeated: it may hold a password.
    raise InvalidConfig("the address of a gateway is not a plain http(s) URL", _ADDRESS_HINT)
