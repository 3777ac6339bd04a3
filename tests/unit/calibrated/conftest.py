import pytest

from scoring.exact.backends.gemm import multiply_float32
from scoring.exact.backends.tensor import TensorBackend
from tests.unit.one_thread import one_thread
from tests.unit.scenes import scene

__all__ = ["one_thread", "scene"]


@pytest.fixture(scope="session")
def backend() -> TensorBackend:
    """One that needs no compilation."""
    return TensorBackend("float32", multiply_float32)
