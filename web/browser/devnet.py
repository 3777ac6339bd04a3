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
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pictures import entries, photo

from oracle.accounts.operator import Plan
from oracle.assembly.accounts import open_operator
from oracle.devnet.cast import target_image
from oracle.devnet.network import Devnet
from scoring.spec import PROFILES

TINY = dataclasses.replace(
    PROFILES["demo"],
    widths=(4, 8, 8, 16),
    latent_size=16,
    augmentations=16,
    held_out=8,
    batch_size=4,
    epochs=4,
)

Wish = Mapping[str, Any]
Facts = dict[str, object]


def create(devnet: Devnet, wish: Wish) -> Facts:
    plan = Plan(
        image=target_image() if wish.get("studio") else photo(),
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


def stop_studio(devnet: Devnet, _: Wish) -> Facts:
    devnet.stop_studio()
    return {}


def start_studio(devnet: Devnet, _: Wish) -> Facts:
    devnet.start_studio()
    return {}


WISHES: dict[str, Callable[[Devnet, Wish], Facts]] = {
    "create": create,
    "put": put,
    "stop": stop,
    "start": start,
    "stop studio": stop_studio,
    "start studio": start_studio,
}


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Devnet(Path(name) / "devnet") as devnet:
        images = Path(name) / "images"
        images.mkdir()
        for image, data in entries().items():
            (images / f"{image}.png").write_bytes(data)
        devnet.start_studio()
        devnet.start_daemon()
        page, rpc, studio = devnet.page, devnet.anvil.url, devnet.studio_account.address
        say({"page": page, "rpc": rpc, "studio": studio, "images": str(images)})
        for line in sys.stdin:
            wish = json.loads(line)
            say(WISHES[wish["do"]](devnet, wish))


def say(facts: Facts) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
