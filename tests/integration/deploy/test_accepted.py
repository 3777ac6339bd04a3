"""The programs that these files are for take them, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.deploy.test_hosting import DEPLOY, UNITS, environment
from tests.unit.deploy.test_watching import ALERTS, rules

pytestmark = pytest.mark.integration

# A little less exposed than systemd's own "OK", which ends at 2.
MOST_EXPOSED = 16


def test_docker_compose_takes_the_file(tmp_path: Path) -> None:
    command = composing()
    if command is None:
        pytest.skip("docker compose is not installed here (scripts/build-compose builds it)")
    profiles = ["--profile", "studio", "--profile", "alerts"]
    checked = subprocess.run(
        [*command, "--file", str(DEPLOY / "compose.yaml"), *profiles, "config", "--quiet"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment()},
    )
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr.lower(), checked.stderr


def composing() -> list[str] | None:
    built = os.environ.get("JUDGE_TEST_COMPOSE") or shutil.which("docker-compose")
    if built:
        return [built]
    docker = shutil.which("docker")
    asked = docker and subprocess.run([docker, "compose", "version"], capture_output=True)
    return ["docker", "compose"] if asked and asked.returncode == 0 else None


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_a_unit_and_finds_it_little_exposed(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed here")
    # It wants every program to be there; ours is at home under /opt on the operator's host.
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/opt/judge/bin/judge", "/bin/true"))
    told = subprocess.run(
        [analyze, "verify", "--man=no", str(copy)], capture_output=True, text=True
    )
    assert (told.returncode, told.stderr) == (0, "")
    threshold = [f"--threshold={MOST_EXPOSED}", "--offline=true"]
    told = subprocess.run(
        [analyze, "security", *threshold, str(copy)], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout[-300:]


def test_prometheus_takes_the_alerts() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed here; Prometheus' packages bring it")
    checked = subprocess.run([promtool, "check", "rules", ALERTS], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(rules())} rules found" in checked.stdout


def test_prometheus_tells_what_happens_once() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed here; Prometheus' packages bring it")
    cases = Path(__file__).with_name("alerts.test.yml")
    tried = subprocess.run([promtool, "test", "rules", cases], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stdout + tried.stderr
