"""What speaks against a competition, for people who are about to pay: read from the chain alone."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.chain.abi import beacon_abi
from oracle.chain.client import ChainClient
from oracle.chain.competition import CompetitionContract
from oracle.chain.compile import load_beacon, matches_deployed
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.floors import FLOORS
from oracle.chain.quorum import QuorumContract
from oracle.chain.state import ZERO_ADDRESS, CompetitionState, Phase, Terms
from oracle.chain.view import read_view
from oracle.chain.wire import Block


def remarks_for_buyers(contract: CompetitionContract, competition_id: int) -> tuple[str, ...]:
    """What a buyer should know about arbiter, seed and time; none when all is as it should be."""
    block = contract.client.latest_block()
    state = contract.state(competition_id, block)
    if state.phase is Phase.NONE:
        return ()
    return (
        *_about_the_arbiter(contract, state, block),
        *_about_the_beacon(contract.client, state.terms.beacon, block),
        *_about_the_time(state.terms),
    )


def _about_the_arbiter(
    contract: CompetitionContract, state: CompetitionState, block: Block
) -> Iterator[str]:
    arbiter = state.terms.arbiter
    if arbiter == state.operator:
        yield "the operator is its own arbiter: it decides disputes about itself"
        return
    if not contract.client.code(arbiter, block.hash):
        yield f"disputes are decided by one account, {arbiter}, that stakes nothing"
        return
    quorum = QuorumContract(contract.client, arbiter)
    if not quorum.stands(block):
        yield f"disputes are decided by a contract that this version does not know, {arbiter}"
        return
    charter = quorum.charter(block)
    if charter.competition != contract.address:
        yield "the quorum that is named serves another contract: it will decide nothing here"
    active = sum(quorum.is_active(member, block) for member in charter.members)
    if active < charter.threshold:
        yield (
            f"only {active} of {len(charter.members)} auditors have staked and "
            f"{charter.threshold} are needed: disputes would not be decided"
        )


def _about_the_beacon(client: ChainClient, address: str, block: Block) -> Iterator[str]:
    if address == ZERO_ADDRESS:
        return
    if not matches_deployed(client.code(address, block.hash), load_beacon()):
        yield f"the seed comes from a contract that this version does not know, {address}"
        return
    key = read_view(
        client, address, beacon_abi().functions["publicKey"], block, what="a DrandBeacon"
    )
    # Imported here: the curve's mathematics take a while.
    from oracle.beacon.local import LocalBeacon
    from oracle.beacon.rounds import QUICKNET

    devnet = client.chain_id == DEVNET_CHAIN_ID
    network = LocalBeacon().network if devnet else QUICKNET
    if key != network.constructor_arguments()[0]:
        yield "the seed comes from another network than drand's quicknet: its maker may choose it"


def _about_the_time(terms: Terms) -> Iterator[str]:
    for what, seconds, least in (
        ("revealing an image", terms.reveal_seconds, FLOORS.reveal_seconds),
        ("fetching and judging", terms.judging_seconds, FLOORS.judging_seconds),
        ("disputing a ranking", terms.liveness_seconds, FLOORS.liveness_seconds),
    ):
        if seconds < least:
            yield f"there are only {seconds} seconds for {what}"
