"""How many threads the judge's arithmetic uses."""

from __future__ import annotations

import torch


def use_threads(count: int) -> None:
    """Lets torch use `count` threads; 0 leaves its own choice."""
    if count:
        torch.set_num_threads(count)
