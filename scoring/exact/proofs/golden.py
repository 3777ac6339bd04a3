"""What a tiny network comes to, trained and shown images: digests that every machine gives."""

import hashlib
from collections.abc import Sequence

import numpy as np

from scoring.exact.backend import Backend
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed, Ints, Stream
from scoring.spec import TrainingSpec

GOLDEN_SPEC = TrainingSpec(image_side=64, widths=(4, 6, 8, 12), latent_size=10)
GOLDEN_DIGEST = "7623d6353421719a3ea767a6b32741fb6a26eaac0a27f970a274c1e87aa2771a"
"""What `golden_digest` gives with the reference."""

REPEATED = (2, 2, 2)
GOLDEN_REPEATED = "e44f62d1850db52560bce91ca1a1b20d66cd036cf20609b23991ec9382d43f92"
"""What it gives with these batches."""

GOLDEN_IMAGES = "9c4d4925ba053070b962b33c5471d2dff3b7aa5ff9d0318c38ba8bfa51e24d25"
"""What `images_digest` gives with the reference, which evaluates one image after the other."""


def golden_digest(backend: Backend, sizes: Sequence[int] = (4, 3, 2)) -> str:
    """Train a tiny network with batches of these sizes; sha256 of all it holds and its errors."""
    words = Stream(b"golden", "pixels").words(0, 4 * 64 * 64 * 3)
    pixels = (words >> np.uint64(56)).astype(np.uint8).reshape(4, 64, 64, 3)
    pixels[0], pixels[1] = 0, 255
    network = Autoencoder(backend, GOLDEN_SPEC, b"golden")
    errors = [network.step(pixels[:size], 0.001) for size in sizes]
    errors.append(network.squared_error(pixels[3]))
    numbers = b"".join(error.to_bytes(8, "little") for error in errors)
    return hashlib.sha256(network.digest(moments=True) + numbers).hexdigest()


def images_digest(backend: Backend) -> str:
    """Evaluate seven images whose numbers have different sizes, as many together as it does.

    sha256 over each one's exponents, features, latent and output.
    """
    words = Stream(b"golden", "images").words(0, 7 * 64 * 64 * 3)
    pixels = (words >> np.uint64(56)).astype(np.uint8).reshape(7, 64, 64, 3)
    pixels[0], pixels[2], pixels[3] = 0, pixels[2] // 64 + 96, 255
    pixels[5], pixels[5, 40, 20] = 127, 255
    network = Autoencoder(backend, GOLDEN_SPEC, b"golden")
    found: list[list[Ints]] = []
    for start in range(0, len(pixels), backend.group):
        *maps, latent = network.encode(pixels[start : start + backend.group])
        output = backend.numpy(network.decode(latent))
        seen = [
            part for x in (*maps, latent) for part in (_exponents(backend, x), backend.integers(x))
        ]
        found.append([*seen, output])
    hasher = hashlib.sha256()
    for parts in zip(*found, strict=True):
        hasher.update(np.concatenate(parts).astype("<i8").tobytes())
    return hasher.hexdigest()


def _exponents(backend: Backend, x: Fixed) -> Ints:
    """Of each image."""
    return np.ravel(x.e if isinstance(x.e, int) else backend.numpy(x.e))
