"""A studio that is killed at random under traffic keeps every promise, whatever it was doing."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from eth_account import Account

from oracle.assembly.parts import open_contract
from oracle.chain.competition import CompetitionContract
from oracle.devnet.network import Devnet
from oracle.devnet.studio_load import open_competition, permits_for
from oracle.signing.typed_data import StudioReceipt, signable
from oracle.studio.log import first_hash, head_of, read_records
from oracle.studio.made_up import made_up_prompt
from scoring.digest import Digest, sha256

# A studio's process is started again after every kill, which takes some seconds each time.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# The whole proof: JUDGE_TEST_STUDIO_KILLS=50 (ten minutes).
KILLS = int(os.environ.get("JUDGE_TEST_STUDIO_KILLS", "3"))
TICKETS = 6
LIMIT = 17 + KILLS  # enough for traffic until the last kill, or nearly

Receipts = dict[tuple[int, int], tuple[str, str]]
"""Digest and signature, by ticket and index."""


@dataclass
class Player:
    """Prompts without a pause, and asks again with the same key whenever nobody answers."""

    url: str
    permit: dict[str, Any]
    stopping: threading.Event
    receipts: Receipts = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    is_out: bool = False  # of prompts

    @property
    def ticket(self) -> int:
        return int(self.permit["ticket"])

    def play(self) -> None:
        chance = random.Random(self.ticket)
        with requests.Session() as http:
            http.trust_env = False
            told = self._ask(http, "POST", "/studio/sessions", json=self.permit)
            http.headers["Authorization"] = f"Bearer {told.get('token')}"
            asked = 0
            while not (self.stopping.is_set() or self.is_out):
                asked += 1
                self._prompt(http, made_up_prompt(chance), f"{self.ticket}-{asked}")

    def _prompt(self, http: requests.Session, words: str, key: str) -> None:
        told = self._ask(
            http,
            "POST",
            "/studio/prompts",
            json={"prompt": words},
            headers={"Idempotency-Key": key},
        )
        while told.get("state") in ("queued", "running"):
            time.sleep(0.03)
            told = self._ask(http, "GET", f"/studio/prompts/{told['number']}")
        if told.get("state") == "done":
            receipt = told["image_digest"], told["studio_signature"]
            if self.receipts.setdefault((self.ticket, told["index"]), receipt) != receipt:
                self.surprises.append(f"index {told['index']} of ticket {self.ticket} came twice")
        elif "prompts of this ticket are used" in told.get("what", ""):
            self.is_out = True
        elif told:
            self.surprises.append(f"ticket {self.ticket}: {told}")

    def _ask(self, http: requests.Session, method: str, path: str, **body: Any) -> dict[str, Any]:
        """The answer, however often the studio dies before it; {} once all is over."""
        while not self.stopping.is_set():
            try:
                answer = http.request(method, self.url + path, timeout=20, **body)
                told: dict[str, Any] = answer.json()
                return told
            except (requests.RequestException, ValueError):
                time.sleep(0.05)
        return {}


@dataclass
class Examiner:
    """Reads a dead studio's book, and holds it to what players and the log's readers were told."""

    book: Path
    contract: CompetitionContract
    competition: int
    studio: str
    player: str
    heads: list[tuple[int, str]] = field(default_factory=list)  # length and hash, as signed

    def examine(self, promised: Receipts) -> int:
        """Asserts every invariant; returns how many images there are."""
        with sqlite3.connect(self.book) as book:
            lines = [row[0] for row in book.execute("SELECT record FROM records ORDER BY position")]
            done = book.execute(
                "SELECT ticket_id, prompt_index, image_digest, signature FROM prompts "
                "WHERE state = 'done'"
            ).fetchall()
        book.close()
        records = read_records(lines)
        start = first_hash(self.contract.domain, self.competition)
        for length, head in self.heads:
            assert head_of(start, lines[:length]).hex() == head, "the log was rewritten"
        made: dict[int, list[int]] = {}
        for record in records:
            made.setdefault(record.ticket_id, []).append(record.index)
        for indices in made.values():
            assert indices == list(range(len(indices))), "an index was lost or counted twice"
            assert len(indices) <= LIMIT
        logged = {(record.ticket_id, record.index): record.image_sha256 for record in records}
        assert sorted((ticket, index) for ticket, index, _, _ in done) == sorted(logged)
        receipts: Receipts = {}
        for ticket, index, digest, signature in done:
            assert logged[ticket, index] == digest
            receipts[ticket, index] = "0x" + digest.hex(), "0x" + signature.hex()
            receipt = StudioReceipt(self.competition, ticket, self.player, Digest(digest), index)
            message = signable(receipt, self.contract.domain)
            assert Account.recover_message(message, signature=signature) == self.studio
        assert promised.items() <= receipts.items(), "a promised image is gone"
        return len(records)


@pytest.mark.timeout(120 + 60 * KILLS)
def test_a_studio_killed_at_random_under_traffic_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(KILLS)
    stopping = threading.Event()
    with Devnet(tmp_path / "devnet") as devnet:
        with devnet.settings_path("studio").open("a") as settings:
            settings.write("sessions_per_minute = 100000\n")
        contract = open_contract(devnet.settings("operator"))
        number = open_competition(devnet, contract, TICKETS, LIMIT)
        permits = permits_for(devnet, contract, number, TICKETS)
        players = [Player(devnet.studio_url, permit, stopping) for permit in permits]
        threads = [threading.Thread(target=player.play) for player in players]
        examiner = Examiner(
            devnet.folder / "studio" / "studio" / "studio.sqlite",
            contract,
            number,
            devnet.studio_account.address,
            devnet.player_accounts[0].address,
        )
        devnet.start_studio()
        for thread in threads:
            thread.start()
        counts = []
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.0, 1.5))
                examiner.heads.append(log_head(devnet, number))
                time.sleep(chance.uniform(0.0, 0.3))
                devnet.kill_studio()
                counts.append(examiner.examine(_promised(players)))
                devnet.start_studio()
            time.sleep(2)
        finally:
            stopping.set()
            for thread in threads:
                thread.join(60)
        require_images(devnet.studio_url, permits, _promised(players))
        devnet.stop_studio()
        total = examiner.examine(_promised(players))
    assert not [surprise for player in players for surprise in player.surprises]
    # It was killed while it worked, and went on every time but when all prompts were used.
    assert 0 < total <= TICKETS * LIMIT
    assert len(set(counts)) > 1 or total > counts[-1]
    assert counts == sorted(counts)


def require_images(url: str, permits: list[dict[str, Any]], promised: Receipts) -> None:
    """Asserts that every ticket's page gets each image that it was promised, byte for byte."""
    with requests.Session() as http:
        http.trust_env = False
        tokens = {
            int(permit["ticket"]): http.post(f"{url}/studio/sessions", json=permit).json()["token"]
            for permit in permits
        }
        for (ticket, index), (digest, _) in promised.items():
            headers = {"Authorization": f"Bearer {tokens[ticket]}"}
            path = f"{url}/studio/images/{digest.removeprefix('0x')}"
            image = http.get(path, headers=headers, timeout=20).content
            assert "0x" + sha256(image).hex() == digest, f"image {index} of ticket {ticket} is gone"


def log_head(devnet: Devnet, number: int) -> tuple[int, str]:
    """The log's length and hash as the studio signs them now."""
    with requests.Session() as http:
        http.trust_env = False
        told = http.get(f"{devnet.studio_url}/studio/logs/{number}", timeout=20).json()
    return told["length"], told["head"].removeprefix("0x")


def _promised(players: list[Player]) -> Receipts:
    return {
        place: receipt for player in players for place, receipt in dict(player.receipts).items()
    }
