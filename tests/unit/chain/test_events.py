"""Logs of other contracts and later versions pass by; malformed ones are refused."""

from __future__ import annotations

import pytest

from oracle.chain.events import SeedPinned, parse_event, topic_of
from oracle.chain.wire import Log, Position
from oracle.errors import ChainUnavailable

pytestmark = pytest.mark.unit


def log(*topics: bytes, data: bytes = b"") -> Log:
    return Log("0x" + "ab" * 20, topics, data, Position(1, 0), b"\x01" * 32, b"\x02" * 32)


def test_a_log_without_topics_or_of_another_event_is_none_of_a_competition() -> None:
    assert parse_event(log()) is None
    assert parse_event(log(b"\x11" * 32)) is None


def test_a_log_is_read_with_its_indexed_and_other_values() -> None:
    event = parse_event(
        log(topic_of(SeedPinned), (7).to_bytes(32, "big"), data=b"\x05" * 32 + b"\x06" * 32)
    )
    assert isinstance(event, SeedPinned)
    assert (event.competition_id, event.seed, event.source) == (7, b"\x05" * 32, b"\x06" * 32)


@pytest.mark.parametrize(
    "malformed",
    [
        log(topic_of(SeedPinned), data=b"\x05" * 64),
        log(topic_of(SeedPinned), b"\x01" * 32, b"\x01" * 32, data=b"\x05" * 64),
        log(topic_of(SeedPinned), b"\x01" * 32, data=b"\x05" * 63),
        log(topic_of(SeedPinned), b"\x01" * 32),
    ],
)
def test_a_log_that_does_not_fit_its_event_is_nonsense(malformed: Log) -> None:
    with pytest.raises(ChainUnavailable, match="SeedPinned log that does not decode"):
        parse_event(malformed)
