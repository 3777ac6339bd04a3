"""JSON-RPC over HTTP: the one file that knows web3's provider.

Answers are bounded in size and time; reads are tried a few times, sends once. The endpoint's path
stays out of errors and logs: RPC addresses carry API keys.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from eth_typing import URI
from web3 import HTTPProvider
from web3.types import RPCEndpoint

from oracle.chain import wire
from oracle.chain.endpoint import endpoint_name
from oracle.chain.node_errors import NodeRefusal, overstated, parse_refusal
from oracle.errors import ChainUnavailable, InvalidConfig

READ_ATTEMPTS = 3
BACKOFF_SECONDS = 0.25

_HINT = "check [chain] rpc_url and that the node is up; the next cycle tries again"
_TOO_MANY_REQUESTS = 429
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class JsonRpc:
    """Asks one endpoint; every failure is a ChainUnavailable, every error object a NodeRefusal."""

    def __init__(self, url: str, timeout_seconds: float, max_response_bytes: int) -> None:
        """Raises InvalidConfig when the address is not one of http or https."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidConfig(
                "an address in chain.rpc_url or rpc_urls is not http or https",
                'use an address such as "http://127.0.0.1:8545"',
            )
        self.endpoint = endpoint_name(url)
        self._provider = _BoundedProvider(url, timeout_seconds, max_response_bytes)
        # Below WARNING both libraries write the whole address, API key and all.
        for name in ("web3.providers.HTTPProvider", "urllib3.connectionpool"):
            logging.getLogger(name).setLevel(logging.WARNING)

    def read(self, method: str, *params: Any) -> Any:
        """The result of a request that changes nothing, tried a few times."""
        for attempt in range(READ_ATTEMPTS - 1):
            try:
                return self.ask(method, *params)
            except ChainUnavailable:
                time.sleep(BACKOFF_SECONDS * 2**attempt)
        return self.ask(method, *params)

    def ask(self, method: str, *params: Any) -> Any:
        """The result of a request, tried once."""
        try:
            answer = self._provider.ask(method, params)
        except requests.RequestException as error:
            # Not chained: the cause's text holds the address, and addresses hold API keys.
            raise self.unavailable(_reason(error)) from None
        except (ValueError, RecursionError):
            raise wire.nonsense("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise wire.nonsense("the answer is not an object")
        if answer.get("error") is not None:
            raise parse_refusal(answer["error"])
        if "result" not in answer:
            raise wire.nonsense("the answer has neither result nor error")
        return answer["result"]

    def highest_nonce(self, account: str, at_most: int | None = None) -> int:
        """An account's nonce, as the one node counts it; ChainUnavailable above `at_most`."""
        count = self.nonce_at(account, "latest")
        if at_most is not None and count > at_most:
            raise overstated(self.endpoint, account, count)
        return count

    def nonce_at(self, account: str, block: Any) -> int:
        """An account's nonce at a block."""
        return wire.quantity(self.read("eth_getTransactionCount", account, block), "nonce")

    def send(self, raw: str) -> None:
        """Hands a signed transaction to the node, once."""
        self.ask("eth_sendRawTransaction", raw)

    def distrust(self) -> None:
        """Nothing: there is no other node to read from."""

    def choose(self, chain_id: int, tag: str) -> None:
        """Asks whether the node still serves this chain. Raises `ChainUnavailable`."""
        found = wire.quantity(self.read("eth_chainId"), "chain id")
        if found != chain_id:
            raise ChainUnavailable(
                f"{self.endpoint} serves chain {found} now, not {chain_id}",
                "nothing that it says is used until it serves the right one again",
            )

    def unavailable(self, reason: str) -> ChainUnavailable:
        """The error for an endpoint that does not work."""
        return ChainUnavailable(f"{self.endpoint} did not answer: {reason}", _HINT)


class _BoundedProvider(HTTPProvider):
    """web3's provider with a bound on every answer and without redirects."""

    def __init__(self, url: str, timeout_seconds: float, max_response_bytes: int) -> None:
        super().__init__(URI(url), exception_retry_configuration=None)
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._max_response_bytes = max_response_bytes
        self._session = requests.Session()
        # A proxy from the environment must not come between the oracle and its own machine.
        self._session.trust_env = urlsplit(url).hostname not in _LOOPBACK

    def ask(self, method: str, params: Sequence[Any]) -> Any:
        """The decoded answer, of any shape; requests' errors and ValueError pass through."""
        request = self.encode_rpc_request(RPCEndpoint(method), list(params))
        ends = time.monotonic() + self._timeout_seconds
        with self._session.post(
            self._url,
            data=request,
            headers=self.get_request_headers(),
            timeout=self._timeout_seconds,
            allow_redirects=False,
            stream=True,
        ) as response:
            status = response.status_code
            if status < 400 and status != 200:
                raise requests.HTTPError(f"HTTP status {status}")
            body = self._body(response, ends)
            if status == 200:
                return self.decode_rpc_response(body)
            return self._error_under(status, body)

    def _error_under(self, status: int, body: bytes) -> Any:
        """The JSON-RPC error that some endpoints put under an HTTP status such as 400 or 500."""
        try:
            answer: Any = self.decode_rpc_response(body)
        except (ValueError, RecursionError):
            answer = None
        if status == _TOO_MANY_REQUESTS or not isinstance(answer, dict) or "error" not in answer:
            raise requests.HTTPError(f"HTTP status {status}")
        return answer

    def _body(self, response: requests.Response, ends: float) -> bytes:
        body = bytearray()
        try:
            # What has come, and not a full buffer: a byte a second would hold that up for hours.
            while chunk := response.raw.read1(65536, decode_content=True):
                body += chunk
                if len(body) > self._max_response_bytes:
                    raise NodeRefusal(0, "the response size exceeds this client's limit")
                if time.monotonic() > ends:
                    raise requests.Timeout("the answer took too long")
        except urllib3.exceptions.ReadTimeoutError as error:
            raise requests.Timeout("the answer took too long") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, requests.RequestException):
                raise
            raise requests.ConnectionError("the answer broke off") from error
        return bytes(body)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.HTTPError) and error.args:
        return str(error.args[0])
    return "the connection failed"
