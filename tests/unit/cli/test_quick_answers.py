"""Help, mistakes and lists are answered before anything that takes long is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oracle.cli.main import COMMANDS

pytestmark = pytest.mark.unit

HEAVY = {"torch", "torchvision", "web3", "eth_account", "sqlalchemy", "starlette", "numba", "cv2"}


def imported_by(*calls: list[str], packages: set[str] = HEAVY) -> set[str]:
    """Which of these packages these calls of `judge` import, one after another."""
    code = (
        "import json, sys\nfrom oracle.cli import main\n"
        "for call in json.loads(sys.argv[1]):\n"
        "    try: main(call)\n    except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, json.dumps(calls)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return packages & set(json.loads(done.stderr.splitlines()[-1]))


def test_no_help_waits_for_what_takes_long_to_import() -> None:
    helps = (["--help"], *([name, "--help"] for name in COMMANDS))
    assert imported_by(*helps, packages={*HEAVY, "rich", "PIL", "numpy"}) == set()


def test_wrong_arguments_and_missing_files_are_told_before_anything_is_imported() -> None:
    found = imported_by(
        ["compare", "nowhere.png", "nowhere.jpg"],
        ["verify"],
        ["verify", "nowhere.png", "nowhere.jpg"],
        ["retrieve", "--images", "nowhere"],
        ["score", "nowhere.png", "nowhere.jpg"],
        ["bisect", "nowhere", "nowhere"],
        ["dps-table", "--images", "nowhere"],
    )
    assert found == set()


def test_the_metrics_are_listed_without_torch() -> None:
    assert imported_by(["metrics"]) == set()


def test_an_image_is_prepared_without_torch(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (30, 20), "red").save(tmp_path / "red.jpg")
    assert imported_by(["prepare", str(tmp_path / "red.jpg")]) == set()
    assert (tmp_path / "red.512.png").exists()
