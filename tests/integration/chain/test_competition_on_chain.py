"""A whole competition read back from the chain equals what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from oracle.chain.client import ChainClient
from oracle.chain.commitments import (
    SUBMISSION_TYPEHASH,
    TARGET_TYPEHASH,
    RankingRow,
    hash_leaf,
    hash_submission,
    hash_target,
)
from oracle.chain.competition import CompetitionContract
from oracle.chain.entries import row_of
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion, Outcome, Phase, VoidReason
from oracle.errors import ChainDisagrees, ChainUnavailable
from scoring.ranking import ScoredEntry, rank
from scoring.submission.flags import Flag
from tests.integration.chain.played_competition import (
    PRICE,
    REVEAL,
    TARGET,
    Play,
    digest,
    salt,
)
from tests.integration.deployed_contract import Deployed
from tests.integration.flaky_proxy import PASS, FlakyProxy

pytestmark = pytest.mark.integration


@pytest.fixture
def play(own_deployed: Deployed) -> Play:
    return Play(own_deployed)


@pytest.fixture
def proxied(play: Play) -> Iterator[tuple[FlakyProxy, CompetitionContract]]:
    """The contract behind a node whose answers the test can change."""
    with FlakyProxy(play.deployed.anvil.url) as proxy:
        client = ChainClient.connect(proxy.url, 31337)
        yield proxy, CompetitionContract(client, play.deployed.contract.address)


def test_every_phase_is_read_back_as_it_was_played(play: Play) -> None:
    deployed, contract = play.deployed, play.deployed.contract
    assert contract.competition_count(deployed.client.latest_block()) == 1
    state = play.state()
    assert (state.phase, state.operator) == (Phase.SELLING, deployed.operator.address)
    assert state.terms == play.terms
    play.sell()
    assert (play.state().sold, play.state().pot) == (3, 3 * PRICE)
    play.open()
    state = play.state()
    assert (state.phase, state.target_digest) == (Phase.OPEN, TARGET)
    assert state.reveal_ends - state.open_ends == REVEAL
    play.commit(1)
    latest = deployed.client.latest_block()
    player = deployed.players[0].address
    commitment = hash_submission(contract.domain, 1, 1, player, digest(1), salt(1))
    assert contract.commitment(1, 1, latest) == commitment
    play.reveal = lambda: None  # type: ignore[method-assign]
    play.commit(2)
    deployed.anvil.set_time(play.state().open_ends)
    assert play.state().phase is Phase.REVEALING


def test_a_whole_competition_from_sale_to_payout(play: Play) -> None:
    deployed, contract, calls = play.deployed, play.deployed.contract, play.deployed.contract.calls
    play.until_revealed()
    play.seed()
    latest = deployed.client.latest_block()
    state = play.state()
    assert (state.phase, state.revealed) == (Phase.JUDGING, 2)
    assert contract.seed(state, latest) == state.seed

    entries = contract.entries(1, latest)
    assert [(e.ticket_id, e.commit_order) for e in entries] == [(2, 0), (1, 1)]
    ranking = rank([ScoredEntry(entries[0], -5), ScoredEntry(entries[1], 9)])
    rows = [row_of(ranked) for ranked in ranking]
    tree = StandardMerkleTree([hash_leaf(contract.domain, 1, row) for row in rows])
    assertion = Assertion(state.entries_hash, b"\x01" * 32, tree.root, 2, b"\x02" * 32)
    bond = contract.bond(1, latest)
    deployed.act(
        deployed.operator,
        calls.assert_ranking(1, assertion, rows[0], salt(2), tree.proof(0), bond),
    )
    state = play.state()
    assert (state.phase, state.ranking_root, state.bond) == (Phase.ASSERTED, tree.root, bond)
    assert (state.winner_ticket, state.bundle_digest) == (2, b"\x02" * 32)

    winner = deployed.players[1].address
    before = deployed.client.balance(winner)
    deployed.anvil.set_time(state.liveness_ends)
    deployed.act(deployed.operator, calls.finalize(1))
    latest = deployed.client.latest_block()
    state = contract.state(1, latest)
    assert (state.phase, state.outcome) == (Phase.FINAL, Outcome.FINAL)
    fee = 3 * PRICE // 5
    assert deployed.client.balance(winner) - before == 3 * PRICE - fee
    assert contract.credit(deployed.operator.address, latest) == fee + bond + state.deposit

    history = contract.history(1, latest)
    assert history.created is not None and history.created.terms == play.terms
    assert [b.ticket_id for b in history.bought] == [1, 2, 3]
    assert history.opened is not None and history.opened.target_digest == TARGET
    assert [c.ticket_id for c in history.commits] == [1, 2, 3, 1]
    assert [r.image_digest for r in history.reveals] == [digest(2), digest(1)]
    assert history.seed_block is not None and history.seed_block.seed_block == state.seed_block
    assert history.seed is not None and history.seed.seed == state.seed
    assert history.asserted is not None
    assert (history.asserted.assertion, history.asserted.winner) == (assertion, rows[0])
    assert history.asserted.bond == bond
    assert history.finalized is not None
    assert (history.finalized.winner, history.finalized.prize) == (winner, 3 * PRICE - fee)
    assert (history.voided, history.refunds) == (None, ())
    positions = [e.position for e in history.commits + history.reveals]
    assert positions == sorted(positions)

    deployed.act(deployed.operator, calls.withdraw(deployed.operator.address))
    assert contract.credit(deployed.operator.address, deployed.client.latest_block()) == 0


def test_a_void_competition_is_refunded_and_told(play: Play) -> None:
    deployed, contract, calls = play.deployed, play.deployed.contract, play.deployed.contract.calls
    play.sell()
    opening = contract.opening_seconds(deployed.client.latest_block())
    deployed.anvil.set_time(play.terms.sale_ends + opening)
    deployed.act(deployed.players[5], calls.void_competition(1))
    deployed.act(deployed.players[5], calls.refund(1, 2))
    latest = deployed.client.latest_block()
    history = contract.history(1, latest)
    assert history.voided is not None
    assert history.voided.reason is VoidReason.TARGET_NOT_OPENED
    assert [(r.ticket_id, r.amount) for r in history.refunds] == [(2, PRICE)]
    assert contract.ticket(1, 2, latest).refunded
    assert not contract.ticket(1, 1, latest).refunded
    assert contract.ticket(1, 1, latest).player == deployed.players[0].address
    assert play.state().phase is Phase.VOID


def test_hashes_equal_those_of_the_contract(play: Play) -> None:
    contract = play.deployed.contract
    latest = play.deployed.client.latest_block()
    operator, player = play.deployed.operator.address, play.deployed.players[0].address
    view = contract._view
    assert view(latest, "TARGET_TYPEHASH") == TARGET_TYPEHASH
    assert view(latest, "SUBMISSION_TYPEHASH") == SUBMISSION_TYPEHASH
    ours = hash_target(contract.domain, operator, TARGET, b"\x0b" * 32)
    assert view(latest, "hashTarget", operator, TARGET, b"\x0b" * 32) == ours
    ours = hash_submission(contract.domain, 2**200, 2**32 - 1, player, digest(7), salt(7))
    theirs = view(latest, "hashSubmission", 2**200, 2**32 - 1, player, digest(7), salt(7))
    assert theirs == ours
    row = RankingRow(2**32 - 1, 7, player, digest(7), -(2**255), int(Flag.DISQUALIFIED))
    raw = (row.rank, row.ticket_id, row.player, row.image_digest, row.score, row.flags)
    assert view(latest, "hashLeaf", 2**255, raw) == hash_leaf(contract.domain, 2**255, row)


def test_what_happened_later_is_not_seen_at_an_earlier_block(play: Play) -> None:
    play.sell()
    before = play.deployed.client.latest_block()
    play.open()
    assert play.deployed.contract.state(1, before).phase is Phase.SELLING
    assert play.deployed.contract.history(1, before).opened is None


def test_competitions_do_not_mix(play: Play) -> None:
    other = Play(play.deployed)
    other.sell()
    latest = play.deployed.client.latest_block()
    assert play.deployed.contract.history(1, latest).bought == ()
    assert len(play.deployed.contract.history(2, latest).bought) == 3
    assert play.deployed.contract.state(7, latest).phase is Phase.NONE


def test_history_is_the_same_in_small_pieces(play: Play) -> None:
    play.until_revealed()
    latest = play.deployed.client.latest_block()
    client = ChainClient.connect(play.deployed.anvil.url, 31337, log_chunk_blocks=2)
    pieces = CompetitionContract(client, play.deployed.contract.address)
    assert pieces.history(1, latest) == play.deployed.contract.history(1, latest)


# --------------------------------------------------------------------------- lying nodes


def changed_logs(play: Play, change: Any) -> Any:
    """A rule that answers log queries with changed logs."""

    def rule(method: str, params: list[Any]) -> Any:
        if method != "eth_getLogs":
            return PASS
        return {"result": change(play.deployed.anvil.rpc(method, *params))}

    return rule


def with_word(data: str, place: int) -> str:
    """A log's data with another word at a place."""
    start = 2 + 64 * place
    return data[:start] + "77" * 32 + data[start + 64 :]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda logs: logs[:-1], ChainDisagrees, "the logs hold 1 reveals"),
        (lambda logs: [], ChainDisagrees, "the logs hold 0 reveals"),
        (lambda logs: logs[:3] + logs[-2:], ChainDisagrees, "no commitment before it"),
        (
            lambda logs: [*logs[:-1], {**logs[-1], "data": with_word(logs[-1]["data"], 1)}],
            ChainDisagrees,
            "ticket 1 does not open the last commitment",
        ),
        (
            lambda logs: (
                [*logs[:-3], {**logs[-3], "data": with_word(logs[-3]["data"], 0)}] + logs[-2:]
            ),
            ChainDisagrees,
            "ticket 1 does not open the last commitment",
        ),
        (lambda logs: [*logs, logs[-1]], ChainUnavailable, "the same log twice"),
        (
            lambda logs: [*logs[:-1], {**logs[-1], "data": logs[-1]["data"][:-2] + "00"}],
            ChainDisagrees,
            "out of place",
        ),
        (
            lambda logs: [*logs[:-1], {**logs[-1], "data": "0x00"}],
            ChainUnavailable,
            "does not decode",
        ),
        (
            lambda logs: [{**logs[0], "logIndex": "0x77"}, *logs],
            ChainUnavailable,
            "two CompetitionCreated logs",
        ),
    ],
)
def test_logs_that_do_not_fit_the_contract_stop_everything(
    play: Play,
    proxied: tuple[FlakyProxy, CompetitionContract],
    change: Any,
    error: type[Exception],
    words: str,
) -> None:
    play.until_revealed()
    proxy, contract = proxied
    proxy.rule = changed_logs(play, change)
    with pytest.raises(error, match=words):
        contract.entries(1, play.deployed.client.latest_block())


