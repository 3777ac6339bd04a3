"""The daemon creates a competition every day, at its hour, and never two."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
import requests
from PIL import Image

from oracle.assembly.series import open_outlook
from oracle.chain.state import Phase
from oracle.chain.wire import Block
from oracle.errors import ContentUnavailable
from oracle.ledger.series_book import DayState
from scoring.digest import Digest, sha256
from tests.integration.competition_world import World, picture, saved
from tests.integration.series.series_world import DAY_SECONDS, SALE_SECONDS, SeriesWorld

pytestmark = pytest.mark.integration

CARD = 'title = "A Street"\nartist = "Somebody"\nyear = 1889\nlicence = "CC0"\n'


def test_a_day_is_created_opened_and_published(series: SeriesWorld) -> None:
    world = series.world
    series.add("01", 1, CARD)
    series.add("02", 2)
    with world.daemon(**series.flags()) as daemon, daemon.api as api:
        series.cycles(daemon)
        assert series.created() == [(1, series.first_opens)]
        before = requests.get(f"{api.url}/series.json", timeout=5).json()
        # In the two hours before midnight it is tomorrow's.
        (first,) = (
            day for day in (before["today"], before["tomorrow"]) if day and day["competition"]
        )
        assert (first["competition"], first["state"], first["target"]) == (1, "created", None)

        world.to_time(series.first_opens)
        series.cycles(daemon)
        assert world.state(1).phase is Phase.OPEN
        assert world.state(1).target_digest == sha256(picture(1))
        series.cycles(daemon, 1)
        (last,) = requests.get(f"{api.url}/series.json", timeout=5).json()["last"]
    assert (last["number"], last["state"]) == (1, "opened")
    assert last["target"] == "0x" + sha256(picture(1)).hex()
    assert last["card"] == {
        "title": "A Street",
        "artist": "Somebody",
        "year": "1889",
        "licence": "CC0",
    }
    digest = Digest(bytes.fromhex(last["card_digest"][2:]))
    card = world.store.get(digest, max_bytes=1 << 20)
    assert json.loads(card)["target"] == last["target"]


def test_nothing_of_a_target_is_public_before_it_is_open(series: SeriesWorld) -> None:
    world = series.world
    series.add("secret-garden", 1, CARD)
    with world.daemon(**series.flags(series__order="drawn")) as daemon, daemon.api as api:
        series.cycles(daemon)
        assert len(series.created()) == 1
        paths = ("series.json", "calendar.ics", "feed.atom")
        texts = [requests.get(f"{api.url}/{path}", timeout=5).text for path in paths]
        card = series.days(daemon)[1].card
    assert card is not None
    for text in texts:
        for secret in ("secret-garden", "A Street", "Somebody", sha256(picture(1)).hex()):
            assert secret not in text
        assert sha256(card).hex() not in text
    for content in (picture(1), card):
        with pytest.raises(ContentUnavailable):
            world.store.get(sha256(content), max_bytes=1 << 20)


def test_the_days_follow_each_other_and_may_overlap(series: SeriesWorld) -> None:
    world = series.world
    for number in (1, 2, 3):
        series.add(f"0{number}", number)
    sale = str(2 * DAY_SECONDS + SALE_SECONDS)
    with world.daemon(**series.flags(series__sale_seconds=sale)) as daemon:
        series.cycles(daemon, 3)
        assert series.created() == list(enumerate(series.opens_at(1, 2, 3), start=1))
        targets = [series.days(daemon)[number].target for number in (1, 2, 3)]
        assert targets == [sha256(picture(number)) for number in (1, 2, 3)]
        series.cycles(daemon, 2)
    assert len(series.created()) == 3


def test_days_that_were_missed_are_said_and_not_made_up_for(
    series: SeriesWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world = series.world
    for number in (1, 2, 3, 4):
        series.add(f"0{number}", number)
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
    # The machine is off for three days, and comes back in the middle of the fifth day's sale.
    series.to_day(5, before=SALE_SECONDS // 2)
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon, 3)
        days = series.days(daemon)
    assert [opens for _, opens in series.created()] == series.opens_at(1, 5)
    assert {number: days[number].state for number in (2, 3, 4)} == dict.fromkeys(
        (2, 3, 4), DayState.MISSED
    )
    assert days[5].target == sha256(picture(2)), "no target is lost with a missed day"
    assert caplog.text.count("series: days missed") == 1


@pytest.mark.parametrize("days", [-10, 10])
def test_a_node_with_a_wrong_clock_changes_no_day(
    series: SeriesWorld, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    series.add("01", 1)
    series.add("02", 2)
    with series.world.daemon(**series.flags()) as daemon:
        client = daemon.cycle.contract.client
        head = client.latest_block

        def wrong() -> Block:
            block = head()
            return replace(block, timestamp=block.timestamp + days * DAY_SECONDS)

        monkeypatch.setattr(client, "latest_block", wrong)
        series.cycles(daemon)
        assert {day.state for day in series.days(daemon).values()} <= {
            DayState.CLAIMED,
            DayState.CREATED,
        }
        monkeypatch.setattr(client, "latest_block", head)
        series.cycles(daemon)
        days_now = series.days(daemon)
    assert series.created() == [(1, series.first_opens)]
    assert {number: day.state for number, day in days_now.items()} == {1: DayState.CREATED}


def test_a_jump_of_this_machines_clock_changes_nothing(
    series: SeriesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    series.add("01", 1)
    series.add("02", 2)
    with series.world.daemon(**series.flags()) as daemon, daemon.api as api:
        series.cycles(daemon)
        before = requests.get(f"{api.url}/series.json", timeout=5).json()
        real = time.time
        for days in (40, -40):
            monkeypatch.setattr(time, "time", lambda days=days: real() + days * DAY_SECONDS)
            series.cycles(daemon)
            after = requests.get(f"{api.url}/series.json", timeout=5).json()
            assert after["today"] == before["today"]
        assert list(series.days(daemon)) == [1]
    assert series.created() == [(1, series.first_opens)]


def test_a_sale_that_would_be_too_short_is_not_begun(series: SeriesWorld) -> None:
    series.add("01", 1)
    series.to_day(1, before=1700)
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        assert series.created() == []
        assert series.days(daemon)[1].state is DayState.MISSED


def test_a_shorter_sale_is_begun_while_enough_is_left(series: SeriesWorld) -> None:
    series.add("01", 1)
    series.to_day(1, before=2000)
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        assert series.created() == [(1, series.first_opens)]


def test_an_empty_folder_is_said_and_mended_by_a_target(
    series: SeriesWorld, caplog: pytest.LogCaptureFixture
) -> None:
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        waiting = series.days(daemon)[1]
        assert waiting.state is DayState.WAITING
        assert "empty or missing" in waiting.reason
        assert caplog.text.count("series: day waits") == 1
        series.add("01", 1)
        series.cycles(daemon)
        assert series.days(daemon)[1].state is DayState.CREATED
    assert len(series.created()) == 1


def test_an_empty_folder_until_the_end_is_a_missed_day_with_that_reason(
    series: SeriesWorld,
) -> None:
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        series.to_day(1, before=0)
        series.cycles(daemon)
        missed = series.days(daemon)[1]
    assert missed.state is DayState.MISSED
    assert "empty or missing" in missed.reason


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("00.png", b"no image", "not an image"),
        ("00.png", "blank", "blank"),
        ("00.toml", b"colour = 'red'", "no field colour"),
    ],
)
def test_a_target_that_cannot_be_used_is_set_aside_for_the_next(
    series: SeriesWorld, caplog: pytest.LogCaptureFixture, name: str, content: Any, words: str
) -> None:
    if content == "blank":
        content = saved(Image.new("RGB", (512, 512), (40, 90, 200)))
    if name.endswith(".toml"):
        series.add("00", 7)
    (series.folder / name).write_bytes(content)
    series.add("01", 1)
    with series.world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        assert series.days(daemon)[1].target == sha256(picture(1))
        record = next(r for r in caplog.records if r.message == "target set aside")
    assert words in record.__dict__["reason"]


def test_too_little_balance_is_said_and_nothing_is_claimed(series: SeriesWorld) -> None:
    world = series.world
    series.add("01", 1)
    anvil, account = world.anvil, world.deployed.operator.address
    enough = world.contract.client.balance(account)
    anvil.rpc("anvil_setBalance", account, hex(10**17))
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        waiting = series.days(daemon)[1]
        assert (waiting.state, waiting.target) == (DayState.WAITING, None)
        assert "too little balance: 0.1 ETH" in waiting.reason
        anvil.rpc("anvil_setBalance", account, hex(enough))
        series.cycles(daemon)
        assert series.days(daemon)[1].state is DayState.CREATED


def test_terms_that_the_contract_refuses_are_said_and_mended_by_others(
    series: SeriesWorld,
) -> None:
    world = series.world
    series.add("01", 1)
    with world.daemon(**series.flags(series__open_seconds=str(100 * DAY_SECONDS))) as daemon:
        series.cycles(daemon)
        refused = series.days(daemon)[1]
        assert refused.state is DayState.CLAIMED
        assert refused.reason
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        assert series.days(daemon)[1].state is DayState.CREATED
    assert len(series.created()) == 1


def test_a_lost_ledger_and_lost_targets_are_found_again_with_the_secret(
    series: SeriesWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world = series.world
    series.add("01", 1)
    series.add("02", 2)
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
    home = world.folder / "operator"
    secret = (home / "series.secret").read_bytes()
    (world.folder / "new").mkdir()
    (world.folder / "new" / "series.secret").write_bytes(secret)
    (world.folder / "new" / "series.secret").chmod(0o600)
    with world.daemon("new", **series.flags()) as daemon:
        series.cycles(daemon)
        assert series.created() == [(1, series.first_opens)]
        world.to_time(series.first_opens)
        series.cycles(daemon)
        assert world.state(1).phase is Phase.OPEN
    assert "a day's secret was made again" in caplog.text


def test_a_lost_secret_stops_the_series_and_is_said(
    series: SeriesWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world = series.world
    series.add("01", 1)
    series.add("02", 2)
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
    (world.folder / "operator" / "series.secret").unlink()
    world.to_time(series.first_opens)
    with world.daemon(**series.flags()) as daemon:
        # The day that is created already opens as if nothing were wrong.
        series.cycles(daemon)
        assert world.state(1).phase is Phase.OPEN
        series.to_day(2, before=SALE_SECONDS - 60)
        series.cycles(daemon)
        assert "the secret of the series is missing" in series.days(daemon)[2].reason
    assert len(series.created()) == 1
    assert not (world.folder / "operator" / "series.secret").exists()


def test_without_a_key_nothing_is_created(series: SeriesWorld) -> None:
    series.add("01", 1)
    with series.world.daemon(**series.flags(signer__key_file="")) as daemon:
        series.cycles(daemon)
    assert series.created() == []


def test_a_skipped_day_stays_free_and_keeps_its_number(series: SeriesWorld, world: World) -> None:
    series.add("01", 1)
    settings = world.settings(**series.flags())
    with open_outlook(settings) as outlook:
        assert outlook.skip(series.day(1)).state == "skipped"
        assert outlook.skip(series.day(2)).state == "skipped"
        assert outlook.skip(series.day(2), undo=True).state == "planned"
    with world.daemon(**series.flags()) as daemon:
        series.cycles(daemon)
        assert series.created() == []
        series.to_day(2, before=SALE_SECONDS - 60)
        series.cycles(daemon)
        assert series.created() == [(1, series.opens_at(2)[0])]
        assert series.days(daemon)[1].state is DayState.SKIPPED
