"""One operator's machine and everything around it: a chain, a faulty node and gateway, a daemon."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests

from oracle.accounts.operator import Operator
from oracle.accounts.plan import Plan
from oracle.assembly.accounts import open_operator, open_watch
from oracle.chain.state import CompetitionState
from oracle.devnet.anvil import free_port
from oracle.devnet.process import JudgeProcess
from oracle.settings.config import Settings, load_settings
from oracle.store.embedded import EmbeddedStore
from scoring.spec import JudgingSpec
from tests.faults.chain import CHAIN_ID, FaultChain
from tests.faults.gateway import FaultyGateway
from tests.faults.machine import Machine
from tests.faults.table import PRICE_WEI, Seats, Table
from tests.integration.competition_world import picture
from tests.integration.flaky_proxy import FlakyProxy
from tests.integration.postgres_server import PostgresServer
from tests.tiny_specs import TINIEST_COMPETITION

TICK_SECONDS = 0.1
STALE_SECONDS = 3  # from when on trouble is told, in place of five minutes


@dataclass(frozen=True)
class Health:
    """What the daemon says of itself; status 0 when it does not answer."""

    status: int
    problems: tuple[str, ...]

    def says(self, words: str) -> bool:
        return any(words in problem for problem in self.problems)


class Arena:
    """A running world; use as a context manager. Everything it writes is under `folder`."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, Any] | None = None,
        chain: FaultChain | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.disk = folder / "disk"
        self.home = self.disk / "operator"
        self.machine = Machine(folder, self.disk)
        self.log = folder / "daemon.log"
        self.public = EmbeddedStore(folder / "public")
        self._created = self._pictures = 0
        self.hooks: list[Callable[[], None]] = []
        self.table: Table
        self.postgres: PostgresServer
        self.chain = chain or FaultChain()
        self._changed = dict(settings or {})
        self._port = free_port()
        self._daemon = JudgeProcess("the daemon", self.log, self.machine.environment())
        self._exit = ExitStack()
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> Self:
        with ExitStack() as exit_stack:
            exit_stack.enter_context(self.chain)
            self.proxy = exit_stack.enter_context(FlakyProxy(self.chain.anvil.url))
            self.gateway = exit_stack.enter_context(FaultyGateway(self.public))
            if "{postgres}" in str(self._changed.get("ledger.url")):
                self.postgres = exit_stack.enter_context(PostgresServer())
            exit_stack.callback(self._daemon.stop)
            self._exit = exit_stack.pop_all()
        self.table = Table(self.chain, self.public)
        key = self.folder / "operator.key"
        key.touch(mode=0o600)
        key.write_text(self.chain.operator.key)
        self.home.mkdir(parents=True)
        self.write_settings()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    # ------------------------------------------------------------------ the daemon

    def flags(self) -> dict[str, Any]:
        """The settings of the operator's machine, by name."""
        flags: dict[str, Any] = {
            "chain.rpc_url": self.proxy.url,
            "chain.chain_id": CHAIN_ID,
            "chain.contract": self.chain.contract.address,
            "chain.timeout_seconds": 1.0,
            "store.url": f"dir:{self.disk / 'content'}",
            "store.gateways": [self.gateway.url],
            "store.fetch_seconds": 2.0,
            "judge.work_dir": str(self.home),
            "judge.threads": 1,
            "ledger.url": f"sqlite:///{self.home}/ledger.sqlite",
            "signer.key_file": str(self.folder / "operator.key"),
            "signer.stuck_after_seconds": 1.0,
            "daemon.interval_seconds": 0.3,
            "daemon.stale_after_seconds": STALE_SECONDS,
            "daemon.head_late_seconds": 604_800,  # the harness moves the chain's clock
            "daemon.final_late_seconds": 604_800,
            "api.port": self._port,
            **self._changed,
        }
        if flags["chain.rpc_url"] == "{node}":  # without faults, and without what they cost
            flags["chain.rpc_url"] = self.chain.anvil.url
        if "{postgres}" in flags["ledger.url"]:
            flags["ledger.url"] = self.postgres.url
        if "series.arbiter" in flags:
            flags["series.arbiter"] = self.chain.arbiter
        if "chain.rpc_urls" in flags:
            flags["chain.rpc_urls"] = [self.chain.anvil.url]
        return flags

    def write_settings(self) -> Path:
        """The daemon's settings file."""
        sections: dict[str, list[str]] = {}
        for name, value in self.flags().items():
            section, _, key = name.partition(".")
            sections.setdefault(section, []).append(f"{key} = {json.dumps(value)}")
        path = self.folder / "operator.toml"
        path.write_text(
            "\n".join(f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items())
        )
        return path

    def settings(self, **changed: Any) -> Settings:
        """Settings of a person on a good line to the chain, beside the daemon."""
        flags = {**self.flags(), "chain.rpc_url": self.chain.anvil.url}
        return load_settings(
            None, {}, flags | {k.replace("__", "."): v for k, v in changed.items()}
        )

    def start_daemon(self) -> None:
        self._daemon.start(self.write_settings(), "run", answers_at=f"{self.url}/metrics")

    def kill_daemon(self) -> None:
        self._daemon.kill()

    def restart_daemon(self) -> None:
        """After a kill, or before it is noticed that there was one."""
        self._daemon.kill()
        self.start_daemon()

    def stop_daemon(self) -> None:
        self._daemon.stop()

    def require_daemon(self) -> None:
        self._daemon.require()

    @property
    def daemon_pid(self) -> int:
        return self._daemon.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def health(self) -> Health:
        try:
            answer = self._session.get(f"{self.url}/healthz", timeout=5)
        except requests.RequestException:
            return Health(0, ())
        return Health(answer.status_code, tuple(answer.json()["problems"]))

    # ---------------------------------------------------------------- competitions

    def pictures(self, count: int) -> tuple[bytes, ...]:
        """Images that nobody in this arena has handed in before."""
        self._pictures += count
        return tuple(picture(self._pictures - n) for n in range(count))

    def create(
        self, *contents: bytes, spec: JudgingSpec = TINIEST_COMPETITION, **plan: Any
    ) -> Seats:
        """A new competition, for whose tickets the players will hand in `contents`."""
        return self.create_all([contents], spec, **plan)[0]

    def create_all(
        self,
        handed_in: Sequence[Sequence[bytes]],
        spec: JudgingSpec = TINIEST_COMPETITION,
        **plan: Any,
    ) -> list[Seats]:
        """As `create`, a competition for each sequence, by one command."""
        with open_operator(self.settings()) as operator:
            return [self._create(operator, contents, spec, plan) for contents in handed_in]

    def _create(
        self,
        operator: Operator,
        contents: Sequence[bytes],
        spec: JudgingSpec,
        plan: Mapping[str, Any],
    ) -> Seats:
        terms: dict[str, Any] = {
            "ticket_price_wei": PRICE_WEI,
            "sale_seconds": 600,
            "open_seconds": 3600,
            "reveal_seconds": 1800,
            "judging_seconds": 3600,
            "liveness_seconds": 3600,
            "max_tickets": max(10, len(contents)),
            "arbiter": self.chain.arbiter,
        }
        self._created += 1
        image = picture(10_000 + self._created)
        competition_id, _ = operator.create(Plan(image, spec, **{**terms, **plan}))
        return self.table.sit_down(competition_id, *contents)

    def tick(self, seconds: float = TICK_SECONDS) -> dict[int, CompetitionState]:
        """Lets everybody act once, makes a block, and gives the daemon a moment."""
        self._call_hooks()
        states = self.table.move()
        self._call_hooks()  # while what was done just now is not final
        self.chain.anvil.mine()
        time.sleep(seconds)
        return states

    def _call_hooks(self) -> None:
        for hook in tuple(self.hooks):
            hook()

    def is_settled(self, ended: Iterable[Seats]) -> bool:
        """Whether nothing of the operator's is under way, and the ledger has the end of these.

        A slow cycle notes an end well after the chain has it.
        """
        with open_watch(self.settings()) as watch:
            ledger = watch.ledger
            return not ledger.transactions.unsettled(self.chain.operator.address) and all(
                any(step.is_end for step in ledger.steps(seats.id)) for seats in ended
            )
