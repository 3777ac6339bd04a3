"""Which sight is right on this machine: found out by trying, never by guessing.

A sight is used only after it gave the integers of `PlainSight` where that is right, written down as
one digest. One that does not is refused, with the reason, and the next is taken. The networks are
on a GPU only where the autoencoder is.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.sight import Maps, Sight
from scoring.errors import NoExactBackend
from scoring.exact.numbers import Stream
from scoring.exact.proofs.report import BackendReport, Check, may_be_used
from scoring.exact.proofs.selftest import require_gpu
from scoring.submission.image import Pixels

_log = logging.getLogger(__name__)

GOLDEN_DIGEST = "ca759f3a1aab6ff9486f6ff7d41c0ad78536e6b0a79e3021d82a8f8b746d7252"
"""What `golden_digest` gives with `PlainSight`, and with the slow networks of `reference.py`."""


def _compiled() -> Sight:
    from scoring.calibrated.compiled.sight import CompiledSight

    return CompiledSight(shipped_network(), shipped_subject_network())


def _plain() -> Sight:
    from scoring.calibrated.plain_sight import PlainSight

    return PlainSight(shipped_network(), shipped_subject_network())


SIGHTS: dict[str, Callable[[], Sight]] = {"compiled": _compiled, "plain": _plain}
"""Those of the CPU by name, the fastest first."""


def sight_on(device: str) -> Sight:
    """The networks on a GPU, "cuda" or "cuda:N", unchecked. Raises ImportError without one."""
    require_gpu(device)
    from scoring.calibrated.device_sight import DeviceSight

    return DeviceSight(shipped_network(), shipped_subject_network(), device, choose_sight("cpu"))


def golden_digest(sight: Sight) -> str:
    """sha256 over what a sight gives, for sizes that divide by nothing and at the extremes.

    Two pictures are looked at together, and one alone. All results are held until all are there: a
    sight that gave its own working memory away would be found out.
    """
    pictures = [_noise("dim") // 2, _noise("bright"), np.where(_noise("hard") < 99, 0, 255)]
    pictures = [picture.astype(np.uint8) for picture in pictures]
    seen = [*sight.features_of_each(pictures[:2]), sight.features(pictures[2])]
    found: list[npt.NDArray[Any]] = [layer for layers in seen for layer in layers]
    found += [*sight.subjects_of_each(pictures[:2]), sight.subject(pictures[2])]
    for maps in (*map(np.stack, zip(*seen, strict=True)), *map(_maps, (5, 16, 512))):
        squares = np.square(maps[:2], dtype=np.int64).sum(-1)
        found.append(sight.spatial_distances(maps[:2], squares, maps[2]))
        found.append(sight.channel_sums(maps[2]))
    found += [sight.box_mean(_noise("blur"), *how) for how in ((1, 1), (3, 1), (8, 16))]
    hasher = hashlib.sha256()
    for array in found:
        hasher.update(np.array(array.shape, "<i8").tobytes() + array.astype("<i8").tobytes())
    return hasher.hexdigest()


def _noise(name: str) -> Pixels:
    """uint8 (117, 117, 3), every level equally likely."""
    words = Stream(b"sight", name).words(0, 117 * 117 * 3)
    return (words >> np.uint64(56)).astype(np.uint8).reshape(117, 117, 3)


def _maps(channels: int) -> Maps:
    """int16 (3, 5, 7, channels): the largest vectors, small ones, and many that are zero."""
    words = Stream(b"sight", "maps").words(0, 3 * 5 * 7 * (channels + 1)) >> np.uint64(32)
    values = np.array((63, 63, 1, 0), np.int16)[words[: 3 * 5 * 7 * channels] % np.uint64(4)]
    scale = np.array((1, 1, 0), np.int16)[words[3 * 5 * 7 * channels :] % np.uint64(3)]
    maps: Maps = values.reshape(3, 5, 7, channels) * scale.reshape(3, 5, 7, 1)
    return maps


def check_sight(name: str, make: Callable[[], Sight] | None = None) -> BackendReport:
    """Try one sight; `make` makes it instead of its name."""
    of = f"{name} sight"
    try:
        found = golden_digest((make or SIGHTS[name])())
    except ImportError as error:
        return BackendReport(of, (), missing=str(error))
    except Exception as error:  # whatever a compiler or a processor comes up with: not this one
        failed = Check("running at all", False, f"{type(error).__name__}: {error}")
        return BackendReport(of, (failed,))
    right = found == GOLDEN_DIGEST
    detail = found[:16] if right else f"{found[:16]} is not {GOLDEN_DIGEST[:16]}"
    return BackendReport(of, (Check("golden features", right, detail),))


def check_sight_on(device: str) -> BackendReport:
    """Try the networks on a GPU, "cuda" or "cuda:N"."""
    return check_sight(device, partial(sight_on, device))


@cache
def choose_sight(device: str = "cpu") -> Sight:
    """The fastest sight that passes; tried once a process. Raises NoExactBackend.

    `device`: where the judging's backend computes. A GPU that fails here leaves the networks to the
    CPU, and a warning says so.
    """
    if device != "cpu":
        if may_be_used(check_sight_on(device)):
            return sight_on(device)
        _log.warning("the frozen networks run on the CPU instead of %s", device)
        return choose_sight("cpu")
    for name, make in SIGHTS.items():
        if may_be_used(check_sight(name)):
            return make()
    raise NoExactBackend(
        "no sight gives the golden features on this machine",
        "see what `judge selftest` says, and judge on another machine",
    )
