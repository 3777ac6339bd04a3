"""A key that stays elsewhere signs what the policy allows, and a signer that lies is found out.

anvil is the honest signer: an implementation of the same JSON-RPC by others. It stands in for
web3signer itself, a Java program that no package registry has.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from oracle.chain.calls import Call, CompetitionCalls
from oracle.chain.client import ChainClient
from oracle.chain.commitments import Domain
from oracle.deployment.blueprint import create2_address
from oracle.deployment.deploy import deploy, deployment_policy
from oracle.devnet.anvil import Anvil, free_port
from oracle.errors import InvalidConfig, SignerRefused, SignerUnavailable
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.settings.config import SignerSettings, load_settings
from oracle.signing.policy import operator_policy
from oracle.signing.remote_key import RemoteKey
from oracle.signing.signer import Signer, UnsignedTransaction, load_signer
from oracle.signing.typed_data import PinReceipt, signable

pytestmark = pytest.mark.integration

CHAIN = 31337
CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
CALLS = CompetitionCalls(CONTRACT)
POLICY = operator_policy(CHAIN, CONTRACT, 10**18, 10**18)
UNSIGNED = UnsignedTransaction(CHAIN, 4, CALLS.fix_seed_block(7), 100_000, 3 * 10**9, 10**9)
RECEIPT = PinReceipt(bytes(32), 7, 8)
DOMAIN = Domain(CHAIN, CONTRACT)


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    with Anvil() as anvil:
        yield anvil


class Between:
    """Stands between daemon and signer: counts what is asked, and may change the answer."""

    def __init__(self, behind: str) -> None:
        self.asked: list[dict[str, Any]] = []
        self.change: Callable[[dict[str, Any], Any], Any] = lambda request, answer: answer
        between = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - http.server's name
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                between.asked.append(request)
                key = RemoteKey(behind, "")
                answer = between.change(request, key._post(request))
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://judge:s3cr3t@127.0.0.1:{self.server.server_port}"


@pytest.fixture
def between(anvil: Anvil) -> Iterator[Between]:
    between = Between(anvil.url)
    thread = threading.Thread(target=between.server.serve_forever)
    thread.start()
    yield between
    between.server.shutdown()
    thread.join()
    between.server.server_close()


@pytest.fixture
def address(anvil: Anvil) -> str:
    return anvil.accounts[0].address


@pytest.fixture
def signer(between: Between, address: str) -> Signer:
    settings = SignerSettings(remote_url=between.url, remote_address=address)
    loaded = load_signer(settings, POLICY, {})
    assert loaded is not None
    return loaded


def test_it_signs_as_the_key_itself_would(signer: Signer, anvil: Anvil, address: str) -> None:
    here = Signer(Account.from_key(anvil.accounts[0].key), POLICY)
    assert signer.address == address
    assert signer.sign(UNSIGNED) == here.sign(UNSIGNED)
    nothing = UnsignedTransaction(CHAIN, 4, Call(to=address, data=b""), 21_000, 9, 1)
    assert signer.sign_cancellation(nothing) == here.sign_cancellation(nothing)
    signature = signer.sign_message(RECEIPT, DOMAIN)
    assert Account.recover_message(signable(RECEIPT, DOMAIN), signature=signature) == address


def test_a_whole_deployment_is_sent_with_it(anvil: Anvil, between: Between, address: str) -> None:
    client = ChainClient.connect(anvil.url, CHAIN)
    signer = Signer(RemoteKey(between.url, address), deployment_policy(CHAIN))
    ledger = open_ledger("sqlite://", CHAIN, create2_address())
    deployed = deploy(client, TransactionSender(client, signer, ledger), CHAIN)
    assert client.code(deployed.address, client.latest_block().hash)


@pytest.mark.parametrize(
    "call",
    [
        Call("0x" + "11" * 20, UNSIGNED.call.data),
        Call(CONTRACT, UNSIGNED.call.data, 1),
        Call(CONTRACT, b"\x01\x02\x03\x04"),
    ],
)
def test_what_the_policy_forbids_is_not_even_asked(
    signer: Signer, between: Between, call: Call
) -> None:
    with pytest.raises(SignerRefused):
        signer.sign(UnsignedTransaction(CHAIN, 4, call, 100_000, 9, 1))
    with pytest.raises(SignerRefused):
        signer.sign(UnsignedTransaction(1, 4, UNSIGNED.call, 100_000, 9, 1))
    with pytest.raises(SignerRefused):
        signer.sign_message(RECEIPT, Domain(CHAIN, "0x" + "11" * 20))
    assert between.asked == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "0x" + "11" * 20),
        ("value", "0x1"),
        ("nonce", "0x5"),
        ("gas", "0x186a1"),
        ("maxFeePerGas", "0xb2d05e01"),
        ("data", "0x01020304"),
    ],
)
def test_another_transaction_than_was_asked_for_is_found_out(
    signer: Signer, anvil: Anvil, between: Between, name: str, value: str
) -> None:
    def sign_another(request: dict[str, Any], _: Any) -> Any:
        request["params"][0][name] = value
        return RemoteKey(anvil.url, "")._post(request)

    between.change = sign_another
    with pytest.raises(SignerRefused, match="another transaction"):
        signer.sign(UNSIGNED)


def test_another_accounts_signature_is_found_out(
    signer: Signer, anvil: Anvil, between: Between
) -> None:
    other = anvil.accounts[1]

    def sign_with_another(request: dict[str, Any], _: Any) -> Any:
        if request["method"] == "eth_signTransaction":
            request["params"][0]["from"] = other.address
        else:
            request["params"][0] = other.address
        return RemoteKey(anvil.url, "")._post(request)

    between.change = sign_with_another
    with pytest.raises(SignerRefused, match="another transaction"):
        signer.sign(UNSIGNED)
    with pytest.raises(SignerRefused, match="not of this message and account"):
        signer.sign_message(RECEIPT, DOMAIN)


@pytest.mark.parametrize(
    "result", ["0x", "0x02f8", "0xzz", None, 7, [], {"raw": "0x1234"}, "0x" + "00" * 65]
)
def test_nonsense_is_no_signature(signer: Signer, between: Between, result: Any) -> None:
    between.change = lambda request, answer: {"jsonrpc": "2.0", "id": 1, "result": result}
    with pytest.raises(SignerRefused):
        signer.sign(UNSIGNED)
    with pytest.raises(SignerRefused):
        signer.sign_message(RECEIPT, DOMAIN)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"x" * (2 << 20)])
def test_a_signer_that_talks_nonsense_is_tried_again(
    signer: Signer, between: Between, body: bytes
) -> None:
    between.change = lambda request, answer: body
    with pytest.raises(SignerUnavailable) as caught:
        signer.sign(UNSIGNED)
    assert "s3cr3t" not in repr((caught.value.what, caught.value.hint, caught.value.__cause__))


def test_a_signer_that_is_gone_is_tried_again(address: str) -> None:
    key = RemoteKey(f"http://127.0.0.1:{free_port()}", address)
    with pytest.raises(SignerUnavailable, match="does not answer"):
        Signer(key, POLICY).sign(UNSIGNED)


def test_an_account_that_the_signer_does_not_have_is_named(anvil: Anvil, address: str) -> None:
    Signer(RemoteKey(anvil.url, address), POLICY).check_key()
    with pytest.raises(InvalidConfig, match="does not have 0x1111"):
        Signer(RemoteKey(anvil.url, "0x" + "11" * 20), POLICY).check_key()
    with pytest.raises(InvalidConfig, match="remote_address is not"):
        load_signer(SignerSettings(remote_url=anvil.url), POLICY, {})


def test_the_remote_signers_password_is_a_secret(between: Between, tmp_path: Path) -> None:
    settings = load_settings(None, {}, {"signer.remote_url": between.url})
    assert "s3cr3t" in "".join(settings.secrets())
    assert "s3cr3t" not in repr(settings.public())
    assert "s3cr3t" not in repr(RemoteKey(between.url, CONTRACT))
