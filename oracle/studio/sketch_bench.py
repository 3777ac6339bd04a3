"""How long the back end sketch draws on one core; `judge bench sketch`."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from oracle.studio.backends.base import Parameters
from oracle.studio.backends.sketch import SketchBackend
from oracle.studio.made_up import made_up_prompt

GOAL_SECONDS = 0.150
_SEED = 16
_TIMES = 3  # each is drawn so often; the least counts, as whatever else runs only adds to it


@dataclass(frozen=True)
class SketchFigures:
    """Seconds an image, from the words to the file."""

    prompts: int
    processor_median: float
    processor_95: float
    processor_most: float
    wall_median: float
    wall_95: float
    over_goal: int  # images that took more processor time than the goal

    def missed(self) -> list[str]:
        """The goals that were missed, in words."""
        if not self.over_goal:
            return []
        return [
            f"{self.over_goal} images take more than {GOAL_SECONDS * 1e3:.0f} ms of processor "
            f"time, up to {self.processor_most * 1e3:.0f} ms"
        ]


def measure_sketch(prompts: int) -> SketchFigures:
    """Draws so many prompts that are made up, the same ones every time."""
    chance = random.Random(_SEED)
    backend = SketchBackend()
    backend.generate("a house", 0, Parameters(), seconds=60)  # what is loaded once
    processor, wall = [], []
    for seed in range(prompts):
        words = made_up_prompt(chance)
        times = [_timed(backend, words, seed) for _ in range(_TIMES)]
        processor.append(min(ran for ran, _ in times))
        wall.append(min(took for _, took in times))
    processor.sort()
    wall.sort()
    return SketchFigures(
        prompts=prompts,
        processor_median=processor[prompts // 2],
        processor_95=processor[prompts * 95 // 100],
        processor_most=processor[-1],
        wall_median=wall[prompts // 2],
        wall_95=wall[prompts * 95 // 100],
        over_goal=sum(seconds > GOAL_SECONDS for seconds in processor),
    )


def _timed(backend: SketchBackend, words: str, seed: int) -> tuple[float, float]:
    """Processor and wall seconds of one image."""
    began, ran = time.perf_counter(), time.process_time()
    backend.generate(words, seed, Parameters(), seconds=60)
    return time.process_time() - ran, time.perf_counter() - began
