"""What a training step asks of a GPU: operations, and bytes that they read and write.

    python -m scoring.bench.traffic full

It needs no GPU: the step is done on torch's `meta` device, whose tensors have a shape and no
numbers. Each operation is counted as if it read and wrote all of its tensors once, in the GPU's
memory: what stays in a cache costs less, what a product reads again costs more.
"""

import argparse
import json
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from scoring.exact.backends.gemm import multiply_cuda_int8
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.network import Autoencoder
from scoring.spec import PROFILES, TrainingSpec

_ATEN = torch.ops.aten
_NOTHING = {_ATEN.empty.memory_format, _ATEN.empty_like.default, _ATEN._unsafe_view.default}


class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what is executed meanwhile; a view of a tensor, or memory alone, is nothing."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations = self.bytes = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if not func.is_view and func not in _NOTHING:
            tensors = {
                id(x): x for x in tree_leaves((args, kwargs, result)) if isinstance(x, torch.Tensor)
            }
            self.operations += 1
            self.bytes += sum(x.numel() * x.element_size() for x in tensors.values())
        return result


def traffic(backend: TensorBackend, spec: TrainingSpec) -> dict[str, float]:
    """Of the second step of a network on the device `meta`."""
    network = Autoencoder(backend, spec, b"traffic")
    pixels = np.zeros((spec.batch_size, spec.image_side, spec.image_side, 3), np.uint8)
    network.learn(pixels, 0.001)
    with Counter() as counted:
        network.learn(pixels, 0.001)
    return {"operations": counted.operations, "gigabytes": round(counted.bytes / 1e9, 2)}


def main(arguments: list[str] | None = None) -> None:
    """Prints a line of JSON for each profile and backend."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help=", ".join(PROFILES))
    profiles = parser.parse_args(arguments).profiles or ["fast", "full"]
    if unknown := sorted(set(profiles) - set(PROFILES)):
        parser.error(f"there is no profile {unknown[0]}; name {', '.join(PROFILES)}")
    from scoring.exact.backends.cuda_fused import CudaFusedBackend

    for profile in profiles:
        spec = PROFILES[profile].training_part()
        for backend in (
            TensorBackend("cuda_int8", multiply_cuda_int8, "meta"),
            CudaFusedBackend("meta"),
        ):
            found = {"profile": profile, "backend": backend.name} | traffic(backend, spec)
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
