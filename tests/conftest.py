"""What holds for all tests: where there is no GPU, Triton's interpreter executes its kernels."""

import ctypes.util
import os

if ctypes.util.find_library("cuda") is None:
    # Before anything imports Triton, which settles there what its own functions are.
    os.environ.setdefault("TRITON_INTERPRET", "1")
