"""A training step recorded once and given to a GPU as a whole: a CUDA graph.

A step is hundreds of small operations, and a GPU would wait for the host to ask for each. A graph
repeats the same ones at the same addresses. So what changes from step to step is copied into the
memory that the recording reads, and what it learns is copied back to where it reads it next time.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from scoring.exact.backend import AdamStep
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed

_log = logging.getLogger(__name__)

Capture = Callable[[Callable[[], torch.Tensor]], tuple[Callable[[], object], torch.Tensor]]
"""Records what a function does, without doing it: what repeats it, and where its result will be."""


def cuda_graphs_on(device: torch.device) -> Capture:
    """`Capture` by CUDA, on one of several GPUs: a graph belongs to the current one, and torch's
    own stream for recording to the one that was first recorded on."""

    def capture(run: Callable[[], torch.Tensor]) -> tuple[Callable[[], object], torch.Tensor]:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.device(device):
            stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            with torch.cuda.graph(graph, stream=stream):
                result = run()

        def repeat() -> None:
            with torch.cuda.device(device):
                graph.replay()

        return repeat, result

    return capture


class RecordedSteps:
    """`Autoencoder.propagate`, recorded for each size of a batch when that comes a second time.

    The first time is done as written. It also warms the GPU's libraries up, as no recording may.
    """

    def __init__(self, network: Autoencoder, capture: Capture) -> None:
        self._network, self._capture = network, capture
        self._done: Counter[int] = Counter()
        self._recordings: dict[int, _Recording] = {}

    def __call__(self, x: Fixed, pixels: Any, constants: AdamStep) -> Any:
        size = len(pixels)
        self._done[size] += 1
        if self._done[size] == 2:
            self._record(size, x, pixels, constants)
        if size not in self._recordings:
            return self._network.propagate(x, pixels, constants)
        return self._recordings[size].repeat(x, pixels, constants)

    def _record(self, size: int, x: Fixed, pixels: Any, constants: AdamStep) -> None:
        try:
            recording = _Recording(self._network, x, pixels, constants, self._capture)
        except RuntimeError as error:  # the driver's: without a graph it is slower, not wrong
            _log.warning("training steps are not recorded as a CUDA graph: %s", error)
        else:
            self._recordings[size] = recording


class _Recording:
    """One step for one size of a batch, and the memory that it reads and writes."""

    def __init__(
        self, network: Autoencoder, x: Fixed, pixels: Any, constants: AdamStep, capture: Capture
    ) -> None:
        self._network = network
        # Memory of its own: what the network holds may have been given out to be read later.
        self._state = [(holder, name, held.clone()) for holder, name, held in _state_of(network)]
        self._hold_memory()
        self._x = x.q.clone()
        self._pixels = torch.zeros(x.q.shape, dtype=torch.uint8, device=x.q.device)
        number = torch.zeros((), device=x.q.device)
        self._rate, self._correction = number, number.clone()
        static = replace(constants, rate=self._rate, correction=self._correction)
        try:
            self._repeat, self._error = capture(lambda: self._run(Fixed(self._x, x.e), static))
        except BaseException:
            self._hold_memory()
            network.prepare()
            raise
        network.prepare()

    def _run(self, x: Fixed, constants: AdamStep) -> torch.Tensor:
        # Weights are rounded here too: a recording reads no memory that others made for one step.
        self._network.prepare()
        error: torch.Tensor = self._network.propagate(x, self._pixels, constants)
        for holder, name, memory in self._state:
            memory.copy_(getattr(holder, name))
        self._hold_memory()
        return error

    def _hold_memory(self) -> None:
        """Let the network hold what the recording reads and writes."""
        for holder, name, memory in self._state:
            setattr(holder, name, memory)

    def repeat(self, x: Fixed, pixels: Any, constants: AdamStep) -> torch.Tensor:
        self._take_over_state()
        self._x.copy_(x.q)
        self._pixels.copy_(self._network.backend.array(pixels))
        self._rate.fill_(float(constants.rate))
        self._correction.fill_(float(constants.correction))
        self._repeat()
        # The running statistics are given out, and the next step overwrites this memory.
        for _, norm in self._network.norms:
            norm.running_mean = norm.running_mean.clone()
            norm.running_variance = norm.running_variance.clone()
        return self._error.clone()

    def _take_over_state(self) -> None:
        """What the network holds now, if others have put it elsewhere, back to where it was."""
        for holder, name, memory in self._state:
            held = getattr(holder, name)
            if held is not memory:
                memory.copy_(held)
        self._hold_memory()


def _state_of(network: Autoencoder) -> list[tuple[Any, str, torch.Tensor]]:
    """Everything that a step changes: who holds it, under which name, and where it is."""
    moments, statistics = ("values", "mean", "square"), ("running_mean", "running_variance")
    named: list[tuple[Any, str]] = [(p, name) for p in network.parameters for name in moments]
    named += [(norm, name) for _, norm in network.norms for name in statistics]
    return [(holder, name, getattr(holder, name)) for holder, name in named]
