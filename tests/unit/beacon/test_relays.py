"""A relay that lies, fails or babbles costs nothing but the time to ask the next one."""

import json
from pathlib import Path

import pytest

from oracle.beacon.drand import DrandRelays, quicknet_beacon
from oracle.beacon.relay import HttpRelay
from oracle.beacon.rounds import QUICKNET
from oracle.errors import BeaconUnavailable, InvalidConfig

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "beacon.json").read_text())
FIRST, SECOND = VECTORS["quicknet"]["rounds"][:2]


def _said(published: dict[str, str], **changes: object) -> bytes:
    answer = {
        "round": published["round"],
        "randomness": published["randomness"].removeprefix("0x"),
        "signature": published["compressed"].removeprefix("0x"),
    }
    return json.dumps(answer | changes).encode()


class Scripted:
    """A relay with one answer, which counts how often it is asked."""

    def __init__(self, name: str, answer: bytes | BeaconUnavailable) -> None:
        self.name = name
        self.asked: list[int] = []
        self._answer = answer

    def ask(self, number: int) -> bytes:
        self.asked.append(number)
        if isinstance(self._answer, BeaconUnavailable):
            raise self._answer
        return self._answer


TRUTH = _said(FIRST)
FLAWED: dict[str, bytes | BeaconUnavailable] = {
    "is down": BeaconUnavailable("relay x answered 500"),
    "says nothing": b"",
    "is no JSON": b"<html>",
    "is no text": b"\xff\xfe",
    "nests without end": b"[" * 4000,
    "is a list": b"[1000]",
    "is about another round": _said(SECOND),
    "has another round's signature": _said(SECOND, round=1000),
    "has no signature": json.dumps({"round": 1000}).encode(),
    "has a signature that is a number": _said(FIRST, signature=7),
    "has one too short": _said(FIRST, signature=FIRST["compressed"][2:-2]),
    "has one that is no hex": _said(FIRST, signature="z" * 96),
    "has infinity": _said(FIRST, signature="c0" + "00" * 47),
    "has no point": _said(FIRST, signature="ff" * 48),
}


@pytest.mark.parametrize("flaw", FLAWED)
def test_the_next_relay_is_asked_when_an_answer(flaw: str) -> None:
    bad, good = Scripted("bad", FLAWED[flaw]), Scripted("good", TRUTH)
    proven = DrandRelays(QUICKNET, [bad, good]).fetch_round(1000)
    assert proven.randomness.hex() == FIRST["randomness"].removeprefix("0x")
    assert (bad.asked, good.asked) == ([1000], [1000])


def test_the_first_relay_that_is_right_is_enough() -> None:
    first, second = Scripted("first", TRUTH), Scripted("second", TRUTH)
    DrandRelays(QUICKNET, [first, second]).fetch_round(1000)
    assert second.asked == []


def test_the_randomness_that_a_relay_claims_is_not_believed() -> None:
    relay = Scripted("liar", _said(FIRST, randomness="00" * 32))
    proven = DrandRelays(QUICKNET, [relay]).fetch_round(1000)
    assert proven.randomness.hex() == FIRST["randomness"].removeprefix("0x")


def test_without_any_right_answer_the_operator_reads_what_each_relay_did() -> None:
    relays = [Scripted("one", FLAWED["is down"]), Scripted("two", b"[1000]")]
    with pytest.raises(BeaconUnavailable) as caught:
        DrandRelays(QUICKNET, relays).fetch_round(1000)
    assert "relay x answered 500" in caught.value.what
    assert "two: an answer that is no object" in caught.value.what
    assert str(FIRST["time"]) in caught.value.hint


def test_no_relays_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(InvalidConfig, match="no relay"):
        DrandRelays(QUICKNET, [])


@pytest.mark.parametrize("url", ["", "relay.example", "ftp://a.example", "http://a:b", "http://?"])
def test_an_address_that_is_none_is_a_mistake_in_the_settings(url: str) -> None:
    with pytest.raises(InvalidConfig, match="plain http"):
        quicknet_beacon([url])


def test_a_relays_name_in_logs_holds_no_password() -> None:
    assert HttpRelay("https://me:secret@relay.example/x", "00").name == "relay relay.example"
