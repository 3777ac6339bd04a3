"""Health and metrics answer on a port of their own, whatever strangers do to the other one."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from oracle.api import server as module
from oracle.devnet.anvil import free_port
from tests.integration.competition_world import World

pytestmark = pytest.mark.integration


def test_a_crowd_of_slow_headers_blocks_no_health_on_its_own_port(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_HEADER_SECONDS", 60.0)
    port = free_port()
    with world.daemon(api__health_port=str(port)) as daemon, daemon.api, ExitStack() as crowd:
        address = urlsplit(daemon.api.url)
        for _ in range(module._MAX_CONNECTIONS + 20):
            client = socket.create_connection((str(address.hostname), int(address.port or 0)))
            crowd.callback(client.close)
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        session = crowd.enter_context(requests.Session())
        session.trust_env = False
        assert session.get(f"http://127.0.0.1:{port}/healthz", timeout=20).status_code == 200
        assert "judge_healthy 1.0" in session.get(f"http://127.0.0.1:{port}/metrics").text
        assert session.get(f"{daemon.api.url}/healthz", timeout=20).status_code == 503
