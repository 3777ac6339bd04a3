"""The trained autoencoder's own view of pictures: its latent, and its encoder's feature maps.

Trained on one picture it is the judge's network; trained on several (the originals of a batch, a
gallery) it learns what sets them apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from scoring.errors import InvalidModel, UnreadableImage
from scoring.float32.augment import augment
from scoring.float32.autoencoder import AutoencoderConfig, empty_autoencoder, initialise
from scoring.float32.model import TrainedModel
from scoring.float32.randomness import stream
from scoring.float32.training import fit_copies, fixed_arithmetic
from scoring.progress import Progress
from scoring.similarity.backbone import unit_input
from scoring.similarity.embedding import Vectors
from scoring.similarity.errors import BadInput, NoImages
from scoring.similarity.reading import image_files, read_image
from scoring.similarity.shape import resized
from scoring.similarity.user_cache import user_cache
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

# A model that is asked about similarity, not about money, needs no secret seed.
SEED = bytes(32)
# More pictures than this do not fit a small autoencoder any better; every n-th is taken.
MOST_PICTURES = 256
_FEWEST_COPIES = 4
# How the toolbox trains: seconds on one core. Its own spec, and not a profile of the judge, because
# the threshold of `judge verify` was calibrated with it.
QUICK_SPEC = JudgingSpec(
    judge="autoencoder-mse",
    arithmetic="float32",
    image_side=128,
    widths=(16, 32, 64, 128),
    augmentations=80,
    held_out=16,
    epochs=20,
    batch_size=16,
)


class LatentSpace:
    """Pictures as latents (`vectors`) and as encoder feature maps (`maps`)."""

    name = "autoencoder"

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self.fingerprint = f"{self.name}-{model.digest().hex()[:16]}"
        self._side = model.spec.image_side

    @torch.inference_mode()
    def vectors(self, batch: Sequence[Pixels]) -> Vectors:
        """The flattened latents, float32 (N, latent size)."""
        network = self.model.network
        images = unit_input([self._view(pixels) for pixels in batch], torch.device("cpu"))
        latents: Tensor = network.to_latent(network.encoder(images).flatten(1))
        return latents.numpy()

    @torch.inference_mode()
    def maps(self, batch: Sequence[Pixels]) -> list[Tensor]:
        """The four encoder stages after their ReLU: [(N, W, S/2, S/2), … (N, W, S/16, S/16)]."""
        x = unit_input([self._view(pixels) for pixels in batch], torch.device("cpu"))
        maps = []
        for stage in self.model.network.encoder:
            x = stage(x)
            if isinstance(stage, nn.ReLU):
                maps.append(x)
        return maps

    def _view(self, pixels: Pixels) -> Pixels:
        """The centre square at the network's size."""
        return centre_square(pixels, self._side)


def centre_square(pixels: Pixels, side: int) -> Pixels:
    """The largest square in the middle, resampled to `side`."""
    height, width = pixels.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    return resized(pixels[top : top + short, left : left + short], side, side)


def train_latent_space(
    pictures: Sequence[Pixels], spec: JudgingSpec, progress: Progress
) -> LatentSpace:
    """An autoencoder trained on augmented copies of these pictures, the same on every run.

    The spec's augmentations are shared out among the pictures, at least four to each.
    """
    if not pictures:
        raise BadInput("there is no picture to train on", "name at least one")
    chosen = pictures[:: -(-len(pictures) // MOST_PICTURES)]
    each = max(_FEWEST_COPIES, -(-spec.augmentations // len(chosen)))
    held_out = max(1, each * spec.held_out // spec.augmentations)
    random = stream(SEED, "augmentations")
    with fixed_arithmetic():
        copies = torch.empty((len(chosen), each, 3, *[spec.image_side] * 2), dtype=torch.uint8)
        for index, picture in enumerate(chosen):
            view = torch.tensor(centre_square(picture, spec.image_side)).permute(2, 0, 1)
            for copy in range(each):
                copies[index, copy] = augment(view, spec, random)
            progress("augment", index + 1, len(chosen))
        network = empty_autoencoder(AutoencoderConfig.of(spec))
        initialise(network, stream(SEED, "weights"))
        held, trained = copies[:, :held_out].flatten(0, 1), copies[:, held_out:].flatten(0, 1)
        return LatentSpace(fit_copies(network, trained, held, spec, SEED, progress))


def gallery_space(folder: Path, progress: Progress) -> LatentSpace:
    """An autoencoder trained on a gallery's pictures, with `QUICK_SPEC`, kept in the cache.

    A file that cannot be read is passed over. Raises `NoImages`.
    """
    pictures: list[Pixels] = []
    problem = ""
    files = image_files(folder)
    for path in files[:: -(-len(files) // MOST_PICTURES)]:
        try:
            pictures.append(centre_square(read_image(path, max_side=512), 256))
        except UnreadableImage as error:
            problem = error.what
    if not pictures:
        raise NoImages(f"no image in {folder} can be read", problem)
    return space_for(pictures, QUICK_SPEC, progress)


def space_for(
    originals: Sequence[Pixels], spec: JudgingSpec, progress: Progress, cache: Path | None = None
) -> LatentSpace:
    """An autoencoder trained on these pictures, kept in the user's cache for the next call."""
    digest = hashlib.sha256(spec.canonical_json())
    for pixels in originals:
        digest.update(repr(pixels.shape).encode() + pixels.tobytes())
    path = (cache or user_cache("latent")) / f"{digest.hexdigest()[:32]}.model"
    if path.is_file():
        try:
            return LatentSpace(TrainedModel.load(path))
        except InvalidModel:
            path.unlink()  # cut short by a full disk, or of an older version: train again
    space = train_latent_space(originals, spec, progress)
    path.parent.mkdir(parents=True, exist_ok=True)
    space.model.save(path)
    return space


def cosine_similarity(a: Vectors, b: Vectors) -> float:
    """The cosine of the angle between two vectors, in [-1, 1]; 0 when one of them is zero."""
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.clip(float(a @ b) / scale, -1, 1)) if scale else 0.0
