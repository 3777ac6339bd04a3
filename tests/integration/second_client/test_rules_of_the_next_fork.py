"""The contract under the next fork's prices: what calls take, and who is still paid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.chain.devnet_keys import DevnetAccount
from tests.integration.chain.played_competition import PRICE
from tests.integration.deployed_contract import Deployed, deploy_on
from tests.integration.second_client.consensus import Fork
from tests.integration.second_client.gas_of_forks import figures
from tests.integration.second_client.geth import Geth
from tests.integration.second_client.receivers import (
    WRITES,
    WRITES_AND_LOGS,
    WRITES_TWICE,
    place,
    proxy_of,
    refund,
)

pytestmark = pytest.mark.integration

RECORD = Path(__file__).parents[3] / "docs" / "lab" / "figures" / "next-fork.json"
PAYOUT_GAS = 150_000
NOBODY_YET = "0x" + "77" * 20


@pytest.fixture(scope="module")
def soon(binary: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The contract on a chain with the next fork's rules."""
    with Geth(binary, tmp_path_factory.mktemp("soon"), fork=Fork.AMSTERDAM) as geth:
        yield deploy_on(geth)


def paid(deployed: Deployed, receiver: str) -> bool:
    """Whether the price of a ticket has arrived; if not, it must be credit."""
    latest = deployed.client.latest_block()
    credit = deployed.contract.credit(receiver, latest)
    held = deployed.client.balance(receiver)
    assert (held, credit) in ((PRICE, 0), (0, PRICE)), "never both, and never lost"
    return held == PRICE


@pytest.fixture
def maker(soon: Deployed) -> DevnetAccount:
    return soon.players[3]


def test_a_receiver_that_writes_one_slot_is_paid(soon: Deployed, maker: DevnetAccount) -> None:
    receiver = place(soon, maker, WRITES)
    push = refund(soon, receiver)
    assert paid(soon, receiver)
    assert 97_920 < push.used < PAYOUT_GAS <= push.given


def test_a_wallet_behind_a_proxy_that_writes_and_logs_is_paid(
    soon: Deployed, maker: DevnetAccount
) -> None:
    receiver = place(soon, maker, proxy_of(place(soon, maker, WRITES_AND_LOGS)))
    refund(soon, receiver)
    assert paid(soon, receiver)


def test_one_that_writes_two_slots_has_credit(soon: Deployed, maker: DevnetAccount) -> None:
    receiver = place(soon, maker, WRITES_TWICE)
    refund(soon, receiver)
    assert not paid(soon, receiver)


def test_an_account_that_was_never_used_is_paid(soon: Deployed) -> None:
    """Its first ether creates it, which costs 183 600 gas; whoever calls brings that."""
    refund(soon, NOBODY_YET)
    assert paid(soon, NOBODY_YET)


@pytest.mark.slow  # two whole competitions, each on a chain of its own
@pytest.mark.timeout(600)
def test_the_figures_of_both_forks_are_the_recorded_ones(binary: str, tmp_path: Path) -> None:
    recorded, found = json.loads(RECORD.read_text()), figures(binary, tmp_path)
    for rules in ("today", "next"):
        assert found[rules] == pytest.approx(recorded[rules], rel=0.02)
