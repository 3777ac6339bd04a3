"""Ten thousand tickets in one competition: no call costs more for the others' tickets.

    pytest -s tests/integration/chain/test_ten_thousand_tickets.py

prints the figures of docs/lab/gas.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
import requests

from oracle.chain.calls import Call
from oracle.chain.commitments import RankingRow, hash_leaves, hash_submission
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion, Phase
from oracle.chain.votes import RankingResult
from oracle.devnet.anvil import Anvil
from scoring.digest import Digest, sha256
from tests.integration.chain.played_competition import PRICE, TARGET, Play
from tests.integration.deployed_contract import Deployed, deploy_on

# Thirty thousand transactions.
pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(900)]

TICKETS = 10_000
BATCH = 50
ACCOUNTS = 200  # each sends once a block: a batch is carried out in no order
# What the zero and other bytes of a ticket's number, salt and digest cost, and nothing more.
CALLDATA_GAS = 12 * 72


@dataclass(frozen=True)
class Sent:
    """A call by an account of the node."""

    sender: str
    call: Call


class Crowd:
    """Sends for all the node's accounts, in JSON-RPC batches and blocks of many transactions."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._session = requests.Session()
        self._session.trust_env = False
        self.accounts: list[str] = deployed.anvil.rpc("eth_accounts")

    def send(self, sent: Sequence[Sent], gas: int) -> list[int]:
        """Gas used by each, all of which succeed."""
        used: list[int] = []
        for start in range(0, len(sent), ACCOUNTS):
            block = sent[start : start + ACCOUNTS]
            hashes = self._ask("eth_sendTransaction", [[_transaction(s, gas)] for s in block])
            self._deployed.anvil.mine()
            receipts = self._ask("eth_getTransactionReceipt", [[h] for h in hashes])
            assert all(receipt["status"] == "0x1" for receipt in receipts)
            used += [int(receipt["gasUsed"], 16) for receipt in receipts]
        return used

    def _ask(self, method: str, parameters: Sequence[list[object]]) -> list:
        batch = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, params in enumerate(parameters)
        ]
        answers = self._session.post(self._deployed.anvil.url, json=batch, timeout=120).json()
        assert all("result" in answer for answer in answers), answers[:2]
        return [answer["result"] for answer in sorted(answers, key=lambda answer: answer["id"])]


def _transaction(sent: Sent, gas: int) -> object:
    return {
        "from": sent.sender,
        "to": sent.call.to,
        "data": "0x" + sent.call.data.hex(),
        "value": hex(sent.call.value_wei),
        "gas": hex(gas),
    }


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    with Anvil(accounts=ACCOUNTS, arguments=("--gas-limit", str(10**9))) as anvil:
        yield deploy_on(anvil)


def digest(ticket: int) -> Digest:
    return sha256(b"image %d" % ticket)


def salt(ticket: int) -> bytes:
    return sha256(b"salt %d" % ticket)


def flat(name: str, used: list[int], each: int = 1) -> None:
    """The first call writes what others find written; from the second on all cost the same."""
    first, last = used[1:101], used[-100:]
    print(
        f"{name:18} {len(used):6} calls, gas {used[0]:7} first, then {min(used[1:]) // each} to "
        f"{max(used[1:]) // each}{' each' if each > 1 else ''}"
    )
    assert max(last) - min(first) <= CALLDATA_GAS * each
    assert max(used[1:]) - min(used[1:]) <= CALLDATA_GAS * each


def test_gas_per_call_is_flat_over_ten_thousand_tickets(deployed: Deployed) -> None:
    started = time.monotonic()
    contract, calls, anvil = deployed.contract, deployed.contract.calls, deployed.anvil
    play = Play(deployed, slower=100)  # anvil's clock runs on meanwhile
    crowd = Crowd(deployed)
    anvil.set_automine(False)
    holders = [crowd.accounts[place % len(crowd.accounts)] for place in range(TICKETS)]
    tickets = range(1, TICKETS + 1)

    buy = [Sent(holder, calls.buy_ticket(play.id, PRICE)) for holder in holders]
    flat("buyTicket", crowd.send(buy, 100_000))
    bought = contract.history(play.id, deployed.client.latest_block()).bought
    players = {event.ticket_id: event.player for event in bought}
    assert list(players) == list(tickets)
    anvil.set_time(play.terms.sale_ends)
    crowd.send([Sent(holders[0], calls.open_target(play.id, TARGET, play.target_salt))], 200_000)
    commit = [
        Sent(
            players[ticket],
            calls.commit_submission(
                play.id,
                ticket,
                hash_submission(
                    contract.domain, play.id, ticket, players[ticket], digest(ticket), salt(ticket)
                ),
            ),
        )
        for ticket in tickets
    ]
    flat("commitSubmission", crowd.send(commit, 100_000))
    anvil.set_time(play.state().open_ends)
    alone, together = tickets[:100], tickets[100:]
    reveal = [
        Sent(players[t], calls.reveal_submission(play.id, t, digest(t), salt(t))) for t in alone
    ]
    crowd.send(reveal, 100_000)
    batches = [together[start : start + BATCH] for start in range(0, len(together), BATCH)]
    reveal_many = [
        Sent(
            holders[place],
            calls.reveal_submissions(play.id, b, [*map(digest, b)], [*map(salt, b)]),
        )
        for place, b in enumerate(batches)
    ]
    flat(f"reveal, {BATCH} a call", crowd.send(reveal_many, 2_000_000), each=BATCH)
    anvil.set_time(play.state().reveal_ends)
    anvil.set_automine(True)
    play.seed()

    result, seconds = ranked(play, players)
    play.assert_ranking(result)
    play.dispute()
    assert play.state().phase is Phase.DISPUTED
    assert play.state().sold == play.state().revealed == TICKETS
    print(f"{'reading back':18} {TICKETS:6} entries from logs in {seconds:.1f} s")
    print(f"{'all of it':18} {time.monotonic() - started:.0f} s")


def ranked(play: Play, players: dict[int, str]) -> tuple[RankingResult, float]:
    """A ranking of everybody by ticket, from the entries as the oracle reads them back."""
    started = time.monotonic()
    contract = play.deployed.contract
    entries = contract.entries(play.id, play.deployed.client.latest_block())
    seconds = time.monotonic() - started
    assert [entry.player for entry in entries] == [players[entry.ticket_id] for entry in entries]
    rows = [
        RankingRow(place, entry.ticket_id, entry.player, entry.image_digest, place, 0)
        for place, entry in enumerate(entries, start=1)
    ]
    tree = StandardMerkleTree(list(hash_leaves(contract.domain, play.id, rows)))
    state = play.state()
    assertion = Assertion(state.entries_hash, b"\1" * 32, tree.root, len(rows), b"\2" * 32)
    first = entries[0].ticket_id
    return RankingResult(assertion, rows[0], b"\3" * 32, salt(first), tree.proof(0)), seconds
