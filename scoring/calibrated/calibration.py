"""From distances to one score: each target tells by itself how much every term can be trusted.

P are held-out augmentations of the target, N unrelated images. For each term
`y = log2(d + median_N(d) / 1000)` and `u = (y - med_P) / (med_N - med_P)`; its weight is the
separation `(mean_N u - mean_P u) / ((var_P u + var_N u) / 2)`, naive Bayes for two Gaussians. The
weighted sum is rescaled so that the median of P is 0 and the median of N is 1 000 000.

A term of `SECONDS` counts its own u or that of the term beside it, whichever is larger: two
networks have to see the likeness before either is believed.

All of it is affine in y, so a calibration boils down to one coefficient per term (two for one that
is seconded) and an offset. They are computed as exact fractions and rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Distances = Mapping[str, int]

SECONDS: Mapping[str, str] = {"same_subject": "world_anywhere"}
"""What a term has to be confirmed by. Whoever descends one public network alone gains nothing."""
TYPICAL_UNRELATED = 1_000_000
FLOOR_DIVISOR = 1000
_COEFFICIENT_BITS = 48
FRACTION_BITS = 32  # of a logarithm
_MANTISSA_BITS = 96
# Terms that hardly vary must not get a weight without bound.
_SMALLEST_VARIANCE = Fraction(1, 10_000)


class CannotCalibrate(ValueError):
    """No term tells this target's variations from unrelated images."""


@dataclass(frozen=True)
class TermScale:
    """What one term needs: score contribution = coefficient * (y - typical) / 2**48."""

    median_unrelated: int  # twice the median distance over N, a whole number
    typical: int  # twice the median y over P
    coefficient: int

    def contribution(self, distance: int) -> int:
        """This term's share of the score, in millionths, before the common offset."""
        y = _log_distance(distance, self.median_unrelated)
        return self.coefficient * (2 * y - self.typical) >> (_COEFFICIENT_BITS + 1)


@dataclass(frozen=True)
class Calibration:
    """Scales of all terms and the offset that puts the median of P at exactly 0."""

    scales: Mapping[str, TermScale]
    offset: int
    seconds: Mapping[str, TermScale]
    """By term: the scale of the one that confirms it, weighed as the term itself."""

    def contributions(self, distances: Distances) -> dict[str, int]:
        """Each term's share of the score, in millionths."""
        parts = {name: scale.contribution(distances[name]) for name, scale in self.scales.items()}
        for name, scale in self.seconds.items():
            parts[name] = max(parts[name], scale.contribution(distances[SECONDS[name]]))
        return parts

    def score(self, distances: Distances) -> int:
        """0: a typical variation of the target; 1 000 000: a typical unrelated image."""
        return sum(self.contributions(distances).values()) + self.offset


def calibrate(
    positives: Sequence[Distances],
    negatives: Sequence[Distances],
    trust: Mapping[str, Decimal] | None = None,
) -> Calibration:
    """The calibration that the distances of P and N imply; CannotCalibrate if they imply none.

    `trust` multiplies the weight of a term it names; 0 leaves the term out.
    """
    trust = trust or {}
    terms = {name: _Term(name, positives, negatives) for name in sorted(positives[0])}
    for name, term in terms.items():
        term.weight *= Fraction(trust.get(name, Decimal(1)))
    trusted = {name: term for name, term in terms.items() if term.weight > 0}
    seconds = {
        name: terms[other]
        for name, other in SECONDS.items()
        if name in trusted and other in terms and terms[other].spread > 0
    }
    for name, other in seconds.items():
        trusted[name].agree_with(other)
    if not trusted:
        raise CannotCalibrate("no term separates the target's variations from unrelated images")
    low = _median([_total(trusted, i, "p") for i in range(len(positives))])
    high = _median([_total(trusted, i, "n") for i in range(len(negatives))])
    if high <= low:
        raise CannotCalibrate("variations of the target score no better than unrelated images")
    per_unit = Fraction(TYPICAL_UNRELATED) / (high - low)
    scales = {name: term.scale(term.weight * per_unit) for name, term in trusted.items()}
    confirming = {
        name: other.scale(trusted[name].weight * per_unit) for name, other in seconds.items()
    }
    return Calibration(scales, -round(low * per_unit), confirming)


class _Term:
    """One term's logs over P and N and the statistics that weigh it."""

    def __init__(
        self, name: str, positives: Sequence[Distances], negatives: Sequence[Distances]
    ) -> None:
        self.twice_median = int(2 * _median([Fraction(d[name]) for d in negatives]))
        logs_p = [Fraction(_log_distance(d[name], self.twice_median)) for d in positives]
        logs_n = [Fraction(_log_distance(d[name], self.twice_median)) for d in negatives]
        self.typical = _median(logs_p)
        self.spread = _median(logs_n) - self.typical
        self.weight = Fraction(0)
        if self.spread > 0:
            self.p = [(y - self.typical) / self.spread for y in logs_p]
            self.n = [(y - self.typical) / self.spread for y in logs_n]
            variance = max((_variance(self.p) + _variance(self.n)) / 2, _SMALLEST_VARIANCE)
            self.weight = (_mean(self.n) - _mean(self.p)) / variance

    def agree_with(self, other: _Term) -> None:
        """Let each u be the larger of the two; the weight stays."""
        self.p = [max(pair) for pair in zip(self.p, other.p, strict=True)]
        self.n = [max(pair) for pair in zip(self.n, other.n, strict=True)]

    def scale(self, weight: Fraction) -> TermScale:
        """What gives u times so many millionths for a distance."""
        coefficient = round(weight / self.spread * (1 << _COEFFICIENT_BITS))
        return TermScale(self.twice_median, int(2 * self.typical), coefficient)


def _log_distance(distance: int, twice_median: int) -> int:
    # log2 of 2000 * (d + median/1000); the constant factor cancels in every difference.
    return fixed_log2(max(1, 2 * FLOOR_DIVISOR * distance + twice_median))


def _total(terms: Mapping[str, _Term], index: int, side: str) -> Fraction:
    return sum(
        (term.weight * (term.p if side == "p" else term.n)[index] for term in terms.values()),
        Fraction(0),
    )


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _variance(values: Sequence[Fraction]) -> Fraction:
    mean = _mean(values)
    return sum(((v - mean) ** 2 for v in values), Fraction(0)) / len(values)


def fixed_log2(value: int) -> int:
    """floor(log2(value) * 2**32), or one less; for any value >= 1.

    It is an algorithm, not an approximation of a library's, so that no math library has a say in
    the ranking: the integer part is the bit length, and each fraction bit comes from squaring a
    96-bit mantissa (truncating) and looking whether it reached two. Truncation can make the last
    unit one too small and never too large.
    """
    if value < 1:
        raise ValueError("the logarithm is defined for whole numbers from 1 up")
    result = value.bit_length() - 1
    if result <= _MANTISSA_BITS:
        mantissa = value << (_MANTISSA_BITS - result)  # in [1, 2) with 96 fraction bits
    else:
        mantissa = value >> (result - _MANTISSA_BITS)
    for _ in range(FRACTION_BITS):
        mantissa = (mantissa * mantissa) >> _MANTISSA_BITS
        result <<= 1
        if mantissa >> (_MANTISSA_BITS + 1):
            mantissa >>= 1
            result |= 1
    return result
