"""What the tests of the exact arithmetic share."""

import pytest
from hypothesis import settings

from scoring.exact.backends.fused import FusedBackend
from scoring.submission.image import Pixels
from tests.unit.exact.drawn_picture import picture

# How long an example takes says nothing on a machine that is busy with something else.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def target() -> Pixels:
    return picture()


@pytest.fixture(scope="session")
def fused() -> FusedBackend:
    return FusedBackend(2)
