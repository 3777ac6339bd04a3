"""Published network weights: found in a folder, in the cache, or downloaded and checked.

Nothing is ever unpickled as code: every file is read with `weights_only=True`.
"""

from __future__ import annotations

import hashlib
import http.client
import pickle
import socket
import urllib.error
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from scoring.similarity.errors import MissingWeights

StateDict = dict[str, torch.Tensor]

_TORCHVISION = "https://download.pytorch.org/models"
_LPIPS = "https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1"
_MTCNN = "https://github.com/timesler/facenet-pytorch/raw/master/data"
_STALLED_SECONDS = 30


@dataclass(frozen=True)
class Published:
    """One file of weights as its authors publish it."""

    url: str
    sha256: str  # of that file, or the first digits of it as torchvision prints them
    folder: str = ""  # below the cache and below `--weights`, to keep short names apart
    also: tuple[str, ...] = ()  # other file names that hold the same tensors

    @property
    def file_name(self) -> str:
        return self.url.rpartition("/")[2]


PUBLISHED = {
    "alexnet": Published(
        f"{_TORCHVISION}/alexnet-owt-7be5be79.pth",
        "7be5be79",
        also=("alexnet_torchvision_features.pth",),
    ),
    "squeezenet": Published(
        f"{_TORCHVISION}/squeezenet1_1-b8a52dc0.pth",
        "b8a52dc0",
        also=("squeezenet1_1_torchvision_features.pth",),
    ),
    "vgg16": Published(
        f"{_TORCHVISION}/vgg16-397923af.pth", "397923af", also=("vgg16_torchvision_features.pth",)
    ),
    "resnet50": Published(
        f"{_TORCHVISION}/resnet50-11ad3fa6.pth", "11ad3fa6", also=("resnet50-0676ba61.pth",)
    ),
    "lpips-alexnet": Published(
        f"{_LPIPS}/alex.pth",
        "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
        folder="lpips_linear_v0.1",
    ),
    "lpips-squeezenet": Published(
        f"{_LPIPS}/squeeze.pth",
        "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76",
        folder="lpips_linear_v0.1",
    ),
    "lpips-vgg16": Published(
        f"{_LPIPS}/vgg.pth",
        "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
        folder="lpips_linear_v0.1",
    ),
    "mtcnn-pnet": Published(
        f"{_MTCNN}/pnet.pt",
        "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f",
        folder="mtcnn",
    ),
    "mtcnn-rnet": Published(
        f"{_MTCNN}/rnet.pt",
        "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86",
        folder="mtcnn",
    ),
    "mtcnn-onet": Published(
        f"{_MTCNN}/onet.pt",
        "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d",
        folder="mtcnn",
    ),
}


def cache_folder() -> Path:
    """Where torchvision keeps its downloads; moved by the variable TORCH_HOME.

    Raises `MissingWeights` where there is none.
    """
    place = torch.hub.get_dir()
    if place.startswith("~"):  # torch would make a folder of that name here
        raise _no_place("this account has no home folder")
    return Path(place) / "checkpoints"


def _no_place(what: str) -> MissingWeights:
    return MissingWeights(
        f"there is no place for downloaded weights: {what}",
        "set TORCH_HOME to a folder that you can write to, or name one with --weights",
    )


def load_weights(name: str, folder: Path | None = None) -> StateDict:
    """The tensors published under this name, on the CPU.

    With `folder`, they must be there and nothing is downloaded; without, the cache is used and
    filled. Raises `MissingWeights`.
    """
    published = PUBLISHED[name]
    path = _find(published, folder or cache_folder())
    if path is None and folder is not None:
        raise MissingWeights(
            f"the {name} weights are not in {folder}",
            f"put {published.file_name} there, from {published.url}",
        )
    return read_tensors(path or _download(name, published))


def read_tensors(path: Path) -> StateDict:
    """The tensors in a file, without running any code it may hold. Raises `MissingWeights`."""
    try:
        with warnings.catch_warnings():
            # It warns of pickles that it then refuses or reads; either is told below.
            warnings.simplefilter("ignore", UserWarning)
            tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError, ValueError) as error:
        raise MissingWeights(
            f"{path} does not hold plain tensors", "replace it by the published file"
        ) from error
    if not isinstance(tensors, dict):
        raise MissingWeights(f"{path} holds no named tensors", "replace it by the published file")
    return {key: value for key, value in tensors.items() if isinstance(value, torch.Tensor)}


def _find(published: Published, folder: Path) -> Path | None:
    for name in (published.file_name, *published.also):
        for path in (folder / published.folder / name, folder / name):
            if path.is_file():
                _check_named_hash(path)
                return path
    return None


def _check_named_hash(path: Path) -> None:
    """A name like vgg16-397923af.pth promises a hash; a file that breaks the promise is refused."""
    promised = path.stem.rpartition("-")[2]
    if len(promised) != 8 or set(promised) - set("0123456789abcdef"):
        return
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(promised):
        raise MissingWeights(
            f"{path} is damaged: its sha256 begins with {digest[:8]}", "delete it and repeat"
        )


def _download(name: str, published: Published) -> Path:
    path = cache_folder() / published.folder / published.file_name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_place(f"{path.parent} cannot be made ({error.strerror})") from error
    try:
        with _no_endless_wait():
            torch.hub.download_url_to_file(published.url, str(path), hash_prefix=published.sha256)
    except (urllib.error.URLError, http.client.HTTPException, OSError, RuntimeError) as error:
        raise MissingWeights(
            f"the {name} weights are not on this machine and could not be downloaded ({error})",
            f"fetch {published.url} elsewhere, put it into a folder, and name it with --weights",
        ) from error
    return path


@contextmanager
def _no_endless_wait() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_STALLED_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
