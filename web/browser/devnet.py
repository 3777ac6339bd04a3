"""A devnet for the browser tests, told what to do line by line: prints JSON, reads JSON.

{"do": "create"} creates a competition with a spec that trains in a second; {"do": "stop"} stops the
daemon, so that the oracle is silent. End of input ends everything.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from oracle.assembly.accounts import open_operator
from oracle.devnet.cast import cast, target_image
from oracle.devnet.network import Devnet
from oracle.operator import Plan
from scoring.spec import PROFILES

TINY = dataclasses.replace(
    PROFILES["demo"],
    judge="autoencoder-mse",
    widths=(4, 4, 8, 8),
    latent_size=8,
    augmentations=8,
    held_out=2,
    batch_size=2,
    epochs=2,
)


def create(devnet: Devnet, price_wei: int) -> int:
    plan = Plan(
        image=target_image(),
        spec=TINY,
        ticket_price_wei=price_wei,
        sale_seconds=3600,
        open_seconds=3600,
        reveal_seconds=1800,
        judging_seconds=3600,
        liveness_seconds=3600,
        min_revealed=2,
    )
    with open_operator(devnet.settings("operator")) as operator:
        return operator.create(plan)[0]


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Devnet(Path(name) / "devnet") as devnet:
        images = Path(name) / "images"
        images.mkdir()
        for part in cast():
            (images / f"{part.name.lower()}.png").write_bytes(part.image)
        devnet.start_daemon()
        say({"page": devnet.page, "rpc": devnet.anvil.url, "images": str(images)})
        for line in sys.stdin:
            wish = json.loads(line)
            if wish["do"] == "create":
                say({"id": create(devnet, wish.get("price", 10**16))})
            elif wish["do"] == "stop":
                devnet.stop_daemon()
                say({})


def say(facts: dict[str, object]) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
