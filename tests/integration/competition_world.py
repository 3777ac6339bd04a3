"""A world around one daemon: a devnet whose clock the test moves, players, content, settings.

Everything is real: chain, contract, store, decoder process, training. Only the judging spec is so
small that a training takes a second.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from oracle.accounts.plan import Plan
from oracle.assembly.accounts import open_operator
from oracle.assembly.auditor import open_auditor
from oracle.assembly.daemon import open_daemon
from oracle.auditing.report import AuditReport
from oracle.chain.commitments import hash_submission
from oracle.chain.devnet_keys import DevnetAccount
from oracle.chain.state import CompetitionState
from oracle.daemon.report import CycleReport
from oracle.daemon.schedule import Daemon
from oracle.settings.config import Settings, load_settings
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.spec import JudgingSpec
from scoring.submission.image import encode_png
from tests.integration.deployed_contract import Deployed
from tests.tiny_specs import TINY_COMPETITION

PRICE_WEI = 10**16


def picture(seed: int, size: tuple[int, int] = (512, 512)) -> bytes:
    """A valid submission, different for each seed: coarse blocks of colour."""
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    image = Image.fromarray(blocks).resize(size, Image.Resampling.NEAREST)
    return encode_png(np.asarray(image))


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """An image file."""
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


TARGET = picture(0)


@dataclass(frozen=True)
class Submission:
    """A player's ticket, and what opens its commitment."""

    player: DevnetAccount
    ticket_id: int
    digest: Digest
    salt: bytes


@dataclass
class World:
    """One operator's machine under `folder`, and everybody else."""

    deployed: Deployed
    folder: Path
    submissions: dict[int, list[Submission]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = EmbeddedStore(self.folder / "content")
        self.anvil = self.deployed.anvil
        self.contract = self.deployed.contract
        self.key_file = self.folder / "operator.key"
        self.key_file.touch(mode=0o600)
        self.key_file.write_text(self.deployed.operator.key)

    # -------------------------------------------------------------- settings

    def flags(self, home: str = "operator") -> dict[str, str]:
        """Settings of a machine in this world, as --set takes them."""
        return {
            "chain.rpc_url": self.anvil.url,
            "chain.contract": self.contract.address,
            "store.url": f"dir:{self.folder / 'content'}",
            "judge.work_dir": str(self.folder / home),
            "judge.threads": "1",
            "ledger.url": f"sqlite:///{self.folder / home}/ledger.sqlite",
            "signer.key_file": str(self.key_file),
            "signer.stuck_after_seconds": "0",
            "api.port": "0",
        }

    def settings(self, home: str = "operator", **flags: Any) -> Settings:
        changed = {name.replace("__", "."): value for name, value in flags.items()}
        return load_settings(None, {}, self.flags(home) | changed)

    @contextmanager
    def daemon(self, home: str = "operator", **flags: Any) -> Iterator[Daemon]:
        with open_daemon(self.settings(home, **flags)) as daemon:
            yield daemon

    def audit(self, competition_id: int, home: str = "auditor", **options: Any) -> AuditReport:
        flags = options.pop("flags", {})
        options.setdefault("check_code", False)
        settings = self.settings(home, signer__key_file="", **flags)
        with open_auditor(settings, check_code=options.pop("check_code")) as auditor:
            return auditor.audit(
                competition_id, auditor.contract.client.finalized_block(), **options
            )

    # ------------------------------------------------------------ competition

    def create(
        self,
        *,
        image: bytes = TARGET,
        spec: JudgingSpec = TINY_COMPETITION,
        home: str = "operator",
        **plan: Any,
    ) -> int:
        terms: Mapping[str, Any] = {
            "ticket_price_wei": PRICE_WEI,
            "sale_seconds": 600,
            "open_seconds": 3600,
            "reveal_seconds": 1800,
            "judging_seconds": 3600,
            "liveness_seconds": 3600,
            "max_tickets": 10,
        }
        with open_operator(self.settings(home)) as operator:
            return operator.create(Plan(image, spec, **{**terms, **plan}))[0]

    def buy(self, competition_id: int, players: int = 2) -> None:
        """That many players buy a ticket each."""
        for player in self.deployed.players[:players]:
            self.deployed.act(player, self.contract.calls.buy_ticket(competition_id, PRICE_WEI))

    def commit(self, competition_id: int, *contents: bytes | Digest) -> None:
        """The players commit, in order, to contents (which are published) or bare digests."""
        for number, content in enumerate(contents, start=1):
            digest = self.store.put(content) if len(content) != 32 else Digest(content)
            player = self.deployed.players[number - 1]
            salt = sha256(bytes([number]))
            commitment = hash_submission(
                self.contract.domain, competition_id, number, player.address, digest, salt
            )
            call = self.contract.calls.commit_submission(competition_id, number, commitment)
            self.deployed.act(player, call)
            entry = Submission(player, number, digest, salt)
            self.submissions.setdefault(competition_id, []).append(entry)

    def reveal(self, competition_id: int) -> None:
        """Everybody who committed reveals."""
        for one in self.submissions[competition_id]:
            call = self.contract.calls.reveal_submission(
                competition_id, one.ticket_id, one.digest, one.salt
            )
            self.deployed.act(one.player, call)

    # ------------------------------------------------------------------ time

    def state(self, competition_id: int) -> CompetitionState:
        return self.contract.state(competition_id, self.contract.client.latest_block())

    def to_time(self, timestamp: int) -> None:
        """Moves the clock there, and makes a block there final."""
        self.anvil.set_time(timestamp)
        self.anvil.finalize()

    def cycle(self, daemon: Daemon) -> CycleReport:
        """Makes all that happened final, and runs one cycle."""
        self.anvil.finalize()
        report = daemon.cycle.run()
        self.settle()
        return report

    def settle(self) -> None:
        """Waits until the chain has mined what it accepted."""
        self.anvil.settle()

    def play_until_open(self, daemon: Daemon, competition_id: int) -> None:
        self.to_time(self.state(competition_id).terms.sale_ends)
        self.cycle(daemon)

    def play_until_seeding(
        self, daemon: Daemon, competition_id: int, *contents: bytes | Digest
    ) -> None:
        """Tickets are bought, contents committed and revealed; nothing is seeded yet."""
        self.buy(competition_id, len(contents))
        self.play_until_open(daemon, competition_id)
        self.commit(competition_id, *contents)
        self.to_time(self.state(competition_id).open_ends)
        self.reveal(competition_id)
        self.to_time(self.state(competition_id).reveal_ends)

    def play_until_judging(
        self, daemon: Daemon, competition_id: int, *contents: bytes | Digest
    ) -> None:
        """As above, and the seed is pinned; the next cycle judges."""
        self.play_until_seeding(daemon, competition_id, *contents)
        self.cycle(daemon)
        self.anvil.mine(17)
        self.cycle(daemon)
        self.anvil.finalize()

    def play_until_asserted(
        self, daemon: Daemon, competition_id: int, *contents: bytes | Digest
    ) -> None:
        self.play_until_judging(daemon, competition_id, *contents)
        self.cycle(daemon)
        self.anvil.finalize()
