"""One of drand's HTTP relays: the bytes that it answers, bounded in size and time.

https://docs.drand.love/dev-guide/API-documentation/drand-http-api. A relay can be anybody's:
nothing is believed here, and what it says is proven by whoever asks.
"""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from oracle.errors import BeaconUnavailable, InvalidConfig

MAX_ANSWER_BYTES: Final = 4096
_MAX_REDIRECTS: Final = 4
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}
_HINT: Final = "try another relay"


class HttpRelay:
    """The relay at `base_url` (`http` or `https`), for the network that `chain_hash` names.

    Every call blocks, and ends within `deadline_seconds`: connecting and redirects included. Not to
    be called from a coroutine.
    """

    def __init__(self, base_url: str, chain_hash: str, *, deadline_seconds: float = 10.0) -> None:
        self._url = f"{base_url.rstrip('/')}/{chain_hash}/public/"
        # No path, user or password: the name stands in logs.
        self.name = f"relay {_host_of(base_url)}"
        self._deadline_seconds = deadline_seconds

    def ask(self, number: int) -> bytes:
        """What the relay says about a round. `BeaconUnavailable` for any status but 200."""
        seconds = self._deadline_seconds
        try:
            return asyncio.run(asyncio.wait_for(self._fetch(number), seconds))
        except TimeoutError as error:
            raise BeaconUnavailable(
                f"{self.name} did not answer within {seconds:g} s", _HINT
            ) from error
        # ValueError: an address or a redirect that is none
        except (aiohttp.ClientError, OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise BeaconUnavailable(f"{self.name} did not answer: {reason[:300]}", _HINT) from error

    async def _fetch(self, number: int) -> bytes:
        # trust_env: an operator's proxy is taken from the environment, as everywhere else.
        session = aiohttp.ClientSession(
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=True,
        )
        url = f"{self._url}{number}"
        async with session, session.get(url, max_redirects=_MAX_REDIRECTS) as response:
            if response.status != 200:
                raise BeaconUnavailable(f"{self.name} answered {response.status}", _HINT)
            answer = bytearray()
            async for chunk in response.content.iter_chunked(MAX_ANSWER_BYTES):
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise BeaconUnavailable(
                        f"{self.name} sent more than {MAX_ANSWER_BYTES} bytes", _HINT
                    )
        return bytes(answer)


def _host_of(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        _ = parts.port  # raises ValueError for a port that is none
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.hostname and not parts.query:
        return parts.netloc.rpartition("@")[2]
    # The address itself is not repeated: it may hold a password.
    raise InvalidConfig(
        "the address of a relay is not a plain http(s) URL", "write it as https://relay.example"
    )
