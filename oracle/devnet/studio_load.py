"""A studio under load on a devnet, for `judge bench studio`: what it adds to drawing, and takes.

The studio is `judge studio run` in its own process, with its book and images on disk and the back
end `sketch`. The players share one account; each has a ticket of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle.accounts.plan import Plan
from oracle.assembly.accounts import open_operator
from oracle.assembly.parts import open_contract
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import Phase
from oracle.devnet.cast import target_image
from oracle.devnet.competition import Say
from oracle.devnet.network import Devnet
from oracle.devnet.process import wait_until
from oracle.devnet.process_tree import ProcessTree, Taken
from oracle.devnet.studio_players import AskedAt, Crowd
from oracle.errors import DevnetFailed
from oracle.signing.policy import player_policy
from oracle.signing.signer import Signer, UnsignedTransaction, parse_key
from oracle.studio.permits import StudioSession
from scoring.spec import PROFILES

GOAL_ADDED_SECONDS = 0.020
_MOST_GROWTH = 1.05  # of memory, from the middle to the end
_PRICE_WEI = 10**15
_FEE_WEI = 10**11
_GAS = 200_000
_STEP_SECONDS = 120.0


@dataclass(frozen=True)
class Drawing:
    """When the generator drew for a ticket's prompt; unix seconds."""

    ticket: int
    index: int
    began: float
    ended: float


@dataclass(frozen=True)
class LoadFigures:
    """What one run measured; times in seconds."""

    players: int
    asked: int
    seconds: float
    images_per_second: float
    added_median: float  # from the click until the stream tells, but for the time of drawing
    added_95: float
    answered_median: float  # until the prompt is taken
    answered_95: float
    drawing_median: float
    errors: int
    disk_wait_median: float  # one small write until the disk has it; a prompt waits for two
    memory_begin_bytes: int
    memory_middle_bytes: int
    memory_end_bytes: int
    processor_share: float  # of one core, with drawing
    sessions_per_second: float

    def missed(self) -> list[str]:
        """The goals that were missed, in words."""
        found = []
        if self.added_95 > GOAL_ADDED_SECONDS:
            goal = f"{GOAL_ADDED_SECONDS * 1e3:.0f} ms"
            found.append(f"the studio adds {self.added_95 * 1e3:.1f} ms to a prompt, not {goal}")
        if self.errors:
            found.append(f"{self.errors} requests, streams or images failed")
        if self.memory_end_bytes > self.memory_middle_bytes * _MOST_GROWTH:
            found.append("memory still grew in the second half")
        return found


def measure_load(
    players: int, per_second: float, seconds: float, say: Say, disk: Path | None = None
) -> LoadFigures:
    """Plays with so many players for so long, the studio's files on `disk`, a folder.

    Raises `DevnetFailed`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="judge-load-", dir=disk) as folder,
        Devnet(Path(folder) / "devnet") as devnet,
    ):
        # All players come from one address here.
        with devnet.settings_path("studio").open("a") as settings:
            settings.write("sessions_per_minute = 100000\n")
        contract = open_contract(devnet.settings("operator"))
        say(f"{players} tickets are bought …")
        competition = open_competition(devnet, contract, players)
        devnet.start_studio()
        studio = ProcessTree(devnet.studio_pid)
        crowd = Crowd(devnet.studio_url, permits_for(devnet, contract, competition, players))
        taken: list[tuple[float, Taken]] = []
        waits: list[float] = []

        def watch(moment: str) -> None:
            if moment == "begin":
                say(f"{players} sessions and event streams are open; prompts for {seconds:g} s …")
            taken.append((time.time(), studio.taken()))
            waits.append(_disk_wait(devnet.folder / "probe"))

        asyncio.run(crowd.play(seconds, per_second, watch))
        taken.append((time.time(), studio.taken()))
        for trouble in sorted(set(crowd.troubles))[:5]:
            say(f"  {trouble}")
        drawings = list(_drawings(devnet.folder / "studio.log"))
        return _figures(crowd, drawings, taken, statistics.median(waits), seconds)


# ------------------------------------------------------------------- beforehand


def open_competition(
    devnet: Devnet, contract: CompetitionContract, players: int, prompt_limit: int = 100
) -> int:
    """A competition that this devnet's studio serves, open, with that many tickets."""
    with open_operator(devnet.settings("operator")) as operator:
        plan = Plan(
            image=target_image(),
            spec=PROFILES["demo"],
            ticket_price_wei=_PRICE_WEI,
            sale_seconds=3600,
            open_seconds=86_400,
            reveal_seconds=1800,
            judging_seconds=3600,
            liveness_seconds=3600,
            min_revealed=2,
            arbiter=devnet.quorum_address,
            max_tickets=players,
            studio=devnet.studio_account.address,
            prompt_limit=prompt_limit,
        )
        number, _ = operator.create(plan)
        _buy(devnet, contract, number, players)
        devnet.move_clock_to(contract.state(number, contract.client.latest_block()).terms.sale_ends)
        wait_until(
            lambda: contract.state(number, contract.client.latest_block()).phase is Phase.OPENING,
            _STEP_SECONDS,
            "the sale to end",
        )
        operator.open(number)
    return number


