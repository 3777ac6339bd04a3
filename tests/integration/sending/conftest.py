"""A desk to send from, and a node in front of it that fails on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.ledger.ledger import open_ledger
from tests.integration.deployed_contract import Deployed
from tests.integration.flaky_proxy import FlakyProxy
from tests.integration.sending.sending_desk import Desk


@pytest.fixture
def desk(own_deployed: Deployed, tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    ledger = open_ledger(url, 31337, own_deployed.contract.address)
    desk = Desk(own_deployed, url, ledger)
    desk.open_shop()
    own_deployed.anvil.set_automine(False)
    yield desk
    ledger.close()


@pytest.fixture
def proxy(desk: Desk) -> Iterator[FlakyProxy]:
    with FlakyProxy(desk.deployed.anvil.url) as proxy:
        yield proxy
