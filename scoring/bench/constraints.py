"""What a judge owes: the order constraints over one target's cases, and how many hold.

Within a family of distortions a weaker one comes before a stronger one; every honest recreation
(the weaker distortions, the named variations) comes before every unrelated image; no attack comes
before an honest recreation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from scoring.bench.cases import LabelledImage
from scoring.bench.distortions import FAMILIES


@dataclass(frozen=True)
class OrderCheck:
    """One judge on one target. Scores count as the judge gives them; lower is better."""

    target: str
    held: int
    constraints: int
    broken: Counter[str]
    """How many constraints broke, by the family or variation at fault."""
    attack_wins: tuple[str, ...]
    """Attacks that come before at least one honest recreation."""
    attacks_above_median: int
    """Attacks that come before the median honest recreation."""
    variations_ahead: int
    variation_pairs: int
    margin: float
    """From the worst honest recreation to the best attack, in the judge's own units."""

    @property
    def share(self) -> float:
        """Constraints that hold, 0 to 1."""
        return self.held / self.constraints


def is_honest(case: LabelledImage) -> bool:
    """Whether a case still counts as a recreation of the target."""
    if case.kind == "variation":
        return True
    return case.kind == "distortion" and case.level < FAMILIES[case.name].honest


def judge_order(target: str, cases: Sequence[LabelledImage], scores: Sequence[float]) -> OrderCheck:
    """Check every constraint on the scores of one target's cases."""
    scored = list(zip(cases, scores, strict=True))
    unrelated = [score for case, score in scored if case.kind == "unrelated"]
    honest = [(case, score) for case, score in scored if is_honest(case)]
    pairs = [(case.name, score < other) for case, score in honest for other in unrelated]
    pairs += _rising_strength(scored)
    varied = [
        score < other for case, score in honest if case.kind == "variation" for other in unrelated
    ]
    attacks = {case.name: score for case, score in scored if case.kind == "attack"}
    worst, middle = max(s for _, s in honest), median(s for _, s in honest)
    return OrderCheck(
        target=target,
        held=sum(kept for _, kept in pairs),
        constraints=len(pairs),
        broken=Counter(name for name, kept in pairs if not kept),
        attack_wins=tuple(name for name, score in attacks.items() if score < worst),
        attacks_above_median=sum(score < middle for score in attacks.values()),
        variations_ahead=sum(varied),
        variation_pairs=len(varied),
        margin=min(attacks.values()) - worst,
    )


def _rising_strength(scored: Sequence[tuple[LabelledImage, float]]) -> list[tuple[str, bool]]:
    families: dict[str, list[float]] = {}
    for case, score in scored:
        if case.kind == "distortion":
            families.setdefault(case.name, []).append(score)
    return [
        (name, weaker < stronger)
        for name, family in families.items()
        for weaker, stronger in combinations(family, 2)
    ]


def kendall_tau(a: Sequence[float], b: Sequence[float]) -> float:
    """Rank agreement of two scorings of the same images: 1 the same order, -1 the reverse."""
    agreement = total = 0
    for i, j in combinations(range(len(a)), 2):
        total += 1
        product = (a[i] - a[j]) * (b[i] - b[j])
        agreement += (product > 0) - (product < 0)
    return agreement / total
