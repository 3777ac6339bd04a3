"""The chain as the oracle sees it: typed, checked reads, simulations and raw sends.

State is read by block hash (EIP-1898), so that two reads of one cycle are never about two chains.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from oracle.chain import wire
from oracle.chain.amounts import format_eth
from oracle.chain.calls import Call
from oracle.chain.log_ranges import LogRanges, Topics
from oracle.chain.node_errors import (
    NodeRefusal,
    SendAnswer,
    classify_send_refusal,
    is_missing_block,
    is_missing_method,
    is_revert,
)
from oracle.chain.nodes import Nodes
from oracle.chain.refusals import refusal as refusal_words
from oracle.chain.rpc import JsonRpc
from oracle.chain.wire import Block, Fees, Log, Receipt
from oracle.errors import ChainUnavailable, InsufficientFunds, InvalidConfig, NotFinalYet

_FEE_BLOCKS = 20
MAX_RESPONSE_BYTES = 64 * 2**20

Tag = Literal["latest", "finalized", "safe", "earliest"]


class ChainClient:
    """One chain behind one endpoint, or several. Not to be shared between threads."""

    def __init__(
        self,
        url: str,
        *,
        more_urls: Sequence[str] = (),
        timeout_seconds: float = 10.0,
        confirmations: Literal["finalized"] | int = "finalized",
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        log_chunk_blocks: int = 5000,
    ) -> None:
        """`confirmations` is the "finalized" tag, or a number of blocks on chains without it."""
        nodes = [JsonRpc(one, timeout_seconds, max_response_bytes) for one in (url, *more_urls)]
        self._rpc: JsonRpc | Nodes = nodes[0] if len(nodes) == 1 else Nodes(nodes)
        self.chain_id = 0
        self._confirmations = confirmations
        self._log_ranges = LogRanges(self._raw_logs, log_chunk_blocks)

    @classmethod
    def connect(
        cls,
        url: str,
        expected_chain_id: int,
        timeout_seconds: float = 10.0,
        *,
        more_urls: Sequence[str] = (),
        confirmations: Literal["finalized"] | int = "finalized",
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        log_chunk_blocks: int = 5000,
    ) -> ChainClient:
        """Connects and checks the chain id.

        Raises ChainUnavailable when nobody answers, InvalidConfig when it is another chain.
        """
        client = cls(
            url,
            more_urls=more_urls,
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

    @property
    def endpoint(self) -> str:
        """The node that is read from, as messages call it."""
        return self._rpc.endpoint

    # ------------------------------------------------------------------ reads

    def read_chain_id(self) -> int:
        return wire.quantity(self._read("eth_chainId"), "chain id")

    def require_chain(self) -> None:
        """Raises ChainUnavailable when no endpoint answers, or only with another chain's id.

        An endpoint can be led elsewhere at any time, so this is asked in every cycle. Of several
        nodes it chooses those that are read from: see `oracle.chain.nodes`.
        """
        try:
            tag = "finalized" if self._confirmations == "finalized" else "latest"
            self._rpc.choose(self.chain_id, tag)
        except NodeRefusal as refusal:
            raise self._rpc.unavailable(refusal.message) from None

    def distrust(self) -> None:
        """Reads from another node from now on, if there is one."""
        self._rpc.distrust()

    def block(self, which: int | bytes | Tag) -> Block:
        """A block by number, hash or tag; NotFinalYet when the chain has none there (yet)."""
        if isinstance(which, bytes):
            answer = self._read_block("eth_getBlockByHash", "0x" + which.hex())
        else:
            name = hex(which) if isinstance(which, int) else which
            answer = self._read_block("eth_getBlockByNumber", name)
        if answer is None:
            raise NotFinalYet(f"the chain has no block {_name(which)} yet", "wait for it")
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
            return self._tagged_final()
        number = self.latest_block().number - self._confirmations
        if number < 0:
            raise NotFinalYet("no block has enough confirmations yet", "wait for the chain to grow")
        return self.block(number)

    def _tagged_final(self) -> Block:
        try:
            return self.block("finalized")
        except ChainUnavailable as error:
            raise ChainUnavailable(
                error.what,
                f"{error.hint}; if this node knows no finalized block, set [chain] confirmations "
                "to a number of blocks",
            ) from None

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

    def nonce(
        self, address: str, block_hash: bytes | None = None, *, at_most: int | None = None
    ) -> int:
        """Transactions an account has had mined, up to a block or now; pending ones not counted.

        More than `at_most` now is not believed: ChainUnavailable where no node says less.
        """
        try:
            if block_hash is not None:
                return self._rpc.nonce_at(address, _at(block_hash))
            return self._rpc.highest_nonce(address, at_most)
        except NodeRefusal as refusal:
            raise self._rpc.unavailable(f"eth_getTransactionCount: {refusal.message}") from None

    def pending_nonce(self, address: str) -> int:
        """The nonce after all that are mined or wait in the node's pool without a gap.

        A node may know none that wait: some refuse the question, some answer with those mined.
        """
        try:
            count = self._rpc.read("eth_getTransactionCount", address, "pending")
        except NodeRefusal:
            return 0
        return wire.quantity(count, "nonce")

    def call(self, to: str, data: bytes, block_hash: bytes) -> bytes:
        """What a view returns at a block; ContractRefused when it reverts."""
        request = {"to": to, "data": "0x" + data.hex()}
        return wire.data(self._execute("eth_call", request, _at(block_hash)), "result of a call")

    def logs(self, address: str, topics: Topics, from_block: int, to_block: int) -> tuple[Log, ...]:
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
        return Fees(base_fee_wei=base_fee, priority_fee_wei=self._priority_fee())

    def _priority_fee(self) -> int:
        """What the node suggests; of one that suggests nothing, what others paid last."""
        try:
            return wire.quantity(self._rpc.read("eth_maxPriorityFeePerGas"), "priority fee")
        except NodeRefusal:
            answer = self._read("eth_feeHistory", hex(_FEE_BLOCKS), "latest", [50])
            return wire.median_reward(answer)

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

    def simulate(
        self, sender: str, call: Call, block: Literal["latest"] | bytes = "latest"
    ) -> bytes:
        """What a transaction would return after a block; ContractRefused when it reverts."""
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
            self._rpc.send("0x" + raw.hex())
        except NodeRefusal as refusal:
            return classify_send_refusal(refusal.message), refusal.message
        return SendAnswer.ACCEPTED, ""

    def takes_transactions(self) -> bool:
        """Whether the node has a place to send to; it is given bytes that are no transaction."""
        try:
            self._rpc.send("0x00")
        except NodeRefusal as refusal:
            return not is_missing_method(refusal)
        return True

    # --------------------------------------------------------------- transport

    def _raw_logs(self, address: str, topics: Topics, first: int, last: int) -> object:
        return self._rpc.read(
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
            return self._rpc.read(method, request, where)
        except NodeRefusal as refusal:
            if classify_send_refusal(refusal.message) is SendAnswer.INSUFFICIENT_FUNDS:
                raise _too_little(request) from None
            if not is_revert(refusal):
                raise self._rpc.unavailable(refusal.message) from None
            raise refusal_words(refusal.data) from None

    def _read_block(self, method: str, which: str) -> Any:
        try:
            return self._rpc.read(method, which, False)
        except NodeRefusal as refusal:
            if is_missing_block(refusal):
                return None
            raise self._rpc.unavailable(f"{method}: {refusal.message}") from None

    def _read(self, method: str, *params: Any) -> Any:
        try:
            return self._rpc.read(method, *params)
        except NodeRefusal as refusal:
            raise self._rpc.unavailable(f"{method}: {refusal.message}") from None


def _at(block_hash: bytes) -> dict[str, Any]:
    return {"blockHash": "0x" + block_hash.hex(), "requireCanonical": True}


def _transaction(sender: str, call: Call) -> dict[str, Any]:
    request = {"from": sender, "data": "0x" + call.data.hex(), "value": hex(call.value_wei)}
    return request if call.to is None else {**request, "to": call.to}


def _too_little(request: dict[str, Any]) -> InsufficientFunds:
    sent = format_eth(int(request["value"], 16))
    return InsufficientFunds(
        f"{request['from']} holds too little: this call sends {sent} along",
        "send ether to that account, and some more for the network's fees",
    )


def _name(which: int | bytes | str) -> str:
    return "0x" + which.hex() if isinstance(which, bytes) else str(which)
