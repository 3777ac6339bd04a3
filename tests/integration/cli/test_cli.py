"""The commands against a real chain, as people type them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from oracle.chain.state import Phase
from oracle.cli.main import main
from oracle.errors import ContentUnavailable
from oracle.store.base import MAX_BLOCK_BYTES
from scoring.digest import Digest
from scoring.spec import JudgingSpec
from tests.integration.competition_world import PRICE_WEI, World, picture
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration

CREATE = ("--price", "0.01eth", "--sale", "10m", "--open", "1h", "--reveal", "30m")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JUDGE_TEST_KUBO", raising=False)
    monkeypatch.chdir(tmp_path)


class Machine:
    """Somebody's machine: settings, key and secrets of their own."""

    def __init__(self, world: World, name: str, key: str = "") -> None:
        self.flags = world.flags(name)
        path = world.folder / f"{name}.key"
        path.touch(mode=0o600)
        path.write_text(key)
        self.flags["signer.key_file"] = str(path) if key else ""

    def __call__(self, *arguments: object, **flags: str) -> Result:
        command = []
        for name, value in {**self.flags, **flags}.items():
            command += ["--set", f"{name.replace('__', '.')}={value}"]
        return CliRunner().invoke(main, [*command, *map(str, arguments)])

    def json(self, *arguments: object, code: int = 0, **flags: str) -> Any:
        result = self(*arguments, "--json", **flags)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)


@pytest.fixture
def operator(world: World) -> Machine:
    return Machine(world, "operator", world.deployed.operator.key)


@pytest.fixture
def ada(world: World) -> Machine:
    return Machine(world, "ada", world.deployed.players[0].key)


@pytest.fixture
def ben(world: World) -> Machine:
    return Machine(world, "ben", world.deployed.players[1].key)


def photo(world: World, seed: int) -> Path:
    """Any picture, of any size."""
    path = world.folder / f"{seed}.png"
    path.write_bytes(picture(seed, (700, 600)))
    return path


def create(world: World, operator: Machine) -> None:
    spec = world.folder / "spec.json"
    spec.write_bytes(TINY_COMPETITION.canonical_json())
    made = operator.json("create", photo(world, 0), *CREATE, "--spec", spec)
    assert made["competition"] == 1
    assert made["spec_digest"] == "0x" + TINY_COMPETITION.digest().hex()
    assert made["transaction"].startswith("0x") and made["gas_used"] > 0


def test_with_a_studio_the_digest_that_is_told_is_the_published_specs(
    world: World, operator: Machine
) -> None:
    """A studio's spec differs: what it makes is no edited copy."""
    spec = world.folder / "spec.json"
    spec.write_bytes(TINY_COMPETITION.canonical_json())
    studio = world.deployed.players[3].address
    made = operator.json("create", photo(world, 0), *CREATE, "--spec", spec, "--studio", studio)
    state = world.contract.state(1, world.contract.client.latest_block())
    assert made["spec_digest"] == "0x" + state.terms.spec_digest.hex()
    assert made["spec_digest"] != "0x" + TINY_COMPETITION.digest().hex()


