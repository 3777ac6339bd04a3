"""Compiles each kernel that training and scoring launch, for a GPU that need not be here.

    python -m tests.unit.exact.compiled_kernels 90

prints as JSON, by kernel, the instructions of every form of it. Nothing is executed, so what a
step calculates meanwhile is of no meaning.
"""

import json
import re
import sys
from typing import Any

import numpy as np
import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from scoring.exact.backends.cuda_fused import CudaFusedBackend
from scoring.exact.backends.gpu import products, rounding
from scoring.exact.network import Autoencoder
from scoring.spec import PROFILES

_KINDS = {
    torch.int8: "*i8",
    torch.int16: "*i16",
    torch.int32: "*i32",
    torch.int64: "*i64",
    torch.float32: "*fp32",
    torch.float64: "*fp64",
}
_OPTIONS = ("num_warps", "enable_fp_fusion")
_INSTRUCTION = re.compile(r"^\s*(?:@\S+\s+)?([a-z]\S*\.\S+)", re.MULTILINE)


class Compiler:
    """Stands in for `launch`, and compiles what it is given."""

    def __init__(self, capability: int) -> None:
        self.target = GPUTarget("cuda", capability, 32)
        self.found: dict[str, dict[str, list[str]]] = {}

    def __call__(self, kernel: Any, grid: Any, *arguments: Any, **keywords: Any) -> None:
        options = {"enable_fp_fusion": False}
        options |= {name: keywords.pop(name) for name in _OPTIONS if name in keywords}
        given = dict(zip(kernel.arg_names, arguments, strict=False))
        # What is 1 is compiled in, as Triton does; so is what has a name.
        ones = {name: 1 for name, x in given.items() if type(x) is int and x == 1}
        constants = keywords | ones
        kinds = {name: _kind(x) for name, x in given.items()} | dict.fromkeys(
            constants, "constexpr"
        )
        # As Triton looks for: what is aligned is read in wide pieces, and ahead of its use.
        even = [name for name, x in given.items() if name not in constants and _divides(x)]
        form = json.dumps([kinds, constants, even])
        forms = self.found.setdefault(kernel.fn.__name__, {})
        if form not in forms:
            places = {name: i for i, name in enumerate(kernel.arg_names)}
            hints = {(places[name],): [["tt.divisibility", 16]] for name in even}
            named = {name: kinds[name] for name in kernel.arg_names}
            source = ASTSource(kernel, named, constants, hints)
            compiled = triton.compile(source, target=self.target, options=options)
            forms[form] = sorted(set(_INSTRUCTION.findall(compiled.asm["ptx"])))


def _divides(x: Any) -> bool:
    return isinstance(x, torch.Tensor) or (isinstance(x, int) and x % 16 == 0)


def _kind(x: Any) -> str:
    if isinstance(x, torch.Tensor):
        return _KINDS[x.dtype]
    return "i32" if isinstance(x, int) else "fp32"


def main() -> None:
    compiler = Compiler(int(sys.argv[1]))
    products.launch = rounding.launch = compiler
    backend = CudaFusedBackend("cpu", group=2)
    spec = PROFILES["full"].training_part()
    pixels = np.zeros((2, spec.image_side, spec.image_side, 3), np.uint8)
    network = Autoencoder(backend, spec, b"compiled")
    network.learn(pixels, 0.001)
    *_, latent = network.encode(pixels)
    network.decode(latent)
    print(json.dumps(compiler.found))


if __name__ == "__main__":
    main()