def _buy(devnet: Devnet, contract: CompetitionContract, number: int, players: int) -> None:
    """Buys all tickets at once: one by one would take a block each."""
    signer = _player(devnet, contract)
    nonce = contract.client.nonce(signer.address)
    call = contract.calls.buy_ticket(number, _PRICE_WEI)
    for place in range(players):
        transaction = UnsignedTransaction(
            devnet.anvil.chain_id, nonce + place, call, _GAS, _FEE_WEI, _FEE_WEI // 10
        )
        answer, words = contract.client.send_raw(signer.sign(transaction).raw)
        if answer.value != "accepted":
            raise DevnetFailed(f"a ticket was not bought: {words}")

    def all_sold() -> bool:
        return contract.state(number, contract.client.latest_block()).sold == players

    wait_until(all_sold, _STEP_SECONDS, f"{players} tickets to be bought")


def _player(devnet: Devnet, contract: CompetitionContract) -> Signer:
    key = parse_key(devnet.player_accounts[0].key, "a devnet's player")
    return Signer(key, player_policy(devnet.anvil.chain_id, contract.address, _PRICE_WEI))


def permits_for(
    devnet: Devnet, contract: CompetitionContract, number: int, players: int
) -> list[dict[str, Any]]:
    """What each ticket's page sends to open a session."""
    signer = _player(devnet, contract)
    studio = devnet.studio_account.address
    deadline = contract.client.latest_block().timestamp + 86_400
    bodies = []
    for ticket in range(1, players + 1):
        permit = StudioSession(number, ticket, studio, deadline)
        signature = signer.sign_message(permit, contract.domain)
        bodies.append(
            {
                "competition": number,
                "ticket": ticket,
                "studio": studio,
                "deadline": deadline,
                "signature": "0x" + signature.hex(),
            }
        )
    return bodies


# ------------------------------------------------------------------- afterwards


def _disk_wait(path: Path) -> float:
    """Seconds that the disk takes for one small write."""
    with path.open("wb") as file:
        file.write(bytes(4096))
        file.flush()
        began = time.perf_counter()
        os.fsync(file.fileno())
        return time.perf_counter() - began


def _drawings(log: Path) -> Iterator[Drawing]:
    """Every drawing that the studio's log tells of."""
    for line in log.read_text(encoding="utf-8").splitlines():
        if '"drawing_began"' in line:
            told = json.loads(line)
            began = told["drawing_began"]
            ended = began + told["drawing_seconds"]
            yield Drawing(told["ticket"], told["index"], began, ended)


def added_seconds(asked: AskedAt, drawings: Sequence[Drawing]) -> float:
    """How long a prompt took beside its own drawing and those that it waited for.

    Once its image is drawn every instant counts, also while others are drawn: nothing but the
    studio's own work holds it up then.
    """
    own = [one for one in drawings if (one.ticket, one.index) == (asked.ticket, asked.index)]
    drawn_by = max((one.ended for one in own), default=asked.sent)
    drawn = sum(
        max(min(drawing.ended, drawn_by) - max(drawing.began, asked.sent), 0.0)
        for drawing in drawings
    )
    return asked.ready - asked.sent - drawn


def _figures(
    crowd: Crowd,
    drawings: Sequence[Drawing],
    taken: Sequence[tuple[float, Taken]],
    disk_wait: float,
    seconds: float,
) -> LoadFigures:
    if len(crowd.asked) < 2:
        raise DevnetFailed("nearly no prompt was answered", "; ".join(crowd.troubles[:3]))
    added = sorted(added_seconds(one, drawings) for one in crowd.asked)
    answered = sorted(one.answered - one.sent for one in crowd.asked)
    (began, first), (_, middle), (ended, last) = taken[0], taken[len(taken) // 2], taken[-1]
    processor = last.processor_seconds - first.processor_seconds
    return LoadFigures(
        players=len(crowd.permits),
        asked=len(crowd.asked),
        seconds=seconds,
        images_per_second=len(crowd.asked) / (max(one.ready for one in crowd.asked) - began),
        added_median=statistics.median(added),
        added_95=added[len(added) * 95 // 100],
        answered_median=statistics.median(answered),
        answered_95=answered[len(answered) * 95 // 100],
        drawing_median=statistics.median(one.ended - one.began for one in drawings),
        errors=len(crowd.troubles),
        disk_wait_median=disk_wait,
        memory_begin_bytes=first.memory_bytes,
        memory_middle_bytes=middle.memory_bytes,
        memory_end_bytes=last.memory_bytes,
        processor_share=processor / (ended - began),
        sessions_per_second=len(crowd.permits) / crowd.opening_seconds,
    )
