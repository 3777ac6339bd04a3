"""A Ray cluster of several machines on this one's loopback: a raylet for each of them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

# A raylet ends itself where its helpers take more than 15 s to start: a busy machine.
_PATIENT = {
    "RAY_raylet_start_wait_time_s": "240",
    "RAY_agent_register_timeout_ms": "240000",
    "RAY_worker_register_timeout_seconds": "240",
    "RAY_gcs_rpc_server_reconnect_timeout_s": "10",  # until the driver gives a dead head up
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",  # else a token is written into the home folder
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # no other address than the loopback
}
_SMALL = {"object_store_memory": 80 << 20, "include_log_monitor": False}


@dataclass
class Machines:
    """A running cluster; the first machine is its head."""

    cluster: Any
    others: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        return str(self.cluster.address)

    @contextmanager
    def more(self, *cores: int) -> Iterator[None]:
        """Machines of so many cores each, for as long as this lasts."""
        for count in cores:
            self.others.append(self.cluster.add_node(num_cpus=count, **_SMALL))
        try:
            yield
        finally:
            while self.others:
                self.cluster.remove_node(self.others.pop(), allow_graceful=False)

    def workers(self, machine: Any = None) -> list[int]:
        """The processes that work on images, of one machine or of all, the oldest first."""
        found = []
        for node in [machine] if machine else self.cluster.list_all_nodes():
            raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
            for process in raylet.children(recursive=True):
                with contextlib.suppress(psutil.Error):  # it has just ended
                    if any("ray::ImageWorker" in part for part in process.cmdline()):
                        found.append((process.create_time(), process.pid))
        return [pid for _, pid in sorted(found)]

    def kill_one(self) -> None:
        """The raylet of the machine that came last, once it has a worker, which goes with it."""
        last = self.others.pop()
        while not self.workers(last):
            time.sleep(0.2)
        last.kill_raylet()

    def kill_head(self) -> None:
        """Its raylet and the process that knows who is in the cluster."""
        self.cluster.head_node.kill_raylet()
        self.cluster.head_node.kill_gcs_server()


@contextmanager
def machines(cores: int) -> Iterator[Machines]:
    """A cluster whose head has so many cores; whoever is in it then has Ray's settings for it."""
    os.environ.update(_PATIENT)
    from ray.cluster_utils import Cluster

    head = {"num_cpus": cores, "include_dashboard": False, "no_monitor": True, **_SMALL}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        yield Machines(cluster)
    finally:
        cluster.shutdown()
