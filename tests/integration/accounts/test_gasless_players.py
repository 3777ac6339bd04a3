"""A player without gas plays by the help of others, who can neither change nor misuse anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from oracle.chain.devnet_keys import DevnetAccount
from oracle.cli.main import main
from tests.integration.competition_world import World, picture

pytestmark = pytest.mark.integration


class Machine:
    """Somebody's machine."""

    def __init__(self, world: World, name: str, account: DevnetAccount) -> None:
        self.world, self.account = world, account
        key = world.folder / f"{name}.key"
        key.touch(mode=0o600)
        key.write_text(account.key)
        self.flags = world.flags(name) | {"signer.key_file": str(key)}

    def __call__(self, *arguments: object, stdin: str = "") -> Result:
        command = []
        for name, value in self.flags.items():
            command += ["--set", f"{name}={value}"]
        return CliRunner().invoke(main, [*command, *map(str, arguments)], input=stdin)

    def json(self, *arguments: object, stdin: str = "") -> Any:
        result = self(*arguments, "--json", stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture
def poor(world: World) -> Machine:
    """A player whose account holds nothing."""
    account = world.deployed.players[4]
    world.anvil.set_balance(account.address, 0)
    return Machine(world, "poor", account)


@pytest.fixture
def friend(world: World) -> Machine:
    return Machine(world, "friend", world.deployed.players[5])


@pytest.fixture
def opened(world: World, poor: Machine, friend: Machine) -> World:
    """Competition 1 is open; the poor player holds ticket 1, which the friend paid for."""
    number = world.create()
    assert friend.json("buy", number, "--for", poor.account.address)["ticket"] == 1
    assert friend.json("buy", number)["ticket"] == 2
    with world.daemon() as daemon:
        world.play_until_open(daemon, number)
    return world


def image(world: World, seed: int) -> Path:
    path = world.folder / f"{seed}.png"
    path.write_bytes(picture(seed))
    return path


def sign(world: World, poor: Machine, seed: int = 1) -> dict[str, Any]:
    signed: dict[str, Any] = json.loads(poor("submit", 1, image(world, seed), "--sign").stdout)
    return signed


def latest_commitment(world: World) -> str:
    latest = world.contract.client.latest_block()
    return "0x" + world.contract.commitment(1, 1, latest).hex()


def test_a_ticket_bought_for_another_is_the_others(
    opened: World, poor: Machine, friend: Machine
) -> None:
    latest = opened.contract.client.latest_block()
    assert opened.contract.ticket(1, 1, latest).player == poor.account.address
    assert opened.contract.ticket(1, 2, latest).player == friend.account.address


def test_a_player_without_gas_commits_and_reveals(
    opened: World, poor: Machine, friend: Machine
) -> None:
    signed = sign(opened, poor)
    assert latest_commitment(opened) == "0x" + "00" * 32, "signing sends nothing"
    salts = [
        json.loads(path.read_text())["salt"]
        for path in (opened.folder / "poor" / "submissions").glob("*.json")
    ]
    assert salts and all(salt not in json.dumps(signed) for salt in salts)
    assert friend.json("relay", "-", stdin=json.dumps(signed))["ticket"] == 1
    assert latest_commitment(opened) == signed["commitment"]
    again = sign(opened, poor, seed=2)  # replaces it
    assert again["replaced"] == signed["commitment"]
    assert friend.json("relay", "-", stdin=json.dumps(again))["competition"] == 1
    assert latest_commitment(opened) == again["commitment"]
    assert opened.contract.client.balance(poor.account.address) == 0


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"commitment": "0x" + "11" * 32}, "not a signature by"),
        ({"ticket": 2}, "not a signature by"),
        ({"deadline": 2**40}, "not a signature by"),
        ({"signature": "0x" + "22" * 65}, "not a signature by"),
        ({"signature": "0x12"}, "not a signature by"),
        ({"replaced": "0x" + "33" * 32}, "has changed since"),
        ({"ticket": 9}, "has sold no ticket 9"),
        ({"deadline": 1}, "deadline"),
        ({"competition": 7}, "does not exist"),
        ({"chain_id": 1}, "was signed for"),
        ({"contract": "0x" + "44" * 20}, "was signed for"),
    ],
)
def test_what_the_player_did_not_sign_is_not_sent(
    opened: World, poor: Machine, friend: Machine, lie: dict[str, Any], words: str
) -> None:
    nonce = opened.contract.client.nonce(friend.account.address)
    refused = friend("relay", "-", stdin=json.dumps(sign(opened, poor) | lie))
    assert (refused.exit_code, words in refused.stderr) == (2, True), refused.stderr
    assert opened.contract.client.nonce(friend.account.address) == nonce
    assert latest_commitment(opened) == "0x" + "00" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{}",
        "[" * 60_000,
        " " * 70_000,
        '{"ticket": 1e400}',
        '{"competition": true}',
        '{"competition": -1}',
    ],
    ids=["nothing", "list", "number", "empty", "nested", "long", "infinite", "bool", "negative"],
)
def test_what_is_no_signed_commitment_is_refused_in_two_lines(
    opened: World, friend: Machine, text: str
) -> None:
    refused = friend("relay", "-", stdin=text)
    assert refused.exit_code == 2
    assert "not a signed commitment" in refused.stderr
    assert len(refused.stderr.splitlines()) == 2


def test_a_signature_works_once(opened: World, poor: Machine, friend: Machine) -> None:
    signed = json.dumps(sign(opened, poor))
    friend.json("relay", "-", stdin=signed)
    second = sign(opened, poor, seed=2)
    friend.json("relay", "-", stdin=json.dumps(second))
    opened.anvil.finalize()
    other = Machine(opened, "stranger", opened.deployed.players[6])
    refused = other("relay", "-", stdin=signed)
    assert (refused.exit_code, "has changed since" in refused.stderr) == (2, True)


def test_a_wallet_whose_check_burns_gas_is_cut_off_by_the_contract_and_not_paid_for(
    opened: World, poor: Machine, friend: Machine
) -> None:
    # What no account signed; as a contract, the player counts to 50 000 and then says yes.
    signed = sign(opened, poor) | {"signature": "0x" + "22" * 65}
    burns = "0x6200c3505b600190038060045750" + "7f1626ba7e" + "00" * 28 + "5f5260205ff3"
    opened.anvil.rpc("anvil_setCode", poor.account.address, burns)
    refused = friend("relay", "-", stdin=json.dumps(signed))
    assert refused.exit_code == 2, refused.stdout
    assert "not a signature by" in refused.stderr, refused.stderr
