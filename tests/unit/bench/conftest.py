from tests.unit.calibrated.conftest import backend
from tests.unit.exact.conftest import fused, target
from tests.unit.one_thread import one_thread
from tests.unit.scenes import scene

__all__ = ["backend", "fused", "one_thread", "scene", "target"]
