"""A devnet for the browser tests, told what to do line by line: prints JSON, reads JSON.

{"do": "create"} creates a competition with a spec that trains in a second, with "studio" one whose
images need its receipts; {"do": "put"} publishes a file as the oracle would; {"do": "stop"} and
{"do": "start"} are the daemon's, {"do": "stop studio"} and {"do": "start studio"} the studio's. End
of input ends everything.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from oracle.accounts.operator import Plan
from oracle.assembly.accounts import open_operator
from oracle.devnet.anvil import free_port
from oracle.devnet.cast import cast, target_image
from oracle.devnet.network import Devnet
from oracle.devnet.process import clean_environment
from oracle.studio.sketch import draw
from scoring.spec import PROFILES
from scoring.submission.stored_png import encode_stored

TINY = dataclasses.replace(
    PROFILES["demo"],
    widths=(4, 8, 8, 16),
    latent_size=16,
    augmentations=16,
    held_out=8,
    batch_size=4,
    epochs=4,
)

# What players who type have to find.
DRAWN = (
    "a red house on a green hill, three trees on the left, blue sky, a yellow sun, evening light"
)
STUDIO_PLAYER = 6
STUDIO_START_SECONDS = 120.0
STUDIO_STOP_SECONDS = 30.0

Wish = Mapping[str, Any]
Facts = dict[str, object]


def create(devnet: Devnet, wish: Wish) -> Facts:
    plan = Plan(
        image=encode_stored(draw(DRAWN, 7)) if wish.get("studio") else target_image(),
        spec=TINY,
        ticket_price_wei=10**16,
        sale_seconds=3600,
        open_seconds=3600,
        reveal_seconds=1800,
        judging_seconds=3600,
        liveness_seconds=3600,
        min_revealed=2,
        arbiter=wish["arbiter"],
        studio=wish.get("studio", ""),
        prompt_limit=wish.get("prompts", 100) if wish.get("studio") else 0,
    )
    with open_operator(devnet.settings("operator")) as operator:
        return {"id": operator.create(plan)[0]}


def put(devnet: Devnet, wish: Wish) -> Facts:
    with open_operator(devnet.settings("operator")) as operator:
        digest = operator.store.put(base64.b64decode(wish["base64"]))
    return {"digest": "0x" + digest.hex()}


def stop(devnet: Devnet, _: Wish) -> Facts:
    devnet.stop_daemon()
    return {}


def start(devnet: Devnet, _: Wish) -> Facts:
    devnet.start_daemon()
    return {}


class StudioProcess:
    """`judge studio run` with the sketch back end, in a process of its own."""

    def __init__(self, devnet: Devnet) -> None:
        self.port = free_port()
        self.account = devnet.player_accounts[STUDIO_PLAYER]
        self._log = devnet.folder / "studio.log"
        path = devnet.write_settings("studio", self.account)
        home = devnet.folder / "studio"
        with path.open("a") as file:
            file.write(f'\n[studio]\nport = {self.port}\nwork_dir = "{home}/prompts"\n')
        self._command = [sys.executable, "-m", "oracle", "--config", str(path), "studio", "run"]
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        # The daemon serves the page, and tells it where the studio is.
        with devnet.settings_path("operator").open("a") as file:
            file.write(f'\n[studio]\nurl = "{self.url}"\n')

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home,
                env=clean_environment(),
            )
        ends = time.monotonic() + STUDIO_START_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            try:
                opener.open(f"{self.url}/studio", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                if time.monotonic() > ends or self._process.poll() is not None:
                    raise RuntimeError(self._log.read_text()) from None
                time.sleep(0.2)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(STUDIO_STOP_SECONDS)


WISHES: dict[str, Callable[[Devnet, Wish], Facts]] = {
    "create": create,
    "put": put,
    "stop": stop,
    "start": start,
}


def answer(devnet: Devnet, studio: StudioProcess, wish: Wish) -> Facts:
    match wish["do"]:
        case "stop studio":
            studio.stop()
        case "start studio":
            studio.start()
        case other:
            return WISHES[other](devnet, wish)
    return {}


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Devnet(Path(name) / "devnet") as devnet:
        images = Path(name) / "images"
        images.mkdir()
        for part in cast():
            (images / f"{part.name.lower()}.png").write_bytes(part.image)
        studio = StudioProcess(devnet)
        devnet.start_daemon()
        studio.start()
        try:
            page, rpc = devnet.page, devnet.anvil.url
            facts = {"page": page, "rpc": rpc, "images": str(images)}
            say({**facts, "studio": studio.account.address})
            for line in sys.stdin:
                say(answer(devnet, studio, json.loads(line)))
        finally:
            studio.stop()


def say(facts: Facts) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
