"""What every call takes by today's rules and by the next fork's: one competition under each.

The next fork is Amsterdam: EIP-8037 prices what stays in the state (a new slot 97 920 gas, a
byte of code 1 530), EIP-8038 raises access and writing. Geth knows both. To record them anew:

    python -m tests.integration.second_client.gas_of_forks docs/lab/figures/next-fork.json
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oracle.beacon.local import LocalBeacon
from oracle.beacon.rounds import QUICKNET
from oracle.chain.abi import competition_abi, quorum_abi
from oracle.chain.calls import Call
from oracle.chain.commitments import hash_submission
from oracle.chain.devnet_keys import DevnetAccount
from oracle.chain.wire import Receipt
from oracle.deployment.blueprint import CREATE2_FACTORY
from tests.integration.beacon_on_chain import deploy_beacon_on
from tests.integration.chain.played_competition import PRICE, Play, digest, salt
from tests.integration.chain.played_saga import Saga
from tests.integration.deployed_contract import Deployed, deploy_on
from tests.integration.quorum_on_chain import deploy_quorum_on
from tests.integration.second_client.consensus import Fork
from tests.integration.second_client.geth import Geth
from tests.integration.second_client.receivers import (
    WRITES,
    WRITES_AND_LOGS,
    place,
    proxy_of,
    refund,
)

BATCH = 50
_PLACED = ("Competition", "AuditorQuorum", "DrandBeacon")
_GAS = 15_000_000


@dataclass(frozen=True)
class Metered(Deployed):
    """A chain on which everything that is done is noted, with its gas."""

    noted: dict[str, list[int]] = field(default_factory=dict)

    def act(self, account: DevnetAccount, call: Call) -> Receipt:
        receipt = self.received(self.send(account, call, gas=_GAS))
        name = _NAMES[call.data[:4]]
        self.noted.setdefault(name, []).append(receipt.gas_used)
        return receipt


_NAMES = {
    function.selector: name
    for abi in (competition_abi(), quorum_abi())
    for name, function in abi.functions.items()
}


def measure(binary: str, folder: Path, fork: Fork) -> dict[str, int]:
    """Gas of every call; of those that are made often, the dearest."""
    with Geth(binary, folder, fork=fork) as geth:
        plain = deploy_on(geth)
        deployed = Metered(geth, plain.client, plain.contract)
        quorum = deploy_quorum_on(deployed)
        deploy_beacon_on(geth, plain.client, QUICKNET)
        placed = dict(zip(_PLACED, _placed(geth), strict=True))
        saga = Saga(deployed, quorum)
        saga.replaced()
        _void_and_refund(deployed)
        deployed.act(
            deployed.players[0], deployed.contract.calls.withdraw(deployed.operator.address)
        )
        batch = _reveal_in_a_batch(deployed)
        gas = {name: max(taken) for name, taken in deployed.noted.items()}
        gas["revealSubmissions, each of 50"] = batch // BATCH
        gas["pinSeed, from a beacon"] = _pin_from_a_beacon(deployed)
        maker = plain.players[3]
        simple = place(plain, maker, WRITES)
        proxied = place(plain, maker, proxy_of(place(plain, maker, WRITES_AND_LOGS)))
        gas["taking a payout, one slot"] = refund(plain, simple).used
        gas["taking a payout, one slot and a log by proxy"] = refund(plain, proxied).used
        return gas | {f"deploying {name}": taken for name, taken in placed.items()}


def _placed(geth: Geth) -> list[int]:
    """Gas of the deployments so far, in their order."""
    taken = []
    for number in range(int(geth.rpc("eth_blockNumber"), 16) + 1):
        for sent in geth.rpc("eth_getBlockByNumber", hex(number), True)["transactions"]:
            if (sent["to"] or "").lower() == CREATE2_FACTORY.lower():
                receipt = geth.rpc("eth_getTransactionReceipt", sent["hash"])
                taken.append(int(receipt["gasUsed"], 16))
    return taken


def _pin_from_a_beacon(deployed: Metered) -> int:
    beacon = LocalBeacon()
    verifier = deploy_beacon_on(deployed.anvil, deployed.client, beacon.network)
    play = Play(deployed, beacon=verifier)
    play.until_revealed()
    deployed.noted["pinSeed"].clear()
    play.seed_from(beacon)
    return deployed.noted["pinSeed"].pop()


def _void_and_refund(deployed: Metered) -> None:
    play = Play(deployed)
    play.sell()
    deployed.anvil.set_time(play.terms.sale_ends + 3600)
    play.void()
    play.refund(1, 2, 3)


def _reveal_in_a_batch(deployed: Metered) -> int:
    """Gas of one transaction that reveals fifty tickets after another was revealed."""
    play, contract, player = Play(deployed), deployed.contract, deployed.players[0]
    tickets = range(1, BATCH + 2)
    _at_once(deployed, player, [contract.calls.buy_ticket(play.id, PRICE)] * len(tickets))
    play.open()
    salts = {ticket: salt(ticket) for ticket in tickets}
    commitments = [
        hash_submission(
            contract.domain, play.id, ticket, player.address, digest(ticket), salts[ticket]
        )
        for ticket in tickets
    ]
    _at_once(
        deployed,
        player,
        [
            contract.calls.commit_submission(play.id, ticket, commitment)
            for ticket, commitment in zip(tickets, commitments, strict=True)
        ],
    )
    play.to(play.state().open_ends)
    first, *rest = tickets
    deployed.act(
        player, contract.calls.reveal_submission(play.id, first, digest(first), salts[first])
    )
    call = contract.calls.reveal_submissions(
        play.id, rest, [digest(t) for t in rest], [salts[t] for t in rest]
    )
    return deployed.received(deployed.send(player, call, gas=_GAS)).gas_used


def _at_once(deployed: Metered, player: DevnetAccount, calls: list[Call]) -> None:
    nonce = deployed.client.nonce(player.address)
    sent = [
        deployed.send(player, call, nonce=nonce + place, gas=1_000_000)
        for place, call in enumerate(calls)
    ]
    for one in sent:
        deployed.received(one)


def figures(binary: str, folder: Path) -> dict[str, Any]:
    """What is recorded: every call under both rules, and what measured it."""
    found = {}
    for fork in Fork:
        home = folder / fork.name.lower()
        home.mkdir()
        found[fork] = measure(binary, home, fork)
    today, soon = found[Fork.OSAKA], found[Fork.AMSTERDAM]
    said = subprocess.run([binary, "version"], capture_output=True, text=True, check=True).stdout
    return {
        "command": "python -m tests.integration.second_client.gas_of_forks",
        "on": "geth " + said.partition("Version: ")[2].partition("\n")[0],
        "today": dict(sorted(today.items())),
        "next": dict(sorted(soon.items())),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        geth = os.environ.get("JUDGE_TEST_GETH") or shutil.which("geth") or "geth"
        written = json.dumps(figures(geth, Path(name)), indent=2) + "\n"
    Path(sys.argv[1]).write_text(written)
