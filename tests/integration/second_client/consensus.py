"""A consensus client of one: it tells a node by the engine API what to build and what is final."""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

import requests

from oracle.errors import ChainUnavailable

AT_ONCE = (0.0,)
UNTIL_FILLED = (0.02, 0.1, 0.5)
_NOTHING = "0x" + "00" * 32


class Fork(enum.Enum):
    """The rules of a chain, and the versions of the engine API's calls that belong to them."""

    OSAKA = (3, 5, 4)
    AMSTERDAM = (4, 6, 5)

    @property
    def forkchoice(self) -> str:
        return f"engine_forkchoiceUpdatedV{self.value[0]}"

    @property
    def get_payload(self) -> str:
        return f"engine_getPayloadV{self.value[1]}"

    @property
    def new_payload(self) -> str:
        return f"engine_newPayloadV{self.value[2]}"


class Consensus:
    """Follows one node, whose chain is `head` and nothing else. Not to be shared by threads."""

    def __init__(self, url: str, secret: bytes, fork: Fork, head: dict[str, Any]) -> None:
        self._url = url
        self._secret = secret
        self._fork = fork
        self._chain = [(head["hash"], int(head["timestamp"], 16))]
        self._rival = self._chain
        self._requests: dict[str, list[str]] = {}
        self._final = 0
        # Chain time runs on with the clock of this machine, and ahead of it once it was moved.
        self._ahead = 0.0
        self._session = requests.Session()
        self._session.trust_env = False

    def extend(
        self,
        timestamp: int | None = None,
        *,
        patience: Sequence[float] = AT_ONCE,
        only_if_filled: bool = False,
    ) -> None:
        """Has the node build a block on the newest one, and makes it the newest.

        A node that is asked at once gives the empty block that it built first; `patience` is how
        many seconds it gets to fill it, try after try.
        """
        for seconds in patience:
            payload = self._build(timestamp, seconds)
            if payload["transactions"]:
                break
        else:
            if only_if_filled:
                return
        self._take(payload)
        self._chain.append(_link(payload))
        self._choose(payload["blockHash"])

    def prepare_rival(self) -> None:
        """Gives the node an empty block on the newest one, and does not choose it yet."""
        payload = self._build(None, seconds=0)
        assert not payload["transactions"], "nothing is sent before the blocks that will go"
        self._take(payload)
        self._rival = [*self._chain, _link(payload)]

    def choose_rival(self) -> None:
        """Chooses that block, and builds on it until it is the longer chain."""
        length = len(self._chain)
        self._chain = self._rival
        self._choose(self._chain[-1][0])
        while len(self._chain) <= length:
            self.extend()

    def finalize(self) -> None:
        """Makes the newest block final."""
        self._final = len(self._chain) - 1
        self._choose(self._chain[-1][0])

    def _build(self, timestamp: int | None, seconds: float) -> dict[str, Any]:
        head, last = self._chain[-1]
        if timestamp is not None:
            self._ahead = timestamp - time.time()
        when = timestamp or max(last + 1, int(time.time() + self._ahead))
        assert when > last, f"{when} is not after the newest block's {last}"
        attributes = {
            "timestamp": hex(when),
            "prevRandao": "0x" + secrets.token_hex(32),
            "suggestedFeeRecipient": "0x" + "00" * 20,
            "withdrawals": [],
            "parentBeaconBlockRoot": _NOTHING,
        }
        if self._fork is Fork.AMSTERDAM:
            attributes["slotNumber"] = hex(len(self._chain))
            attributes["targetGasLimit"] = hex(60_000_000)
        begun = self._choose(head, attributes)
        time.sleep(seconds)
        built = self._ask(self._fork.get_payload, begun["payloadId"])
        payload: dict[str, Any] = built["executionPayload"]
        self._requests[payload["blockHash"]] = built.get("executionRequests") or []
        return payload

    def _take(self, payload: dict[str, Any]) -> None:
        requests_of = self._requests.pop(payload["blockHash"])
        taken = self._ask(self._fork.new_payload, payload, [], _NOTHING, requests_of)
        assert taken["status"] == "VALID", taken

    def _choose(self, head: str, attributes: dict[str, Any] | None = None) -> dict[str, Any]:
        final = self._chain[self._final][0]
        state = {"headBlockHash": head, "safeBlockHash": final, "finalizedBlockHash": final}
        answer: dict[str, Any] = self._ask(self._fork.forkchoice, state, attributes)
        assert answer["payloadStatus"]["status"] == "VALID", answer
        return answer

    def _ask(self, method: str, *params: object) -> Any:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {"Authorization": f"Bearer {self._token()}"}
        answer = self._session.post(self._url, json=request, headers=headers, timeout=60).json()
        if "error" in answer:
            raise ChainUnavailable(f"geth refuses {method}: {answer['error']}")
        return answer["result"]

    def _token(self) -> str:
        """A JSON web token (HS256) that is good for the minute, as the engine API asks for."""
        parts = ({"alg": "HS256", "typ": "JWT"}, {"iat": int(time.time())})
        said = b".".join(_base64(json.dumps(part).encode()) for part in parts)
        signature = hmac.new(self._secret, said, hashlib.sha256).digest()
        return (said + b"." + _base64(signature)).decode()


def _link(payload: dict[str, Any]) -> tuple[str, int]:
    return payload["blockHash"], int(payload["timestamp"], 16)


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