def test_a_salt_that_fits_the_logs_and_not_the_contract_is_never_asserted(
    play: Play, proxied: tuple[FlakyProxy, CompetitionContract]
) -> None:
    play.until_revealed()
    proxy, contract = proxied
    player, latest = play.deployed.players[0].address, play.deployed.client.latest_block()
    other = hash_submission(contract.domain, 1, 1, player, digest(1), b"\x77" * 32).hex()

    def change(logs: list[Any]) -> list[Any]:
        commit, second, reveal = logs[-3:]
        reveal = reveal | {"data": with_word(reveal["data"], 1)}
        return [*logs[:-3], commit | {"data": "0x" + other}, second, reveal]

    winner = RankingRow(1, 1, player, digest(1), 0, 0)
    honest = contract.history(1, latest)
    assert contract.winner_salt(honest, 1, winner, latest) == salt(1)
    proxy.rule = changed_logs(play, change)
    history = contract.history(1, latest)
    assert len(contract.entries_of(history, 1, latest)) == 2, "the logs fit one another"
    with pytest.raises(ChainDisagrees, match="does not open the commitment that the contract"):
        contract.winner_salt(history, 1, winner, latest)


def test_a_chain_reorganised_while_it_was_read_is_read_again_later(
    play: Play, proxied: tuple[FlakyProxy, CompetitionContract]
) -> None:
    play.until_revealed()
    latest = play.deployed.client.latest_block()
    gone = replace(latest, hash=b"\x11" * 32)
    with pytest.raises(ChainUnavailable, match="was reorganised at block"):
        proxied[1].history(1, gone)


