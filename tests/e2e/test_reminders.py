"""A running daemon tells players of its day: by push, calendar and feed, from its own process."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
from icalendar import Calendar

from oracle.accounts.player import Player
from oracle.assembly.accounts import open_player
from oracle.devnet.network import Devnet
from oracle.devnet.process import wait_until
from tests.integration.competition_world import picture
from tests.integration.push.browser import Browser, b64, claims_of
from tests.integration.push.operator_key import CONTACT, key_file, pem
from tests.integration.push.push_service import PushService, push_service
from tests.tiny_specs import TINY_COMPETITION

pytestmark = [pytest.mark.e2e, pytest.mark.slow]  # it starts a daemon, which judges

ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = "https://page.example/"
OPEN_SECONDS = REVEAL_SECONDS = 1800


def configure(devnet: Devnet, opens: datetime, service: PushService) -> None:
    """Adds a series with one target, and push to that service alone, to the daemon's settings."""
    folder = devnet.folder / "targets"
    folder.mkdir()
    (folder / "night.png").write_bytes(picture(0))
    (folder / "night.toml").write_text('title = "Night, by the sea"\n')
    spec = devnet.folder / "spec.json"
    spec.write_bytes(TINY_COMPETITION.canonical_json())
    series = {
        "targets": [str(folder)],
        "start": opens.date().isoformat(),
        "time": opens.time().isoformat(),
        "spec": str(spec),
        "sale_seconds": 3600,
        "least_sale_seconds": 60,
        "open_seconds": OPEN_SECONDS,
        "reveal_seconds": REVEAL_SECONDS,
        "min_revealed": 1,
        "url": PAGE,
    }
    push = {
        "key_file": key_file(devnet.folder, pem()),
        "contact": CONTACT,
        "services": [service.url],
        "interval_seconds": 0.2,
    }
    with devnet.settings_path("operator").open("a") as settings:
        for name, values in (("series", series), ("push", push)):
            lines = (f"{key} = {json.dumps(value)}\n" for key, value in values.items())
            settings.write(f"\n[{name}]\n" + "".join(lines))


def event(devnet: Devnet) -> dict[str, str]:
    """The first entry of the calendar that the daemon serves."""
    found = Calendar.from_ical(requests.get(f"{devnet.gateway}/calendar.ics", timeout=10).content)
    first = found.events[0]
    return {name: str(first[name]) for name in ("SUMMARY", "DESCRIPTION", "STATUS", "URL")} | {
        "DTSTART": first.decoded("DTSTART").isoformat()
    }


def entries(devnet: Devnet) -> list[str]:
    """The titles in the feed that the daemon serves."""
    feed = ElementTree.fromstring(requests.get(f"{devnet.gateway}/feed.atom", timeout=10).content)
    return [entry.findtext(f"{ATOM}title") or "" for entry in feed.iter(f"{ATOM}entry")]


def competition_today(devnet: Devnet) -> int | None:
    told = requests.get(f"{devnet.gateway}/series.json", timeout=10).json()
    number: int | None = (told["today"] or {}).get("competition")
    return number


def subscribe(devnet: Devnet, service: PushService, browser: Browser, number: int) -> str:
    """Asks the daemon as the page does; returns the key it signs with."""
    key: str = requests.get(f"{devnet.gateway}/push", timeout=10).json()["public_key"]
    body = {
        "competition": number,
        "endpoint": f"{service.url}/ada",
        "p256dh": b64(browser.point),
        "auth": b64(browser.auth),
    }
    assert requests.post(f"{devnet.gateway}/push", json=body, timeout=10).status_code == 201
    return key


@pytest.mark.timeout(600)
def test_a_player_is_told_of_a_whole_day_by_a_running_daemon(tmp_path: Path) -> None:
    browser = Browser()
    with ExitStack() as running:
        service = running.enter_context(push_service())
        devnet = running.enter_context(Devnet(tmp_path / "devnet"))
        opens = datetime.fromtimestamp(devnet.anvil.time(), UTC) + timedelta(minutes=30)
        configure(devnet, opens, service)
        devnet.start_daemon()
        wait_until(lambda: competition_today(devnet) is not None, 60, "the day to be created")
        number = competition_today(devnet)
        assert number is not None
        planned = event(devnet)
        assert planned["DTSTART"] == opens.isoformat()
        assert "Night" not in json.dumps(planned) + "".join(entries(devnet)), "it is sealed"
        key = subscribe(devnet, service, browser, number)
        devnet.write_settings("ada", devnet.player_accounts[0])
        player: Player = running.enter_context(open_player(devnet.settings("ada")))
        player.buy(number)

        def told(occasion: str) -> None:
            def there() -> bool:
                messages = [json.loads(browser.opens(one.body)) for one in service.to("/ada")]
                return {"competition": number, "occasion": occasion} in [
                    {name: message[name] for name in ("competition", "occasion")}
                    for message in messages
                ]

            wait_until(there, 120, f"a browser to be told: {occasion}")

        ends = int(opens.timestamp()) + OPEN_SECONDS
        devnet.move_clock_to(int(opens.timestamp()))
        told("open")
        wait_until(lambda: any("Night" in title for title in entries(devnet)), 60, "the card")
        opened = event(devnet)
        assert "Night" in opened["SUMMARY"] + opened["DESCRIPTION"]
        assert opened["URL"].startswith(PAGE)
        player.submit(number, picture(1))
        devnet.move_clock_to(ends)
        told("reveal")
        player.reveal(number)
        devnet.move_clock_to(ends + REVEAL_SECONDS - 60)
        told("last-call")
        devnet.move_clock_to(ends + REVEAL_SECONDS)
        devnet.anvil.mine(17)
        told("result")
        claims = claims_of(service.to("/ada")[0].headers["Authorization"], key)
        assert (claims["aud"], claims["sub"]) == (service.url, CONTACT)
        assert len(service.sent) == 4, "each occasion once"
        assert f"{service.url}/ada" not in (devnet.folder / "daemon.log").read_text()
