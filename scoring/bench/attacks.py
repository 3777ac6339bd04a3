"""Twenty-nine images that are not the target and should never place: simple, stolen or scrambled.

The literal published recipe is beaten by most of them. Each takes the target, an unrelated image
and the mean of several, all RGB uint8 (512, 512, 3), and returns the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from scoring.bench.distortions import SIDE
from scoring.submission.image import Pixels

Attack = Callable[[Pixels, Pixels, Pixels], Pixels]
Values = npt.NDArray[np.floating]
_Y, _X = np.mgrid[0:SIDE, 0:SIDE]


def _rounded(values: Values) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _generator() -> np.random.Generator:
    return np.random.default_rng(29)


def _flat(colour: npt.ArrayLike) -> Pixels:
    return np.broadcast_to(_rounded(np.asarray(colour, float)), (SIDE, SIDE, 3)).copy()


def _ramp(share: Values, start: npt.ArrayLike, end: npt.ArrayLike) -> Pixels:
    share = share[..., None]
    return _rounded((1 - share) * np.asarray(start, float) + share * np.asarray(end, float))


def _mean_colour(target: Pixels) -> Values:
    mean: Values = target.mean((0, 1))
    return mean


def _resized(target: Pixels, cells: int, method: Image.Resampling) -> Pixels:
    small = Image.fromarray(target).resize((cells, cells), Image.Resampling.BOX)
    return np.asarray(small.resize((SIDE, SIDE), method))


def _radial(target: Pixels) -> Pixels:
    distance = np.hypot(_X - SIDE / 2, _Y - SIDE / 2) / (SIDE / 2**0.5)
    middle, edge = target[192:320, 192:320].mean((0, 1)), target[:64].mean((0, 1))
    return _ramp(distance, middle, edge)


def _gaussian_noise(target: Pixels) -> Pixels:
    flat = target.reshape(-1, 3)
    sample = _generator().multivariate_normal(flat.mean(0), np.cov(flat.T), SIDE * SIDE)
    return _rounded(sample.reshape(target.shape))


def _same_spectrum(target: Pixels) -> Pixels:
    """The target's amplitude spectrum with the phases of noise: its texture, nothing in place."""
    spectrum = np.fft.fft2(target, axes=(0, 1))
    phases = np.fft.fft2(_generator().normal(size=(SIDE, SIDE)))
    turned = np.abs(spectrum) * (phases / np.abs(phases))[..., None]
    turned[0, 0] = spectrum[0, 0]
    return _rounded(np.fft.ifft2(turned, axes=(0, 1)).real)


def _shuffle_patches(target: Pixels, side: int) -> Pixels:
    cells = SIDE // side
    patches = target.reshape(cells, side, cells, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    patches = patches[_generator().permutation(len(patches))]
    return patches.reshape(cells, cells, side, side, 3).swapaxes(1, 2).reshape(SIDE, SIDE, 3)


def _sort_pixels(target: Pixels) -> Pixels:
    flat = target.reshape(-1, 3)
    return flat[np.argsort(flat.sum(1, dtype=int), kind="stable")].reshape(target.shape)


def _with_palette(image: Pixels, target: Pixels) -> Pixels:
    """The image with each channel's histogram matched to the target's."""
    out = np.empty_like(image)
    for channel in range(3):
        order = np.argsort(image[..., channel], axis=None, kind="stable")
        out[..., channel].reshape(-1)[order] = np.sort(target[..., channel], axis=None)
    return out


def _with_mean_and_spread(image: Pixels, target: Pixels) -> Pixels:
    spread = target.std((0, 1)) / (image.std((0, 1)) + 1)
    return _rounded((image - image.mean((0, 1))) * spread + _mean_colour(target))


def _starfield(count: int, size: int) -> Pixels:
    out = np.zeros((SIDE, SIDE, 3), np.uint8)
    generator = _generator()
    for y, x in generator.integers(0, SIDE - size, (count, 2)):
        out[y : y + size, x : x + size] = generator.integers(120, 256)
    return out


def _striped(target: Pixels, pattern: npt.NDArray[np.integer]) -> Pixels:
    light = target.sum(2, dtype=int) > np.median(target.sum(2, dtype=int))
    bright = target[light].mean(0) if light.any() else _mean_colour(target)
    dark = target[~light].mean(0)
    return _ramp((pattern % 2).astype(float), dark, bright)


def _blurred(target: Pixels, radius: float) -> Pixels:
    return np.asarray(Image.fromarray(target).filter(ImageFilter.GaussianBlur(radius)))


ATTACKS: Mapping[str, Attack] = {
    "black": lambda t, o, m: _flat((0, 0, 0)),
    "white": lambda t, o, m: _flat((255, 255, 255)),
    "grey": lambda t, o, m: _flat((128, 128, 128)),
    "mean colour": lambda t, o, m: _flat(_mean_colour(t)),
    "median colour": lambda t, o, m: _flat(np.median(t, (0, 1))),
    "ramp across": lambda t, o, m: _ramp(
        _X / SIDE, t[:, :64].mean((0, 1)), t[:, -64:].mean((0, 1))
    ),
    "ramp down": lambda t, o, m: _ramp(_Y / SIDE, t[:64].mean((0, 1)), t[-64:].mean((0, 1))),
    "ramp grey": lambda t, o, m: _ramp(_Y / SIDE, (0, 0, 0), (255, 255, 255)),
    "radial": lambda t, o, m: _radial(t),
    "uniform noise": lambda t, o, m: _generator().integers(0, 256, t.shape).astype(np.uint8),
    "noise in its colours": lambda t, o, m: _gaussian_noise(t),
    "same spectrum": lambda t, o, m: _same_spectrum(t),
    "blurred beyond seeing": lambda t, o, m: _blurred(t, 64),
    "8x8 smooth": lambda t, o, m: _resized(t, 8, Image.Resampling.BICUBIC),
    "8x8 cells": lambda t, o, m: _resized(t, 8, Image.Resampling.NEAREST),
    "4x4 smooth": lambda t, o, m: _resized(t, 4, Image.Resampling.BICUBIC),
    "pixels shuffled": lambda t, o, m: _shuffle_patches(t, 1),
    "patches of 8": lambda t, o, m: _shuffle_patches(t, 8),
    "patches of 32": lambda t, o, m: _shuffle_patches(t, 32),
    "patches of 64": lambda t, o, m: _shuffle_patches(t, 64),
    "pixels sorted": lambda t, o, m: _sort_pixels(t),
    "mean image": lambda t, o, m: m,
    "mean image, its colours": lambda t, o, m: _with_mean_and_spread(m, t),
    "other, its histogram": lambda t, o, m: _with_palette(o, t),
    "other, its mean and spread": lambda t, o, m: _with_mean_and_spread(o, t),
    "few stars": lambda t, o, m: _starfield(60, 3),
    "many stars": lambda t, o, m: _starfield(900, 2),
    "checkerboard": lambda t, o, m: _striped(t, _X // 32 + _Y // 32),
    "stripes": lambda t, o, m: _striped(t, _Y // 16),
}
