"""A devnet chain: one anvil process on loopback, started and stopped by its own process id.

For `judge devnet`, the demo and the tests only; its accounts and keys are published with anvil.
"""

from __future__ import annotations

import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import requests

from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, PUBLISHED_ACCOUNTS, devnet_accounts
from oracle.errors import BadInput, ChainUnavailable

_READY_SECONDS = 20.0
_REQUEST_SECONDS = 30.0
_SETTLE_SECONDS = 20.0


def find_anvil(*roots: Path) -> Path:
    """The anvil binary of npm's packages under a root, or of the PATH.

    Roots are by default the checkout, and the folder that one stands in: a wheel brings no anvil.
    """
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, "")
    machine = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine(), ""
    )
    # The platform's own package and not node_modules/.bin/anvil: that is a Node script, and the
    # process id would be Node's.
    name = "anvil.exe" if system == "win32" else "anvil"
    package = f"anvil-{system}-{machine}"
    for root in roots or (Path(__file__).resolve().parents[2], Path.cwd()):
        packaged = root / "node_modules" / "@foundry-rs" / package / "bin" / name
        if packaged.is_file():
            return packaged
    found = shutil.which("anvil")
    if found is None:
        raise BadInput(
            "anvil, the devnet's chain, was not found",
            "install it into this folder with: npm install @foundry-rs/anvil "
            "(a checkout's scripts/setup does)",
        )
    return Path(found)


def free_port() -> int:
    """A loopback port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Anvil:
    """A running devnet; a context manager that stops it on leaving.

    Blocks come with every transaction, or every `block_seconds`, or only on `mine()` when
    `automine` is off. The chain's clock can be moved forward. `finalized` lags by two blocks.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        block_seconds: int | None = None,
        automine: bool = True,
        accounts: int = PUBLISHED_ACCOUNTS,
        chain_id: int = DEVNET_CHAIN_ID,
        binary: Path | None = None,
        log: IO[bytes] | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.chain_id = chain_id
        self.accounts = devnet_accounts(accounts)
        self._binary = binary
        self._log = log
        self._arguments = [
            *("--host", "127.0.0.1", "--port", str(self.port), "--chain-id", str(chain_id)),
            *("--accounts", str(accounts), "--slots-in-an-epoch", "1", "--hardfork", "prague"),
            *(("--block-time", str(block_seconds)) if block_seconds else ()),
            *(() if automine else ("--no-mining",)),
            *arguments,
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between a machine and itself

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Anvil:
        """Starts the process and waits until it answers; ChainUnavailable when it does not."""
        with socket.socket() as probe:
            # Asked before and not after: whoever has the port could answer in anvil's place.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise ChainUnavailable(
                    f"port {self.port} is taken", "stop what listens there, or choose another port"
                ) from error
        output = self._log or subprocess.DEVNULL
        # A session of its own, so that Ctrl-C in a terminal ends whoever started it first.
        self._process = subprocess.Popen(
            [str(self._binary or find_anvil()), *self._arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the process; nothing happens when it does not run."""
        process, self._process = self._process, None
        self._session.close()
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Anvil:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -------------------------------------------------------------- the clock

    def mine(self, blocks: int = 1, seconds_apart: int = 1) -> None:
        """Mines blocks, each some seconds of chain time after the one before."""
        self.rpc("anvil_mine", hex(blocks), hex(seconds_apart))

    def time(self) -> int:
        """The timestamp of the newest block, in unix seconds."""
        return int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def set_time(self, timestamp: int) -> None:
        """Mines a block with this timestamp, which must lie after the newest block's."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)
        self.rpc("evm_mine")

    def advance(self, seconds: int) -> None:
        """Moves the chain's clock forward and mines a block there."""
        self.set_time(self.time() + seconds)

    def finalize(self) -> None:
        """Mines until everything mined so far is final."""
        self.mine(2)

    def settle(self) -> None:
        """Waits until it has mined what it accepted: on a busy machine that takes a moment."""
        ends = time.monotonic() + _SETTLE_SECONDS
        while self.rpc("anvil_getAutomine") and time.monotonic() < ends:
            if int(self.rpc("txpool_status")["pending"], 16) == 0:
                return
            time.sleep(0.02)

    # ------------------------------------------------------------ the history

    def snapshot(self) -> str:
        """Remembers the whole state; see `revert`."""
        return str(self.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Returns to a snapshot, which is used up by that."""
        self.rpc("evm_revert", snapshot)

    def reorg(self, depth: int) -> None:
        """Replaces the newest blocks by empty ones; their transactions are gone."""
        self.rpc("anvil_reorg", depth, [])

    def set_balance(self, address: str, wei: int) -> None:
        """Gives an account exactly this much."""
        self.rpc("anvil_setBalance", address, hex(wei))

    def set_automine(self, on: bool) -> None:
        """Whether every transaction gets a block at once."""
        self.rpc("evm_setAutomine", on)

    def set_block_seconds(self, seconds: int) -> None:
        """From now on a block comes every so many seconds, and with no transaction."""
        self.rpc("evm_setIntervalMining", seconds)

    def rpc(self, method: str, *params: object) -> Any:
        """One raw JSON-RPC request; ChainUnavailable with the node's words when it refuses."""
        try:
            answer = self._session.post(
                self.url,
                json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params},
                timeout=_REQUEST_SECONDS,
            ).json()
        except requests.RequestException as error:
            raise ChainUnavailable(f"anvil does not answer {method}", "start it again") from error
        if "error" in answer:
            raise ChainUnavailable(f"anvil refuses {method}: {answer['error'].get('message')}")
        return answer["result"]

    def _wait_until_ready(self) -> None:
        process = self._process
        ends = time.monotonic() + _READY_SECONDS
        while process is not None and time.monotonic() < ends:
            if process.poll() is not None:
                raise ChainUnavailable(
                    f"anvil ended at once with status {process.returncode}",
                    f"see whether port {self.port} is taken",
                )
            try:
                self.rpc("eth_chainId")
                return
            except ChainUnavailable:
                time.sleep(0.05)
        raise ChainUnavailable(f"anvil did not answer within {_READY_SECONDS:.0f} s")
