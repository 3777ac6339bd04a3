"""A desk to send from, and a node in front of it that fails on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from deployed_contract import Deployed
from flaky_proxy import FlakyProxy
from sending_desk import Desk

from oracle.ledger import open_ledger


@pytest.fixture
def desk(own_deployed: Deployed, tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    ledger = open_ledger(url, 31337, own_deployed.contract.address)
    own_deployed.anvil.set_automine(False)
    yield Desk(own_deployed, url, ledger)
    ledger.close()


@pytest.fixture
def proxy(desk: Desk) -> Iterator[FlakyProxy]:
    with FlakyProxy(desk.deployed.anvil.url) as proxy:
        yield proxy
