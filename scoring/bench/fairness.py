"""`judge bench look-alikes`: does the rule for copies accuse honest people, and what does it see?

Every pair of a prompt's pictures goes through the very search of a competition: the first one is
the target and the others are entries, in order and then in the opposite order. What is found of
them is a false accusation, or a remark that an honest person has to live with. Then targets are
edited as cheats do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scoring.bench.cases import Gallery
from scoring.bench.evasions import EVASIONS
from scoring.bench.look_alikes import look_alikes
from scoring.copies.findings import Findings
from scoring.copies.grain import FEWEST, GrainBook, grain_of
from scoring.copies.search import find_copies
from scoring.digest import sha256
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

Report = Callable[[str], None]
OUTCOMES = ("disqualified", "remarked", "unseen")


@dataclass(frozen=True)
class KindOfPairs:
    """How honest pictures of one kind fared."""

    kind: str
    pairs: int
    disqualified: int  # entries, of twice as many as there are pictures less one a prompt
    remarked: int
    entries: int
    most_grain: int  # thousandths of the telling blocks that two of them share at most
    telling: int  # how many blocks those were


@dataclass(frozen=True)
class EvasionResult:
    """What became of one edit of every original."""

    edit: str
    outcomes: Mapping[str, int]  # by OUTCOMES


@dataclass(frozen=True)
class FairnessReport:
    """False accusations, and what cheats go through with."""

    kinds: Sequence[KindOfPairs]
    originals: int
    evasions: Sequence[EvasionResult]

    @property
    def pairs(self) -> int:
        return sum(kind.pairs for kind in self.kinds)

    @property
    def disqualified(self) -> int:
        return sum(kind.disqualified for kind in self.kinds)

    def to_json(self) -> dict[str, Any]:
        totals = {"pairs": self.pairs, "disqualified": self.disqualified}
        return {**totals, **asdict(self)}


def run_fairness(
    hands: int, prompted: Gallery | None, spec: JudgingSpec, report: Report
) -> FairnessReport:
    """Draw the bank with so many hands a prompt; `prompted` adds same-prompt pictures."""
    groups: dict[str, list[list[Pixels]]] = {}
    for drawn in look_alikes(hands):
        groups.setdefault(drawn[0].kind, []).append([picture.pixels for picture in drawn])
    if prompted is not None:
        groups["same prompt, several models"] = list(same_prompt(prompted))
    kinds = []
    for kind, prompts in groups.items():
        kinds.append(measure_kind(kind, prompts, spec))
        report(f"{kind}: {kinds[-1].disqualified} disqualified in {kinds[-1].pairs} pairs")
    if prompted is not None:
        originals = [prompted.pixels(name) for name in prompted.names[::5]]
    else:
        originals = [prompts[0][0] for prompts in groups.values()]
    return FairnessReport(kinds, len(originals), list(measure_evasions(originals, spec)))


def same_prompt(gallery: Gallery) -> Iterator[list[Pixels]]:
    """Pictures of each group that the manifest names, as far as they are in the folder."""
    for number in range(len(gallery.manifest.same)):
        names = [name for name in gallery.names if number in gallery.manifest.groups(name)]
        if len(names) > 1:
            yield [gallery.pixels(name) for name in names]


def measure_kind(kind: str, prompts: Sequence[Sequence[Pixels]], spec: JudgingSpec) -> KindOfPairs:
    """Each of `prompts` holds the pictures of several hands."""
    pairs = disqualified = remarked = entries = 0
    closest = (0, 0)
    for pictures in prompts:
        pairs += len(pictures) * (len(pictures) - 1) // 2
        for order in (pictures, pictures[::-1]):
            found = _competition(order[1:], order[0], spec)
            entries += len(order) - 1
            disqualified += len(found.copies)
            remarked += len(found.remarks)
        closest = max(closest, _closest(pictures))
    return KindOfPairs(kind, pairs, disqualified, remarked, entries, *closest)


def measure_evasions(originals: Sequence[Pixels], spec: JudgingSpec) -> Iterator[EvasionResult]:
    """What the search says of every edit of every original, each by itself."""
    counts = {edit: Counter[str]() for edit in EVASIONS}
    for pixels in originals:
        for edit, apply in EVASIONS.items():
            found = _competition([apply(pixels)], pixels, spec)
            outcome = OUTCOMES[0 if found.copies else 1 if found.remarks else 2]
            counts[edit][outcome] += 1
    for edit, count in counts.items():
        yield EvasionResult(edit, {outcome: count[outcome] for outcome in OUTCOMES})


def _competition(pictures: Sequence[Pixels], target: Pixels, spec: JudgingSpec) -> Findings:
    entries = [
        (Entry(number, f"0x{number:040x}", sha256(pixels.tobytes()), number), pixels)
        for number, pixels in enumerate(pictures, start=1)
    ]
    return find_copies(entries, target, spec)


def _closest(pictures: Sequence[Pixels]) -> tuple[int, int]:
    """Thousandths of telling blocks that any two share, and their number; pairs with enough."""
    book = GrainBook(len(pictures))
    grains = [grain_of(pixels) for pixels in pictures]
    for grain in grains:
        book.add(grain)
    return max(
        (
            (1000 * found.same // found.telling, found.telling)
            for number, grain in enumerate(grains)
            for original, found in enumerate(book.shared(grain))
            if original != number and found.telling >= FEWEST
        ),
        default=(0, 0),
    )


def text(found: FairnessReport) -> str:
    """What docs/lab/copies.md has of it."""
    lines = [
        "| kind | pairs | disqualified | entries remarked upon | most shared grain |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind in found.kinds:
        grain = f"{kind.most_grain / 10:.1f} % of {kind.telling}" if kind.telling else "–"
        lines.append(
            f"| {kind.kind} | {kind.pairs:,} | {kind.disqualified} "
            f"| {kind.remarked} of {kind.entries} | {grain} |"
        )
    lines += [
        f"| all | {found.pairs:,} | {found.disqualified} | | |",
        "",
        f"| edit of {found.originals} targets | {' | '.join(OUTCOMES)} |",
        "| --- | ---: | ---: | ---: |",
    ]
    for result in found.evasions:
        counts = " | ".join(str(result.outcomes[outcome]) for outcome in OUTCOMES)
        lines.append(f"| {result.edit} | {counts} |")
    return "\n".join(lines)
