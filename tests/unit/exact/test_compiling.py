"""Kernels are compiled wherever numba works, also where it can keep nothing."""

import logging

import numba
import pytest
from numba.core import caching

from scoring.exact.backends import compiling

pytestmark = pytest.mark.unit


def test_without_a_folder_to_keep_them_in_kernels_are_compiled_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    compiling._say_that_nothing_is_kept.cache_clear()

    def doubled(x: int) -> int:
        return 2 * x

    with caplog.at_level(logging.WARNING):
        kernels = [compiling.compiled(doubled) for _ in range(2)]
    assert [kernel(21) for kernel in kernels] == [42, 42]
    assert all(kernel.signatures for kernel in kernels)
    assert caplog.text.count("set NUMBA_CACHE_DIR") == 1


def test_where_numba_is_switched_off_there_are_no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    compiling.require_a_compiler()
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with pytest.raises(ImportError, match="NUMBA_DISABLE_JIT"):
        compiling.require_a_compiler()
