"""The client against a real node, and against nodes that lie, stall, flood or fall silent."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from eth_utils.address import to_checksum_address

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.wire import Block
from oracle.devnet.anvil import Anvil, free_port
from oracle.errors import (
    ChainUnavailable,
    ContractRefused,
    InsufficientFunds,
    InvalidConfig,
    NotFinalYet,
)
from tests.integration.deployed_contract import Deployed
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS, FlakyProxy

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.chain.rpc.BACKOFF_SECONDS", 0)


@pytest.fixture
def proxy(deployed: Deployed) -> Iterator[FlakyProxy]:
    with FlakyProxy(deployed.anvil.url) as proxy:
        yield proxy


def answering(answer: Any, *methods: str) -> Any:
    return lambda method, params: answer if method in methods else PASS


# ------------------------------------------------------------------------------ connecting


def test_another_chain_than_configured_is_refused(deployed: Deployed) -> None:
    with pytest.raises(InvalidConfig, match="serves chain 31337, not 1"):
        ChainClient.connect(deployed.anvil.url, 1)


@pytest.mark.parametrize("url", ["ws://127.0.0.1:8545", "127.0.0.1:8545", "http://", "ipc:/x"])
def test_an_address_that_is_not_http_is_refused(url: str) -> None:
    with pytest.raises(InvalidConfig, match="is not http or https"):
        ChainClient.connect(url, 1)


def test_nobody_there_is_said_without_the_address_s_secrets() -> None:
    with pytest.raises(ChainUnavailable, match="the connection failed") as caught:
        ChainClient.connect(f"http://u:SECRET@127.0.0.1:{free_port()}/SECRET", 1)
    assert "SECRET" not in caught.value.what
    assert caught.value.__cause__ is None
    assert "rpc_url" in caught.value.hint


def test_a_node_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(ChainUnavailable, match="took too long"):
            ChainClient.connect(f"http://127.0.0.1:{silent.getsockname()[1]}", 1, 0.2)
        assert time.monotonic() - started < 5


def test_a_node_that_answers_drop_by_drop_is_given_up() -> None:
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try:
                    while not stop.is_set():
                        connection.sendall(b"1\r\n \r\n")
                        time.sleep(0.02)
                except OSError:
                    pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        try:
            started = time.monotonic()
            with pytest.raises(ChainUnavailable, match="took too long"):
                ChainClient.connect(f"http://127.0.0.1:{server.getsockname()[1]}", 1, 0.3)
            assert time.monotonic() - started < 10
        finally:
            stop.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>rate limited</html>",
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        {"result": None},
        {"result": 31337},
        {"result": "0x"},
        {"result": "0x7a69", "error": {"code": -1, "message": "no"}},
        {"error": "no"},
    ],
    ids=range(12),
)
def test_garbage_is_a_node_that_is_down(proxy: FlakyProxy, answer: Any) -> None:
    proxy.rule = answering(answer, "eth_chainId")
    with pytest.raises(ChainUnavailable) as caught:
        ChainClient.connect(proxy.url, 31337)
    assert "API-KEY" not in caught.value.what
    assert caught.value.hint


def test_a_flood_is_cut_off(proxy: FlakyProxy) -> None:
    proxy.rule = answering(b" " * 3_000_000, "eth_chainId")
    with pytest.raises(ChainUnavailable, match="exceeds this client's limit"):
        ChainClient.connect(proxy.url, 31337, max_response_bytes=1_000_000)


def test_reads_are_tried_again_a_bounded_number_of_times(proxy: FlakyProxy) -> None:
    proxy.drop(DROP_REQUEST, "eth_chainId", times=2)
    assert ChainClient.connect(proxy.url, 31337).chain_id == 31337
    proxy.drop(DROP_ANSWER, "eth_chainId")
    proxy.seen.clear()
    with pytest.raises(ChainUnavailable):
        ChainClient.connect(proxy.url, 31337)
    assert proxy.seen == ["eth_chainId"] * 3


def test_a_redirect_is_not_followed(deployed: Deployed) -> None:
    def redirect(server: socket.socket) -> None:
        for _ in range(3):
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(
                    b"HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nConnection: close\r\n"
                    b"Location: " + deployed.anvil.url.encode() + b"\r\n\r\n"
                )

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=redirect, args=(server,))
        thread.start()
        with pytest.raises(ChainUnavailable, match="HTTP status 307"):
            ChainClient.connect(f"http://127.0.0.1:{server.getsockname()[1]}", 31337)
        thread.join()


# ---------------------------------------------------------------------------------- blocks


def test_the_final_block_lags_and_never_is_ahead(deployed: Deployed) -> None:
    deployed.anvil.mine(5)
    latest, final = deployed.client.latest_block(), deployed.client.finalized_block()
    assert final.number == latest.number - 2
    assert deployed.client.block(final.number) == final
    assert deployed.client.block(final.hash) == final
    assert deployed.client.is_canonical(final.number, final.hash)
    assert not deployed.client.is_canonical(final.number, latest.hash)
    assert not deployed.client.is_canonical(latest.number + 1, latest.hash)


def test_a_node_that_knows_no_final_block_leads_to_the_setting(proxy: FlakyProxy) -> None:
    client = ChainClient.connect(proxy.url, 31337)
    error = {"code": -32602, "message": "invalid argument 0: hex string without 0x prefix"}
    proxy.rule = answering({"error": error}, "eth_getBlockByNumber")
    with pytest.raises(ChainUnavailable) as caught:
        client.finalized_block()
    assert "[chain] confirmations" in caught.value.hint


def test_finality_can_be_a_number_of_blocks(deployed: Deployed) -> None:
    client = ChainClient.connect(deployed.anvil.url, 31337, confirmations=3)
    deployed.anvil.mine(5)
    assert client.finalized_block().number == client.latest_block().number - 3
    far = ChainClient.connect(deployed.anvil.url, 31337, confirmations=10_000)
    with pytest.raises(NotFinalYet, match="enough confirmations"):
        far.finalized_block()


def test_a_node_that_refuses_because_nothing_is_final_yet_is_up(proxy: FlakyProxy) -> None:
    """As geth does, on a chain that is younger than its first final block."""
    client = ChainClient.connect(proxy.url, 31337)
    error = {"code": -32000, "message": "finalized block not found"}
    proxy.rule = answering({"error": error}, "eth_getBlockByNumber")
    with pytest.raises(NotFinalYet, match="no block finalized yet"):
        client.finalized_block()


def test_a_block_to_come_is_not_final_yet(deployed: Deployed) -> None:
    with pytest.raises(NotFinalYet, match="no block 99999 yet"):
        deployed.client.block(99_999)
    with pytest.raises(NotFinalYet, match="no block 0x1111"):
        deployed.client.block(b"\x11" * 32)


@pytest.mark.parametrize("which", [0, "hash"])
def test_another_block_than_asked_for_is_refused(
    deployed: Deployed, proxy: FlakyProxy, which: Any
) -> None:
    client = ChainClient.connect(proxy.url, 31337)
    latest = deployed.anvil.rpc("eth_getBlockByNumber", "latest", False)
    methods = ("eth_getBlockByNumber", "eth_getBlockByHash")
    proxy.rule = answering({"result": latest}, *methods)
    with pytest.raises(ChainUnavailable, match="it gave another"):
        client.block(b"\x11" * 32 if which == "hash" else which)


def test_state_is_read_as_of_the_block_asked_for(deployed: Deployed) -> None:
    client, account = deployed.client, to_checksum_address("0x" + "ab" * 20)
    deployed.act(deployed.operator, Call(account, b"", 5))
    before = client.latest_block()
    deployed.act(deployed.operator, Call(account, b"", 2))
    assert client.balance(account, before.hash) == 5
    assert client.balance(account) == 7
    operator = deployed.operator.address
    assert client.nonce(operator) - client.nonce(operator, before.hash) == 1
    assert client.code(account, before.hash) == b""
    assert client.code(deployed.contract.address, before.hash)


def test_state_of_a_block_that_is_gone_is_not_answered_from_another(deployed: Deployed) -> None:
    gone = Block(5, b"\x11" * 32, b"\x22" * 32, 0, 0)
    with pytest.raises(ChainUnavailable):
        deployed.contract.competition_count(gone)


# ----------------------------------------------------------------------------------- calls


def test_a_view_that_reverts_says_why(deployed: Deployed) -> None:
    latest = deployed.client.latest_block()
    call = deployed.contract.calls.finalize(1)
    assert call.to is not None
    with pytest.raises(ContractRefused, match="competition 1 does not exist") as caught:
        deployed.client.call(call.to, call.data, latest.hash)
    assert len(caught.value.data) >= 4
    with pytest.raises(ContractRefused):
        deployed.client.estimate_gas(deployed.operator.address, call)
    with pytest.raises(ContractRefused):
        deployed.client.simulate(deployed.operator.address, call, latest.hash)


def test_a_node_that_refuses_a_call_for_its_own_reasons_is_down(
    deployed: Deployed, proxy: FlakyProxy
) -> None:
    client = ChainClient.connect(proxy.url, 31337)
    error = {"code": -32000, "message": "missing trie node"}
    proxy.rule = answering({"error": error}, "eth_call")
    with pytest.raises(ChainUnavailable, match="missing trie node"):
        client.call(deployed.contract.address, b"", deployed.client.latest_block().hash)


def test_a_chain_without_eip_1559_is_refused(deployed: Deployed, proxy: FlakyProxy) -> None:
    client = ChainClient.connect(proxy.url, 31337)
    block = deployed.anvil.rpc("eth_getBlockByNumber", "latest", False)
    proxy.rule = answering({"result": {**block, "baseFeePerGas": None}}, "eth_getBlockByNumber")
    with pytest.raises(ChainUnavailable, match="without EIP-1559"):
        client.fees()


def test_another_receipt_than_asked_for_is_refused(deployed: Deployed, proxy: FlakyProxy) -> None:
    call = Call(deployed.players[0].address, b"", 1)
    sent = deployed.act(deployed.operator, call).transaction_hash
    answer = deployed.anvil.rpc("eth_getTransactionReceipt", "0x" + sent.hex())
    client = ChainClient.connect(proxy.url, 31337)
    proxy.rule = answering({"result": answer}, "eth_getTransactionReceipt")
    assert client.receipt(sent) is not None
    with pytest.raises(ChainUnavailable, match="it gave another"):
        client.receipt(b"\x11" * 32)


# ---------------------------------------------------------------------------------- devnet


def test_a_devnet_ends_with_its_context() -> None:
    with Anvil(block_seconds=1) as anvil:
        first = anvil.time()
        assert anvil.pid is not None
        ends = time.monotonic() + 10
        while anvil.time() == first and time.monotonic() < ends:
            time.sleep(0.1)
        assert anvil.time() > first  # blocks come by themselves
    assert anvil.pid is None
    with pytest.raises(ChainUnavailable, match="does not answer"):
        anvil.rpc("eth_chainId")
    anvil.stop()


def test_a_devnet_on_a_port_that_is_taken_says_so(deployed: Deployed) -> None:
    with pytest.raises(ChainUnavailable, match="is taken"):
        Anvil(port=deployed.anvil.port).start()


def test_a_devnet_that_ends_at_once_says_so() -> None:
    with pytest.raises(ChainUnavailable, match="ended at once with status 2"):
        Anvil(arguments=["--no-such-option"]).start()


def test_a_devnet_s_refusal_is_passed_on(deployed: Deployed) -> None:
    with pytest.raises(ChainUnavailable, match="anvil refuses evm_nonsense"):
        deployed.anvil.rpc("evm_nonsense")


def test_the_client_s_debug_log_does_not_hold_the_address(
    proxy: FlakyProxy, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ChainClient.connect(proxy.url, 31337).latest_block()
    assert "API-KEY" not in caplog.text


@pytest.mark.parametrize(
    "words",
    ["insufficient funds for transfer", "Insufficient funds for gas * price + value"],
)
def test_an_empty_account_is_told_so_and_the_node_is_not_blamed(
    deployed: Deployed, proxy: FlakyProxy, words: str
) -> None:
    proxy.rule = answering({"error": {"code": -32000, "message": words}}, "eth_estimateGas")
    client = ChainClient.connect(proxy.url, 31337)
    nobody = to_checksum_address("0x" + "5a" * 20)
    with pytest.raises(InsufficientFunds, match="holds too little: this call sends 1 ETH") as said:
        client.estimate_gas(nobody, Call(deployed.operator.address, b"", 10**18))
    assert nobody in said.value.what
    assert "send ether" in said.value.hint
