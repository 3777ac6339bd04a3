"""Launching a kernel: where its tensors are, and with every operation rounded by itself."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import torch

ENOUGH = 264
"""Programs that keep a large GPU busy: two for each of its processors."""


def launch(
    kernel: Any, grid: Sequence[int], first: torch.Tensor, *rest: Any, **options: Any
) -> None:
    """`kernel[grid](first, *rest)` on the device of the first tensor.

    Triton by itself takes whichever GPU is the current one, and makes one operation of a
    multiplication and an addition.
    """
    here = torch.cuda.device(first.device) if first.is_cuda else nullcontext()
    with here:
        kernel[tuple(grid)](first, *rest, enable_fp_fusion=False, **options)
