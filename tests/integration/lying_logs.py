"""A node that is right but for its logs, for a `FlakyProxy`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from oracle.chain.abi import competition_abi
from tests.integration.flaky_proxy import PASS, Rule

COMMITTED, REVEALED = (
    "0x" + competition_abi().events[name].topic.hex()
    for name in ("SubmissionCommitted", "SubmissionRevealed")
)
Logs = list[dict[str, Any]]


def changing_logs(url: str, change: Callable[[Logs], Logs]) -> Rule:
    """Answers of the node at `url`, with logs that `change` has changed."""

    def rule(method: str, params: list[Any]) -> object:
        if method != "eth_getLogs":
            return PASS
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        found = requests.post(url, json=request, timeout=10).json()["result"]
        return {"result": change(found)}

    return rule


def with_other_salts(logs: Logs) -> Logs:
    """A reveal's data is digest, salt and entries hash."""
    return [
        log | {"data": log["data"][:66] + "00" * 32 + log["data"][130:]}
        if log["topics"][0] == REVEALED
        else log
        for log in logs
    ]


def without_the_last_commitment_of_ticket_1(logs: Logs) -> Logs:
    own = [log for log in logs if log["topics"][0] == COMMITTED and int(log["topics"][2], 16) == 1]
    return [log for log in logs if not own or log is not own[-1]]
