"""A real geth for the tests: one process on loopback, started and ended by its own process id.

Two kinds. `Geth` runs as on a live network, beside a consensus client, which is the test's own, so
that the test moves the clock and says what is final. `DevGeth` is `geth --dev`: blocks come by
themselves, each a real second after the one before.
"""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, devnet_accounts
from oracle.devnet.anvil import free_port
from oracle.errors import ChainUnavailable
from tests.integration.second_client.consensus import AT_ONCE, UNTIL_FILLED, Consensus, Fork
from tests.integration.second_client.genesis import genesis_of

_READY_SECONDS = 60.0
_MODULES = "eth,net,txpool,debug,web3"


class GethProcess:
    """A running geth with a chain of its own under `folder`; a context manager."""

    chain_id = DEVNET_CHAIN_ID

    def __init__(self, binary: str, folder: Path, fork: Fork, *arguments: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.accounts = devnet_accounts()
        self.fork = fork
        self._binary = binary
        self._folder = folder
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between a machine and itself

    def __enter__(self) -> Self:
        home = self._folder / "geth"
        file = self._folder / "genesis.json"
        file.write_text(json.dumps(genesis_of(self._binary, self.fork)))
        self._run("init", "--datadir", str(home), str(file))
        command = [self._binary, "--datadir", str(home), "--syncmode", "full", "--ipcdisable"]
        command += ["--nodiscover", "--maxpeers", "0", "--port", "0", "--nat", "none"]
        command += ["--http", "--http.addr", "127.0.0.1", "--http.port", str(self.port)]
        command += ["--http.api", _MODULES, "--rpc.txfeecap", "0", *self._arguments]
        with (self._folder / "geth.log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
            self._begin()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the process; nothing happens when it does not run."""
        process, self._process = self._process, None
        self._session.close()
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def rpc(self, method: str, *params: object) -> Any:
        """One raw JSON-RPC request; ChainUnavailable with the node's words when it refuses."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            answer = self._session.post(self.url, json=request, timeout=60).json()
        except requests.RequestException as error:
            raise ChainUnavailable(f"geth does not answer {method}", "see geth.log") from error
        if "error" in answer:
            raise ChainUnavailable(f"geth refuses {method}: {answer['error'].get('message')}")
        return answer["result"]

    def time(self) -> int:
        """The timestamp of the newest block, in unix seconds."""
        return int(self.block("latest")["timestamp"], 16)

    def block(self, tag: str) -> dict[str, Any]:
        """A block's header by number or tag."""
        found: dict[str, Any] = self.rpc("eth_getBlockByNumber", tag, False)
        return found

    def settle(self) -> None:
        """Waits until what the node can mine is mined."""
        ends = time.monotonic() + 30
        while int(self.rpc("txpool_status")["pending"], 16) and time.monotonic() < ends:
            time.sleep(0.02)

    def _begin(self) -> None:
        """What is to be done once it answers."""

    def _run(self, *arguments: str) -> None:
        done = subprocess.run([self._binary, *arguments], capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr.decode(errors="replace")

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + _READY_SECONDS
        while time.monotonic() < ends:
            if self._process is not None and self._process.poll() is not None:
                raise ChainUnavailable(
                    "geth ended at once", (self._folder / "geth.log").read_text()
                )
            try:
                self.rpc("eth_chainId")
                return
            except ChainUnavailable:
                time.sleep(0.1)
        raise ChainUnavailable(f"geth did not answer within {_READY_SECONDS:.0f} s")


CONFIRMATIONS = 2


class DevGeth(GethProcess):
    """`geth --dev --dev.period 1`: whoever wants another time waits for it."""

    def __init__(self, binary: str, folder: Path, *arguments: str) -> None:
        period = ("--dev", "--dev.period", "1")
        super().__init__(binary, folder, Fork.OSAKA, *period, *arguments)

    def mine(self, blocks: int = 1) -> None:
        """Waits for so many blocks."""
        last = self._height() + blocks
        self._wait(lambda: self._height() >= last)

    def set_time(self, timestamp: int) -> None:
        """Waits until a block has this time."""
        self._wait(lambda: self.time() >= timestamp)

    def finalize(self) -> None:
        """Waits until everything that was sent has its confirmations."""
        self.settle()
        self.mine(CONFIRMATIONS)

    def _height(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def _wait(self, there: Callable[[], bool]) -> None:
        while not there():
            time.sleep(0.1)


class Geth(GethProcess):
    """A geth whose clock and finality the test moves; what is sent is mined within moments."""

    def __init__(self, binary: str, folder: Path, *arguments: str, fork: Fork = Fork.OSAKA) -> None:
        self._secret = secrets.token_bytes(32)
        self._engine_port = free_port()
        secret = folder / "jwt"
        secret.write_text(self._secret.hex())
        engine = ("--authrpc.addr", "127.0.0.1", "--authrpc.port", str(self._engine_port))
        engine += ("--authrpc.jwtsecret", str(secret))
        super().__init__(binary, folder, fork, *engine, *arguments)
        self._stopping = threading.Event()
        self._automine = threading.Event()
        self._turn = threading.Lock()
        self._miner: threading.Thread | None = None

    def _begin(self) -> None:
        url = f"http://127.0.0.1:{self._engine_port}"
        self._consensus = Consensus(url, self._secret, self.fork, self.block("latest"))
        self._consensus.extend()  # makes the first block final
        self.set_automine(True)
        self._miner = threading.Thread(target=self._mine_what_comes, daemon=True)
        self._miner.start()

    def stop(self) -> None:
        """Ends the consensus client, then the process."""
        self._stopping.set()
        if self._miner is not None:
            self._miner.join()
        super().stop()

    # -------------------------------------------------------------- the clock

    def mine(self, blocks: int = 1) -> None:
        """Makes blocks, with what waits in the first of them."""
        with self._turn:
            self._consensus.extend(patience=self._patience())
            for _ in range(blocks - 1):
                self._consensus.extend()

    def set_time(self, timestamp: int) -> None:
        """Makes a block with this timestamp, which must lie after the newest block's."""
        with self._turn:
            self._consensus.extend(timestamp, patience=self._patience())

    def finalize(self) -> None:
        """Makes everything that happened so far final, as a live network does, two blocks later."""
        self.settle()
        with self._turn:
            self._consensus.finalize()
            self._consensus.extend()
            self._consensus.extend()

    def prepare_reorg(self) -> None:
        """From here on, what is mined goes again with `reorg`."""
        with self._turn:
            self._consensus.prepare_rival()

    def reorg(self) -> None:
        """Consensus chooses another chain: empty blocks since `prepare_reorg`, and one more."""
        with self._turn:
            self._consensus.choose_rival()

    def set_automine(self, on: bool) -> None:
        """Whether what is sent gets a block at once."""
        if on:
            self._automine.set()
        else:
            self._automine.clear()

    def _patience(self) -> Sequence[float]:
        return UNTIL_FILLED if int(self.rpc("txpool_status")["pending"], 16) else AT_ONCE

    def _mine_what_comes(self) -> None:
        session = requests.Session()
        session.trust_env = False
        request = {"jsonrpc": "2.0", "id": 1, "method": "txpool_status", "params": []}
        while not self._stopping.wait(0.03):
            if not self._automine.is_set():
                continue
            status = session.post(self.url, json=request, timeout=60).json()["result"]
            if int(status["pending"], 16):
                with self._turn:
                    self._consensus.extend(patience=UNTIL_FILLED, only_if_filled=True)
        session.close()
