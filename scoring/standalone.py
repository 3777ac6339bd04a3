"""Judging without a chain: files in, a ranking as JSON and a report out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.copies.findings import Copy, Remark
from scoring.digest import Digest, sha256
from scoring.entry_set import RankedSet, rank_entries
from scoring.errors import UnreadableImage
from scoring.judge import Progress, Score, TrainedJudge, train
from scoring.parallel import side_by_side
from scoring.ranking import Entry, RankedEntry
from scoring.render import (
    ReportData,
    ReportEntry,
    render_contact_sheet,
    render_heatmap,
    render_report,
)
from scoring.spec import JudgingSpec
from scoring.submission.image import (
    Flag,
    InvalidSubmission,
    Pixels,
    decode_submission,
    encode_png,
    prepare,
    prepared_pixels,
)
from scoring.workers import Here

_UNREADABLE = Digest(bytes(32))
_LONGEST_STEM = 60


@dataclass(frozen=True, eq=False)
class ScoredFile:
    """One file's place. `digest` is of the prepared PNG, None when there was nothing to prepare."""

    path: Path
    digest: Digest | None
    ranked: RankedEntry
    remark: str  # why it could not be read, or ""
    copy: Copy | None = None  # what it is a copy of; an earlier file counts as its ticket number
    remarks: tuple[Remark, ...] = ()  # what it looks like an edit of; they decide nothing

    def to_json(self) -> dict[str, Any]:
        return {
            "rank": self.ranked.rank,
            "path": str(self.path),
            "digest": self.digest.hex() if self.digest else None,
            "score": self.ranked.score,
            "terms": dict(self.ranked.terms),
            "flags": int(self.ranked.flags),
            **({"remark": self.remark} if self.remark else {}),
            **({"copy": _likeness_json(self.copy)} if self.copy else {}),
            **({"remarks": [_likeness_json(it) for it in self.remarks]} if self.remarks else {}),
        }


def _likeness_json(found: Copy | Remark) -> dict[str, Any]:
    evidence = dataclasses.asdict(found.evidence) if found.evidence else None
    return {"of": found.original or "target", "evidence": evidence}


@dataclass(frozen=True, eq=False)
class StandaloneResult:
    """What `judge score` prints and writes."""

    spec: JudgingSpec
    seed: bytes
    model: TrainedJudge
    ranking: tuple[ScoredFile, ...]
    report: Path | None = None  # the page, when an output folder was given

    def to_json(self) -> dict[str, Any]:
        """`{"spec", "seed", "model_hash", "ranking": [{"rank", "path", "digest", …}]}`."""
        return {
            "spec": json.loads(self.spec.canonical_json()),
            "seed": self.seed.hex(),
            "model_hash": self.model.digest().hex(),
            "ranking": [file.to_json() for file in self.ranking],
        }


@dataclass(frozen=True, eq=False)
class _Submission:
    """One file on its way: prepared, or unreadable."""

    path: Path
    png: bytes
    pixels: Pixels | None
    remark: str

    def require_pixels(self) -> Pixels:
        """Raises `InvalidSubmission` for a file that could not be read."""
        if self.pixels is None:
            raise InvalidSubmission(Flag.CORRUPT, self.remark)
        return self.pixels

    def placed(self, ranked: RankedEntry, found: RankedSet) -> ScoredFile:
        """The file in its place."""
        digest = ranked.entry.image_digest if self.png else None
        ticket = ranked.entry.ticket_id
        copy, remarks = found.copies.get(ticket), found.remarks.get(ticket, ())
        return ScoredFile(self.path, digest, ranked, self.remark, copy, remarks)


def train_file(
    target_path: Path, spec: JudgingSpec, seed: bytes, *, progress: Progress | None = None
) -> TrainedJudge:
    """Train on any image file. Raises UnreadableImage."""
    return train(prepared_pixels(target_path), spec, seed, progress=progress)


