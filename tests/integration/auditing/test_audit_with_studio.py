"""An audit of a competition with a studio checks the studio's log too, once it is public."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from oracle.assembly.accounts import open_player, open_prompter
from oracle.assembly.studio import open_studio
from oracle.chain.state import Phase
from oracle.cli.main import main
from oracle.devnet.anvil import Anvil
from oracle.settings.config import Settings
from oracle.studio.publishing import publish_log, read_log
from oracle.studio.running import RunningStudio
from scoring.digest import Digest, sha256
from tests.integration.competition_world import World
from tests.integration.deployed_contract import deploy_on

pytestmark = pytest.mark.integration

STUDIO = 9


@dataclass
class Played:
    """Competition 1 of a world, which is final; two players made their images with words."""

    world: World
    studio: RunningStudio
    log: Digest
    before: dict[str, Any]  # the audit's report while the ranking was only asserted

    def audit(self, *arguments: str, **flags: str) -> Result:
        return audit(self.world, *arguments, **flags)


def audit(world: World, *arguments: str, **flags: str) -> Result:
    changed = {name.replace("__", "."): value for name, value in flags.items()}
    settings = world.flags("auditor") | {"signer.key_file": ""} | changed
    command = [part for item in settings.items() for part in ("--set", "=".join(item))]
    return CliRunner().invoke(
        main, [*command, "audit", "1", "--skip-code", "--tries", "1", *arguments]
    )


def settings_of(world: World, player: int, url: str = "") -> Settings:
    key = world.folder / f"player{player}.key"
    key.touch(mode=0o600)
    key.write_text(world.deployed.players[player].key)
    return world.settings(
        f"player{player}",
        signer__key_file=str(key),
        studio__url=url,
        studio__port="0",
        studio__work_dir=str(world.folder / "studio"),
    )


def play(world: World, studio: RunningStudio) -> Played:
    number = world.create(studio=world.deployed.players[STUDIO].address, prompt_limit=3)
    url = studio.api.url
    with world.daemon() as daemon, ExitStack() as exit_stack:
        world.buy(number, 2)
        world.play_until_open(daemon, number)
        players = []
        for place in range(2):
            settings = settings_of(world, place, url)
            players.append(exit_stack.enter_context(open_player(settings)))
            with open_prompter(settings) as prompter:
                drawn = prompter.draw(number, place + 1, "a red house on a green hill")
            players[-1].submit(number, drawn.path.read_bytes(), place + 1)
        world.to_time(world.state(number).open_ends)
        for place, player in enumerate(players):
            player.reveal(number, place + 1)
        world.to_time(world.state(number).reveal_ends)
        world.cycle(daemon)
        world.anvil.mine(17)
        for _ in range(2):
            world.cycle(daemon)
        world.anvil.finalize()
        before = audit(world, "--json")
        assert before.exit_code == 0, before.output
        world.to_time(world.state(number).liveness_ends)
        world.cycle(daemon)
    world.anvil.finalize()
    assert world.state(number).phase is Phase.FINAL
    publisher = studio.publishing._publisher
    publisher.run_once()
    return Played(world, studio, publisher.published[number], json.loads(before.stdout))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder: Path = tmp_path_factory.mktemp("words")
    with Anvil() as anvil:
        world = World(deploy_on(anvil), folder)
        with open_studio(settings_of(world, STUDIO)) as studio:
            studio.start()
            yield play(world, studio)
            studio.stop()


def test_before_the_end_the_log_is_for_later(played: Played) -> None:
    assert played.before["verdict"] == "ok"
    (check,) = played.before["studio"]["checks"]
    assert (check["verdict"], "final or void" in check["found"]) == ("later", True)


def test_a_log_that_nobody_names_is_for_later_and_the_audit_says_how(played: Played) -> None:
    done = played.audit()
    assert done.exit_code == 0, done.output
    assert "Everything matches" in done.stdout and "was not checked" in done.stdout


def test_the_log_is_found_through_the_studio_or_by_its_digest(played: Played) -> None:
    for done in (
        played.audit("--json", studio__url=played.studio.api.url),
        played.audit("--json", "--log", "0x" + played.log.hex()),
    ):
        assert done.exit_code == 0, done.output
        studio = json.loads(done.stdout)["studio"]
        assert studio["verdict"] == "ok"
        names = {check["name"] for check in studio["checks"]}
        assert {"at most 3 images a ticket", "prompt behind ticket 1"} <= names


def test_a_log_that_does_not_hold_ends_with_3_and_is_no_ground_for_a_dispute(
    played: Played,
) -> None:
    world = played.world
    log = read_log(world.store, played.log, world.contract.domain, 1)
    false = publish_log(
        world.store, [], replace(log.head, length=0), log.signature, world.contract.domain
    )
    done = played.audit("--log", "0x" + false.hex())
    assert done.exit_code == 3, done.output
    assert "Everything matches: this ranking" in done.stdout
    assert "no ground for a dispute" in " ".join(done.stdout.split())


def test_a_log_that_nobody_serves_cannot_be_decided(played: Played) -> None:
    done = played.audit("--json", "--log", "0x" + sha256(b"no such log").hex())
    assert done.exit_code == 4, done.output
    report = json.loads(done.stdout)
    assert (report["verdict"], report["studio"]["verdict"]) == ("ok", "unknown")
    gone = played.audit("--json", studio__url="http://127.0.0.1:9")
    assert gone.exit_code == 4, gone.output
