"""The one holder of a private key, and the policy that bounds what it signs.

The key comes from the first of these: the environment variable JUDGE_PRIVATE_KEY, a remote signer,
an encrypted keystore with its password file, a key file. Without any of them the oracle runs dry.
Files must be readable by their owner alone. The key is in no attribute that prints, and in no
error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from eth_account import Account
from eth_account.signers.local import LocalAccount

from oracle.chain.calls import Call
from oracle.chain.commitments import Domain
from oracle.chain.devnet_keys import DEVNET_ADDRESSES, DEVNET_CHAIN_ID
from oracle.errors import InvalidConfig, SignerRefused
from oracle.settings.config import SignerSettings
from oracle.settings.secret_file import read_secret
from oracle.signing.remote_key import RemoteKey
from oracle.signing.typed_data import TypedMessage, signable

PRIVATE_KEY_VARIABLE = "JUDGE_PRIVATE_KEY"

Hide = Callable[[str | bytes], None]
"""Takes every secret that was read, to keep it out of the log."""


@dataclass(frozen=True, slots=True)
class UnsignedTransaction:
    """An EIP-1559 transaction, complete but for its signature; amounts in wei."""

    chain_id: int
    nonce: int
    call: Call
    gas: int
    max_fee_wei: int
    priority_fee_wei: int


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """The bytes to broadcast, and the hash to look for."""

    raw: bytes
    hash: bytes


class Policy(Protocol):
    """Decides what may be signed."""

    def check(self, chain_id: int, call: Call) -> None:
        """Raises SignerRefused, with the rule that was broken, when a call is not allowed."""

    def check_message(self, kind: str, domain: Domain) -> None:
        """Raises SignerRefused when no message of this type may be signed for this contract."""


class Key(Protocol):
    """Signs for one account, here or elsewhere, whatever it is given."""

    @property
    def address(self) -> str:
        """The account."""

    def check(self) -> None:
        """Raises InvalidConfig or RetryLater when it cannot sign now."""

    def sign_transaction(self, fields: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """The bytes of a signed EIP-1559 transaction, and its hash."""

    def sign_message(self, message: TypedMessage, domain: Domain) -> bytes:
        """The 65 bytes of a typed message's signature."""


class LocalKey:
    """A key in this process."""

    __slots__ = ("_account", "address")

    def __init__(self, account: LocalAccount) -> None:
        self._account = account
        self.address: str = account.address

    def __repr__(self) -> str:
        return f"LocalKey({self.address})"

    def check(self) -> None:
        """A key that is here can sign."""

    def sign_transaction(self, fields: Mapping[str, Any]) -> tuple[bytes, bytes]:
        signed = self._account.sign_transaction(dict(fields))
        return bytes(signed.raw_transaction), bytes(signed.hash)

    def sign_message(self, message: TypedMessage, domain: Domain) -> bytes:
        return bytes(self._account.sign_message(signable(message, domain)).signature)


