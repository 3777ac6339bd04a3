"""The chain as the oracle sees it: the one file that knows web3's HTTP provider.

Reads are retried a few times, sends never. Answers are bounded in size and time and parsed by
`oracle.chain.wire`; state is read by block hash (EIP-1898), so that two reads of one cycle never
speak of two chains. The endpoint's path stays out of errors and logs: RPC addresses carry API keys.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

import requests
from eth_typing import URI
from web3 import HTTPProvider
from web3.types import RPCEndpoint

from oracle.chain import wire
from oracle.chain.calls import Call
from oracle.chain.log_ranges import LogRanges, Topics
from oracle.chain.node_errors import (
    NodeRefusal,
    SendAnswer,
    classify_send_refusal,
    is_revert,
    parse_refusal,
)
from oracle.chain.refusals import refusal as refusal_words
from oracle.chain.wire import Block, Fees, Log, Receipt
from oracle.errors import (
    ChainUnavailable,
    InvalidConfig,
    NotFinalYet,
)

MAX_RESPONSE_BYTES = 64 * 2**20
READ_ATTEMPTS = 3
BACKOFF_SECONDS = 0.25

_HINT = "check [chain] rpc_url and that the node is up; the next cycle tries again"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class _BoundedProvider(HTTPProvider):
    """web3's provider with a bound on every answer, no redirects, and no words about its address."""

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
            # Some hosted endpoints put a JSON-RPC error under an HTTP status such as 400.
            if response.status_code != 200 and not 400 <= response.status_code < 429:
                raise requests.HTTPError(f"HTTP status {response.status_code}")
            return self.decode_rpc_response(self._body(response, ends))

    def _body(self, response: requests.Response, ends: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(65536):
            body += chunk
            if len(body) > self._max_response_bytes:
                raise NodeRefusal(0, "the response size exceeds this client's limit")
            if time.monotonic() > ends:
                raise requests.Timeout("the answer took too long")
        return bytes(body)


class ChainClient:
    """Typed reads of one chain, and raw sends. Safe to share between cycles, not between threads."""

    def __init__(
        self,
        url: str,
        *,
        timeout_seconds: float = 10.0,
        confirmations: Literal["finalized"] | int = "finalized",
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        log_chunk_blocks: int = 5000,
    ) -> None:
        """`confirmations` is the "finalized" tag, or a number of blocks on chains without it."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidConfig(
                "chain.rpc_url is not an http or https address",
                'use an address such as "http://127.0.0.1:8545"',
            )
        self.endpoint = endpoint_name(url)
        self.chain_id = 0
        self._confirmations = confirmations
        self._provider = _BoundedProvider(url, timeout_seconds, max_response_bytes)
        self._log_ranges = LogRanges(self._raw_logs, log_chunk_blocks)
        # Below WARNING both libraries write the whole address, API key and all.
        for name in ("web3.providers.HTTPProvider", "urllib3.connectionpool"):
            logging.getLogger(name).setLevel(logging.WARNING)

    @classmethod
    def connect(
        cls,
        url: str,
        expected_chain_id: int,
        timeout_seconds: float = 10.0,
        *,
        confirmations: Literal["finalized"] | int = "finalized",
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        log_chunk_blocks: int = 5000,
    ) -> ChainClient:
        """Connects and checks the chain id.

        Raises ChainUnavailable when nobody answers, InvalidConfig when it is another chain.
        """
        client = cls(
            url,
            timeout_seconds=timeout_seconds,
            confirmations=confirmations,
            max_response_bytes=max_response_bytes,
            log_chunk_blocks=log_chunk_blocks,
        )
        client.chain_id = client.read_chain_id()
        if client.chain_id != expected_chain_id:
            raise InvalidConfig(
                f"{client.endpoint} serves chain {client.chain_id}, not {expected_chain_id}",
                "correct [chain] rpc_url or [chain] chain_id",
            )
        return client

    # ------------------------------------------------------------------ reads

    def read_chain_id(self) -> int:
        return wire.quantity(self._read("eth_chainId"), "chain id")

    def block(self, which: int | bytes | Literal["latest", "finalized", "safe", "earliest"]) -> Block:
        """A block by number, hash or tag; NotFinalYet when the chain has none there (yet)."""
        if isinstance(which, bytes):
            answer = self._read("eth_getBlockByHash", "0x" + which.hex(), False)
        else:
            name = hex(which) if isinstance(which, int) else which
            answer = self._read("eth_getBlockByNumber", name, False)
        if answer is None:
            raise NotFinalYet(f"the chain has no block {_name(which)} yet", _HINT)
        block = wire.parse_block(answer)
        if isinstance(which, bytes) and block.hash != which:
            raise wire.nonsense("asked for one block it gave another")
        if isinstance(which, int) and block.number != which:
            raise wire.nonsense("asked for one block it gave another")
        return block

    def latest_block(self) -> Block:
        return self.block("latest")

    def finalized_block(self) -> Block:
        """The newest block that can be built on: the finalized one, or `confirmations` back."""
        if self._confirmations == "finalized":
            return self.block("finalized")
        number = self.latest_block().number - self._confirmations
        if number < 0:
            raise NotFinalYet("no block has enough confirmations yet", "wait for the chain to grow")
        return self.block(number)

    def is_canonical(self, number: int, block_hash: bytes) -> bool:
        """Whether the chain still has this block at this height."""
        try:
            return self.block(number).hash == block_hash
        except NotFinalYet:
            return False

    def code(self, address: str, block_hash: bytes) -> bytes:
        return wire.data(self._read("eth_getCode", address, _at(block_hash)), "code")

    def balance(self, address: str, block_hash: bytes | None = None) -> int:
        """Wei that an account holds, at a block or now."""
        where = "latest" if block_hash is None else _at(block_hash)
        return wire.quantity(self._read("eth_getBalance", address, where), "balance")

    def nonce(self, address: str, block_hash: bytes | None = None) -> int:
        """Transactions an account has had mined, up to a block or now; pending ones not counted."""
        where = "latest" if block_hash is None else _at(block_hash)
        return wire.quantity(self._read("eth_getTransactionCount", address, where), "nonce")

    def call(self, to: str, data: bytes, block_hash: bytes) -> bytes:
        """What a view returns at a block; ContractRefused when it reverts."""
        request = {"to": to, "data": "0x" + data.hex()}
        return wire.data(self._execute("eth_call", request, _at(block_hash)), "result of a call")

    def logs(
        self, address: str, topics: Topics, from_block: int, to_block: int
    ) -> tuple[Log, ...]:
        """All logs of one contract in a range of blocks, both ends included, in order.

        `topics` holds per place the accepted values, or None for any. Wide ranges are asked for in
        pieces that shrink when the node objects.
        """
        return self._log_ranges.collect(address, topics, from_block, to_block)

    def fees(self) -> Fees:
        """What the next block asks for; ChainUnavailable on a chain without EIP-1559."""
        base_fee = self.latest_block().base_fee_wei
        if base_fee is None:
            raise ChainUnavailable(
                f"{self.endpoint} serves a chain without EIP-1559 fees",
                "the oracle sends only type 2 transactions; use another chain",
            )
        tip = wire.quantity(self._read("eth_maxPriorityFeePerGas"), "priority fee")
        return Fees(base_fee_wei=base_fee, priority_fee_wei=tip)

    def receipt(self, transaction_hash: bytes) -> Receipt | None:
        """The receipt of a mined transaction, or None."""
        answer = self._read("eth_getTransactionReceipt", "0x" + transaction_hash.hex())
        if answer is None:
            return None
        receipt = wire.parse_receipt(answer)
        if receipt.transaction_hash != transaction_hash:
            raise wire.nonsense("asked for one receipt it gave another")
        return receipt

    def knows_transaction(self, transaction_hash: bytes) -> bool:
        """Whether the node has a transaction, mined or waiting."""
        return self._read("eth_getTransactionByHash", "0x" + transaction_hash.hex()) is not None

    # -------------------------------------------------------- simulate and send

    def simulate(self, sender: str, call: Call, block: Literal["latest"] | bytes = "latest") -> bytes:
        """What a transaction would return on top of a block; ContractRefused when it would revert."""
        where: Any = block if isinstance(block, str) else _at(block)
        return wire.data(
            self._execute("eth_call", _transaction(sender, call), where), "result of a call"
        )

    def estimate_gas(self, sender: str, call: Call) -> int:
        """Gas that a transaction needs now; ContractRefused when it would revert."""
        return wire.quantity(
            self._execute("eth_estimateGas", _transaction(sender, call), "latest"), "gas estimate"
        )

    def send_raw(self, raw: bytes) -> tuple[SendAnswer, str]:
        """Hands a signed transaction to the node, once; returns its answer and its words.

        Raises ChainUnavailable when it is unknown whether the node has got it.
        """
        try:
            self._ask("eth_sendRawTransaction", ["0x" + raw.hex()])
        except NodeRefusal as refusal:
            return classify_send_refusal(refusal.message), refusal.message
        return SendAnswer.ACCEPTED, ""

    # --------------------------------------------------------------- transport

    def _raw_logs(self, address: str, topics: Topics, first: int, last: int) -> object:
        return self._read_or_refusal(
            "eth_getLogs",
            {
                "address": address,
                "topics": [None if t is None else ["0x" + v.hex() for v in t] for t in topics],
                "fromBlock": hex(first),
                "toBlock": hex(last),
            },
        )

    def _execute(self, method: str, request: dict[str, Any], where: Any) -> Any:
        try:
            return self._read_or_refusal(method, request, where)
        except NodeRefusal as refusal:
            if not is_revert(refusal):
                raise self._unavailable(refusal.message) from None
            raise refusal_words(refusal.data) from None

    def _read(self, method: str, *params: Any) -> Any:
        try:
            return self._read_or_refusal(method, *params)
        except NodeRefusal as refusal:
            raise self._unavailable(f"{method}: {refusal.message}") from None

    def _read_or_refusal(self, method: str, *params: Any) -> Any:
        for attempt in range(READ_ATTEMPTS - 1):
            try:
                return self._ask(method, params)
            except ChainUnavailable:
                time.sleep(BACKOFF_SECONDS * 2**attempt)
        return self._ask(method, params)

    def _ask(self, method: str, params: Sequence[Any]) -> Any:
        try:
            answer = self._provider.ask(method, params)
        except requests.RequestException as error:
            # Not chained: the cause's text holds the address, and addresses hold API keys.
            raise self._unavailable(_reason(error)) from None
        except (ValueError, RecursionError):
            raise wire.nonsense("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise wire.nonsense("the answer is not an object")
        if answer.get("error") is not None:
            raise parse_refusal(answer["error"])
        if "result" not in answer:
            raise wire.nonsense("the answer has neither result nor error")
        return answer["result"]

    def _unavailable(self, reason: str) -> ChainUnavailable:
        return ChainUnavailable(f"{self.endpoint} did not answer: {reason}", _HINT)


def endpoint_name(url: str) -> str:
    """Scheme, host and port of an address, without user, path and query: those hold secrets."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def _at(block_hash: bytes) -> dict[str, Any]:
    return {"blockHash": "0x" + block_hash.hex(), "requireCanonical": True}


def _transaction(sender: str, call: Call) -> dict[str, Any]:
    request = {"from": sender, "data": "0x" + call.data.hex(), "value": hex(call.value_wei)}
    return request if call.to is None else {**request, "to": call.to}


def _name(which: int | bytes | str) -> str:
    return "0x" + which.hex() if isinstance(which, bytes) else str(which)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.HTTPError) and error.args:
        return str(error.args[0])
    return "the connection failed"
