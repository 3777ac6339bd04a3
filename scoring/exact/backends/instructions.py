"""Which instructions the compiled kernels may use: what the processor has and numba is allowed."""

import os

from numba.core.registry import cpu_target

from scoring.processors import features

DOT_PRODUCTS_OF_ARM = "dotprod"
"""numba does not know of these, so they are written as assembly."""


def permitted() -> frozenset[str]:
    """The names of features of the processor, as LLVM has them."""
    allowed = {
        word[1:]
        for word in cpu_target.target_context.codegen().magic_tuple()[2].split(",")
        if word.startswith("+")
    }
    if "NUMBA_CPU_FEATURES" not in os.environ and features().get(DOT_PRODUCTS_OF_ARM):
        allowed.add(DOT_PRODUCTS_OF_ARM)
    return frozenset(allowed)
