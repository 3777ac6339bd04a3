"""A devnet for the browser tests, told what to do line by line: prints JSON, reads JSON.

With the argument "studio" a studio runs beside the daemon.

{"do": "create"} creates a competition with a spec that trains in a second, with "studio" one whose
images need its receipts; {"do": "put"} publishes a file as the oracle would; {"do": "sign"} gives a
round of the beacon as a relay does; {"do": "stop"} and {"do": "start"} are the daemon's,
{"do": "stop studio"} and {"do": "start studio"} the studio's. End of input ends everything.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pictures import pictures

from oracle.accounts.operator import Plan
from oracle.assembly.accounts import open_operator
from oracle.beacon.local import DEVNET_SECRET
from oracle.beacon.signatures import sign_round
from oracle.devnet.network import Devnet
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

Wish = Mapping[str, Any]
Facts = dict[str, object]


def create(devnet: Devnet, wish: Wish) -> Facts:
    plan = Plan(
        image=encode_stored(draw(DRAWN, 7)) if wish.get("studio") else pictures()["target"],
        spec=TINY,
        ticket_price_wei=10**16,
        sale_seconds=3600,
        open_seconds=3600,
        reveal_seconds=1800,
        judging_seconds=3600,
        liveness_seconds=3600,
        min_revealed=2,
        max_tickets=wish.get("maxTickets", 100),
        arbiter=wish["arbiter"],
        beacon=wish.get("beacon", ""),
        studio=wish.get("studio", ""),
        prompt_limit=wish.get("prompts", 100) if wish.get("studio") else 0,
    )
    with open_operator(devnet.settings("operator")) as operator:
        return {"id": operator.create(plan)[0]}


def put(devnet: Devnet, wish: Wish) -> Facts:
    with open_operator(devnet.settings("operator")) as operator:
        digest = operator.store.put(base64.b64decode(wish["base64"]))
    return {"digest": "0x" + digest.hex()}


def sign(_: Devnet, wish: Wish) -> Facts:
    return {"signature": sign_round(DEVNET_SECRET, wish["round"]).hex()}


def done(call: Callable[[Devnet], None]) -> Callable[[Devnet, Wish], Facts]:
    """A wish that is fulfilled without an answer."""

    def wish(devnet: Devnet, _: Wish) -> Facts:
        call(devnet)
        return {}

    return wish


WISHES: dict[str, Callable[[Devnet, Wish], Facts]] = {
    "create": create,
    "put": put,
    "sign": sign,
    "stop": done(Devnet.stop_daemon),
    "start": done(Devnet.start_daemon),
    "stop studio": done(Devnet.stop_studio),
    "start studio": done(Devnet.start_studio),
}


def main() -> None:
    # Who stops the tests stops this too: chain, daemon and studio must not outlive it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Each of these takes seconds, and waits for something else.
    with ThreadPoolExecutor() as pool, tempfile.TemporaryDirectory() as name:
        drawn = pool.submit(pictures)
        with Devnet(Path(name) / "devnet") as devnet:
            starts = [devnet.start_daemon, *([devnet.start_studio] if "studio" in sys.argv else [])]
            list(pool.map(lambda start: start(), starts))
            images = Path(name) / "images"
            images.mkdir()
            for player, image in drawn.result().items():
                (images / f"{player}.png").write_bytes(image)
            serve(devnet, images)


def serve(devnet: Devnet, images: Path) -> None:
    """Says where everything is, and fulfils wishes until the input ends."""
    say(
        {
            "page": devnet.page,
            "rpc": devnet.anvil.url,
            "images": str(images),
            "quorum": devnet.quorum_address,
            "beacon": devnet.beacon_address,
            "studio": devnet.studio_account.address,
        }
    )
    for line in sys.stdin:
        wish = json.loads(line)
        say(WISHES[wish["do"]](devnet, wish))


def say(facts: Facts) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
