"""Unit tests run without a network: a connection that leaves the process fails the test."""

from __future__ import annotations

import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses to connect or to look a name up; socket pairs inside the process still work."""

    def refuse(self: socket.socket, address: Any, /) -> None:
        raise AssertionError(f"a unit test tried to connect to {address}")

    def refuse_lookup(host: Any, *_: Any, **__: Any) -> None:
        raise AssertionError(f"a unit test tried to look up {host}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse_lookup)
