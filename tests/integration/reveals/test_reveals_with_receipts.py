"""Where there is a studio, the daemon reveals only what comes with the studio's own receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from oracle.cli.main import main
from oracle.daemon.schedule import Daemon
from oracle.signing.signer import Signer, parse_key
from oracle.signing.typed_data import StudioReceipt
from tests.integration.competition_world import World, picture
from tests.integration.deployed_contract import AnyPolicy

pytestmark = pytest.mark.integration

LIMIT = 3


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def studio(world: World) -> Signer:
    return Signer(parse_key(world.deployed.players[9].key, "devnet"), AnyPolicy())


def receipt(
    world: World, number: int, place: int = 0, index: int = 0, **lie: Any
) -> dict[str, Any]:
    """The studio's receipt for what a player committed to."""
    one = world.submissions[number][place]
    fields: dict[str, Any] = {
        "competition_id": number,
        "ticket_id": one.ticket_id,
        "player": one.player.address,
        "image_digest": one.digest,
        "prompt_index": index,
    }
    signed = studio(world).sign_message(StudioReceipt(**{**fields, **lie}), world.contract.domain)
    return {"prompt_index": index, "studio_signature": "0x" + signed.hex()}


def body_of(world: World, number: int, place: int = 0) -> dict[str, Any]:
    one = world.submissions[number][place]
    return {
        "competition": number,
        "ticket": one.ticket_id,
        "image_digest": "0x" + one.digest.hex(),
        "salt": "0x" + one.salt.hex(),
    }


def revealing(world: World, daemon: Daemon, players: int = 2) -> int:
    """A competition with a studio, in Revealing."""
    number = world.create(studio=studio(world).address, prompt_limit=LIMIT)
    world.buy(number, players)
    world.play_until_open(daemon, number)
    world.commit(number, *(picture(seed) for seed in range(1, players + 1)))
    world.to_time(world.state(number).open_ends)
    return number


