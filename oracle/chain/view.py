"""One view of one contract, called at a block and decoded."""

from __future__ import annotations

from typing import Any

from oracle.chain.abi import AbiItem
from oracle.chain.client import ChainClient
from oracle.chain.wire import Block
from oracle.errors import ChainUnavailable


def read_view(
    client: ChainClient,
    address: str,
    function: AbiItem,
    block: Block,
    *arguments: object,
    what: str,
) -> Any:
    """The first value that a view returns at a block; `what` the contract should be.

    Raises ChainUnavailable for an answer that such a contract does not give.
    """
    answer = client.call(address, function.encode_call(*arguments), block.hash)
    try:
        return function.decode_output(answer)[0]
    except ValueError:
        raise ChainUnavailable(
            f"{address} does not answer {function.name} as {what} does",
            "check the address in the settings, and [chain] rpc_url",
        ) from None