def test_two_players_play_from_their_terminals(
    world: World, operator: Machine, ada: Machine, ben: Machine
) -> None:
    create(world, operator)
    assert [ada.json("buy", 1)["ticket"], ben.json("buy", 1)["ticket"]] == [1, 2]
    world.to_time(world.state(1).terms.sale_ends)
    assert operator("open", 1).exit_code == 0
    assert world.state(1).phase is Phase.OPEN
    first = ada.json("submit", 1, photo(world, 1))
    second = ada.json("submit", 1, photo(world, 2))  # replaces it
    assert first["digest"] != second["digest"]
    assert ben("submit", 1, photo(world, 3)).exit_code == 0
    world.to_time(world.state(1).open_ends)
    assert ada.json("reveal", 1)["ticket"] == 1
    assert ben("reveal", 1, "--ticket", 2).exit_code == 0
    again = ben("reveal", 1)
    assert (again.exit_code, "nothing to reveal" in again.stderr) == (2, True)
    world.to_time(world.state(1).reveal_ends)
    for blocks in (17, 2, 2):
        assert operator.json("once")["halted"] == {}
        world.anvil.mine(blocks)
    block = world.contract.client.finalized_block().number
    done = {"block": block, "competitions": 1, "try again": {}, "halted": {}}
    assert operator.json("once") == done
    world.anvil.finalize()
    audit = Machine(world, "auditor").json("audit", 1, "--skip-code")
    assert (audit["verdict"], audit["phase"], audit["competition_id"]) == ("ok", "asserted", 1)
    assert set(audit["checks"][0]) == {"name", "verdict", "claimed", "found"}
    text = Machine(world, "auditor")("audit", 1, "--skip-code", "--ranking-root", "00" * 32)
    assert (text.exit_code, "does NOT match" in text.stdout) == (3, True)
    early = ben("finalize", 1)
    assert (early.exit_code, "can be disputed until" in early.stderr) == (2, True)
    world.to_time(world.state(1).liveness_ends)
    assert ben.json("finalize", 1)["competition"] == 1
    world.settle()
    fees = operator.json("withdraw")
    state = world.state(1)
    assert int(fees["amount_wei"]) == state.pot // 5 + state.bond + state.deposit
    assert operator("withdraw").exit_code == 2


