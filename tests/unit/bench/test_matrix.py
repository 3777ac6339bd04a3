"""The same bits in processes that are told to calculate differently."""

import subprocess
import sys
from pathlib import Path

import pytest

from scoring.bench import matrix
from scoring.bench.matrix import BEGIN, END, Fingerprint, Setting, settings_here

FOUND = Fingerprint("g" * 64, "m" * 64, "s" * 64, "c" * 64, "j" * 64, "k" * 64, "Python 3")


@pytest.fixture(scope="module")
def here() -> Fingerprint:
    return matrix.fingerprint("fused")


@pytest.mark.integration
@pytest.mark.slow  # each setting is a process that loads torch or numba
@pytest.mark.parametrize(
    "setting",
    [s for s in settings_here() if s.backend != "int8" and "AVX" not in s.name][1::2],
    ids=lambda s: f"{s.backend} {s.name}",
)
def test_every_setting_gives_the_bits_of_this_process(setting: Setting, here: Fingerprint) -> None:
    assert matrix.run(setting).results == here.results


@pytest.mark.unit
def test_the_table_counts_the_results_that_differ() -> None:
    other = Fingerprint("g" * 64, "n" * 64, "s" * 64, "c" * 64, "j" * 64, "k" * 64, "Python 3")
    setting = Setting("1 thread", "fused")
    assert "2 settings, 1 distinct" in matrix.table([(setting, FOUND)] * 2)
    text = matrix.table([(setting, FOUND), (setting, other)])
    assert "2 settings, 2 distinct" in text
    assert "`nnnnnnnnnnnn`" in text


@pytest.mark.unit
def test_the_table_goes_between_the_markers_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    matrix.write_table(page, "new")
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    page.write_text("no markers")
    with pytest.raises(ValueError, match="no markers"):
        matrix.write_table(page, "new")


@pytest.mark.unit
def test_the_command_writes_the_page_and_tells_of_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    pythons: list[str] = []

    def found(setting: Setting, python: str = sys.executable) -> Fingerprint:
        pythons.append(python)
        return FOUND

    monkeypatch.setattr(matrix, "run", found)
    monkeypatch.setattr(sys, "argv", ["matrix", "--write", str(page), "--python", "/other"])
    assert matrix.main() == 0
    assert f"{len(settings_here()) + 2} settings, 1 distinct" in page.read_text()
    assert pythons.count("/other") == 2
    odd = Fingerprint("x", "m", "s", "c", "j", "k", "")
    monkeypatch.setattr(matrix, "run", lambda s, p="": odd if s is settings_here()[3] else FOUND)
    monkeypatch.setattr(sys, "argv", ["matrix"])
    assert matrix.main() == 3
    assert "2 distinct" in capsys.readouterr().out


@pytest.mark.unit
def test_what_a_processor_would_ignore_is_no_setting_there(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {}
    for machine in ("x86_64", "aarch64", "riscv64"):
        monkeypatch.setattr(matrix.platform, "machine", lambda machine=machine: machine)
        told[machine] = {name for s in settings_here() for name in s.environment}
    assert {"ONEDNN_MAX_CPU_ISA", "MKL_CBWR", "NUMBA_CPU_NAME"} <= told["x86_64"]
    assert {"NPY_DISABLE_CPU_FEATURES", "NUMBA_CPU_NAME"} <= told["aarch64"]
    assert not {"ONEDNN_MAX_CPU_ISA", "MKL_CBWR"} & told["aarch64"]
    assert not {"NPY_DISABLE_CPU_FEATURES", "NUMBA_CPU_NAME"} & told["riscv64"]


@pytest.mark.unit
def test_one_fingerprint_is_printed_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["matrix", "--one", "fused"])
    assert matrix.main() == 0
    assert '"model"' in capsys.readouterr().out


@pytest.mark.integration
def test_a_process_that_fails_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        matrix.run(Setting("", "no such backend"))
