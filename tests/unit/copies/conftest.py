from tests.unit.one_thread import one_thread
from tests.unit.scenes import scene

__all__ = ["one_thread", "scene"]
