"""A Kubo daemon as content store, through its RPC API. The only file that knows ipfshttpclient.

The client's own methods buffer an answer without limit and check no hash, and its `connect` warns
about every daemon of today. So every exchange goes through its transport (`_call`), where bytes
are counted and the clock is watched; the version is pinned because that part is not public.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import requests
import urllib3
from ipfshttpclient import exceptions, multipart  # type: ignore[import-untyped]
from ipfshttpclient.http_requests import ClientSync  # type: ignore[import-untyped]

from oracle.deadline import within
from oracle.errors import (
    ContentAbsent,
    ContentNotStored,
    ContentUnavailable,
    InvalidConfig,
    SourceFailed,
)
from oracle.store.base import CHUNK_BYTES, IncomingBlock, require_block_size
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256

_CONNECT_SECONDS = 5.0
_MAX_ANSWER_BYTES = 1 << 16
# Releases of Kubo differ in what they call a big block; `require_block_size` is the limit here.
_PUT_OPTIONS = [
    ("cid-codec", "raw"),
    ("mhtype", "sha2-256"),
    ("pin", "true"),
    ("allow-big-block", "true"),
]

T = TypeVar("T")


class KuboStore:
    """The blocks of the Kubo daemon at `address`, a multiaddr such as `/ip4/127.0.0.1/tcp/5001`.

    Every call ends within `deadline_seconds`. A daemon that is online also looks for a missing
    block among its peers until then.
    """

    writable = True

    def __init__(self, address: str, *, deadline_seconds: float = 60.0) -> None:
        self.name = f"kubo {address}"
        self._deadline_seconds = deadline_seconds
        try:
            self._transport = _Transport(address, "api/v0")
        except (exceptions.AddressError, ValueError) as error:
            raise InvalidConfig(
                f"{address!r} is not the address of a Kubo daemon: {error}",
                "write it as kubo:/ip4/127.0.0.1/tcp/5001",
            ) from error

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """See `ContentStore.get`."""

        def exchange() -> bytes:
            incoming = IncomingBlock(digest, max_bytes=max_bytes, source=self.name)
            for chunk in self._call("/block/get", [("arg", cid_of(digest))]):
                incoming.add(chunk)
            return incoming.finish()

        return self._exchange(f"get {cid_of(digest)}", exchange, ContentUnavailable)

    def put(self, data: bytes) -> Digest:
        """See `ContentStore.put`. The block is pinned, so that garbage collection spares it."""
        require_block_size(data)
        digest = sha256(data)
        body, headers = multipart.stream_files(io.BytesIO(data), chunk_size=CHUNK_BYTES)
        answer = self._exchange(
            "put a block",
            lambda: self._answer("/block/put", _PUT_OPTIONS, data=body, headers=headers),
            ContentNotStored,
        )
        if answer.get("Key") != cid_of(digest):
            raise ContentNotStored(
                f"{self.name} stored {cid_of(digest)} under {answer.get('Key')!r}",
                "look at what listens there: Kubo does not do this",
            )
        return digest

    def remove(self, digest: Digest) -> None:
        """See `ContentStore.remove`: the pin goes, and the block with the next collection."""
        try:
            self._exchange(
                f"unpin {cid_of(digest)}",
                lambda: self._answer("/pin/rm", [("arg", cid_of(digest))]),
                ContentNotStored,
            )
        except ContentNotStored as error:
            if "not pinned" not in error.what:
                raise

    def check(self) -> None:
        """Asks the daemon for its version."""
        answer = self._exchange("say its version", lambda: self._answer("/version", []))
        if not isinstance(answer.get("Version"), str):
            raise ContentUnavailable(
                f"{self.name} did not say its version", "look at what listens at that address"
            )

    def _exchange(
        self,
        aim: str,
        work: Callable[[], T],
        failure: type[ContentUnavailable | ContentNotStored] = ContentUnavailable,
    ) -> T:
        """Runs `work` within the deadline and turns what goes wrong outside into `failure`."""
        hint = "is the daemon running, and is this its RPC address?"
        try:
            return within(self._deadline_seconds, work)
        except exceptions.ErrorResponse as error:
            kind = ContentAbsent if _says_absent(error, failure) else failure
            raise kind(f"{self.name} could not {aim}: {error}") from error
        # The transport names the errors of its requests; those of reading the answer are our part.
        except (exceptions.Error, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # Who is late may have looked among its peers all the while.
            kind = SourceFailed if failure is ContentUnavailable and not _late(error) else failure
            raise kind(f"{self.name} could not {aim}: {_plain(error)}", hint) from error

    def _answer(self, path: str, options: list[tuple[str, str]], **request: Any) -> dict[str, Any]:
        text = bytearray()
        for chunk in self._call(path, options, **request):
            text += chunk
            if len(text) > _MAX_ANSWER_BYTES:
                raise ValueError(f"the answer is longer than {_MAX_ANSWER_BYTES} bytes")
        answer = json.loads(text)
        if not isinstance(answer, dict):
            raise ValueError("the answer is not a JSON object")
        return answer

    def _call(
        self,
        path: str,
        options: list[tuple[str, str]],
        *,
        data: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Iterator[bytes]:
        end = time.monotonic() + self._deadline_seconds
        closables, _ = self._transport._request(
            "POST",
            path,
            options,
            auth=None,
            data=data,
            headers={"Accept-Encoding": "identity", **(headers or {})},
            timeout=(min(_CONNECT_SECONDS, self._deadline_seconds), self._deadline_seconds),
            chunk_size=CHUNK_BYTES,
        )
        try:
            # read1 returns after each packet: a slow sender cannot keep us from the clock.
            while chunk := closables[0].raw.read1(CHUNK_BYTES, decode_content=False):
                yield chunk
                if time.monotonic() > end:
                    raise TimeoutError(f"no complete answer within {self._deadline_seconds:g} s")
        finally:
            for closable in closables:
                closable.close()


class _Transport(ClientSync):  # type: ignore[misc]
    """The client's transport on an ordinary session of `requests`.

    The session that it would make calls urllib3 in a way that is about to be removed.
    """

    def _make_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # a daemon of our own is not behind a proxy
        session.hooks["response"] = [_refuse_error_status]
        return session


def _refuse_error_status(response: Any, **_: Any) -> None:
    """Raises for any status but 200, reading only the beginning of what the daemon says."""
    if response.status_code == 200:
        return
    text: bytes = response.raw.read1(_MAX_ANSWER_BYTES, decode_content=False) or b""
    try:
        message = str(json.loads(text)["Message"])
    except (ValueError, KeyError, TypeError):
        message = f"status {response.status_code}"
    response.close()
    raise exceptions.ErrorResponse(message[:300], None)


def _says_absent(error: Exception, failure: type[Exception]) -> bool:
    return failure is ContentUnavailable and "not found" in str(error).lower()


def _late(error: Exception) -> bool:
    return isinstance(error, exceptions.TimeoutError | TimeoutError)


def _plain(error: Exception) -> str:
    if _late(error):
        return "it did not answer in time"
    if isinstance(error, exceptions.ConnectionError):
        return "nothing accepts connections there"
    return str(error)[:300]