def test_a_seed_that_does_not_follow_from_its_block_stops_everything(play: Play) -> None:
    play.until_revealed()
    play.seed()
    state, latest = play.state(), play.deployed.client.latest_block()
    with pytest.raises(ChainDisagrees, match="another seed"):
        play.deployed.contract.seed(replace(state, entries_hash=b"\x11" * 32), latest)
    unpinned = replace(state, seed=bytes(32))
    assert play.deployed.contract.seed(unpinned, latest) == state.seed


def test_an_address_without_a_competition_is_said(play: Play) -> None:
    contract = CompetitionContract(play.deployed.client, play.deployed.players[0].address)
    with pytest.raises(ChainUnavailable, match="as a Competition does"):
        contract.competition_count(play.deployed.client.latest_block())


def test_a_phase_that_does_not_exist_is_nonsense(
    play: Play, proxied: tuple[FlakyProxy, CompetitionContract]
) -> None:
    proxy, contract = proxied

    def rule(method: str, params: list[Any]) -> Any:
        if method != "eth_call":
            return PASS
        answer = play.deployed.anvil.rpc(method, *params)
        return {"result": "0x" + f"{77:064x}" + answer[66:]}

    proxy.rule = rule
    with pytest.raises(ChainUnavailable, match="a phase that does not exist"):
        contract.state(1, play.deployed.client.latest_block())
