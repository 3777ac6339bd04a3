"""A prompt's seed follows from whose prompt it is."""

from __future__ import annotations

import pytest

from oracle.studio.seeds import prompt_seed

pytestmark = pytest.mark.unit
CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


def test_every_part_of_whose_prompt_it_is_changes_the_seed() -> None:
    seeds = {
        prompt_seed(1, CONTRACT, 2, 3, 4),
        prompt_seed(5, CONTRACT, 2, 3, 4),
        prompt_seed(1, "0x" + "11" * 20, 2, 3, 4),
        prompt_seed(1, CONTRACT, 5, 3, 4),
        prompt_seed(1, CONTRACT, 2, 5, 4),
        prompt_seed(1, CONTRACT, 2, 3, 5),
    }
    assert len(seeds) == 6
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_the_seed_is_the_same_for_ever() -> None:
    assert prompt_seed(31337, CONTRACT, 1, 1, 0) == 3892621117
