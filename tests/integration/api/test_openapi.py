"""The API answers what its document says, to everything that the document lets one ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import BaseRoute, Mount, Route

from oracle.api.app import create_app
from oracle.api.intake import Intake
from oracle.api.looks import Looks
from oracle.api.openapi import document, openapi_routes
from oracle.api.page import page_routes
from oracle.api.practice import Practice
from oracle.api.previews import Previews
from oracle.api.push import Push
from oracle.api.rate_limit import RateLimit
from oracle.api.refusals import refusal
from oracle.api.series import series_routes
from oracle.api.server import ApiServer
from oracle.api.share.result import Results
from oracle.api.share.routes import Share
from oracle.api.uploads import Uploads
from oracle.chain.commitments import Domain
from oracle.errors import WrongMoment
from oracle.judging.looks import LooksBook
from oracle.ledger.ledger import open_ledger
from oracle.metrics import Metrics
from oracle.practice.room import PracticeRoom
from oracle.push.desk import PushDesk
from oracle.reveals.desk import RevealDesk
from oracle.reveals.waiting_images import WaitingImages
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.preparer import Preparer
from oracle.settings.config import load_settings
from oracle.signing.policy import operator_policy
from oracle.signing.signer import Signer, parse_key
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256
from tests.integration.api.test_share import Told
from tests.integration.series.test_series_api import Public

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]
DOMAIN = Domain(5, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


class Desk:
    """Takes odd competitions' reveals, and says of the others that it is too early."""

    def accept(self, competition_id: int, given: Any) -> str:
        if competition_id % 2:
            return "accepted" if given.ticket_id % 2 else "revealed already"
        raise WrongMoment("this competition is not in Revealing", "wait until 18:00")


class Room:
    """Scores what is sent for even competitions, and says of the others that it is too early."""

    @property
    def shelf(self) -> Any:
        return self

    public_key = "BAAA"

    @property
    def courier(self) -> Any:
        return self

    def numbers(self) -> tuple[int, ...]:
        return (4, 2)

    def of(self, competition_id: int) -> dict[str, Any] | None:
        look = {"mark": "0", "score": "-5", "is_variation": True, "picture": "0x" + "11" * 32}
        return None if competition_id % 2 else {"looks": [look]}

    def score(self, competition_id: int, data: bytes) -> dict[str, Any]:
        if competition_id % 2:
            raise WrongMoment("this competition is not over", "wait")
        digest = "0x" + sha256(data).hex()
        facts = {"competition": competition_id, "image_digest": digest}
        return {**facts, "score": "-5", "terms": {"mse": "-5"}, "flags": 0}


def routes_of_a_daemon(folder: Path, decoder: SandboxedDecoder, ledger: Any) -> list[BaseRoute]:
    store, limit = EmbeddedStore(folder / "content"), RateLimit(10**6, 64)
    shelf = EmbeddedStore(folder / "uploads")
    policy = operator_policy(DOMAIN.chain_id, DOMAIN.competition, 0, 0)
    signer = Signer(parse_key("1c" * 32, "test"), policy)
    prepare = Preparer(decoder).prepare
    waiting = WaitingImages(shelf, store, ledger.pins, 1 << 30, 3600)
    uploads = Uploads(prepare, waiting, signer, DOMAIN)
    told = Told()
    page = folder / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html>")
    flags = {"api.page": str(page), "chain.contract": DOMAIN.competition}
    return [
        *Intake(uploads, cast(RevealDesk, Desk()), limit, limit, 4 << 20, 5.0).routes(),
        *series_routes(Public()),
        *Share(
            *(cast(Results, told), cast(Any, told), told.decode, lambda: "", {}, ""), limit
        ).routes(),
        *Previews([store], decoder.decode, limit).routes(),
        *Push(cast(PushDesk, Room()), ["https://push.example"], limit).routes(),
        *Looks(cast(LooksBook, Room())).routes(),
        *Practice(cast(PracticeRoom, Room()), limit, 4 << 20).routes(),
        *openapi_routes(),
        *page_routes(load_settings(None, {}, flags)),
    ]


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[BaseRoute]]:
    folder = tmp_path_factory.mktemp("api")
    ledger = open_ledger(f"sqlite:///{folder}/ledger.sqlite", 5, DOMAIN.competition)
    with SandboxedDecoder() as decoder:
        yield routes_of_a_daemon(folder, decoder, ledger)
    ledger.close()


@pytest.fixture(scope="module")
def app(routes: list[BaseRoute], tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = EmbeddedStore(tmp_path_factory.mktemp("store"))
    metrics = Metrics()
    metrics.cycle_finished(1.0, 1)
    return create_app(metrics=metrics, stale_after_seconds=60, store=store, routes=routes)


@pytest.fixture(scope="module")
def url(app: Any) -> Iterator[str]:
    with ApiServer(app, "127.0.0.1", 0) as server:
        yield server.url


ADDRESSES = [(method, path) for path, item in document()["paths"].items() for method in item]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_whatever_is_asked_the_answer_is_as_documented(url: str, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(document())[path][method]

    @given(case=operation.as_strategy())
    @settings(
        # An image is opened in its jail each time.
        max_examples=6 if path == "/images" else 20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=url, checks=list(CHECKS))

    ask()


@pytest.mark.parametrize(
    "change",
    [
        {"competition": 0},
        {"competition": "1"},
        {"ticket": 2**32},
        {"salt": "0x12"},
        {"image_digest": None},
        {"prompt_index": 0},
    ],
)
def test_what_the_document_forbids_is_refused(url: str, change: dict[str, Any]) -> None:
    good = {
        "competition": 1,
        "ticket": 1,
        "image_digest": "0x" + "11" * 32,
        "salt": "0x" + "22" * 32,
    }
    assert requests.post(f"{url}/reveals", json=good, timeout=5).status_code == 202
    answer = requests.post(f"{url}/reveals", json=good | change, timeout=5)
    assert (answer.status_code, set(answer.json())) == (422, {"what", "do"})


def test_every_route_is_in_the_document_and_nothing_else(app: Any) -> None:
    there = {
        (route.path, method.lower())
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or ()) - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, item in document()["paths"].items() for method in item}
    assert told == there
    assert [route.path for route in app.routes if isinstance(route, Mount)] == [""], "the page"


def test_every_address_stands_in_the_docs() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    rows = re.findall(r"^\| `(GET|POST) (\S+)` \|", text, re.MULTILINE)
    told = [(method.upper(), path) for path, item in document()["paths"].items() for method in item]
    assert rows == told


def test_every_refusal_that_is_documented_has_its_status() -> None:
    response = refusal(WrongMoment("a", "b"), {})
    assert response.status_code == 409


@pytest.mark.parametrize(
    "path", ["/config.json", "/openapi.json", "/c/1", "/c/1.png", "/series.json", "/looks/2"]
)
def test_who_has_it_gets_no_second_copy(url: str, path: str) -> None:
    first = requests.get(url + path, timeout=5)
    assert first.status_code == 200 and first.headers["Cache-Control"]
    again = requests.get(url + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    other = requests.get(url + path, headers={"If-None-Match": '"another"'}, timeout=5)
    assert other.content == first.content
