"""`judge check` names services of others that are not there, or are not what the settings say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from oracle.assembly.push import book_path
from oracle.checks import machine, node, services
from oracle.devnet.anvil import Anvil
from oracle.errors import OracleError
from oracle.push.book import SubscriptionBook
from oracle.settings.config import Settings, load_settings
from tests.integration.competition_world import World
from tests.integration.deployed_contract import Deployed
from tests.integration.push.operator_key import CONTACT, key_file, pem

pytestmark = pytest.mark.integration

NOWHERE = "http://127.0.0.1:1"
EMPTY_ADDRESS = "0x" + "14" * 20
Answer = Callable[[str], tuple[int, Any]]


@pytest.fixture
def setup(deployed: Deployed, tmp_path: Path) -> World:
    """A machine beside the shared chain; nothing here moves its clock."""
    return World(deployed, tmp_path)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A service that answers every path with a status and JSON; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            status, body = answer(self.path)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def private_file(path: Path, text: str, mode: int = 0o600) -> str:
    path.touch(mode=mode)
    path.write_text(text)
    return str(path)


def said(look: Callable[[Settings], str], settings: Settings) -> str:
    """What a look finds wrong; there is always something to do about it."""
    with pytest.raises(OracleError) as caught:
        look(settings)
    assert caught.value.hint
    return caught.value.what


def test_what_takes_notices_is_reached_without_sending_one(setup: World, tmp_path: Path) -> None:
    asked: list[str] = []

    def taking(path: str) -> tuple[int, Any]:
        asked.append(path)
        return 200, {}

    with serving(taking) as url:
        webhook = private_file(tmp_path / "webhook", f"{url}/hook")
        assert services.notices(setup.settings(notices__webhook_file=webhook)) == "webhook"
    assert asked == []
    gone = setup.settings(notices__webhook_file=webhook)
    assert "the webhook's host does not answer" in said(services.notices, gone)
    missing = setup.settings(notices__webhook_file=str(tmp_path / "no file"))
    assert "cannot be read" in said(services.notices, missing)
    mail = {"notices__mail_to": "a@example.org", "notices__smtp_host": "127.0.0.1"}
    dead = setup.settings(**mail, notices__smtp_port="1")
    assert "127.0.0.1 does not take notices" in said(services.notices, dead)


def test_a_push_key_that_is_none_is_named(setup: World, tmp_path: Path) -> None:
    pytest.importorskip("py_vapid")
    no_key = private_file(tmp_path / "push.pem", "0x1234")
    settings = setup.settings(push__key_file=no_key, push__contact="mailto:a@example.org")
    assert "push.key_file holds no key" in said(services.push, settings)


def test_a_damaged_file_of_reminders_is_named_and_so_is_one_that_was_set_aside(
    setup: World, tmp_path: Path
) -> None:
    key = key_file(tmp_path, pem())
    settings = setup.settings(push__key_file=key, push__contact=CONTACT)
    path = book_path(settings)
    assert path.name not in services.push(settings)
    SubscriptionBook(path, 9)
    assert path.name not in services.push(settings)
    path.write_bytes(b"no database " * 1000)
    assert f"{path} cannot be used: file is not a database" in said(services.push, settings)
    SubscriptionBook(path, 9)
    assert f"{path}.damaged" in services.push(settings)


def test_a_cluster_without_a_head_is_named(setup: World) -> None:
    wrong = said(services.cluster, setup.settings(judge__ray_address="127.0.0.1:1"))
    assert "does not answer" in wrong or "Ray is not installed" in wrong


@pytest.mark.parametrize(
    ("store", "what"),
    [
        ("dir:content", "is another on every machine"),
        ("https://gateway.example, dir:content", "is another on every machine"),
        ("ftp://gateway.example", "judge.ray_store: 'ftp://gateway.example' is not the address"),
    ],
)
def test_a_store_that_workers_cannot_read_is_named(setup: World, store: str, what: str) -> None:
    settings = setup.settings(judge__ray_address="local", judge__ray_store=store)
    assert what in said(services.cluster, settings)


def test_a_store_for_workers_that_there_are_not_is_named(setup: World) -> None:
    settings = setup.settings(judge__ray_store="https://gateway.example")
    assert "judge.ray_store is set, and judge.ray_address is not" in said(
        services.cluster, settings
    )


def test_a_store_that_workers_read_is_shown_without_its_password(setup: World) -> None:
    store = "https://user:secret@gateway.example"
    settings = setup.settings(judge__ray_address="local", judge__ray_store=store)
    told = "local; its workers read images from gateway https://gateway.example"
    assert services.cluster(settings) == told


def test_a_studio_that_players_would_ask_in_vain_is_named(setup: World) -> None:
    operator = setup.deployed.operator.address
    series = {"series__targets": str(setup.folder), "series__studio": operator}
    assert "players are not told where it is" in said(services.studio, setup.settings(**series))
    silent = setup.settings(studio__url=NOWHERE)
    assert "does not answer" in said(services.studio, silent)
    about = {"chain_id": 31337, "contract": setup.contract.address, "studio": operator}
    with serving(lambda path: (200, about)) as url:
        assert operator in services.studio(setup.settings(studio__url=url, **series))
        other = setup.settings(studio__url=url, series__studio=EMPTY_ADDRESS)
        assert f"signs as {operator}, and series.studio is" in said(services.studio, other)
        about["contract"] = EMPTY_ADDRESS
        elsewhere = setup.settings(studio__url=url)
        assert f"works for {EMPTY_ADDRESS}" in said(services.studio, elsewhere)


def test_a_beacon_that_could_give_no_seed_is_named(setup: World) -> None:
    empty = setup.settings(chain__beacon=EMPTY_ADDRESS, beacon__relays="devnet")
    assert "which is to give the seeds" in said(services.beacon, empty)
    dead = setup.settings(beacon__relays=NOWHERE)
    assert f"relay {NOWHERE} does not work" in said(services.beacon, dead)
    assert services.beacon(setup.settings(beacon__relays="devnet")) == "its relays answer"


def test_one_of_several_nodes_or_the_pages_that_is_of_no_use_is_named(setup: World) -> None:
    dead = setup.settings(chain__rpc_urls=NOWHERE)
    assert f"{NOWHERE} did not answer" in said(node.nodes, dead)
    assert "did not answer" in said(services.public_node, setup.settings(api__rpc_url=NOWHERE))
    feed = setup.settings(api__price_feed=EMPTY_ADDRESS)
    assert "which is to tell what an ether costs" in said(services.public_node, feed)
    with Anvil(chain_id=4242) as other:
        strange = setup.settings(chain__rpc_urls=other.url, api__rpc_url=other.url)
        for look in (node.nodes, services.public_node):
            assert "serves chain 4242, not 31337" in said(look, strange)


def test_a_clock_that_is_off_is_named() -> None:
    with Anvil(chain_id=4242) as anvil:
        flags = {"chain.rpc_url": anvil.url, "chain.chain_id": "4242"}
        assert "chain 4242" in node.chain(load_settings(None, {}, flags))
        anvil.set_time(anvil.time() + 600)
        wrong = said(node.chain, load_settings(None, {}, flags))
        assert "ahead of this machine's clock" in wrong
    with Anvil(chain_id=4242, arguments=["--timestamp", "1750000000"]) as anvil:
        wrong = said(node.chain, load_settings(None, {}, {**flags, "chain.rpc_url": anvil.url}))
        assert "seconds old by this machine's clock" in wrong


def test_a_store_that_keeps_nothing_is_named(setup: World) -> None:
    def kubo(path: str) -> tuple[int, Any]:
        if "/version" in path:
            return 200, {"Version": "0.43.1"}
        return 500, {"Message": "block was refused: no space left", "Code": 0, "Type": "error"}

    with serving(kubo) as url:
        port = url.rpartition(":")[2]
        settings = setup.settings(store__url=f"kubo:/ip4/127.0.0.1/tcp/{port}")
        assert "what is published cannot be kept" in said(machine.store, settings)
    with serving(lambda path: (200, b"")) as gateway:
        assert "is read-only" in said(machine.store, setup.settings(store__url=gateway))


def test_room_for_what_goes_on_is_reckoned_with(
    setup: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = machine.MIN_FREE_BYTES + 10 * 2**20

    class Usage:
        def __init__(self, _: object) -> None:
            self.free = free

    monkeypatch.setattr("oracle.checks.machine.shutil.disk_usage", Usage)
    assert "room for" in machine.disk(setup.settings())
    setup.create()
    assert "what goes on may take 2.6 GiB" in said(machine.disk, setup.settings())


def test_a_ledger_and_a_folder_in_which_a_daemon_works_are_named(setup: World) -> None:
    own_ledger = {"ledger__url": f"sqlite:///{setup.folder}/other.sqlite"}
    with setup.daemon():
        with pytest.raises(OracleError) as held:
            machine.ledger(setup.settings())
        assert "your own daemon, it runs already" in held.value.hint
        second = setup.settings(**own_ledger)
        assert "another judge process works in" in said(machine.folder, second)
        with (
            pytest.raises(OracleError, match="another judge process works in"),
            setup.daemon(**own_ledger),
        ):
            pass
    assert "is free" in machine.folder(setup.settings())


def test_more_threads_than_cores_are_named(setup: World) -> None:
    wrong = said(machine.speed, setup.settings(judge__threads="500"))
    assert "judge.threads is 500" in wrong
