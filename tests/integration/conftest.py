"""A real chain for the integration tests: anvil, with the contract deployed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deployed_contract import Deployed, deploy_on

from oracle.chain.anvil import Anvil


@pytest.fixture(scope="session")
def shared_deployed() -> Iterator[Deployed]:
    with Anvil() as anvil:
        yield deploy_on(anvil)


@pytest.fixture
def deployed(shared_deployed: Deployed) -> Iterator[Deployed]:
    """The contract on the shared chain, whose state goes back after the test."""
    snapshot = shared_deployed.anvil.snapshot()
    yield shared_deployed
    shared_deployed.anvil.set_automine(True)
    shared_deployed.anvil.revert(snapshot)


@pytest.fixture
def own_deployed() -> Iterator[Deployed]:
    """The contract on a chain of the test's own: for reorgs, stopped mining, moved clocks."""
    with Anvil() as anvil:
        yield deploy_on(anvil)
