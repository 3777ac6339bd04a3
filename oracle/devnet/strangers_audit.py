"""Audits as a stranger makes them: a fresh process in a fresh folder, told only addresses."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle.devnet.network import Devnet
from oracle.devnet.process import clean_environment
from oracle.errors import DevnetFailed
from oracle.judging.bundle import read_index, read_page
from oracle.store.embedded import EmbeddedStore
from oracle.studio.client import StudioClient
from scoring.digest import Digest

LOG_SECONDS = 120.0
AUDIT_SECONDS = 900.0  # on a slow or busy machine; a minute elsewhere


@dataclass(frozen=True)
class StrangersAudit:
    """How an audit process ended, and what it printed."""

    exit_code: int
    report: dict[str, Any]

    @property
    def differences(self) -> list[dict[str, str]]:
        return [check for check in self.report["checks"] if check["verdict"] == "mismatch"]


def wait_for_log(devnet: Devnet, competition_id: int) -> bytes:
    """The digest of a final competition's log, once the studio has published it."""
    ends = time.monotonic() + LOG_SECONDS
    client = StudioClient(devnet.studio_url)
    while True:
        digest = client.ask("GET", f"/studio/logs/{competition_id}").get("log_digest")
        if isinstance(digest, str):
            return bytes.fromhex(digest.removeprefix("0x"))
        if time.monotonic() > ends:
            raise DevnetFailed(
                "the studio did not publish its log", f"see {devnet.folder / 'studio.log'}"
            )
        time.sleep(0.5)


def audit(
    devnet: Devnet, competition_id: int, folder: Path, *arguments: str, extra_store: str = ""
) -> StrangersAudit:
    """Runs `judge audit` in `folder`, which knows RPC address, contract and gateway only."""
    folder.mkdir(parents=True)
    store = ",".join(filter(None, (devnet.gateway, extra_store)))
    settings = {
        "chain.rpc_url": devnet.anvil.url,
        "chain.chain_id": str(devnet.anvil.chain_id),
        "chain.contract": devnet.contract_address,
        "store.url": store,
        "judge.work_dir": str(folder / "work"),
    }
    command = [sys.executable, "-m", "oracle"]
    for name, value in settings.items():
        command += ["--set", f"{name}={value}"]
    command += ["audit", str(competition_id), "--json", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=AUDIT_SECONDS,
    )
    try:
        return StrangersAudit(done.returncode, json.loads(done.stdout))
    except ValueError as error:
        raise DevnetFailed(
            f"judge audit ended with status {done.returncode} and no report", done.stderr.strip()
        ) from error


def tampered_bundle(devnet: Devnet, bundle_digest: bytes, folder: Path) -> Path:
    """A copy of the published bundle in which the last entry got the best score.

    Returns the index file; the changed page lies in a store at `folder`.
    """
    published = EmbeddedStore(devnet.store_folder)
    index = read_index(published.get(Digest(bundle_digest), max_bytes=1 << 20))
    page = Digest(bytes.fromhex(index["pages"][0].removeprefix("0x")))
    rows = read_page(published.get(page, max_bytes=1 << 20))
    rows[1]["score"] = "1"
    changed = EmbeddedStore(folder / "content").put(json.dumps({"rows": rows}).encode())
    index["pages"][0] = "0x" + changed.hex()
    path = folder / "bundle.json"
    path.write_text(json.dumps(index))
    return path
