"""Pictures made from words, grouped by subject and prompt: the second half of the quality bench.

Anybody can make such a collection with folders alone:

    DATA/SUBJECT/PROMPT/PICTURE           several pictures of a prompt, several prompts of a subject
    DATA/SUBJECT/PROMPT/PICTURE/ANOTHER   what keeps the composition of PICTURE, named without its
                                          ending

For a folder of another kind a manifest says by file names what belongs together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from scoring.bench.pictures import picture_names, read_square
from scoring.submission.image import Pixels

SHIPPED_GROUPS = Path(__file__).with_name("prompted_groups.json")

Half = Literal["choosing", "held-out", "all"]
Prompts = Mapping[str, Sequence[str]]
"""By prompt, patterns of file names."""


@dataclass(frozen=True)
class Picture:
    """One picture and what it was made from."""

    name: str
    """Its path below the folder."""
    subject: str
    prompt: str
    composed_like: str = ""
    """The name of the picture whose composition it keeps; empty where it was made from words."""


@dataclass(frozen=True)
class Groups:
    """What belongs together in a folder without subfolders, by shell-like patterns of file names.

    `subjects`: for each subject its prompts. `composed`: for a file, the patterns of those that
    keep its composition. `held_out`: subjects that no decision was made with.
    """

    subjects: Mapping[str, Prompts]
    composed: Prompts = field(default_factory=dict)
    held_out: Sequence[str] = ()

    @classmethod
    def read(cls, path: Path) -> Groups:
        """A JSON object with these fields."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Cohort:
    """Everybody who is compared with one target, from those who should be first to the last."""

    target: Picture
    composed: tuple[Picture, ...]
    """They keep the target's composition."""
    prompted: tuple[Picture, ...]
    """Made from the target's own prompt."""
    related: tuple[Picture, ...]
    """Of the same subject, from another prompt."""
    strangers: tuple[Picture, ...]
    """Of other subjects."""


class Collection:
    """The pictures of a folder that have a subject and a prompt."""

    def __init__(self, folder: Path, groups: Groups | None = None) -> None:
        """Raises ValueError for a folder in which no prompt or subject has two pictures."""
        self.folder = folder
        names = picture_names(folder)
        listed = _by_patterns(names, groups) if groups else _by_folders(names)
        self.pictures = tuple(listed)
        self._held_out = groups.held_out if groups else ()
        if not list(self.cohorts()):
            raise ValueError(f"{folder} holds no two pictures of a prompt or subject")

    def pixels(self, picture: Picture) -> Pixels:
        """RGB uint8 (512, 512, 3)."""
        return read_square(self.folder / picture.name)

    def held_out(self, subject: str) -> bool:
        """Whether no decision was made with a subject: listed so, or drawn so by its name."""
        if self._held_out:
            return subject in self._held_out
        return hashlib.sha256(subject.encode()).digest()[0] % 2 == 1

    def cohorts(self, half: Half = "all", each: int | None = None) -> Iterator[Cohort]:
        """Of each prompt of one half, at most `each` targets that have somebody near them.

        Strangers come from both halves.
        """
        taken: dict[tuple[str, str], int] = {}
        for target in self.pictures:
            if half != "all" and self.held_out(target.subject) != (half == "held-out"):
                continue
            cohort = self._cohort(target)
            alike = cohort.composed + cohort.prompted + cohort.related
            group = (target.subject, target.prompt)
            if not alike or target.composed_like or taken.get(group, 0) == each:
                continue
            taken[group] = taken.get(group, 0) + 1
            yield cohort

    def _cohort(self, target: Picture) -> Cohort:
        others = [picture for picture in self.pictures if picture != target]
        of_subject = [p for p in others if p.subject == target.subject]
        return Cohort(
            target,
            composed=tuple(p for p in of_subject if p.composed_like == target.name),
            prompted=tuple(
                p for p in of_subject if p.prompt == target.prompt and not p.composed_like
            ),
            related=tuple(
                p for p in of_subject if p.prompt != target.prompt and not p.composed_like
            ),
            strangers=tuple(p for p in others if p.subject != target.subject),
        )


def collect(folder: Path, groups: Path | None = None) -> Collection:
    """The pictures of a folder, grouped as a file says: the one that ships if None, or the
    folders where none of its subjects is there.

    Raises ValueError where nothing belongs together.
    """
    if groups is not None:
        return Collection(folder, Groups.read(groups))
    try:
        return Collection(folder, Groups.read(SHIPPED_GROUPS))
    except ValueError:
        return Collection(folder)


def _by_folders(names: Sequence[str]) -> Iterator[Picture]:
    stems = {name.rsplit(".", 1)[0]: name for name in names}
    for name in names:
        folder, _, _ = name.rpartition("/")
        subject, *below = folder.split("/")
        if len(below) == 2 and folder in stems:
            yield Picture(name, subject, below[0], composed_like=stems[folder])
        elif len(below) == 1:
            yield Picture(name, subject, below[0])


def _by_patterns(names: Sequence[str], groups: Groups) -> Iterator[Picture]:
    by_file = {name.rsplit("/", 1)[-1]: name for name in reversed(names)}
    for file, name in sorted(by_file.items()):
        like = next(
            (
                by_file[own]
                for own, patterns in groups.composed.items()
                if own in by_file and own != file and _any_fits(file, patterns)
            ),
            "",
        )
        for subject, prompts in groups.subjects.items():
            fitting = [p for p, patterns in prompts.items() if _any_fits(file, patterns)]
            if fitting:
                yield Picture(name, subject, fitting[0], like)
                break


def _any_fits(file: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)