def score_files(
    target_path: Path,
    image_paths: Sequence[Path],
    spec: JudgingSpec,
    seed: bytes,
    out_dir: Path | None = None,
    progress: Progress | None = None,
) -> StandaloneResult:
    """Train on one file and rank the others; every file may be any image that Pillow reads.

    An image that cannot be read is a disqualified row with a remark, and the others are ranked;
    files count as submitted in the order given. With `out_dir` (made if missing), the model, every
    reconstruction and heatmap, `ranking.json`, `contact-sheet.png` and `report.html` go there; what
    was interrupted while it trained goes on from there the next time.

    Raises UnreadableImage for the target, ValueError for a seed that has not 32 bytes.
    """
    target = prepared_pixels(target_path)
    model = _train(target, spec, seed, out_dir, progress)
    submissions = dict(enumerate(side_by_side(_prepare, image_paths), start=1))
    scores: dict[int, Score] = {}
    workers = Here(
        model,
        target,
        lambda entry: submissions[entry.ticket_id].require_pixels(),
        lambda entry, score: scores.update({entry.ticket_id: score}),
    )
    ranked = rank_entries(
        spec,
        target,
        [_entry(index, submission) for index, submission in submissions.items()],
        workers,
        show_copies=True,
        progress=progress,
    )
    ranking = tuple(
        submissions[item.entry.ticket_id].placed(item, ranked) for item in ranked.ranking
    )
    result = StandaloneResult(spec, seed, model, ranking)
    if out_dir is None:
        return result
    report = _write(out_dir, result, target, submissions, scores)
    return dataclasses.replace(result, report=report)


def _train(
    target: Pixels, spec: JudgingSpec, seed: bytes, out_dir: Path | None, progress: Progress | None
) -> TrainedJudge:
    if out_dir is None:
        return train(target, spec, seed, progress=progress)
    # Imported here: it loads torch, and whoever only reads the command's help waits for nothing.
    from scoring.exact.archive import InvalidArchive

    out_dir.mkdir(parents=True, exist_ok=True)
    checkpoint = out_dir / "unfinished.checkpoint"
    try:
        model = train(target, spec, seed, progress=progress, checkpoint=checkpoint)
    except InvalidArchive:  # of another training
        checkpoint.unlink(missing_ok=True)
        model = train(target, spec, seed, progress=progress, checkpoint=checkpoint)
    checkpoint.unlink(missing_ok=True)
    return model


def _prepare(path: Path) -> _Submission:
    try:
        png = prepare(path)
    except UnreadableImage as error:
        return _Submission(path, b"", None, _printable(error.what))
    return _Submission(path, png, decode_submission(png), "")


def _entry(index: int, submission: _Submission) -> Entry:
    """A file as an entry: its place on the command line is its ticket and its commitment's."""
    digest = sha256(submission.png) if submission.png else _UNREADABLE
    return Entry(index, _printable(submission.path.name), digest, index)


def _printable(name: str) -> str:
    """A file's name as a page can hold it: names need be neither UTF-8 nor on one line."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _stem(path: Path) -> str:
    """A part of a file's name that every file system takes as part of another."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in path.stem)
    return plain[:_LONGEST_STEM]


def _write(
    out_dir: Path,
    result: StandaloneResult,
    target: Pixels,
    submissions: dict[int, _Submission],
    scores: dict[int, Score],
) -> Path:
    """Everything there is to keep; the path of the report."""
    out_dir.mkdir(parents=True, exist_ok=True)
    result.model.save(out_dir / "model.judge")
    (out_dir / "ranking.json").write_text(json.dumps(result.to_json(), indent=2) + "\n")
    entries: list[ReportEntry] = []
    for file in result.ranking:
        ticket = file.ranked.entry.ticket_id
        scored = scores.get(ticket)
        if scored is None:
            entries.append(ReportEntry(file.ranked, remark=file.remark))
            continue
        stem = f"{file.ranked.rank:03d}-{_stem(file.path)}"
        (out_dir / f"{stem}-submission.png").write_bytes(submissions[ticket].png)
        (out_dir / f"{stem}-reconstruction.png").write_bytes(encode_png(scored.reconstruction))
        (out_dir / f"{stem}-heatmap.png").write_bytes(render_heatmap(scored.error_map))
        pictures = submissions[ticket].pixels, scored.reconstruction, scored.error_map
        entries.append(ReportEntry(file.ranked, *pictures))
    data = ReportData(
        target, entries, result.spec, result.seed, result.model.digest(), ticket_word="image"
    )
    (out_dir / "contact-sheet.png").write_bytes(render_contact_sheet(target, entries))
    report = out_dir / "report.html"
    report.write_text(render_report(data), encoding="utf-8")
    return report
