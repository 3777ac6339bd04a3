"""Compiling by numba: without fast-math, and kept on disk where there is a folder for it."""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_log = logging.getLogger(__name__)


def require_a_compiler() -> None:
    """Raise ImportError where numba is told to compile nothing: our kernels exist compiled only."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        raise ImportError("numba compiles nothing while NUMBA_DISABLE_JIT is set")


require_a_compiler()


def compiled(function: Function) -> Function:
    """Compile without fast-math, so that no multiply and add are contracted; drop the GIL."""
    try:
        made = numba.njit(cache=True, nogil=True, fastmath=False)(function)
    except RuntimeError:  # what numba raises where none of its folders can be written
        _say_that_nothing_is_kept()
        made = numba.njit(nogil=True, fastmath=False)(function)
    return cast(Function, made)


@cache
def _say_that_nothing_is_kept() -> None:
    _log.warning(
        "numba finds no folder to keep compiled code in, so every process compiles for half a "
        "minute; set NUMBA_CACHE_DIR to a folder that can be written"
    )
