"""The first block of a test's chain: geth's own developer chain, with the devnet's accounts."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, devnet_accounts
from oracle.deployment.blueprint import CREATE2_FACTORY
from tests.integration.second_client.consensus import Fork

# The deterministic deployment proxy, as it stands on live chains and in anvil.
_FACTORY_CODE = (
    "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035"
    "828234f58015156039578182fd5b8082525050506014600cf3"
)
_GAS_LIMIT = 60_000_000  # a live network's


def genesis_of(binary: str, fork: Fork) -> dict[str, Any]:
    """Geth's developer genesis (with EIP-2935's history and the like) for the devnet's chain id."""
    dumped = subprocess.run(
        [binary, "--dev", "dumpgenesis"], capture_output=True, check=True, timeout=60
    )
    genesis: dict[str, Any] = json.loads(dumped.stdout)
    config = genesis["config"]
    config["chainId"] = DEVNET_CHAIN_ID
    config.pop("bogotaTime", None)  # a fork without rules yet
    config["blobSchedule"]["osaka"] = config["blobSchedule"]["prague"]
    if fork is Fork.AMSTERDAM:
        config["amsterdamTime"] = 0
        config["blobSchedule"]["amsterdam"] = config["blobSchedule"]["prague"]
    genesis["gasLimit"] = hex(_GAS_LIMIT)
    for account in devnet_accounts():
        genesis["alloc"][account.address[2:].lower()] = {"balance": hex(10_000 * 10**18)}
    genesis["alloc"][CREATE2_FACTORY[2:].lower()] = {"balance": "0x0", "code": _FACTORY_CODE}
    return genesis