def test_a_player_whose_own_store_is_down_reveals_and_shows_the_image_later(
    world: World, operator: Machine, ada: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    create(world, operator)
    ada("buy", 1)
    world.to_time(world.state(1).terms.sale_ends)
    operator("open", 1)
    digest = Digest(bytes.fromhex(ada.json("submit", 1, photo(world, 1))["digest"][2:]))
    world.to_time(world.state(1).open_ends)
    down = ada("reveal", 1, store__url="kubo:/ip4/127.0.0.1/tcp/9")  # nobody listens there
    assert (down.exit_code, world.state(1).revealed) == (0, 1), down.output
    assert "the image is not published" in caplog.text and "repeat judge reveal" in caplog.text
    with pytest.raises(ContentUnavailable):
        world.store.get(digest, max_bytes=MAX_BLOCK_BYTES)
    again = ada("reveal", 1)
    assert (again.exit_code, "it is revealed already" in again.stderr) == (2, True)
    assert world.store.get(digest, max_bytes=MAX_BLOCK_BYTES)


def test_refunds_come_by_anybodys_command(
    world: World, operator: Machine, ada: Machine, ben: Machine
) -> None:
    create(world, operator)
    assert ada("buy", 1).exit_code == 0
    assert ada.json("buy", 1)["ticket"] == 2
    early = ada("refund", 1)
    assert (early.exit_code, "is selling, not void" in early.stderr) == (2, True)
    world.to_time(world.state(1).terms.sale_ends + 3600)
    unclear = ada("refund", 1)
    assert world.state(1).phase is Phase.VOID, "it was overdue, and nobody had voided it"
    assert (unclear.exit_code, "choose one with --ticket" in unclear.stderr) == (2, True)
    client, address = world.contract.client, world.deployed.players[0].address
    before = client.balance(address)
    assert ben("refund", 1, "--ticket", 2).exit_code == 0
    assert client.balance(address) == before + PRICE_WEI
    assert ben("refund", 1).exit_code == 2, "without a ticket of one's own, one has to be named"
    refused = ben("refund", 1, "--ticket", 7)
    assert (refused.exit_code, "has sold no ticket 7" in refused.stderr) == (2, True)


def test_wrong_moves_say_what_is_wrong(
    world: World, operator: Machine, ada: Machine, ben: Machine
) -> None:
    create(world, operator)
    assert "is selling, not open" in ada("submit", 1, photo(world, 1)).stderr
    assert "not opening" in operator("open", 1).stderr
    assert "is none, not selling" in ada("buy", 9).stderr
    ada("buy", 1)
    world.to_time(world.state(1).terms.sale_ends)
    lost = operator("open", 1, judge__work_dir=str(world.folder / "nothing"))
    assert (lost.exit_code, "not on this machine" in lost.stderr) == (2, True)
    operator("open", 1)
    assert "has 0 tickets" in ben("submit", 1, photo(world, 1)).stderr
    assert "is not" in ben("submit", 1, photo(world, 1), "--ticket", 1).stderr
    assert "is selling" not in ada("submit", 1, photo(world, 1)).output
    world.to_time(world.state(1).open_ends)
    forgotten = ada("reveal", 1, judge__work_dir=str(world.folder / "nothing"))
    assert (forgotten.exit_code, "not on this machine" in forgotten.stderr) == (2, True)
    keyless = Machine(world, "nobody")("buy", 1)
    assert (keyless.exit_code, "no key is configured" in keyless.stderr) == (2, True)


def test_a_command_that_was_left_waiting_goes_on_and_pays_once(
    world: World, operator: Machine, ada: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.sending.wallet.Wallet.send.__defaults__", (0.1,))
    world.anvil.set_automine(False)
    spec = world.folder / "spec.json"
    spec.write_bytes(TINY_COMPETITION.canonical_json())
    command = ("create", photo(world, 0), *CREATE, "--spec", spec)
    waiting = operator(*command)
    assert (waiting.exit_code, "repeat the command to continue waiting" in waiting.stderr) == (
        1,
        True,
    )
    world.anvil.mine()
    assert operator.json(*command)["competition"] == 1
    assert ada("buy", 1).exit_code == 1
    world.anvil.mine()
    assert ada.json("buy", 1)["ticket"] == 1
    assert (world.state(1).sold, world.state(2).phase) == (1, Phase.NONE)
    world.to_time(world.state(1).terms.sale_ends)
    world.anvil.set_automine(True)
    operator("open", 1)
    world.anvil.set_automine(False)
    assert ada("submit", 1, photo(world, 1)).exit_code == 1
    sent = world.contract.client.nonce(world.deployed.players[0].address)
    world.anvil.mine()
    assert ada("submit", 1, photo(world, 1)).exit_code == 0
    assert world.contract.client.nonce(world.deployed.players[0].address) == sent + 1


def test_status_shows_competitions_and_what_this_machine_did(
    world: World, operator: Machine
) -> None:
    empty = operator("status")
    assert (empty.exit_code, "no competitions yet" in empty.stdout) == (0, True)
    assert operator.json("status") == []
    create(world, operator)
    world.anvil.finalize()
    operator("once")
    (row,) = operator.json("status")
    assert (row["id"], row["phase"], row["pot_wei"], row["sold"]) == (1, "selling", "0", 0)
    assert "selling" in operator("status").stdout
    facts = operator.json("status", 1)
    assert (facts["phase"], facts["done_here"], facts["seed"]) == (
        "selling", "discovered", None,
    )  # fmt: skip
    ends = datetime.fromisoformat(facts["sale_ends"])
    assert (ends.tzinfo, facts["next_change"], row["next_change"]) == (
        UTC, facts["sale_ends"], facts["sale_ends"],
    )  # fmt: skip
    assert "not yet" in operator("status", 1).stdout
    assert "ticket price wei" in operator("status", 1).stdout
    missing = operator("status", 2)
    assert (missing.exit_code, "there is no competition 2" in missing.stderr) == (2, True)


def test_a_halted_competition_is_shown_and_resumed(world: World, operator: Machine) -> None:
    competition_id = world.create(image=b"no image")
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1))
    once = operator.json("once", code=1)
    assert "cannot be judged" in once["halted"]["1"]
    assert "cannot be judged" in operator.json("status", 1)["halted"]
    resumed = operator("resume", 1)
    assert (resumed.exit_code, "continues" in resumed.stderr) == (0, True)
    again = operator("resume", 1)
    assert (again.exit_code, "is not halted" in again.stderr) == (0, True)


