"""`judge check` names what is broken before a daemon meets it, each cause once, with its remedy."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oracle.cli.main import main
from oracle.ledger.ledger import open_ledger
from tests.integration.competition_world import World, picture
from tests.integration.flaky_proxy import PASS, FlakyProxy

pytestmark = pytest.mark.integration


@pytest.fixture
def check(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Runs `judge check` with changed settings; what is wrong, by the name of the look."""

    def run(**changed: str) -> dict[str, Any]:
        flags = world.flags() | {k.replace("__", "."): v for k, v in changed.items()}
        options = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
        result = CliRunner().invoke(main, [*options, "check", "--json"])
        found = json.loads(result.stdout)
        wrong = {look["name"]: look for look in found if not look["ok"]}
        assert result.exit_code == (1 if wrong else 0)
        assert all(look["hint"] or "see" in look["found"] for look in wrong.values()), wrong
        return {name: look["found"] for name, look in wrong.items()}

    return run


Check = Callable[..., dict[str, Any]]


def test_a_sound_setup_has_nothing_wrong(check: Check) -> None:
    assert check() == {}


@pytest.mark.parametrize(
    ("name", "words", "changed"),
    [
        ("store", "gateway http://127.0.0.1:1 does not work", {"store__gateways": "http://127.0.0.1:1"}),
        ("page", "there is no page in", {"api__page": "/no/such/page"}),
        ("device", "cuda", {"judge__device": "cuda:7"}),
        ("logs", "after the newest block", {"chain__start_block": "999999"}),
        ("bonds", "max_bond_eth is 0", {"signer__max_bond_eth": "0"}),
        ("fees", "base fee is", {"signer__max_fee_gwei": "0.000001"}),
        ("disk", "cannot be used", {"judge__work_dir": "/dev/null/work"}),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_named(
    check: Check, name: str, words: str, changed: dict[str, str]
) -> None:
    wrong = check(**changed)
    assert list(wrong) == [name], wrong
    assert words in wrong[name]


def test_each_of_many_broken_things_is_named_at_once(check: Check, tmp_path: Path) -> None:
    malformed = tmp_path / "malformed.key"
    malformed.touch(mode=0o600)
    malformed.write_text("0x1234")
    wrong = check(
        signer__key_file=str(malformed),
        store__url="dir:/dev/null/store",
        ledger__url="postgresql://judge:secret-word@127.0.0.1:1/ledger",
        judge__work_dir="/dev/null/work",
        judge__threads="500",
        judge__ray_address="127.0.0.1:1",
        chain__quorum="0x" + "14" * 20,
        chain__rpc_urls="http://127.0.0.1:1",
        beacon__relays="http://127.0.0.1:1",
        studio__url="http://127.0.0.1:1",
        notices__mail_to="a@example.org",
        push__key_file=str(tmp_path / "no.pem"),
        api__port="8780",
        api__health_port="8780",
        api__rpc_url="http://127.0.0.1:1",
        series__targets=str(tmp_path),
        series__start="2026-12-01",
        series__time="25:00",
    )
    assert set(wrong) == {
        *("account", "bonds", "targets", "store", "ledger", "disk", "speed", "cluster", "quorum"),
        *("nodes", "beacon", "studio", "notices", "push", "ports", "public node", "series"),
    }
    assert {wrong[name] for name in ("bonds", "targets")} == {"not looked at: see account"}
    assert "secret-word" not in str(wrong)


@pytest.mark.parametrize(
    ("name", "words", "changed"),
    [
        ("chain", "serves chain 31337, not 5", {"chain__chain_id": "5"}),
        ("chain", "no block has enough confirmations", {"chain__confirmations": "100000"}),
        ("contract", "no contract stands at", {"chain__contract": "0x" + "14" * 20}),
        (
            "contract",
            "is not this version's Competition",
            {"chain__contract": "0x4e59b44847b379578588920cA78FbF26c0B4956C"},
        ),
        ("account", "cannot be read", {"signer__key_file": "/no/such/key"}),
        ("account", "password_file is not", {"signer__keystore": "/no/such/keystore"}),
        ("account", "does not answer", {"signer__remote_url": "http://127.0.0.1:1"}),
    ],
)
def test_one_cause_in_many_looks_is_told_once(
    check: Check, world: World, name: str, words: str, changed: dict[str, str]
) -> None:
    changed.setdefault("signer__remote_address", world.deployed.operator.address)
    wrong = check(**changed)
    assert words in wrong.pop(name)
    assert all(said.startswith("not looked at: see") for said in wrong.values()), wrong


def test_a_remote_signer_of_another_account_is_named(check: Check, world: World) -> None:
    # A node signs for accounts of its own, as a remote signer does.
    remote = {"signer__key_file": "", "signer__remote_url": world.anvil.url}
    assert check(**remote, signer__remote_address=world.deployed.operator.address) == {}
    wrong = check(**remote, signer__remote_address="0x" + "14" * 20)
    assert "remote signer" in wrong["account"]


def test_a_key_that_others_can_read_and_a_ledger_of_a_later_version_are_named(
    check: Check, world: World
) -> None:
    world.key_file.chmod(0o644)
    assert "others can read" in check()["account"]
    world.key_file.chmod(0o600)
    ledger = world.folder / "operator" / "ledger.sqlite"
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '999'")
    assert "another version of judge" in check()["ledger"]


def test_a_daemon_that_runs_already_is_one_cause(check: Check, world: World) -> None:
    with world.daemon():
        wrong = check()
    assert "another judge process" in wrong.pop("ledger")
    assert set(wrong.values()) == {"not looked at: see ledger"}
    assert set(wrong) == {"folder", "ports"}


def test_a_port_or_a_ledger_that_another_process_has_is_named(check: Check, world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "cannot listen on" in check(api__port=port)["ports"]
    url, chain = world.flags()["ledger.url"], world.contract.client.chain_id
    with closing(open_ledger(url, chain, world.contract.address)) as ledger, ledger.hold_writer():
        assert "another judge process" in check()["ledger"]
        ledger.writer.check()  # and it was not taken over


def test_a_dead_node_is_one_cause_and_told_once(check: Check) -> None:
    wrong = check(chain__rpc_url="http://127.0.0.1:1")
    assert "did not answer" in wrong["chain"]
    assert {said for name, said in wrong.items() if name != "chain"} <= {
        "not looked at: see chain",
        "not looked at: see contract",
    }


def test_a_node_without_logs_or_that_takes_nothing_is_named(check: Check, world: World) -> None:
    with FlakyProxy(world.anvil.url) as proxy:
        for method, name, words in (
            ("eth_getLogs", "logs", "gives no logs"),
            ("eth_sendRawTransaction", "sending", "takes no transactions"),
        ):
            refused = {"error": {"code": -32601, "message": f"{method} is not available"}}
            proxy.rule = lambda asked, params, m=method, r=refused: r if asked == m else PASS  # type: ignore[misc]
            wrong = check(chain__rpc_url=proxy.url)
            assert words in wrong[name], wrong


def test_what_live_competitions_need_is_looked_for(
    check: Check, world: World, tmp_path: Path
) -> None:
    competition_id = world.create()
    world.anvil.mine(1)
    late = str(world.contract.client.latest_block().number)
    assert "logs tell of 0 of 1 competitions" in check(chain__start_block=late)["logs"]
    stranger = tmp_path / "stranger.key"
    stranger.touch(mode=0o600)
    stranger.write_text(world.deployed.players[0].key)
    wrong = check(signer__key_file=str(stranger))
    assert f"competition {competition_id} was created here by" in wrong["targets"]
    (secret,) = (world.folder / "operator" / "targets").glob("*.json")
    secret.rename(tmp_path / "moved.json")
    assert f"secret of competition {competition_id} is not on this machine" in check()["targets"]
    (tmp_path / "moved.json").rename(secret)
    with world.daemon() as daemon:
        world.play_until_seeding(daemon, competition_id, picture(1), picture(2))
    assert "is ahead" in check(signer__max_bond_eth="0.00001")["bonds"]
    world.anvil.set_balance(world.deployed.operator.address, 10**12)
    assert "are ahead" in check()["bonds"]
