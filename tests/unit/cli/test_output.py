"""What commands print reads well in a pipe, in a log, and on a narrow terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from oracle.cli import output
from oracle.cli.main import main
from oracle.cli.output import print_facts, print_table, progress_bar, record_figures, write_option

pytestmark = pytest.mark.unit


def test_facts_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts([("a", 1), ("long", "x"), ("seed", None)])
    assert capsys.readouterr().out == "a     1\nlong  x\nseed  not yet\n"


def test_progress_of_what_takes_seconds_stays_out_of_logs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_bar() as progress:
        progress("train", 0, 2)
        progress("train", 2, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("beside", [(), ("workers",)], ids=["alone", "beside what stands still"])
def test_what_takes_minutes_says_a_line_now_and_then(
    beside: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(output.time, "monotonic", lambda: now)
    with progress_bar() as progress:
        for done in range(41):
            now = float(done)
            for stage in beside:
                progress(stage, 2, 2)
            progress("train", done, 40)
    assert capsys.readouterr() == ("", "train 15/40\ntrain 30/40\n")


def test_a_terminal_of_40_columns_breaks_no_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_width", lambda: 40)
    rows = [("histogram", "lower is more similar", "intersection"), ("psnr", "higher", "")]
    print_table(("metric", "reads", "implementation"), rows)
    table = capsys.readouterr().out
    assert "│ histogram │ lower   │ intersection   │" in table
    assert len(table.splitlines()[0]) == 40
    print_table(("metric", "reads", "implementations"), rows)
    assert capsys.readouterr().out == (
        "metric: histogram\nreads: lower is more similar\nimplementations: intersection\n\n"
        "metric: psnr\nreads: higher\n\n"
    )


def test_a_hash_is_folded_and_makes_no_paragraphs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_width", lambda: 80)
    print_table(("check", "claimed", "found"), [("root", "0x" + "11" * 32, "0x" + "22" * 32)])
    assert "│ root  │ 0x" in capsys.readouterr().out


def test_figures_come_with_the_command_that_measures_them_again(tmp_path: Path) -> None:
    written = tmp_path / "tree.json"
    asked = ["bench", "tree", "--leaves", "16", "--json", "--write", str(written)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    record = json.loads(written.read_text())
    assert record["command"] == "judge bench tree --leaves 16"
    assert record["leaves"] == 16


def test_that_command_has_every_option_with_a_value_whoever_gave_it(tmp_path: Path) -> None:
    @click.command()
    @click.argument("number", type=int)
    @click.option("--images", type=click.Path(path_type=Path))
    @click.option("--file", type=click.Path(path_type=Path))
    @click.option("--seconds", type=float, default=50.0)
    @click.option("--entries", type=int, multiple=True)
    @click.option("--uploads", is_flag=True)
    @click.option("--made-up", is_flag=True)
    @click.option("--limit", type=float)
    @click.option("--target")
    @write_option
    def measure(write: Path | None, **_: object) -> None:
        record_figures(write, {})

    words = ["7", "--images", str(tmp_path), "--file", "x.png", "--entries", "1", "--entries", "20"]
    words += ["--uploads", "--target", "a b.png", "--write", str(tmp_path / "figures.json")]
    assert CliRunner().invoke(measure, words, prog_name="main bench it").exit_code == 0
    assert json.loads((tmp_path / "figures.json").read_text())["command"] == (
        "judge bench it 7 --images DIR --file FILE --seconds 50 --entries 1 --entries 20 --uploads"
        " --target 'a b.png'"
    )
