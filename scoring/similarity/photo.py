"""What a phone makes of a picture: photos simulated for calibration, the same on every run."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFilter

from scoring.submission.image import Pixels

_SIDE = 512


def simulated_photo(picture: Pixels, random: np.random.Generator) -> Pixels:
    """A hand-held photo of the picture: tilted, lit from one side, off in colour, soft, noisy."""
    image = Image.fromarray(picture)
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    image = _tilted(image, random)
    image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.2, 1.4)))
    samples = np.asarray(image, np.float64)
    samples = samples * _light(samples.shape[0], samples.shape[1], random)
    samples = samples * random.uniform(0.9, 1.1, 3)  # white balance
    samples = samples + random.normal(0, random.uniform(1, 6), samples.shape)
    return _as_jpeg(np.clip(samples, 0, 255).astype(np.uint8), int(random.integers(50, 92)))


def _tilted(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Seen from a little aside: each corner of the view lies up to 6 % inside or outside."""
    width, height = image.size
    reach = np.array([width, height]) * 0.06
    corners = np.array([[0, 0], [0, height], [width, height], [width, 0]], np.float64)
    seen = corners + random.uniform(-1, 1, (4, 2)) * reach
    wall = tuple(int(v) for v in random.integers(90, 235, 3))
    return image.transform(
        image.size,
        Image.Transform.QUAD,
        tuple(seen.ravel()),
        Image.Resampling.BICUBIC,
        fillcolor=wall,
    )


def _light(height: int, width: int, random: np.random.Generator) -> np.ndarray:
    """Brightness that falls off across the picture, (H, W, 1)."""
    angle = random.uniform(0, 2 * np.pi)
    across = np.linspace(-1, 1, width)[None] * np.cos(angle)
    down = np.linspace(-1, 1, height)[:, None] * np.sin(angle)
    slope = random.uniform(0, 0.25)
    return np.asarray((random.uniform(0.75, 1.15) * (1 + slope * (across + down)))[..., None])


def _as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer))
