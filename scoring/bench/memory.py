"""The most memory that a judging takes, measured in a process of its own."""

import dataclasses
import json
import resource
import subprocess
import sys
from pathlib import Path

from scoring.spec import TrainingSpec

_STATUS = Path("/proc/self/status")
_EPOCHS = 2  # by the second, the best checkpoint so far stands beside the weights
_SCORED = 8


def peak_memory_mib(spec: TrainingSpec) -> float:
    """MiB resident at the most, torch's own among them, in a training and scoring of this size.

    With every altered copy, but two epochs of one step: no later step takes more than the second.
    Checkpoints, which a daemon writes, are left out.
    """
    spec = spec.training_part()
    short = dataclasses.replace(spec, epochs=_EPOCHS, held_out=spec.augmentations - spec.batch_size)
    done = subprocess.run(
        [sys.executable, "-m", "scoring.bench.memory"],
        input=json.dumps(short.to_json()),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _judge(spec: TrainingSpec) -> None:
    from scoring.bench.submissions import submissions
    from scoring.calibrated.judge import CalibratedJudge
    from scoring.exact.training import train_exact
    from scoring.parallel import side_by_side
    from scoring.submission.image import decode_submission

    images = [decode_submission(data) for data in submissions(None)]
    judge = CalibratedJudge.prepare(images[0], train_exact(images[0], spec, b"memory"))
    for _ in side_by_side(judge.score, [images[i % len(images)] for i in range(_SCORED)]):
        pass


def _own_peak_kib() -> int:
    """What the kernel says of this process; `ru_maxrss` alone may count what its parent took."""
    if _STATUS.exists():
        lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(lines["VmHWM"].removesuffix("kB"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak  # bytes there


if __name__ == "__main__":
    _judge(TrainingSpec.from_document(json.load(sys.stdin)))
    print(_own_peak_kib() / 1024)
