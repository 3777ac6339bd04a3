"""The players' page is served as it was built, and nothing beside it."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from oracle.api.app import create_app
from oracle.api.page import page_config, page_routes
from oracle.api.server import ApiServer
from oracle.errors import InvalidConfig
from oracle.metrics import Metrics
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.integration

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "assets" / "main-1a2b.js").write_text("1")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    return folder


def settings(page: Path | str) -> Settings:
    flags = {
        "api.page": str(page),
        "api.rpc_url": "https://node.example/path",
        "api.explorer_url": "https://explorer.example",
        "chain.contract": CONTRACT,
        "chain.rpc_url": "https://private.example/KEY",
        "store.gateways": "https://gateway.example",
    }
    return load_settings(None, {}, flags)


@pytest.fixture
def url(page: Path) -> Iterator[str]:
    routes = page_routes(settings(page))
    app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=routes)
    with ApiServer(app, "127.0.0.1", 0) as server:
        yield server.url


@pytest.fixture
def get(url: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", None)]
)
def test_a_script_comes_in_the_best_coding_that_a_browser_takes(
    get: requests.Session, url: str, page: Path, accepted: str, coding: str | None
) -> None:
    plain = (page / "assets/main-1a2b.js").read_bytes()
    (page / "assets/main-1a2b.js.gz").write_bytes(gzip.compress(plain))
    (page / "assets/main-1a2b.js.br").write_bytes(b"as brotli would have it")
    headers = {"Accept-Encoding": accepted}
    with get.get(f"{url}/assets/main-1a2b.js", headers=headers, stream=True) as answer:
        body = answer.raw.read(decode_content=False)
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["Cache-Control"]
    wanted = {"br": b"as brotli would have it", "gzip": gzip.compress(plain), None: plain}
    assert body == wanted[coding]


def test_the_page_and_its_files_have_the_right_types_and_a_strict_policy(
    get: requests.Session, url: str
) -> None:
    index, script = get.get(f"{url}/"), get.get(f"{url}/assets/main-1a2b.js")
    assert index.headers["Content-Type"].startswith("text/html")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in script.headers["Cache-Control"]
    assert index.headers["Cache-Control"] == "no-cache"
    for answer in (index, script):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "connect-src 'self' https://node.example https://gateway.example;" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/../secret", "/%2e%2e/secret", "/assets/..%2f..%2fsecret", "/link", "//etc/passwd"]
)
def test_nothing_outside_of_the_folder_can_be_read(url: str, path: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status in (400, 404)
    assert b"secret" not in answer.read()
    connection.close()


def test_the_daemons_own_addresses_still_answer(get: requests.Session, url: str) -> None:
    assert get.get(f"{url}/readyz").status_code == 503
    assert get.post(f"{url}/healthz").status_code == 405


def test_the_page_is_told_where_it_is_and_no_secret(get: requests.Session, url: str) -> None:
    answer = get.get(f"{url}/config.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "api_version": 1,
        "chain_id": 31337,
        "contract": CONTRACT,
        "start_block": 0,
        "rpc_url": "https://node.example/path",
        "explorer": "https://explorer.example",
        "gateways": ["https://gateway.example"],
        "studio": None,
        "share": "./c/",
        "previews": "./previews/",
        "looks": "./looks/",
        "practice": None,
        "push": None,
        "walletconnect_project": None,
        "price_feed": None,
        "price_currency": "USD",
        "operators": [],
        "series": None,
        "beacon_relays": [],
        "max_upload_bytes": 16 << 20,
    }
    assert "KEY" not in answer.text


def test_visitors_can_ask_the_beacons_relays_that_the_daemon_asks(page: Path) -> None:
    flags = {"chain.contract": CONTRACT, "chain.beacon": CONTRACT, "api.page": str(page)}
    relays = page_config(load_settings(None, {}, flags))["beacon_relays"]
    chain_hash = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
    assert relays[0] == f"https://api.drand.sh/{chain_hash}"
    named = load_settings(None, {}, flags | {"beacon.relays": "https://relay.example/"})
    assert page_config(named)["beacon_relays"] == [f"https://relay.example/{chain_hash}"]
    devnet = load_settings(None, {}, flags | {"beacon.relays": "devnet"})
    assert page_config(devnet)["beacon_relays"] == []


def test_a_folder_without_a_page_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="no page"):
        page_routes(settings(tmp_path))


def test_the_page_stands_for_the_daemons_operator_and_those_it_names() -> None:
    other = "0x" + "22" * 20
    named = load_settings(None, {}, {"chain.contract": CONTRACT, "api.operators": other})
    assert page_config(named, CONTRACT.lower())["operators"] == [CONTRACT, other]
    wrong = load_settings(None, {}, {"chain.contract": CONTRACT, "api.operators": "me"})
    with pytest.raises(InvalidConfig, match="is no address"):
        page_config(wrong)


def test_the_page_is_told_of_a_price_feed_that_is_an_address() -> None:
    named = load_settings(
        None,
        {},
        {
            "chain.contract": CONTRACT,
            "api.price_feed": CONTRACT,
            "api.price_currency": "EUR",
            "practice.models": "2",
            "push.key_file": "push.pem",
        },
    )
    told = page_config(named)
    assert (told["price_feed"], told["price_currency"]) == (CONTRACT, "EUR")
    assert (told["practice"], told["push"]) == ("./practice", "./push")
    wrong = load_settings(None, {}, {"chain.contract": CONTRACT, "api.price_feed": "Chainlink"})
    with pytest.raises(InvalidConfig, match="is no address"):
        page_config(wrong)


def test_the_page_may_reach_walletconnect_only_where_the_operator_has_a_project(page: Path) -> None:
    for project, reached in (("", False), ("abc", True)):
        flags = {
            "chain.contract": CONTRACT,
            "api.page": str(page),
            "api.walletconnect_project": project,
        }
        routes = page_routes(load_settings(None, {}, flags))
        app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=routes)
        with ApiServer(app, "127.0.0.1", 0) as server:
            answer = requests.get(f"{server.url}/", timeout=5)
        assert ("walletconnect" in answer.headers["Content-Security-Policy"]) is reached
