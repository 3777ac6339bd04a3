"""The same training and judging under every setting that changes the bits of ordinary arithmetic.

    python -m scoring.bench.matrix --write docs/lab/same-bits.md

runs each setting in a process of its own and puts the table between the page's markers.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from scoring.bench.record import installation, processor
from scoring.calibrated.choice import SIGHTS
from scoring.calibrated.judge import CalibratedJudge
from scoring.calibrated.judge import fingerprint as calibration_digest
from scoring.copies.correlation import compare
from scoring.copies.features import find_features, grey_of
from scoring.copies.matches import Original
from scoring.copies.sketch import sketch
from scoring.exact.archive import tensors_digest
from scoring.exact.augment import UNALTERED, move
from scoring.exact.model import ExactModel
from scoring.exact.numbers import Stream
from scoring.exact.proofs.golden import golden_digest
from scoring.exact.proofs.selftest import backend_named
from scoring.exact.training import train_exact
from scoring.processors import features
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels

BEGIN, END = "<!-- matrix:begin -->", "<!-- matrix:end -->"
SPEC = TrainingSpec(
    image_side=64,
    widths=(8, 10, 12, 20),
    latent_size=12,
    augmentations=14,
    held_out=3,
    epochs=2,
    batch_size=4,
)


@dataclass(frozen=True)
class Setting:
    """One process: a backend and what its environment is told."""

    name: str
    backend: str
    environment: Mapping[str, str] = field(default_factory=dict)
    machines: tuple[str, ...] = ()
    """As `platform.machine` calls them, where this means anything; everywhere if none is named."""
    needs: str = ""
    """An instruction set that the processor has to have, as LLVM calls it."""


@dataclass(frozen=True)
class Fingerprint:
    """What must be the same everywhere, and where it was made."""

    golden: str
    model: str
    steps: str
    scores: str
    judging: str
    copies: str
    platform: str

    @property
    def results(self) -> tuple[str, ...]:
        """What must not differ."""
        return self.golden, self.model, self.steps, self.scores, self.judging, self.copies


_X86, _ARM = ("x86_64", "AMD64"), ("aarch64", "arm64")
_NUMPY = "numpy without its own SIMD"
SETTINGS = (
    Setting("plain integers", "reference"),
    Setting(_NUMPY, "reference", {"NPY_DISABLE_CPU_FEATURES": "X86_V3"}, _X86),
    Setting(
        _NUMPY, "reference", {"NPY_DISABLE_CPU_FEATURES": "ASIMDHP ASIMDDP ASIMDFHM SVE"}, _ARM
    ),
    Setting("1 thread", "fused", {"OMP_NUM_THREADS": "1"}),
    Setting("2 threads", "fused", {"OMP_NUM_THREADS": "2"}),
    Setting("3 threads", "fused", {"OMP_NUM_THREADS": "3"}),
    Setting("tiles of a matrix unit, 1 thread", "fused_int8", {"OMP_NUM_THREADS": "1"}, _X86,
            "amx-int8"),
    Setting("tiles of a matrix unit, 2 threads", "fused_int8", {"OMP_NUM_THREADS": "2"}, _X86,
            "amx-int8"),
    Setting(
        "dot products of bytes",
        "fused_int8",
        {"NUMBA_CPU_NAME": "cascadelake", "NUMBA_CPU_FEATURES": "+avx512bw,+avx512vnni"},
        _X86,
        "avx512vnni",
    ),
    Setting(
        "dot products of bytes, without AVX-512",
        "fused_int8",
        {"NUMBA_CPU_NAME": "alderlake", "NUMBA_CPU_FEATURES": "+avx2,+avxvnni"},
        _X86,
        "avxvnni",
    ),
    Setting("dot products of bytes", "fused_int8", {}, _ARM, "dotprod"),
    Setting(
        "neither, on a processor without AVX",
        "fused_int8",
        {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"},
        _X86,
    ),
    Setting(
        "a processor without AVX",
        "fused",
        {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"},
        _X86,
    ),
    Setting(
        "a processor with NEON alone",
        "fused",
        {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "+neon"},
        _ARM,
    ),
    Setting(
        "Turkish, another hash seed and time zone",
        "fused",
        {"LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4711", "TZ": "Asia/Kathmandu"},
    ),
    *(
        Setting(f"{threads} threads, ATen {capability}", backend, {
            "OMP_NUM_THREADS": threads, "ATEN_CPU_CAPABILITY": capability,
        }, _X86 if capability.startswith("avx") else ())
        for backend in ("float64", "float32")
        for threads, capability in (("1", "default"), ("2", "avx2"), ("2", "avx512"))
    ),
    *(
        Setting(
            f"oneDNN {isa}", "int8", {"OMP_NUM_THREADS": "2", "ONEDNN_MAX_CPU_ISA": isa}, _X86
        )
        for isa in ("SSE41", "AVX2", "AVX512_CORE_VNNI")
    ),
    *(
        Setting(
            f"MKL {isa}", backend, {"OMP_NUM_THREADS": "2", "MKL_ENABLE_INSTRUCTIONS": isa}, _X86
        )
        for backend in ("float64", "float32")
        for isa in ("SSE4_2", "AVX2")
    ),
    Setting("MKL compatible", "float32", {"OMP_NUM_THREADS": "2", "MKL_CBWR": "COMPATIBLE"}, _X86),
)  # fmt: skip


def settings_here() -> tuple[Setting, ...]:
    """Those that mean anything to this processor: what it ignores would look like a success."""
    here, has = platform.machine(), features()
    return tuple(
        s
        for s in SETTINGS
        if (not s.machines or here in s.machines) and (not s.needs or has.get(s.needs))
    )


def _picture(number: int) -> Pixels:
    """uint8 (512, 512, 3): noise in blocks of 16 pixels."""
    words = Stream(b"matrix", f"picture.{number}").words(0, 32 * 32 * 3)
    blocks = (words >> np.uint64(56)).astype(np.uint8).reshape(32, 32, 3)
    return blocks.repeat(16, axis=0).repeat(16, axis=1)


def fingerprint(backend_name: str) -> Fingerprint:
    """Train and score in this process."""
    backend = backend_named(backend_name)
    model = train_exact(_picture(0), SPEC, b"matrix", backend=backend)
    scores = [model.squared_error(_picture(number)) for number in range(4)]
    features = [(str(x.e), x.q.astype(np.float32)) for x in model.features(_picture(1))]
    text = json.dumps(scores).encode() + tensors_digest(features)
    return Fingerprint(
        golden=golden_digest(backend),
        model=model.digest().hex(),
        steps=model.step_digests[-1].hex(),
        scores=sha256(text).hexdigest(),
        judging=_judging(model, "compiled" if backend_name.startswith("fused") else "plain"),
        copies=copies_digest(_picture(0)),
        platform=f"{platform.machine()}, {installation()}",
    )


def _judging(model: ExactModel, sight: str) -> str:
    """The calibrated judge's calibration and two scores, each with its distances."""
    judge = CalibratedJudge.prepare(_picture(0), model, sight=SIGHTS[sight]())
    scores = [judge.score(_picture(number)) for number in (1, 2)]
    text = json.dumps([(s.value, sorted(s.distances.items())) for s in scores])
    return sha256(calibration_digest(judge) + text.encode()).hexdigest()


