"""What runs the daemon names only files, settings and services that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from oracle.settings.config import load_settings

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# What the operator adds.
OWN = re.compile(r"\./(oracle|studio)\.toml|\./secrets/.+")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def environment() -> dict[str, str]:
    """deploy/env.example, filled in."""
    lines = (DEPLOY / "env.example").read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    assert found["POSTGRES_PASSWORD"] == "", "an example password is everybody's password"
    return found | {"POSTGRES_PASSWORD": "0123abcd", "JUDGE_CONTRACT": "0x" + "11" * 20}


def test_what_is_mounted_lies_beside_the_file_or_is_named_as_the_operators() -> None:
    binds = [
        str(mount).split(":")[0]
        for service in compose()["services"].values()
        for mount in service.get("volumes", ())
        if str(mount).startswith(".")
    ]
    binds += [secret["file"] for secret in compose()["secrets"].values()]
    assert {bind for bind in binds if not OWN.fullmatch(bind)} == {
        "./caddy/Caddyfile",
        "./grafana/dashboards",
        "./grafana/provisioning",
        "./prometheus",
        "./prometheus/alertmanager.yml",
    }
    assert all((DEPLOY / bind).exists() for bind in binds if not OWN.fullmatch(bind))


def test_every_name_in_the_file_is_declared_and_every_declaration_used() -> None:
    whole = compose()
    for kind in ("secrets", "volumes", "networks"):
        used = {
            str(name).split(":")[0]
            for service in whole["services"].values()
            for name in service.get(kind, ())
            if not str(name).startswith(".")
        }
        assert used == set(whole[kind]), kind


def test_who_is_waited_for_says_when_it_is_well() -> None:
    services = compose()["services"]
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[other]


@pytest.mark.parametrize("name", ["daemon", "studio"])
def test_the_containers_settings_are_settings_of_judge(name: str) -> None:
    given = compose()["services"][name]["environment"]
    filled = {
        key: re.sub(r"\$\{(\w+)[^}]*\}", lambda m: environment()[m[1]], str(value))
        for key, value in given.items()
    }
    settings = load_settings(None, filled)
    assert settings.chain.contract == "0x" + "11" * 20
    assert settings.store.url.startswith("kubo:")
    named = {Path(settings.signer.keystore).name, Path(settings.signer.password_file).name}
    assert named <= set(compose()["services"][name]["secrets"])


def test_nothing_of_the_operators_is_served_to_the_world() -> None:
    services = compose()["services"]
    open_to_all = {
        name
        for name, service in services.items()
        for port in service.get("ports", ())
        if not str(port).startswith("127.0.0.1:")
    }
    assert open_to_all == {"caddy", "kubo"}
    for proxy in ("caddy/Caddyfile", "nginx/judge.conf"):
        text = (DEPLOY / proxy).read_text()
        assert all(path in text for path in ("metrics", "healthz", "livez", "readyz"))


def test_the_believed_proxy_is_caddy() -> None:
    services = compose()["services"]
    caddy = services["caddy"]["networks"]["front"]["ipv4_address"]
    assert services["daemon"]["environment"]["FORWARDED_ALLOW_IPS"] == caddy


def test_the_image_is_made_of_files_that_there_are_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line and line[0] not in "# "]
    copied = [
        source
        for kind, rest in steps
        if kind == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert copied and all((ROOT / source).exists() for source in copied)
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert {f"!{source.split('/')[0]}" for source in copied} <= set(kept)
    users = [rest for kind, rest in steps if kind == "USER"]
    assert users == ["10001:10001"]
    last = [kind for kind, _ in steps][-3:]
    assert last == ["HEALTHCHECK", "ENTRYPOINT", "CMD"]
    assert {"ARG BASE=python:3.12-slim-bookworm", "FROM ${BASE} AS python"} <= set(
        text.splitlines()
    )


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_sets_only_settings_of_judge(unit: Path) -> None:
    given = re.findall(r"^Environment=(JUDGE_\w+__\w+)=(.*)$", unit.read_text(), re.MULTILINE)
    settings = load_settings(None, dict(given))
    if "signer" in unit.read_text().lower():
        credentials = re.findall(r"^LoadCredential=(\w+):", unit.read_text(), re.MULTILINE)
        assert Path(settings.signer.keystore).name in credentials


def test_the_timer_starts_a_unit_that_there_is() -> None:
    timers = {path.stem for path in (DEPLOY / "systemd").glob("*.timer")}
    assert timers == {"judge-backup"} <= {unit.stem for unit in UNITS}
