"""Contracts that take money by the rules of a wallet, a proxied wallet, or worse; in bare bytes."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.devnet_keys import DevnetAccount
from tests.integration.chain.played_competition import PRICE, Play
from tests.integration.deployed_contract import Deployed

_WRITE = "60014755"  # a new slot, named by the balance, becomes one
_LOG = "600160205fa1"  # a word and a topic
WRITES = _WRITE + "00"
WRITES_AND_LOGS = _WRITE + _LOG + "00"
WRITES_TWICE = _WRITE + "6001471955" + "00"


def proxy_of(implementation: str) -> str:
    """EIP-1167's minimal proxy."""
    return f"363d3d373d3d3d363d73{implementation[2:].lower()}5af43d82803e903d91602b57fd5bf3"


def place(deployed: Deployed, account: DevnetAccount, runtime: str) -> str:
    """Puts code on the chain; returns its address."""
    length = len(runtime) // 2
    # Copies what follows these ten bytes, and returns it.
    creation = f"60{length:02x}600a5f3960{length:02x}5ff3" + runtime
    receipt = deployed.received(
        deployed.send(account, Call(to=None, data=bytes.fromhex(creation)), gas=1_000_000)
    )
    assert receipt.contract_address is not None
    return receipt.contract_address


@dataclass(frozen=True)
class Push:
    """Gas that a receiver got with its money, and what it used of that."""

    given: int
    used: int


def refund(deployed: Deployed, receiver: str) -> Push:
    """Refunds a ticket of `receiver`, with the least gas that will do."""
    play, calls, helper = Play(deployed), deployed.contract.calls, deployed.players[2]
    deployed.act(helper, calls.buy_ticket_for(play.id, receiver, PRICE))
    play.to(play.terms.sale_ends + 3600)
    play.void()
    call = calls.refund(play.id, 1)
    least = deployed.client.estimate_gas(helper.address, call)
    sent = deployed.send(helper, call, gas=least)
    deployed.received(sent)
    tracer = {"tracer": "callTracer"}
    trace = deployed.anvil.rpc("debug_traceTransaction", "0x" + sent.hex(), tracer)
    (push,) = (one for one in trace["calls"] if one["to"] == receiver.lower())
    return Push(int(push["gas"], 16), int(push["gasUsed"], 16))
