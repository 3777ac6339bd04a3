"""The browser's half that the tests of push rest on is RFC 8291's, by the RFC's own example."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from oracle.push.courier import encrypted
from oracle.push.subscription import Subscription
from tests.integration.push.browser import CURVE, Browser, unb64

pytestmark = pytest.mark.unit

# RFC 8291, section 5 and appendix A.
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_rfcs_own_message_is_opened() -> None:
    key = ec.derive_private_key(int.from_bytes(unb64(RECEIVER), "big"), CURVE)
    message = Browser(key, unb64(AUTH)).opens(unb64(BODY))
    assert message == b"When I grow up, I want to be a watermelon"


def test_what_the_daemon_encrypts_only_its_browser_opens() -> None:
    browser, other = Browser(), Browser()
    body = encrypted(Subscription("https://a.example/x", browser.point, browser.auth), b"words")
    assert browser.opens(body) == b"words"
    assert b"words" not in body
    with pytest.raises(Exception):  # noqa: B017 (whatever a cipher says)
        other.opens(body)