def test_check_says_what_is_there_and_what_is_not(world: World, operator: Machine) -> None:
    found = operator.json("check")
    names = (
        *("chain", "nodes", "contract", "logs", "sending", "quorum", "account", "fees", "bonds"),
        *("targets", "store", "ledger", "disk", "folder", "decoder", "device", "ports", "page"),
        *("speed", "beacon", "studio", "cluster", "notices", "push", "public node", "series"),
    )
    assert {item["name"]: item["ok"] for item in found} == dict.fromkeys(names, True)
    assert "no key: dry mode" in Machine(world, "nobody")("check").stdout
    broken = operator(
        "check",
        chain__contract=world.deployed.players[5].address,
        store__url="http://127.0.0.1:1",
        ledger__url="sqlite:////dev/null/x",
        judge__work_dir="/dev/null/work",
    )
    assert broken.exit_code == 1
    assert broken.stdout.count("FAILED") == 7
    assert broken.stdout.count("not looked at: see contract") == 3, "one cause is told once"
    assert "no contract stands at" in " ".join(broken.stdout.split())


def test_check_notices_an_empty_account_a_full_disk_and_a_wrong_chain(
    world: World, operator: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.anvil.set_balance(world.deployed.operator.address, 0)
    monkeypatch.setattr("oracle.checks.machine.MIN_FREE_BYTES", 10**18)
    found = {item["name"]: item for item in operator.json("check", code=1)}
    assert "holds no ETH" in found["account"]["found"]
    assert " free, and what goes on may take" in found["disk"]["found"]
    wrong = {item["name"]: item for item in operator.json("check", code=1, chain__chain_id="1")}
    assert "serves chain 31337, not 1" in wrong["chain"]["found"]


def test_judging_without_a_chain_needs_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDGE_CHAIN__CHAIN_ID", "nonsense")
    spec = tmp_path / "spec.json"
    spec.write_bytes(TINY_COMPETITION.canonical_json())
    for seed in (1, 2):
        (tmp_path / f"{seed}.png").write_bytes(picture(seed, (600, 520)))
    (tmp_path / "text.png").write_text("no image")

    def judge(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    prepared = judge("prepare", "1.png")
    assert (prepared.exit_code, (tmp_path / "1.512.png").exists()) == (0, True)
    assert "cid" in prepared.stdout
    trained = judge("train", "1.png", "--out", "model", "--spec", spec, "--json")
    assert trained.exit_code == 0, trained.output
    assert json.loads(trained.stdout)["epochs"] == TINY_COMPETITION.epochs
    assert "model hash" in judge("train", "1.png", "--out", "model", "--spec", spec).stdout
    scored = judge("score", "1.png", "2.png", "text.png", "--spec", spec, "--json")
    result = json.loads(scored.stdout)
    assert JudgingSpec.from_json(json.dumps(result["spec"]).encode()) == TINY_COMPETITION
    assert [row["path"] for row in result["ranking"]] == ["2.png", "text.png"]
    assert result["model_hash"] == json.loads(trained.stdout)["model_hash"]
    shown = judge("score", "1.png", "2.png", "text.png", "--spec", spec, "--out", "page")
    assert (shown.exit_code, (tmp_path / "page" / "report.html").exists()) == (0, True)
    assert "report.html" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("prepare", "1.png", "--out", "no/such/folder.png"),
        ("train", "1.png", "--out", "no/such/model"),
        ("score", "1.png", "1.png", "--out", "/dev/null/page"),
        ("score", "1.png", "1.png", "--seed", "12"),
        ("score", "1.png", "1.png", "--spec", "1.png"),
        ("score", "text.png", "1.png"),
        ("train", "text.png", "--out", "model"),
    ],
)
def test_what_cannot_work_is_refused_before_the_work(tmp_path: Path, arguments: Any) -> None:
    Image.new("RGB", (600, 600)).save(tmp_path / "1.png")
    (tmp_path / "text.png").write_text("no image")
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) == 2
