"""A key that stays elsewhere: a remote signer that speaks web3signer's JSON-RPC.

https://docs.web3signer.consensys.io/reference/api/json-rpc. What comes back is believed only as far
as it can be checked: it must be the very transaction or message that was asked for, signed by the
very account. The policy is asked before, in `oracle.signing.signer`, as for any other key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests
from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from oracle.chain.commitments import Domain
from oracle.chain.endpoint import endpoint_name
from oracle.deadline import within
from oracle.errors import InvalidConfig, SignerRefused, SignerUnavailable
from oracle.signing.typed_data import TypedMessage, signable, typed_data

_MAX_ANSWER_BYTES = 1 << 20
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})+")
_QUANTITIES = ("nonce", "value", "gas", "maxFeePerGas", "maxPriorityFeePerGas", "chainId")


@dataclass(frozen=True)
class RemoteKey:
    """One account of a remote signer."""

    url: str = field(repr=False)  # may hold a password
    address: str
    timeout_seconds: float = 10.0
    _numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    def check(self) -> None:
        """Raises InvalidConfig when the signer does not have the account."""
        accounts = self._ask("eth_accounts")
        known = {str(account).lower() for account in accounts if isinstance(accounts, list)}
        if self.address.lower() not in known:
            raise InvalidConfig(
                f"the remote signer {endpoint_name(self.url)} does not have {self.address}",
                "correct [signer] remote_address, or give it the key",
            )

    def sign_transaction(self, fields: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """The bytes of the signed EIP-1559 transaction, and its hash.

        Raises SignerUnavailable when there is no answer, and SignerRefused for any that is not
        this transaction, signed by this account.
        """
        asked: dict[str, Any] = {name: hex(fields[name]) for name in _QUANTITIES}
        asked |= {"from": self.address, "data": "0x" + bytes(fields["data"]).hex()}
        if "to" in fields:
            asked["to"] = fields["to"]
        raw = _bytes(self._ask("eth_signTransaction", asked))
        if not self._is_signed(raw, fields):
            raise SignerRefused(
                "the remote signer signed another transaction than it was asked for",
                "nothing was sent; check its chain id, its key and who runs it",
            )
        return raw, keccak(raw)

    def sign_message(self, message: TypedMessage, domain: Domain) -> bytes:
        """The 65 bytes of a typed message's signature; raises as `sign_transaction` does."""
        signature = _bytes(self._ask_for_message(typed_data(message, domain)))
        try:
            signer = Account.recover_message(signable(message, domain), signature=signature)
        except Exception:  # whatever eth-account and its libraries raise for bytes that are none
            signer = None
        if len(signature) != 65 or signer != to_checksum_address(self.address):
            raise SignerRefused(
                "the remote signer's signature is not of this message and account",
                "check its key and who runs it",
            )
        return signature

    def _ask_for_message(self, document: dict[str, Any]) -> Any:
        """By web3signer's method, or else by the one that nodes and wallets have."""
        try:
            return self._ask("eth_signTypedData", self.address, json.dumps(document))
        except SignerRefused as error:
            try:
                return self._ask("eth_signTypedData_v4", self.address, document)
            except SignerRefused:
                raise error from None

    def _is_signed(self, raw: bytes, fields: Mapping[str, Any]) -> bool:
        try:
            signed = TypedTransaction.from_bytes(HexBytes(raw))
            v, r, s = signed.vrs()
            own = TypedTransaction.from_dict({**fields, "v": v, "r": r, "s": s})
            return bytes(own.encode()) == raw and Account.recover_transaction(
                raw
            ) == to_checksum_address(self.address)
        except Exception:  # not a transaction at all
            return False

    def _ask(self, method: str, *params: Any) -> Any:
        request = {"jsonrpc": "2.0", "id": next(self._numbers), "method": method, "params": params}
        try:
            answer = within(self.timeout_seconds, lambda: self._post(request))
        except (requests.RequestException, TimeoutError, ValueError, RecursionError) as error:
            # Not chained: the cause's text holds the address, which may hold a password.
            raise SignerUnavailable(
                f"the remote signer {endpoint_name(self.url)} does not answer: "
                f"{type(error).__name__}",
                "start it, or correct [signer] remote_url; nothing was signed",
            ) from None
        if "result" in answer and answer.get("error") is None:
            return answer["result"]
        error_object = answer.get("error")
        told = error_object if isinstance(error_object, dict) else {}
        raise SignerRefused(
            f"the remote signer refused {method}: {str(told.get('message'))[:200]}",
            "nothing was signed; look at its log",
        )

    def _post(self, request: dict[str, Any]) -> dict[str, Any]:
        with requests.post(
            self.url,
            json=request,
            timeout=self.timeout_seconds,
            allow_redirects=False,
            stream=True,
        ) as answer:
            body = answer.raw.read(_MAX_ANSWER_BYTES + 1, decode_content=True)
        if len(body) > _MAX_ANSWER_BYTES:
            raise ValueError("the answer is too long")
        # web3signer tells errors under statuses other than 200, too.
        found = json.loads(body)
        if not isinstance(found, dict):
            raise ValueError("the answer is not an object")
        return found


def _bytes(answer: Any) -> bytes:
    # Some nodes answer with the transaction beside its bytes.
    text = answer.get("raw") if isinstance(answer, dict) else answer
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise SignerRefused(
            "the remote signer's answer is no signature", "use one that speaks web3signer's API"
        )
    return bytes.fromhex(text[2:])
