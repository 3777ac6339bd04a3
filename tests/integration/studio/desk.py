"""What the studio's tests share: its settings, a competition that is open, and sessions."""

from __future__ import annotations

import secrets
import time
from typing import Any

import requests

from oracle.settings.config import Settings
from oracle.signing.policy import player_policy
from oracle.signing.signer import Signer, parse_key
from oracle.studio.permits import StudioSession
from tests.integration.competition_world import World

LIMIT = 3


def key_of(world: World, number: int) -> str:
    """A file with the key of one of the devnet's accounts."""
    path = world.folder / f"player{number}.key"
    path.touch(mode=0o600)
    path.write_text(world.deployed.players[number].key)
    return str(path)


def studio_settings(world: World, **flags: str) -> Settings:
    return world.settings(
        "studio",
        signer__key_file=key_of(world, 9),
        studio__port="0",
        studio__work_dir=str(world.folder / "studio"),
        **flags,
    )


def player_settings(world: World, number: int, url: str) -> Settings:
    return world.settings(
        f"player{number}", signer__key_file=key_of(world, number), studio__url=url
    )


def opened(world: World, players: int = 2, limit: int = LIMIT) -> int:
    """A competition that this world's studio serves, open for prompts."""
    address = world.deployed.players[9].address
    number = world.create(studio=address, prompt_limit=limit)
    world.buy(number, players)
    with world.daemon() as daemon:
        world.play_until_open(daemon, number)
    return number


def permit_for(world: World, number: int, ticket: int, seconds: int = 3600) -> StudioSession:
    """What a ticket's player signs to open a session, by the chain's clock."""
    deadline = world.contract.client.latest_block().timestamp + seconds
    return StudioSession(number, ticket, world.deployed.players[9].address, deadline)


def session_body(permit: StudioSession, signature: bytes) -> dict[str, Any]:
    """What opens a session."""
    return {
        "competition": permit.competition_id,
        "ticket": permit.ticket_id,
        "studio": permit.studio,
        "deadline": permit.deadline,
        "signature": "0x" + signature.hex(),
    }


def signed_by(world: World, player: int, permit: StudioSession) -> bytes:
    """A player's signature of a session."""
    signer = Signer(
        parse_key(world.deployed.players[player].key, "devnet"),
        player_policy(31337, world.contract.address, 0),
    )
    return signer.sign_message(permit, world.contract.domain)


def open_session(url: str, permit: StudioSession, signature: bytes) -> requests.Response:
    """The studio's answer to somebody who wants a session."""
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{url}/studio/sessions", json=session_body(permit, signature))


def token_of(world: World, url: str, number: int, player: int = 0) -> str:
    """A session's token, as the page gets it."""
    permit = permit_for(world, number, player + 1)
    answer = open_session(url, permit, signed_by(world, player, permit))
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


class Page:
    """A ticket's page: a session, and prompts until they have come to an end."""

    def __init__(
        self, world: World, url: str, number: int, player: int = 0, token: str = ""
    ) -> None:
        self._url = url
        token = token or token_of(world, url, number, player)
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, words: object, key: str = "") -> requests.Response:
        """The answer to a prompt; a new one, unless it has the `key` of an earlier one."""
        headers = {**self._headers, "Idempotency-Key": key or secrets.token_hex(8)}
        with requests.Session() as session:
            session.trust_env = False
            return session.post(
                f"{self._url}/studio/prompts", json={"prompt": words}, headers=headers
            )

    def get(self, path: str) -> requests.Response:
        """Whatever else the session may read."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self._url}/studio/{path}", headers=self._headers, timeout=20)

    def overview(self) -> dict[str, Any]:
        """All prompts, and what is left."""
        told: dict[str, Any] = self.get("prompts").json()
        return told

    def drawn(self, words: str, key: str = "") -> dict[str, Any]:
        """A prompt that was taken, once it has come to its end."""
        answer = self.ask(words, key)
        assert answer.status_code == 202, answer.text
        return self.end_of(answer.json()["number"])

    def end_of(self, number: int) -> dict[str, Any]:
        """One prompt, once it has come to its end."""
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            told: dict[str, Any] = self.get(f"prompts/{number}").json()
            if told["state"] not in ("queued", "running"):
                return told
            time.sleep(0.05)
        raise AssertionError(f"prompt {number} comes to no end")
