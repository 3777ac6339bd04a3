"""Altered copies of the target in fixed point: flips, rotation, perspective, crop with padding and
colour jitter, as the published recipe has them.

The geometry of one copy is one projective map from its pixels back into the target, so that it is
interpolated once; whatever lies outside the target is its mirror image. All numbers are integers;
`>>` and `//` round down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from scoring.exact.numbers import Stream
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels

Plane = npt.NDArray[np.int64]
Outside = Callable[[Plane, int], Plane]
"""What stands where the target ends: from coordinates anywhere to those from 0 to an end."""
Matrix = tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]

_PI_SHIFTED_60 = 3622009729038561421
"""π · 2^60, rounded down."""
_TURN_BITS = 30
_MATRIX_BITS = 40
_SIXTH = 1 << 16
"""A sixth of the colour circle."""


@dataclass(frozen=True)
class Alteration:
    """All that was drawn for one copy."""

    mirrored: bool
    upended: bool
    angle: int  # microdegrees, counter-clockwise
    corners: tuple[tuple[int, int], ...]  # (x, y) each corner moves inwards: TL, TR, BR, BL
    left: int  # pixels that the crop is shifted by, either way
    top: int
    brightness: int  # factors of 2^-16
    contrast: int
    saturation: int
    hue: int  # 2^-16 of a sixth of the colour circle


UNALTERED = Alteration(
    mirrored=False,
    upended=False,
    angle=0,
    corners=((0, 0),) * 4,
    left=0,
    top=0,
    brightness=1 << 16,
    contrast=1 << 16,
    saturation=1 << 16,
    hue=0,
)


def share(value: Decimal, unit: int) -> int:
    """value · unit, rounded down."""
    numerator, denominator = value.as_integer_ratio()
    return numerator * unit // denominator


def draw_alteration(spec: TrainingSpec, random: Stream) -> Alteration:
    """Draw in the order of the fields; every number is drawn, whether it is used or not."""

    def chance(probability: Decimal) -> bool:
        return random.below(10**9) < share(probability, 10**9)

    def around(centre: int, reach: int) -> int:
        return random.between(centre - reach, centre + reach)

    side = spec.image_side
    mirrored, upended = chance(spec.flip_probability), chance(spec.flip_probability)
    angle = around(0, share(spec.rotation_degrees, 10**6))
    tilted = chance(spec.perspective_probability)
    reach = min(share(spec.perspective_distortion, side) // 2, side // 2 - 1)
    moves = tuple((random.between(0, reach), random.between(0, reach)) for _ in range(4))
    border = share(spec.crop_padding, side)
    left, top = around(0, border), around(0, border)
    return Alteration(
        mirrored=mirrored,
        upended=upended,
        angle=angle,
        corners=moves if tilted else ((0, 0),) * 4,
        left=left,
        top=top,
        brightness=around(1 << 16, share(spec.brightness, 1 << 16)),
        contrast=around(1 << 16, share(spec.contrast, 1 << 16)),
        saturation=around(1 << 16, share(spec.saturation, 1 << 16)),
        hue=around(0, share(spec.hue, 6 * _SIXTH)),
    )


def cosine_sine(angle: int) -> tuple[int, int]:
    """cos and sin of microdegrees with 30 fractional bits, by Taylor's series in 2^-60."""
    x = angle * _PI_SHIFTED_60 // (180 * 10**6)
    sums, term, n = [0, 0], 1 << 60, 0
    while term not in (0, -1):
        sums[n % 2] += -term if n % 4 in (2, 3) else term
        n += 1
        term = (term * x >> 60) // n
    return sums[0] >> (60 - _TURN_BITS), sums[1] >> (60 - _TURN_BITS)


def _product(a: Matrix, b: Matrix) -> Matrix:
    rows = [tuple(sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)) for i in range(3)]
    return rows[0], rows[1], rows[2]  # type: ignore[return-value]


