"""Whether an account signed a message: by its key, or by a contract's own word (ERC-1271).

In the contract's order: a key's signature counts whatever code stands at its address (EIP-7702).
"""

from __future__ import annotations

from eth_account import Account
from eth_utils.address import to_checksum_address

from oracle.chain.client import ChainClient
from oracle.chain.commitments import Domain
from oracle.chain.wire import Block
from oracle.errors import ContractRefused
from oracle.signing.typed_data import TypedMessage, hash_typed, signable

_ERC1271_SELECTOR = bytes.fromhex("1626ba7e")


def signed_by_key(message: TypedMessage, domain: Domain, signature: bytes, account: str) -> bool:
    """Whether the key of `account` made this signature."""
    try:
        signer = Account.recover_message(signable(message, domain), signature=signature)
    except Exception:  # whatever eth-account and its libraries raise for bytes that are none
        return False
    return to_checksum_address(signer) == to_checksum_address(account)


def is_signed_by(
    message: TypedMessage,
    domain: Domain,
    signature: bytes,
    account: str,
    client: ChainClient,
    block: Block,
) -> bool:
    """Whether `account` signed: by its key, whatever code it has, or else by ERC-1271.

    Raises `RetryLater` when the chain does not answer.
    """
    if signed_by_key(message, domain, signature, account):
        return True
    if not client.code(account, block.hash):
        return False
    padded = signature + bytes(-len(signature) % 32)
    data = (
        _ERC1271_SELECTOR
        + hash_typed(message, domain)
        + (64).to_bytes(32, "big")
        + len(signature).to_bytes(32, "big")
        + padded
    )
    try:
        answer = client.call(account, data, block.hash)
    except ContractRefused:
        return False
    return answer[:32] == _ERC1271_SELECTOR + bytes(28)
