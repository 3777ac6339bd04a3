"""A real Kubo daemon, and peers that misbehave."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.integration.store.faulty_peer import Behaviour, Peer
from tests.integration.store.kubo_daemon import KuboDaemon, running_kubo


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever the machine's environment says."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def kubo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KuboDaemon]:
    """One daemon for all tests, where a binary is found."""
    binary = os.environ.get("JUDGE_TEST_KUBO") or shutil.which("ipfs")
    if not binary:
        pytest.skip("no Kubo: set JUDGE_TEST_KUBO to an ipfs binary (scripts/build-kubo makes one)")
    with running_kubo(binary, tmp_path_factory.mktemp("kubo")) as daemon:
        yield daemon


@pytest.fixture
def peer() -> Iterator[Callable[[Behaviour], Peer]]:
    """Starts servers that behave as they are told, until the test ends."""
    peers: list[Peer] = []

    def start(behaviour: Behaviour) -> Peer:
        peers.append(Peer(behaviour))
        return peers[-1]

    yield start
    for one in peers:
        one.close()
