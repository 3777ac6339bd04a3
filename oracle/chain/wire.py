"""What an RPC node answers, checked and turned into values; nothing it says is trusted.

Everything malformed raises `ChainUnavailable`: a node that answers nonsense is a node that is down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oracle.chain.address import checksummed
from oracle.errors import ChainUnavailable

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}\Z")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A block's place in the chain, and what fees follow from it."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int  # unix seconds
    base_fee_wei: int | None  # None on chains without EIP-1559


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a log stands; positions compare in the order in which things happened."""

    block_number: int
    log_index: int


@dataclass(frozen=True, slots=True)
class Log:
    """One log of one contract."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    position: Position
    block_hash: bytes
    transaction_hash: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mined transaction."""

    transaction_hash: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    effective_gas_price_wei: int
    contract_address: str | None
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class Fees:
    """What the chain asks for now."""

    base_fee_wei: int
    priority_fee_wei: int


def nonsense(what: str) -> ChainUnavailable:
    """The error for an answer that no honest node gives."""
    return ChainUnavailable(
        f"the RPC endpoint answered nonsense: {what}",
        "check [chain] rpc_url, or use another endpoint",
    )


def quantity(value: object, name: str) -> int:
    """A JSON-RPC quantity such as "0x1f"."""
    if not isinstance(value, str) or not _QUANTITY.match(value):
        raise nonsense(f"{name} is not a quantity")
    return int(value, 16)


def data(value: object, name: str, size: int | None = None) -> bytes:
    """JSON-RPC data such as "0xc0de", of `size` bytes when given."""
    if not isinstance(value, str) or not _DATA.match(value):
        raise nonsense(f"{name} is not hexadecimal data")
    raw = bytes.fromhex(value[2:])
    if size is not None and len(raw) != size:
        raise nonsense(f"{name} has {len(raw)} bytes instead of {size}")
    return raw


def address(value: object, name: str) -> str:
    """An address, checksummed."""
    return checksummed(data(value, name, 20))


def fields(value: object, name: str) -> Mapping[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise nonsense(f"{name} is not an object")
    return value


def parse_block(value: object) -> Block:
    """An answer to eth_getBlockBy…, with or without transactions."""
    raw = fields(value, "block")
    base_fee = raw.get("baseFeePerGas")
    return Block(
        number=quantity(raw.get("number"), "block.number"),
        hash=data(raw.get("hash"), "block.hash", 32),
        parent_hash=data(raw.get("parentHash"), "block.parentHash", 32),
        timestamp=quantity(raw.get("timestamp"), "block.timestamp"),
        base_fee_wei=None if base_fee is None else quantity(base_fee, "block.baseFeePerGas"),
    )


def parse_log(value: object) -> Log:
    """One log of eth_getLogs or of a receipt; a log marked as removed is nonsense here."""
    raw = fields(value, "log")
    if raw.get("removed", False) is not False:
        raise nonsense("a log of the chain is marked as removed")
    topics = raw.get("topics")
    if not isinstance(topics, list) or len(topics) > 4:
        raise nonsense("log.topics is not a list of at most four")
    return Log(
        address=address(raw.get("address"), "log.address"),
        topics=tuple(data(topic, "log.topic", 32) for topic in topics),
        data=data(raw.get("data"), "log.data"),
        position=Position(
            block_number=quantity(raw.get("blockNumber"), "log.blockNumber"),
            log_index=quantity(raw.get("logIndex"), "log.logIndex"),
        ),
        block_hash=data(raw.get("blockHash"), "log.blockHash", 32),
        transaction_hash=data(raw.get("transactionHash"), "log.transactionHash", 32),
    )


def parse_receipt(value: object) -> Receipt:
    """An answer to eth_getTransactionReceipt that is not null."""
    raw = fields(value, "receipt")
    status = quantity(raw.get("status"), "receipt.status")
    if status not in (0, 1):
        raise nonsense("receipt.status is neither 0 nor 1")
    logs = raw.get("logs")
    if not isinstance(logs, list):
        raise nonsense("receipt.logs is not a list")
    created = raw.get("contractAddress")
    return Receipt(
        transaction_hash=data(raw.get("transactionHash"), "receipt.transactionHash", 32),
        block_number=quantity(raw.get("blockNumber"), "receipt.blockNumber"),
        block_hash=data(raw.get("blockHash"), "receipt.blockHash", 32),
        succeeded=status == 1,
        gas_used=quantity(raw.get("gasUsed"), "receipt.gasUsed"),
        effective_gas_price_wei=quantity(
            raw.get("effectiveGasPrice", "0x0"), "receipt.effectiveGasPrice"
        ),
        contract_address=None if created is None else address(created, "receipt.contractAddress"),
        logs=tuple(parse_log(log) for log in logs),
    )


def median_reward(answer: object) -> int:
    """The median tip of some blocks, of an `eth_feeHistory` for one percentile; 0 without any."""
    rewards = answer.get("reward") if isinstance(answer, Mapping) else None
    if rewards is None:
        return 0
    if not isinstance(rewards, list) or not all(isinstance(row, list) for row in rewards):
        raise nonsense("a fee history that is none")
    tips = sorted(quantity(row[0], "reward") for row in rewards if row)
    return tips[len(tips) // 2] if tips else 0