def copies_digest(picture: Pixels) -> str:
    """A picture's features, and what is found of it in itself, turned and darkened."""
    turned = move(picture, replace(UNALTERED, angle=11 * 10**6)) // 2
    features = find_features(grey_of(turned))
    found = Original(picture).recognise(features), compare(sketch(turned), sketch(picture))
    values = [features.places, features.extents, features.descriptors.astype(np.int64)]
    text = b"".join(np.ascontiguousarray(v, "<i8").tobytes() for v in values)
    return sha256(text + json.dumps([asdict(f) if f else None for f in found]).encode()).hexdigest()


def run(setting: Setting, python: str = sys.executable) -> Fingerprint:
    """The fingerprint of one setting, from a process of its own.

    Raises CalledProcessError where the process fails.
    """
    command = [python, "-m", "scoring.bench.matrix", "--one", setting.backend]
    # Threads that wait for each other by spinning crawl when the machine is busy elsewhere.
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", **setting.environment}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return Fingerprint(**json.loads(done.stdout))


def table(rows: list[tuple[Setting, Fingerprint]]) -> str:
    """Markdown: a row a setting, and whether all are the same."""
    lines = [
        "| backend | setting | golden | model | last step | scores | judging | copies | on |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for setting, f in rows:
        digests = " | ".join(f"`{text[:12]}`" for text in f.results)
        lines.append(f"| {setting.backend} | {setting.name} | {digests} | {f.platform} |")
    distinct = len({f.results for _, f in rows})
    lines += ["", f"{len(rows)} settings, {distinct} distinct result(s), on {processor()}."]
    return "\n".join(lines)


def write_table(page: Path, text: str) -> None:
    """Put the table between the markers of a page. Raises ValueError where they are missing."""
    content = page.read_text(encoding="utf-8")
    head, begin, rest = content.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no markers {BEGIN} … {END}")
    page.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def _rows(pythons: list[str]) -> Iterator[tuple[Setting, Fingerprint]]:
    for setting in settings_here():
        yield setting, run(setting)
    for python in pythons:
        for backend in ("fused", "float64"):
            setting = Setting("another installation", backend, {"OMP_NUM_THREADS": "1"})
            yield setting, run(setting, python)


def main() -> int:
    """Exit code 0 if every setting gave the same."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--one", help="print the fingerprint of this process with a backend")
    parser.add_argument("--write", type=Path, help="the page to put the table into")
    parser.add_argument("--python", action="append", default=[], help="another installation too")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(fingerprint(arguments.one).__dict__))
        return 0
    rows = []
    for setting, found in _rows(arguments.python):
        print(f"{setting.backend}, {setting.name}: {found.model[:12]}", file=sys.stderr)
        rows.append((setting, found))
    text = table(rows)
    print(text)
    if arguments.write:
        write_table(arguments.write, text)
    return 0 if len({f.results for _, f in rows}) == 1 else 3


if __name__ == "__main__":
    sys.exit(main())
