"""How many threads the judge's arithmetic uses."""

from __future__ import annotations


def use_threads(count: int) -> None:
    """Lets torch use `count` threads; 0 leaves its own choice."""
    if count:
        # Imported here: without this setting torch is loaded only when there is something to judge.
        import torch

        torch.set_num_threads(count)
