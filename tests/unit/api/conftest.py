"""Fixtures of the tests of what strangers meet."""

from tests.unit.scenes import scene

__all__ = ["scene"]
