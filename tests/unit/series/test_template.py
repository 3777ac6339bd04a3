"""Settings become a calendar, terms and a price, or are refused with their names."""

from __future__ import annotations

from typing import Any

import pytest

from oracle.errors import InvalidConfig
from oracle.series.template import Template, calendar_of
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.unit

QUORUM = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
STUDIO = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def settings(**series: Any) -> Settings:
    flags = {f"series.{name}": value for name, value in series.items()}
    given = {"series.start": "2026-12-01", "chain.quorum": QUORUM, **flags}
    return load_settings(None, {}, given)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zone": "Europe/Atlantis"}, "Europe/Atlantis"),
        ({"zone": "../etc/passwd"}, "time zone"),
        ({"zone": ""}, "series.zone"),
        ({"time": "25:00"}, "series.time"),
        ({"time": "18:00+02:00"}, "series.time"),
        ({"start": "2026-02-29"}, "series.start"),
        ({"start": ""}, "series.start"),
        ({"start": "0001-01-01"}, "series.start"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        calendar_of(settings(**wrong).series)
    assert words in caught.value.what


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"profile": "fastest"}, "fastest"),
        ({"spec": "nowhere.json"}, "nowhere.json"),
        ({"sale_seconds": "3600", "least_sale_seconds": "3601"}, "least_sale_seconds"),
    ],
)
def test_terms_that_cannot_be_are_refused(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        Template.of(settings(**wrong))
    assert words in caught.value.what


def test_a_plan_has_the_terms_and_the_second_of_its_day() -> None:
    template = Template.of(settings(studio=STUDIO, ticket_price_eth="0.02"))
    plan = template.plan(b"image", 1_800_000_000, bytes(32))
    assert plan.sale_ends == 1_800_000_000
    assert (plan.ticket_price_wei, plan.studio, plan.prompt_limit) == (2 * 10**16, STUDIO, 100)
    assert plan.arbiter == QUORUM
    assert Template.of(settings()).plan(b"", 1, bytes(32)).prompt_limit == 0
