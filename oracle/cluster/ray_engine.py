"""Ray's workers: an actor for each GPU of the cluster, with its share of the machine's cores, and
one for each core that is left.

Nothing is left to Ray that decides a result: it starts actors, passes messages and tells who died.
Actors are never restarted and tasks never retried by it; the foreman does that.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oracle.cluster.apart import LOCAL
from oracle.cluster.engine import WorkerFailed, WorkerLost
from oracle.cluster.worker import ImageWorker
from oracle.errors import BadInput, RetryLater

_STORE_BYTES = 256 << 20  # a few messages at a time lie in it


class RayEngine:
    """A driver's connection to a Ray cluster; it has a process to itself, see `apart.py`."""

    def __init__(self, address: str, device: str = "auto", local_workers: int = 0) -> None:
        self._ray = _load_ray(address == LOCAL)
        self._device = device
        own: dict[str, Any] = {}
        if address == LOCAL:  # _load_ray keeps it on the loopback
            own = {
                "num_cpus": local_workers or os.cpu_count() or 1,
                "object_store_memory": _STORE_BYTES,
                "include_dashboard": False,
            }
        try:
            self._ray.init(
                address=address,
                namespace="judge",
                log_to_driver=False,
                logging_level=logging.WARNING,
                **own,
            )
        except Exception as error:  # Ray raises plain ones for a head that does not start in time
            raise RetryLater(
                f"the Ray cluster at {address} does not answer: {error}",
                "see that its head runs (ray status), or empty [judge] ray_address to judge here",
            ) from error
        machines = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        self._places = places_of(machines, device != "cpu")
        self._actor = self._ray.remote(ImageWorker)

    def capacity(self) -> int:
        """See `Engine`."""
        return len(self._places)

    def share(self, value: object) -> object:
        """See `Engine`."""
        return self._ray.put(value)

    def hire(self, place: int) -> Any:
        """See `Engine`."""
        wanted = self._places[place]
        options = self._actor.options(
            num_cpus=wanted.cores,
            num_gpus=int(wanted.gpu),
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy="SPREAD",
        )
        return options.remote(wanted.device(self._device), wanted.cores)

    def ask(self, hand: Any, method: str, *arguments: object) -> Any:
        """See `Engine`."""
        return getattr(hand, method).remote(*arguments)

    def wait(self, answers: Sequence[Any], seconds: float) -> Sequence[Any]:
        """See `Engine`."""
        there, _ = self._ray.wait(list(answers), num_returns=1, timeout=seconds)
        return list(there)

    def result(self, answer: Any) -> Any:
        """See `Engine`."""
        try:
            return self._ray.get(answer)
        except self._ray.exceptions.RayTaskError as error:
            raise WorkerFailed(_last_line(error)) from error
        except self._ray.exceptions.RayError as error:
            raise WorkerLost(type(error).__name__) from error

    def dismiss(self, hand: Any) -> None:
        """See `Engine`."""
        self._ray.kill(hand, no_restart=True)

    def close(self) -> None:
        """See `Engine`."""
        self._ray.shutdown()


@dataclass(frozen=True)
class Place:
    """What one worker has of a machine."""

    cores: int
    gpu: bool = False

    def device(self, asked: str) -> str:
        """Which device works there, of `[judge] device`: Ray shows a worker its own GPU alone, so
        that the number of one says nothing."""
        return asked.partition(":")[0] if self.gpu else "cpu"


def places_of(machines: Iterable[Mapping[str, float]], use_gpus: bool) -> list[Place]:
    """Where workers are hired, those with a GPU first; at least one, whatever Ray says of machines.

    `machines`: Ray's resources of each. A GPU's threads are its equal share of the machine's cores.
    """
    with_gpu, without = [], []
    for resources in machines:
        cores = int(resources.get("CPU", 0))
        gpus = min(int(resources.get("GPU", 0)), cores) if use_gpus else 0
        share = cores // gpus if gpus else 0
        with_gpu += [Place(share, gpu=True)] * gpus
        without += [Place(1)] * (cores - gpus * share)
    return [*with_gpu, *without] or [Place(1)]


def _load_ray(alone: bool) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if alone:
        # Ray's name for it is older than its use: on any system it then takes the loopback address.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    try:
        import ray
    except ImportError as error:
        raise BadInput(
            "[judge] ray_address is set, and Ray is not installed",
            "install it: pip install 'judging-oracle[ray]'",
        ) from error
    return ray


def _last_line(error: Exception) -> str:
    return str(error).strip().rpartition("\n")[2]