def _adjugate(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    return (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )


def _from_quadrilateral(corners: tuple[tuple[int, int], ...], end: int) -> Matrix:
    """The map of a quadrilateral (TL, TR, BR, BL) to the square 0 … end (Heckbert, 1989)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    ax, bx, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    ay, by, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    w = ax * by - bx * ay
    g, h = sx * by - bx * sy, ax * sy - sx * ay
    to_quadrilateral = (
        ((x1 - x0) * w + g * x1, (x3 - x0) * w + h * x3, x0 * w),
        ((y1 - y0) * w + g * y1, (y3 - y0) * w + h * y3, y0 * w),
        (g, h, w),
    )
    return _product(((end, 0, 0), (0, end, 0), (0, 0, 1)), _adjugate(to_quadrilateral))


def source_map(alteration: Alteration, side: int) -> Matrix:
    """The projective map from a copy's (uncropped) pixel (x, y, 1) to the target's, at most 40 bits
    an entry."""
    end = side - 1
    inwards = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    at = ((0, 0), (end, 0), (end, end), (0, end))
    moved = tuple(
        (x + sx * dx, y + sy * dy)
        for (x, y), (sx, sy), (dx, dy) in zip(at, inwards, alteration.corners, strict=True)
    )
    c, s = cosine_sine(alteration.angle)
    one = 1 << _TURN_BITS
    # Twice the coordinates, so that the centre (end / 2, end / 2) is an integer.
    turn: Matrix = (
        (2 * c, -2 * s, end * (one - c + s)),
        (2 * s, 2 * c, end * (one - s - c)),
        (0, 0, 2 * one),
    )
    flip: Matrix = (
        (-1 if alteration.mirrored else 1, 0, end if alteration.mirrored else 0),
        (0, -1 if alteration.upended else 1, end if alteration.upended else 0),
        (0, 0, 1),
    )
    whole = _product(flip, _product(turn, _from_quadrilateral(moved, end)))
    middle = sum(whole[2][k] * factor for k, factor in enumerate((end, end, 2)))
    sign = 1 if middle > 0 else -1
    largest = max(abs(entry) for row in whole for entry in row)
    shift = max(0, largest.bit_length() - _MATRIX_BITS)
    rows = [tuple((sign * entry) >> shift for entry in row) for row in whole]
    return rows[0], rows[1], rows[2]  # type: ignore[return-value]


def _reflect(position: Plane, end: int) -> Plane:
    """Fold coordinates into 0 … end as between two mirrors, the edge not repeated."""
    folded = position % (2 * end)
    return np.minimum(folded, 2 * end - folded)


def _stay(position: Plane, end: int) -> Plane:
    """Keep coordinates within 0 … end, the edge repeated."""
    return np.clip(position, 0, end)


def _warp(target: Pixels, alteration: Alteration, outside: Outside = _reflect) -> Plane:
    """The altered geometry, interpolated bilinearly: (S, S, 3) with 8 fractional bits."""
    side = len(target)
    end = side - 1
    m = source_map(alteration, side)
    grid = np.arange(side, dtype=np.int64)
    x = outside(grid + alteration.left, end)[None, :]
    y = outside(grid + alteration.top, end)[:, None]
    w = np.maximum(m[2][0] * x + m[2][1] * y + m[2][2], 1)
    # To the nearest 256th: rounding down would turn the map's last bit into a step.
    across = ((m[0][0] * x + m[0][1] * y + m[0][2]) * 512 + w) // (2 * w)
    down = ((m[1][0] * x + m[1][1] * y + m[1][2]) * 512 + w) // (2 * w)
    across, down = outside(across, 256 * end), outside(down, 256 * end)
    # On the last pixel the fraction is 0; its neighbour is then any pixel.
    x0, y0 = across >> 8, down >> 8
    x1, y1 = np.minimum(x0 + 1, end), np.minimum(y0 + 1, end)
    fx, fy = (across & 255)[..., None], (down & 255)[..., None]
    wide = target.astype(np.int64)
    upper = wide[y0, x0] * (256 - fx) + wide[y0, x1] * fx
    lower = wide[y1, x0] * (256 - fx) + wide[y1, x1] * fx
    mixed: Plane = (upper * (256 - fy) + lower * fy) >> 8
    return mixed


def _grey(v: Plane) -> Plane:
    """(S, S, 3) → (S, S, 1), ITU-R BT.601."""
    return (19595 * v[..., :1] + 38470 * v[..., 1:2] + 7471 * v[..., 2:]) >> 16


def _blend(v: Plane, other: Plane | int, factor: int) -> Plane:
    """other + (v − other) · factor · 2^-16, kept within the range of pixels."""
    return np.clip(other + ((v - other) * factor >> 16), 0, 255 * 256)


def _turn_hue(v: Plane, shift: int) -> Plane:
    """Shift the hue of HSV, all in integers; grey pixels have no hue and stay as they are."""
    red, green, blue = v[..., 0], v[..., 1], v[..., 2]
    top = v.max(axis=2)
    spread = top - v.min(axis=2)
    part = np.maximum(spread, 1)
    hue = np.where(
        red == top,
        (green - blue) * _SIXTH // part,
        np.where(
            green == top,
            2 * _SIXTH + (blue - red) * _SIXTH // part,
            4 * _SIXTH + (red - green) * _SIXTH // part,
        ),
    )
    hue = (hue + shift) % (6 * _SIXTH)
    sector, fraction = hue >> 16, hue & (_SIXTH - 1)
    low = top - spread
    falling = top - (spread * fraction >> 16)
    rising = top - (spread * (_SIXTH - fraction) >> 16)
    channels = (
        (top, falling, low, low, rising, top),
        (rising, top, top, falling, low, low),
        (low, low, rising, top, top, falling),
    )
    return np.stack([np.choose(sector, choices) for choices in channels], axis=2)


def alter(target: Pixels, alteration: Alteration) -> Pixels:
    """Apply one alteration: uint8 (S, S, 3) → uint8 (S, S, 3)."""
    v = _warp(target, alteration)
    v = _blend(v, 0, alteration.brightness)
    v = _blend(v, int(_grey(v).sum()) // (v.shape[0] * v.shape[1]), alteration.contrast)
    v = _blend(v, _grey(v), alteration.saturation)
    return _rounded(_turn_hue(v, alteration.hue))


def move(target: Pixels, alteration: Alteration) -> Pixels:
    """An alteration's geometry alone, edges repeated: uint8 (S, S, 3) → uint8 (S, S, 3)."""
    return _rounded(_warp(target, alteration, _stay))


def _rounded(v: Plane) -> Pixels:
    pixels: Pixels = np.clip((v + 128) >> 8, 0, 255).astype(np.uint8)
    return pixels


def altered_copy(target: Pixels, spec: TrainingSpec, seed: bytes, index: int) -> Pixels:
    """Copy number `index` of the target at the judge's size; each has a stream of its own."""
    return alter(target, draw_alteration(spec, Stream(seed, f"augmentation.{index}")))