def test_reveals_with_receipts_go_out_in_one_transaction(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = revealing(world, daemon, players=3)
        for place in range(3):
            body = body_of(world, number, place) | receipt(world, number, place, index=place)
            answer = http.post(f"{daemon.api.url}/reveals", json=body)
            assert answer.status_code == 202, answer.text
        world.cycle(daemon)
        world.cycle(daemon)
        assert world.state(number).revealed == 3
        history = world.contract.history(number, world.contract.client.latest_block())
        assert len({event.transaction_hash for event in history.reveals}) == 1


def test_a_daemon_killed_after_taking_them_still_has_the_receipts(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = revealing(world, daemon)
        body = body_of(world, number) | receipt(world, number)
        assert http.post(f"{daemon.api.url}/reveals", json=body).status_code == 202
    with world.daemon() as daemon:
        world.cycle(daemon)
        assert world.state(number).revealed == 1


def test_what_the_studio_did_not_sign_is_refused(world: World, http: requests.Session) -> None:
    with world.daemon(uploads__per_minute="1000") as daemon, daemon.api:
        number = revealing(world, daemon)
        right = receipt(world, number)
        lies: list[dict[str, Any]] = [
            {},
            right | {"prompt_index": 1},
            right | {"studio_signature": "0x" + "11" * 65},
            right | {"studio_signature": "0x11"},
            right | {"studio_signature": "0x"},
            right | {"studio_signature": "0x" + "11" * 5000},
            right | {"studio_signature": 7},
            right | {"prompt_index": -1},
            right | {"prompt_index": 2**32},
            right | {"prompt_index": True},
            {"prompt_index": 0},
            {"studio_signature": right["studio_signature"]},
            receipt(world, number, index=LIMIT),
            receipt(world, number, place=1),
            receipt(world, number, player=world.deployed.players[1].address),
            receipt(world, number, image_digest=b"\x11" * 32),
            receipt(world, number, competition_id=number + 1),
        ]
        for lie in lies:
            answer = http.post(f"{daemon.api.url}/reveals", json=body_of(world, number) | lie)
            assert answer.status_code in (413, 422), lie
            assert {"what", "do"} == set(answer.json())
        assert not daemon.cycle.ledger.reveals.waiting(number)


def test_a_receipt_that_no_longer_counts_does_not_stop_the_others(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = revealing(world, daemon)
        for place in (0, 1):
            body = body_of(world, number, place) | receipt(world, number, place)
            assert http.post(f"{daemon.api.url}/reveals", json=body).status_code == 202
        book = daemon.cycle.ledger.reveals
        first, second = book.waiting(number)
        assert first.receipt is not None
        # As when a studio that is a contract has taken one of its signatures back.
        bad = type(first.receipt)(first.receipt.prompt_index, b"\x11" * 65)
        book.record(number, type(first)(first.ticket_id, first.image_digest, first.salt, None, bad))
        world.cycle(daemon)
        world.cycle(daemon)
        assert world.state(number).revealed == 1
        latest = world.contract.client.latest_block()
        assert world.contract.ticket(number, second.ticket_id, latest).revealed


def test_without_a_studio_a_receipt_is_not_needed_and_does_no_harm(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = world.create()
        world.buy(number)
        world.play_until_open(daemon, number)
        world.commit(number, picture(1), picture(2))
        world.to_time(world.state(number).open_ends)
        body = body_of(world, number) | receipt(world, number)
        assert http.post(f"{daemon.api.url}/reveals", json=body).status_code == 202
        world.cycle(daemon)
        assert world.state(number).revealed == 1


def test_a_player_reveals_with_a_receipt_from_the_command_line(world: World) -> None:
    key = world.folder / "ada.key"
    key.touch(mode=0o600)
    key.write_text(world.deployed.players[0].key)
    flags = world.flags("ada") | {"signer.key_file": str(key)}

    def judge(*arguments: object) -> Any:
        command = [part for item in flags.items() for part in ("--set", "=".join(item))]
        return CliRunner().invoke(main, [*command, *map(str, arguments)])

    with world.daemon() as daemon:
        number = world.create(studio=studio(world).address, prompt_limit=LIMIT)
        world.buy(number, 1)
        world.play_until_open(daemon, number)
    image = world.folder / "image.png"
    image.write_bytes(picture(1))
    done = judge("submit", number, image, "--json")
    digest = bytes.fromhex(json.loads(done.stdout)["digest"][2:])
    world.to_time(world.state(number).open_ends)
    without = judge("reveal", number)
    assert (without.exit_code, "receipt of its studio" in without.stderr) == (2, True)
    path = world.folder / "receipt.json"
    for text in ("[]", "{}", '{"prompt_index": 0}', "[" * 60_000):
        path.write_text(text)
        refused = judge("reveal", number, "--receipt", path)
        assert (refused.exit_code, "not a studio's receipt" in refused.stderr) == (2, True)
    message = StudioReceipt(number, 1, world.deployed.players[0].address, digest, 2)
    signature = studio(world).sign_message(message, world.contract.domain)
    path.write_text(json.dumps({"prompt_index": 2, "studio_signature": "0x" + signature.hex()}))
    assert judge("reveal", number, "--receipt", path).exit_code == 0
    assert world.state(number).revealed == 1


def test_a_studio_cannot_take_a_receipt_back_by_code_at_its_account(
    world: World, http: requests.Session
) -> None:
    """By EIP-7702 any account can put code at its address, and have it deny every signature."""
    with world.daemon() as daemon, daemon.api:
        number = revealing(world, daemon)
        for place in range(2):
            body = body_of(world, number, place) | receipt(world, number, place)
            assert http.post(f"{daemon.api.url}/reveals", json=body).status_code == 202
        delegated_to_nothing_that_signs = "0xef0100" + world.contract.address[2:]
        world.anvil.rpc("anvil_setCode", studio(world).address, delegated_to_nothing_that_signs)
        world.cycle(daemon)
        assert world.state(number).revealed == 2
