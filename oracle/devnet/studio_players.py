"""A crowd at a studio, as its pages ask it: sessions, event streams, prompts at a steady pace.

All on one event loop. Every image is fetched and hashed, as a page does before showing it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from oracle.studio.made_up import made_up_prompt

_OPENING_AT_ONCE = 8
_ANSWER_SECONDS = 60.0
_LAST_IMAGE_SECONDS = 60.0


@dataclass(frozen=True)
class AskedAt:
    """One prompt as its player saw it; times in unix seconds."""

    ticket: int
    index: int  # which of the ticket's prompts, from 0
    sent: float
    answered: float  # 202
    ready: float  # the stream told of its image
    shown: float  # the image was here, and the right one


@dataclass
class Crowd:
    """One player for each of `permits`: the bodies that open their sessions."""

    url: str
    permits: Sequence[dict[str, Any]]
    asked: list[AskedAt] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    opening_seconds: float = 0.0  # for all sessions

    async def play(self, seconds: float, per_second: float, watch: Callable[[str], None]) -> None:
        """Opens everything, prompts for `seconds`, and waits for the last images.

        `watch` is told when the prompts begin, and every second after that.
        """
        whole = aiohttp.ClientTimeout(total=None, sock_connect=_ANSWER_SECONDS)
        async with aiohttp.ClientSession(
            timeout=whole, connector=aiohttp.TCPConnector(limit=0)
        ) as http:
            players = await self._open(http)
            streams = [asyncio.create_task(player.follow()) for player in players]
            await asyncio.gather(*(player.listening.wait() for player in players))
            watch("begin")
            await self._prompt(players, seconds, per_second, watch)
            for stream in streams:
                stream.cancel()
            await asyncio.gather(*streams, return_exceptions=True)

    async def _open(self, http: aiohttp.ClientSession) -> list[_Player]:
        began = time.monotonic()
        turn = asyncio.Semaphore(_OPENING_AT_ONCE)

        async def open_one(permit: dict[str, Any]) -> _Player:
            async with turn, http.post(f"{self.url}/studio/sessions", json=permit) as answer:
                told = await answer.json()
                if answer.status != 201:
                    raise RuntimeError(f"no session: {told}")
                return _Player(self, http, permit["ticket"], told["token"])

        players = await asyncio.gather(*map(open_one, self.permits))
        self.opening_seconds = time.monotonic() - began
        return list(players)

    async def _prompt(
        self,
        players: list[_Player],
        seconds: float,
        per_second: float,
        watch: Callable[[str], None],
    ) -> None:
        chance = random.Random(16)
        chance.shuffle(players)
        running: list[asyncio.Task[None]] = []
        began = time.monotonic()
        told = 0
        for number in range(int(seconds * per_second)):
            await asyncio.sleep(max(began + number / per_second - time.monotonic(), 0))
            player = players[number % len(players)]
            running.append(asyncio.create_task(player.ask(made_up_prompt(chance))))
            if time.monotonic() - began >= told + 1:
                told = int(time.monotonic() - began)
                watch("second")
        _, late = await asyncio.wait(running, timeout=_LAST_IMAGE_SECONDS)
        self.troubles += [f"no image within {_LAST_IMAGE_SECONDS:.0f} s of the end" for _ in late]
        for task in late:
            task.cancel()


class _Player:
    """One ticket: its token, its event stream, and the prompt that is on its way."""

    def __init__(self, crowd: Crowd, http: aiohttp.ClientSession, ticket: int, token: str) -> None:
        self.listening = asyncio.Event()
        self._crowd, self._http, self._ticket = crowd, http, ticket
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ends: dict[int, dict[str, Any]] = {}  # prompts that have come to an end, by number
        self._news = asyncio.Condition()

    async def follow(self) -> None:
        """Reads the stream until it is cancelled; that it ends by itself is trouble."""
        url = f"{self._crowd.url}/studio/events"
        try:
            async with self._http.get(url, headers=self._headers) as stream:
                if stream.status != 200:
                    raise RuntimeError(f"the stream answers {stream.status}")
                async for line in stream.content:
                    self.listening.set()
                    if line.startswith(b"data: "):
                        await self._read(json.loads(line[6:]))
            self._crowd.troubles.append("a stream ended")
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            self._crowd.troubles.append(f"a stream broke: {error}")
        finally:
            self.listening.set()

    async def _read(self, told: dict[str, Any]) -> None:
        async with self._news:
            for prompt in told.get("prompts", ()):
                if prompt["state"] in ("done", "failed", "cancelled"):
                    self._ends.setdefault(prompt["number"], {**prompt, "at": time.time()})
            self._news.notify_all()

    async def ask(self, words: str) -> None:
        """One prompt, from the click to the image."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                self._crowd.asked.append(await self._ask(words))
        except (aiohttp.ClientError, OSError, ValueError, KeyError, RuntimeError) as error:
            self._crowd.troubles.append(f"{type(error).__name__}: {error}")

    async def _ask(self, words: str) -> AskedAt:
        sent = time.time()
        headers = {**self._headers, "Idempotency-Key": secrets.token_hex(16)}
        url = f"{self._crowd.url}/studio/prompts"
        async with self._http.post(url, json={"prompt": words}, headers=headers) as answer:
            told = await answer.json()
            if answer.status != 202:
                raise RuntimeError(f"the prompt was answered {answer.status}: {told}")
        answered = time.time()
        async with self._news:
            await self._news.wait_for(lambda: told["number"] in self._ends)
        end = self._ends[told["number"]]
        if end["state"] != "done":
            raise RuntimeError(f"no image: {end['reason']}")
        await self._show(end["image_digest"])
        return AskedAt(self._ticket, told["index"], sent, answered, end["at"], time.time())

    async def _show(self, digest: str) -> None:
        url = f"{self._crowd.url}/studio/images/{digest}"
        async with self._http.get(url, headers=self._headers) as answer:
            image = await answer.read()
        if hashlib.sha256(image).hexdigest() != digest.removeprefix("0x"):
            raise RuntimeError("the image is another one")
