"""A mistyped address is named while settings load, before anything connects."""

from __future__ import annotations

import dataclasses
from typing import get_type_hints

import pytest

from oracle.chain.endpoint import endpoint_name, secret_parts
from oracle.errors import InvalidConfig
from oracle.settings.addresses import NETWORK
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.unit

URLS = sorted(set(NETWORK) - {"api.host", "studio.host", "notices.smtp_host", "judge.ray_address"})
ENDS = ("url", "urls", "gateways", "relays", "services", "host")


def test_every_address_of_the_settings_is_looked_at() -> None:
    named = {
        f"{section}.{f.name}"
        for section, kind in get_type_hints(Settings).items()
        for f in dataclasses.fields(kind)
        if f.name.endswith(ENDS)
    }
    assert named - set(NETWORK) == {"ledger.url"}  # its database knows it


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:85455",
        "http://127.0.0.1:-1",
        "https://user:word@host.example:80a/path",
        "http://.example",
        "https://a..b",
        f"https://{'a' * 64}.example",
        "http://[::1",
        "http://",
        "https://two words",
    ],
)
def test_a_port_or_host_that_is_none_is_refused_with_the_setting_s_name(
    name: str, url: str
) -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_settings(None, {}, {name: url})
    assert name in caught.value.what
    assert caught.value.hint
    assert "word@" not in caught.value.what


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chain.rpc_url", "127.0.0.1:8545"),
        ("chain.rpc_url", "ws://127.0.0.1:8546"),
        ("chain.rpc_urls", "http://127.0.0.1:1,http://127.0.0.1:85455"),
        ("store.url", "dir:here, https://gateway.example:99999"),
        ("beacon.relays", "foo"),
        ("api.rpc_url", "localhost:8545"),
        ("api.rpc_url", "//host:99999"),
        ("api.host", ".example"),
        ("notices.smtp_host", ".example"),
        ("notices.smtp_host", "mail .example"),
        ("judge.ray_address", "a..b:6379"),
        ("series.zone", "Foo"),
        ("series.zone", "../etc"),
        ("series.zone", "Europe"),
    ],
)
def test_what_cannot_be_there_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_settings(None, {}, {name: text})
    assert name in caught.value.what


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chain.rpc_url", "https://user:p%40ss@[::1]:8545/v3/key?x=1"),
        ("chain.rpc_url", "http://my_node:8545"),
        ("chain.rpc_url", "http://EXAMPLE.com."),
        ("chain.rpc_url", "https://bücher.example"),
        ("store.url", "dir:a:b, kubo:/dns4/kubo/tcp/5001, https://gateway.example"),
        ("judge.ray_store", "dir:/mnt/content"),
        ("beacon.relays", "devnet"),
        ("api.rpc_url", "./rpc"),
        ("studio.url", "/studio"),
        ("push.services", "https://*.push.apple.com"),
        ("api.host", "::"),
        ("notices.smtp_host", "10.0.0.1"),
        ("judge.ray_address", "local"),
        ("judge.ray_address", "[::1]:6379"),
        ("ledger.url", "postgresql://judge:p#s[s@db/judge"),
        ("ledger.url", "sqlite:///a b.sqlite"),
        ("series.zone", "Europe/Rome"),
    ],
)
def test_what_works_is_taken_as_it_is(name: str, text: str) -> None:
    section, _, key = name.partition(".")
    found = getattr(getattr(load_settings(None, {}, {name: text}), section), key)
    assert found == (text if isinstance(found, str) else (text,))


def test_a_database_s_password_that_is_no_part_of_an_address_is_secret_all_the_same() -> None:
    url = "postgresql://judge:p#s[s@db/judge"
    assert list(secret_parts(url)) == ["p#s[s"]
    assert endpoint_name(url) == "postgresql://?"
