"""Players are reminded through their browser's push service, whatever that server does."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from oracle.api.app import create_app
from oracle.api.push import Push
from oracle.api.server import ApiServer
from oracle.assembly.push import push_of
from oracle.chain.state import Phase
from oracle.errors import InvalidConfig
from oracle.metrics import Metrics
from oracle.push.book import MOST_FAILURES
from tests.integration.competition_world import World, picture
from tests.integration.push.browser import Browser, b64, claims_of
from tests.integration.push.operator_key import CONTACT, key_file, pem
from tests.integration.push.push_service import PushService, push_service

pytestmark = pytest.mark.integration


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@dataclasses.dataclass
class Reminders:
    """The daemon's side, looked after by hand."""

    url: str
    push: Push
    service: PushService
    hidden: list[str | bytes]

    def post(self, path: str, browser: Browser, number: int, **change: Any) -> int:
        body = {
            "competition": number,
            "endpoint": f"{self.service.url}/{path}",
            "p256dh": b64(browser.point),
            "auth": b64(browser.auth),
        } | change
        return requests.post(f"{self.url}/push", json=body, timeout=10).status_code

    def told(self, browser: Browser, path: str) -> list[str]:
        """The occasions that a browser was told of, in order."""
        messages = [json.loads(browser.opens(one.body)) for one in self.service.to(f"/{path}")]
        return [message["occasion"] for message in messages]

    def look(self) -> int:
        return self.push.desk.look()


@pytest.fixture
def reminders(world: World, service: PushService) -> Iterator[Reminders]:
    settings = world.settings(
        **{
            "push.key_file": key_file(world.folder, pem()),
            "push.contact": CONTACT,
            "push.services": [service.url],
            "push.interval_seconds": 3600,  # the tests look by themselves
        }
    )
    hidden: list[str | bytes] = []
    with ExitStack() as running:
        push = push_of(settings, running, hidden.append)
        assert push is not None
        app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=push.routes())
        with ApiServer(app, "127.0.0.1", 0) as server:
            yield Reminders(server.url, push, service, hidden)


def test_a_player_is_told_of_the_hour_of_revealing_and_of_the_result(
    world: World, reminders: Reminders
) -> None:
    browser, number = Browser(), world.create()
    assert reminders.post("ada", browser, number) == 201
    with world.daemon() as daemon:
        world.buy(number)
        assert reminders.look() == 0, "there is nothing to tell before the target opens"
        world.play_until_open(daemon, number)
        assert reminders.look() == 1
        assert reminders.look() == 0, "everything is told once"
        world.commit(number, picture(1), picture(2))
        state = world.state(number)
        world.to_time(state.open_ends)
        reminders.look()
        world.to_time(state.reveal_ends - 60)
        reminders.look()
        world.reveal(number)
        world.to_time(state.reveal_ends)
        assert reminders.look() == 0
        world.cycle(daemon)
        world.anvil.mine(17)
        world.cycle(daemon)
        world.cycle(daemon)
        assert world.state(number).phase is Phase.ASSERTED
        reminders.look()
    assert reminders.told(browser, "ada") == ["open", "reveal", "last-call", "result"]
    assert reminders.push.desk.book.count() == 0, "after the result nothing is kept"


def test_the_message_is_encrypted_for_the_browser_and_signed_by_the_operator(
    world: World, reminders: Reminders
) -> None:
    browser, number = Browser(), world.create()
    reminders.post("ada", browser, number)
    world.buy(number)
    with world.daemon() as daemon:
        world.play_until_open(daemon, number)
    reminders.look()
    (sent,) = reminders.service.to("/ada")
    ends = world.state(number).open_ends
    assert json.loads(browser.opens(sent.body)) == {
        "competition": number,
        "occasion": "open",
        "until": ends,
    }
    with pytest.raises(Exception):  # noqa: B017 (whatever a cipher says)
        Browser().opens(sent.body)
    key = requests.get(f"{reminders.url}/push", timeout=5).json()["public_key"]
    claims = claims_of(sent.headers["Authorization"], key)
    assert (claims["aud"], claims["sub"]) == (reminders.service.url, CONTACT)
    assert sent.headers["Content-Encoding"] == "aes128gcm"
    assert int(sent.headers["TTL"]) >= 0 and sent.headers["Urgency"] == "high"


def test_who_subscribes_in_the_hour_is_not_told_that_it_begins(
    world: World, reminders: Reminders
) -> None:
    browser, number = Browser(), world.create()
    world.buy(number)
    with world.daemon() as daemon:
        world.play_until_open(daemon, number)
    assert reminders.post("late", browser, number) == 201
    assert reminders.look() == 0
    world.to_time(world.state(number).open_ends)
    reminders.look()
    assert reminders.told(browser, "late") == ["reveal"]