class Signer:
    """Signs what its policy allows, and nothing else, whoever holds the key."""

    __slots__ = ("_key", "_policy", "address")

    def __init__(self, key: LocalAccount | Key, policy: Policy) -> None:
        self._key: Key = LocalKey(key) if isinstance(key, LocalAccount) else key
        self._policy = policy
        self.address: str = key.address

    def __repr__(self) -> str:
        return f"Signer({self.address})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signer cannot be copied to another process: it holds a key")

    def check_key(self) -> None:
        """Raises InvalidConfig or RetryLater when the key, wherever it is, cannot sign now."""
        self._key.check()

    def check(self, chain_id: int, call: Call) -> None:
        """Raises SignerRefused when the call may not be signed on this chain."""
        self._check_account(chain_id)
        self._policy.check(chain_id, call)

    def _check_account(self, chain_id: int) -> None:
        if chain_id != DEVNET_CHAIN_ID and self.address in DEVNET_ADDRESSES:
            raise SignerRefused(
                f"{self.address} is a published devnet account, and this is chain {chain_id}",
                "anyone can take its money; use a key of your own",
            )

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """Checks the policy and signs. Raises SignerRefused."""
        self.check(transaction.chain_id, transaction.call)
        return self._sign(transaction)

    def sign_cancellation(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """Signs a transfer of nothing to oneself, which only uses up the nonce."""
        if transaction.call != Call(to=self.address, data=b""):
            raise SignerRefused("a cancellation sends nothing, to oneself", "nothing was signed")
        return self._sign(transaction)

    def sign_message(self, message: TypedMessage, domain: Domain) -> bytes:
        """The 65 bytes of a typed message's signature. Raises SignerRefused."""
        self._check_account(domain.chain_id)
        self._policy.check_message(message.TYPE, domain)
        return self._key.sign_message(message, domain)

    def _sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        fields: dict[str, Any] = {
            "type": 2,
            "chainId": transaction.chain_id,
            "nonce": transaction.nonce,
            "data": transaction.call.data,
            "value": transaction.call.value_wei,
            "gas": transaction.gas,
            "maxFeePerGas": transaction.max_fee_wei,
            "maxPriorityFeePerGas": transaction.priority_fee_wei,
        }
        if transaction.call.to is not None:
            fields["to"] = transaction.call.to
        raw, hash_ = self._key.sign_transaction(fields)
        return SignedTransaction(raw=raw, hash=hash_)


def load_signer(
    settings: SignerSettings,
    policy: Policy,
    environment: Mapping[str, str] = os.environ,
    *,
    hide: Hide | None = None,
) -> Signer | None:
    """The signer with the first key that is configured, or None for a dry run.

    `hide` is told the key, and the keystore's password. Raises InvalidConfig when a key is
    configured and cannot be used.
    """
    hide = hide or _hide_nothing
    from_environment = environment.get(PRIVATE_KEY_VARIABLE, "")
    if from_environment:
        account = parse_key(from_environment, PRIVATE_KEY_VARIABLE)
    elif settings.remote_url:
        if not settings.remote_address:
            raise InvalidConfig(
                "signer.remote_url is set and signer.remote_address is not",
                "name the account that it signs for",
            )
        return Signer(RemoteKey(settings.remote_url, settings.remote_address), policy)
    elif settings.keystore:
        account = _open_keystore(settings.keystore, settings.password_file, hide)
    elif settings.key_file:
        account = parse_key(read_secret(settings.key_file, "signer.key_file"), "signer.key_file")
    else:
        return None
    hide(bytes(account.key))
    return Signer(account, policy)


def _hide_nothing(secret: str | bytes) -> None:
    """For those who do not log."""


def parse_key(text: str, source: str) -> LocalAccount:
    """A key of 64 hexadecimal digits; errors name its `source`, never the key."""
    digits = text.strip().removeprefix("0x")
    try:
        if len(digits) != 64:
            raise ValueError
        account: LocalAccount = Account.from_key(bytes.fromhex(digits))
    except Exception:
        # Not chained, whatever it was: the cause's text may quote the key.
        raise InvalidConfig(
            f"{source} holds no private key", "it must be 64 hexadecimal digits, 0x or not"
        ) from None
    return account


def _open_keystore(keystore: str, password_file: str, hide: Hide) -> LocalAccount:
    if not password_file:
        raise InvalidConfig(
            "signer.keystore is set and signer.password_file is not",
            "put the keystore's password into a file that only you can read, and name it",
        )
    encrypted = read_secret(keystore, "signer.keystore")
    password = read_secret(password_file, "signer.password_file").rstrip("\r\n")
    hide(password)
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(encrypted, password))
    except Exception:
        # Not chained, whatever it was: the cause holds password and ciphertext in its frames.
        raise InvalidConfig(
            f"the keystore {keystore} does not open",
            "check that it is an Ethereum keystore and that signer.password_file belongs to it",
        ) from None
    return account
