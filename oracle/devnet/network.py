"""A devnet: anvil, a content store, the contract and the operator's daemon, in one folder.

The daemon is the ordinary `judge run` in its own process, with an ordinary settings file. Only
the accounts are special: their keys are anvil's published ones, which any other chain refuses.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from oracle.api.built_page import built_page
from oracle.beacon.local import LocalBeacon
from oracle.chain.client import ChainClient
from oracle.chain.competition import CompetitionContract
from oracle.chain.devnet_keys import DevnetAccount
from oracle.chain.floors import DEVNET_FLOORS
from oracle.chain.quorum import Charter, QuorumContract
from oracle.chain.state import CompetitionState, Phase
from oracle.deployment.blueprint import (
    Blueprint,
    beacon_blueprint,
    competition_blueprint,
    quorum_blueprint,
)
from oracle.deployment.deploy import deploy, deployment_policy
from oracle.devnet.anvil import Anvil, free_port
from oracle.devnet.folder import own_folder
from oracle.devnet.process import JudgeProcess, wait_until
from oracle.errors import DevnetFailed
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.sending.wallet import Wallet
from oracle.settings.config import Settings, load_settings
from oracle.signing.policy import member_policy
from oracle.signing.signer import Signer, parse_key

BLOCK_SECONDS = 1
AUDITORS = 3
QUORUM_WINDOW_SECONDS = 3600
STAKE_WEI = 10**18


class Devnet:
    """A running devnet; use as a context manager. Everything it writes is under `folder`."""

    def __init__(
        self, folder: Path, *, port: int | None = None, api_port: int | None = None
    ) -> None:
        self.folder = folder
        self.store_folder = folder / "content"
        self.anvil = Anvil(port=port)
        self.api_port = api_port or free_port()
        self.studio_port = free_port()
        self.contract_address = ""
        self.quorum_address = ""
        self.beacon_address = ""
        self._exit = ExitStack()
        self._daemon = JudgeProcess("the daemon", folder / "daemon.log")
        self._studio = JudgeProcess("the studio", folder / "studio.log")

    # ------------------------------------------------------------ life cycle

    def __enter__(self) -> Self:
        with ExitStack() as exit_stack:
            exit_stack.enter_context(own_folder(self.folder))
            exit_stack.enter_context(self.anvil)
            self.contract_address = self.deploy(competition_blueprint(DEVNET_FLOORS))
            self.quorum_address = self.deploy(quorum_blueprint(self.charter()))
            self.beacon_address = self.deploy(beacon_blueprint(LocalBeacon().network))
            self._stake()
            self.anvil.set_block_seconds(BLOCK_SECONDS)  # until here nothing waits for a block
            exit_stack.callback(self._daemon.stop)
            exit_stack.callback(self._studio.stop)
            self._exit = exit_stack.pop_all()
        self.write_settings("operator", self.operator_account)
        self.write_settings("studio", self.studio_account)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._exit.close()

    def charter(self) -> Charter:
        """The quorum that decides disputes here."""
        return Charter(
            competition=self.contract_address,
            members=tuple(account.address for account in self.auditor_accounts),
            threshold=2,
            commit_seconds=QUORUM_WINDOW_SECONDS,
            reveal_seconds=QUORUM_WINDOW_SECONDS,
            deliver_seconds=QUORUM_WINDOW_SECONDS,
            stake_wei=STAKE_WEI,
        )

    def deploy(self, blueprint: Blueprint) -> str:
        """Puts a contract on the chain, for the operator; returns its address."""
        chain_id = self.anvil.chain_id
        client = ChainClient.connect(self.anvil.url, chain_id)
        account = parse_key(self.operator_account.key, "the devnet's operator")
        signer = Signer(account, deployment_policy(chain_id, blueprint))
        ledger = open_ledger("sqlite://", chain_id, "deployment")
        try:
            sender = TransactionSender(client, signer, ledger)
            return deploy(client, sender, chain_id, blueprint=blueprint).address
        finally:
            ledger.close()

    def _stake(self) -> None:
        """Each auditor stakes, so that all of them have a vote."""
        chain_id = self.anvil.chain_id
        client = ChainClient.connect(self.anvil.url, chain_id)
        policy = member_policy(chain_id, self.quorum_address, STAKE_WEI)
        quorum = QuorumContract(client, self.quorum_address)
        for account in self.auditor_accounts:
            signer = Signer(parse_key(account.key, "a devnet's auditor"), policy)
            ledger = open_ledger("sqlite://", chain_id, "stakes")
            try:
                sender = TransactionSender(client, signer, ledger)
                wallet = Wallet(signer.address, sender, ledger.transactions)
                wallet.send("stake", quorum.calls.deposit(account.address, STAKE_WEI))
            finally:
                ledger.close()

    def start_daemon(self) -> None:
        """Starts `judge run` and waits until its API answers."""
        self._daemon.start(
            self.settings_path("operator"), "run", answers_at=f"{self.gateway}/healthz"
        )

    def start_studio(self) -> None:
        """Starts `judge studio run` and waits until it answers."""
        self._studio.start(
            self.settings_path("studio"), "studio", "run", answers_at=f"{self.studio_url}/studio"
        )

    @property
    def studio_pid(self) -> int:
        """The studio's process. Raises `DevnetFailed` when it is not running."""
        return self._studio.pid

    def stop_daemon(self) -> None:
        """Asks the daemon to stop, and kills it when it does not."""
        self._daemon.stop()

    def stop_studio(self) -> None:
        """Asks the studio to stop, and kills it when it does not."""
        self._studio.stop()

    def kill_daemon(self) -> None:
        """Kills the daemon without warning, as a power cut would."""
        self._daemon.kill()

    def kill_studio(self) -> None:
        """Kills the studio without warning, as a power cut would."""
        self._studio.kill()

    # -------------------------------------------------------------- settings

    @property
    def operator_account(self) -> DevnetAccount:
        return self.anvil.accounts[0]

    @property
    def player_accounts(self) -> tuple[DevnetAccount, ...]:
        return self.anvil.accounts[1 : -AUDITORS - 1]

    @property
    def studio_account(self) -> DevnetAccount:
        """Whose receipts the devnet's competitions ask for."""
        return self.anvil.accounts[-AUDITORS - 1]

    @property
    def auditor_accounts(self) -> tuple[DevnetAccount, ...]:
        """The members of the quorum that decides disputes."""
        return self.anvil.accounts[-AUDITORS:]

    @property
    def studio_url(self) -> str:
        """Where players reach the studio."""
        return f"http://127.0.0.1:{self.studio_port}"

    @property
    def gateway(self) -> str:
        """Where the daemon serves content to everybody."""
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def page(self) -> str:
        """Where the players' page is, or how to get it."""
        return f"{self.gateway}/" if built_page() else "not built; run scripts/setup"

    def settings_path(self, name: str) -> Path:
        return self.folder / f"{name}.toml"

    def write_settings(self, name: str, account: DevnetAccount) -> Path:
        """A settings file, with a key file next to it, for one account."""
        key_path = self.folder / f"{name}.key"
        key_path.touch(mode=0o600)
        key_path.write_text(account.key)
        home = self.folder / name
        path = self.settings_path(name)
        path.write_text(
            f"""# Written by judge devnet. The key is published: devnet only.
[chain]
rpc_url = {_toml(self.anvil.url)}
chain_id = {self.anvil.chain_id}
contract = {_toml(self.contract_address)}
quorum = {_toml(self.quorum_address)}
beacon = {_toml(self.beacon_address)}

[beacon]
relays = ["devnet"]

[store]
url = {_toml(f"dir:{self.store_folder}")}

[signer]
key_file = {_toml(key_path)}

[judge]
work_dir = {_toml(home)}

[ledger]
url = {_toml(f"sqlite:///{home}/ledger.sqlite")}

[daemon]
interval_seconds = 1

[api]
host = "127.0.0.1"
port = {self.api_port if account is self.operator_account else 0}
page = {_toml(built_page() or "")}
rpc_url = {_toml(self.anvil.url)}

[practice]
models = 5

[studio]
url = {_toml(self.studio_url)}
port = {self.studio_port}
work_dir = {_toml(home / "studio")}
"""
        )
        home.mkdir(parents=True, exist_ok=True)
        return path

    def settings(self, name: str) -> Settings:
        return load_settings(self.settings_path(name), {}, {})

    # -------------------------------------------------------------- watching

    def wait_for(
        self, contract: CompetitionContract, competition_id: int, phase: Phase, seconds: float
    ) -> CompetitionState:
        """Waits until a competition is in `phase` at the newest block."""
        found: list[CompetitionState] = []

        def there() -> bool:
            self._daemon.require()
            found[:] = [contract.state(competition_id, contract.client.latest_block())]
            return found[0].phase is phase

        wait_until(there, seconds, f"competition {competition_id} to be {phase.name.lower()}")
        return found[0]

    def move_clock_to(self, timestamp: int) -> None:
        """Moves the chain's clock forward; a time that has passed already is left alone."""
        if self.anvil.time() < timestamp:
            self.anvil.set_time(timestamp)

    def require_alive(self) -> None:
        """Raises `DevnetFailed` when chain, daemon or studio has ended by itself."""
        if not self.anvil.is_running:
            raise DevnetFailed("the chain has ended by itself", "start the devnet again")
        self._daemon.require()
        self._studio.require()


def _toml(text: object) -> str:
    """A TOML string; JSON's are a part of them."""
    return json.dumps(str(text))