def test_dead_subscriptions_go_and_bad_servers_are_survived(
    world: World, reminders: Reminders, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser, number = Browser(), world.create()
    paths = ("gone", "never-was", "hangs", "broken", "redirects", "drips", "ada")
    for path in paths:
        assert reminders.post(path, browser, number) == 201
    reminders.service.answers |= {
        "/gone": 410,
        "/never-was": 404,
        "/hangs": "hang",
        "/broken": 500,
        "/redirects": "redirect",
        "/drips": "drip",
    }
    desk = reminders.push.desk
    desk.courier = dataclasses.replace(desk.courier, seconds=2.0)
    world.buy(number)
    with world.daemon() as daemon:
        world.play_until_open(daemon, number)
    assert reminders.look() == 2, "whoever can be told is told, also by a server that never ends"
    assert desk.book.count() == len(paths) - 2, "404 and 410 mean that nobody is there"
    assert not reminders.service.to("/elsewhere"), "a redirection is not followed"
    reminders.service.answers = {"/hangs": 503}
    assert reminders.look() == 2, "what failed is tried again"
    desk.at_once = 1
    for _ in range(MOST_FAILURES):
        reminders.look()
    assert {one.endpoint for one in desk.book.untold(number, "reveal")} == {  # type: ignore[arg-type]
        f"{reminders.service.url}/{path}" for path in ("ada", "broken", "drips", "redirects")
    }, "who failed too often in a row is forgotten"
    said = caplog.text + str([record.__dict__ for record in caplog.records])
    for secret in (*paths[:6], b64(browser.auth), b64(browser.point), *reminders.hidden):
        assert str(secret) not in said, "an address or a key is in the log"
    assert reminders.hidden, "the key is no secret to the log"


NO_SUBSCRIPTIONS: list[dict[str, Any]] = [
    {"endpoint": "http://169.254.169.254/latest"},
    {"endpoint": "http://127.0.0.1:1/other-port"},
    {"endpoint": "file:///etc/passwd"},
    {"endpoint": "http://127.0.0.1\n:80/x"},
    {"endpoint": "http://[::1/x"},
    {"endpoint": 7},
    {"p256dh": "short"},
    {"auth": b64(b"a" * 15)},
    {"competition": -1},
    {"competition": 99},
]


def test_what_is_no_subscription_of_a_known_service_is_refused(
    world: World, reminders: Reminders
) -> None:
    number = world.create()
    for change in NO_SUBSCRIPTIONS:
        assert reminders.post("ada", Browser(), number, **change) == 422, change
    assert reminders.push.desk.book.count() == 0


def test_a_player_can_take_it_back_and_nobody_fills_the_book(
    world: World, reminders: Reminders
) -> None:
    number, browser = world.create(), Browser()
    assert reminders.post("ada", browser, number) == 201
    body = {
        "competition": number,
        "endpoint": f"{reminders.service.url}/ada",
        "p256dh": b64(browser.point),
        "auth": b64(browser.auth),
    }
    answer = requests.post(f"{reminders.url}/push/forget", json=body, timeout=5)
    assert (answer.status_code, reminders.push.desk.book.count()) == (204, 0)
    reminders.push.desk.book.most = 1
    assert reminders.post("ada", browser, number) == 201
    assert reminders.post("ben", browser, number) == 503


def test_a_damaged_file_costs_the_reminders_in_it_and_nothing_else(
    world: World, reminders: Reminders
) -> None:
    number, path = world.create(), reminders.push.desk.book.path
    assert reminders.post("ada", Browser(), number) == 201
    path.write_bytes(b"no database " * 1000)
    assert reminders.post("ben", Browser(), number) == 503
    assert reminders.post("ben", Browser(), number) == 201
    assert reminders.look() == 0
    settings = world.settings(
        **{"push.key_file": str(world.folder / "push.pem"), "push.contact": CONTACT}
    )
    path.write_bytes(b"no database " * 1000)
    with ExitStack() as running:
        again = push_of(settings, running)
        assert again is not None and again.desk.book.count() == 0


def test_a_key_that_is_none_is_said_so(world: World) -> None:
    for text in ("no key", pem().replace("A", "B", 9)):
        flags = {"push.key_file": key_file(world.folder, text), "push.contact": CONTACT}
        with ExitStack() as running, pytest.raises(InvalidConfig, match=r"push\.key_file"):
            push_of(world.settings(**flags), running)
    flags = {"push.key_file": key_file(world.folder, pem()), "push.contact": "me"}
    with ExitStack() as running, pytest.raises(InvalidConfig, match=r"push\.contact"):
        push_of(world.settings(**flags), running)
    with ExitStack() as running:
        assert push_of(world.settings(), running) is None
