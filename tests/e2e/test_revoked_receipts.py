"""A studio takes a receipt back after the commitment: a contract can, an account cannot.

Chain, operator's daemon, studio and each player's command: each is a process of its own. One
competition's studio is a contract that answers ERC-1271 for its owner; the other's is the key that
`judge studio run` signs with, whose account takes on that contract's code by EIP-7702.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from oracle.accounts.plan import Plan
from oracle.assembly.accounts import open_operator, open_player
from oracle.assembly.parts import open_contract
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.devnet.network import Devnet
from oracle.signing.signer import Signer, parse_key
from oracle.signing.typed_data import StudioReceipt
from scoring.digest import sha256
from scoring.submission.prepare import encode_png
from tests.e2e.judge_process import judge, refused
from tests.integration.deployed_contract import AnyPolicy
from tests.tiny_specs import TINY_COMPETITION

# It starts eight processes: a minute on a quiet machine.
pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1200)]

LIMIT = 3
WAIT_SECONDS = 300.0

# Answers isValidSignature with yes until it is called without data, and with no from then on:
# its answer is the magic value times iszero(sload(0)).
FICKLE = bytes.fromhex("3660095760015f55005b5f5415631626ba7e0260e01b5f5260205ff3")
FICKLE_CREATION = bytes.fromhex("601c8060095f395ff3") + FICKLE


@dataclass
class Story:
    """Two competitions, after both studios have tried to take a receipt back."""

    devnet: Devnet
    contract: CompetitionContract
    fickle: str = ""  # the contract that is a studio
    by_contract: int = 0
    by_account: int = 0
    refused: str = ""  # what the revoked player's command printed
    code: bytes = b""  # at the studio's account, when its player revealed

    def state(self, number: int) -> CompetitionState:
        return self.contract.state(number, self.contract.client.latest_block())

    def is_revealed(self, number: int, ticket: int) -> bool:
        block = self.contract.client.latest_block()
        return self.contract.ticket(number, ticket, block).revealed

    def send(self, sender: str, **fields: Any) -> dict[str, Any]:
        """A transaction of an account whose key the chain's node holds; returns its receipt."""
        rpc = self.devnet.anvil.rpc
        return self.mined(rpc("eth_sendTransaction", {"from": sender, **fields}))

    def mined(self, sent: str) -> dict[str, Any]:
        ends = time.monotonic() + WAIT_SECONDS
        while not (found := self.devnet.anvil.rpc("eth_getTransactionReceipt", sent)):
            assert time.monotonic() < ends
            time.sleep(0.1)
        assert found["status"] == "0x1"
        receipt: dict[str, Any] = found
        return receipt

    def wait_for(self, phase: Phase, *numbers: int) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        while any(self.state(number).phase is not phase for number in numbers):
            self.devnet.require_alive()
            assert time.monotonic() < ends, f"{numbers} never came to {phase.name}"
            time.sleep(0.2)


def picture(seed: int) -> bytes:
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return encode_png(blocks.repeat(64, axis=0).repeat(64, axis=1))


def create(story: Story, studio: str) -> int:
    devnet = story.devnet
    with open_operator(devnet.settings("operator")) as operator:
        plan = Plan(
            image=picture(0),
            spec=TINY_COMPETITION,
            ticket_price_wei=10**16,
            sale_seconds=600,
            open_seconds=3600,
            reveal_seconds=1800,
            judging_seconds=3600,
            liveness_seconds=3600,
            min_revealed=1,
            max_tickets=2,
            arbiter=devnet.quorum_address,
            beacon=devnet.beacon_address,
            studio=studio,
            prompt_limit=LIMIT,
        )
        return operator.create(plan)[0]


def signed_receipt(story: Story, ticket: int, image: bytes, folder: Path) -> Path:
    """The contract's receipt for an image, signed by its owner, as a file."""
    player = story.devnet.player_accounts[ticket - 1].address
    message = StudioReceipt(story.by_contract, ticket, player, sha256(image), 0)
    owner = Signer(parse_key(story.devnet.studio_account.key, "the owner"), AnyPolicy())
    signature = owner.sign_message(message, story.contract.domain)
    path = folder / f"receipt-{ticket}.json"
    path.write_text(json.dumps({"prompt_index": 0, "studio_signature": "0x" + signature.hex()}))
    return path


def take_on_code(story: Story) -> None:
    """The studio's account delegates to the fickle contract, and then denies what it signed."""
    devnet, client = story.devnet, story.contract.client
    studio = Account.from_key(devnet.studio_account.key)
    relayer = Account.from_key(devnet.player_accounts[5].key)

    def nonce(address: str) -> int:
        return int(devnet.anvil.rpc("eth_getTransactionCount", address, "latest"), 16)

    authorization = studio.sign_authorization(
        {"chainId": client.chain_id, "address": story.fickle, "nonce": nonce(studio.address)}
    )
    transaction = {
        "type": 4,
        "chainId": client.chain_id,
        "nonce": nonce(relayer.address),
        "to": studio.address,  # without data: it denies every signature from now on
        "value": 0,
        "gas": 200_000,
        "maxFeePerGas": 10**10,
        "maxPriorityFeePerGas": 10**9,
        "authorizationList": [authorization],
    }
    raw = relayer.sign_transaction(transaction).raw_transaction
    story.mined(devnet.anvil.rpc("eth_sendRawTransaction", "0x" + bytes(raw).hex()))
    story.code = client.code(studio.address, client.latest_block().hash)


def play(story: Story, folder: Path) -> None:
    devnet = story.devnet
    operator = devnet.operator_account.address
    created = story.send(operator, data="0x" + FICKLE_CREATION.hex())
    story.fickle = to_checksum_address(created["contractAddress"])
    story.by_contract = create(story, story.fickle)
    story.by_account = create(story, devnet.studio_account.address)
    both = story.by_contract, story.by_account
    configs = {
        name: devnet.write_settings(name, account)
        for name, account in zip(("ada", "ben"), devnet.player_accounts, strict=False)
    }
    for name, number in (("ada", both[0]), ("ben", both[0]), ("ada", both[1])):
        with open_player(devnet.settings(name)) as player:
            player.buy(number)
    devnet.move_clock_to(max(story.state(number).terms.sale_ends for number in both))
    story.wait_for(Phase.OPEN, *both)

    receipts = {}
    for ticket, name in enumerate(("ada", "ben"), start=1):
        receipts[name] = signed_receipt(story, ticket, picture(ticket), folder)
        with open_player(devnet.settings(name)) as player:
            player.submit(story.by_contract, picture(ticket))
    drawn = judge(configs["ada"], "prompt", story.by_account, 1, "a red house on a green hill")
    judge(configs["ada"], "submit", story.by_account, drawn["image"], "--ticket", 1)
    devnet.move_clock_to(max(story.state(number).open_ends for number in both))

    judge(configs["ada"], "reveal", story.by_contract, "--receipt", receipts["ada"])
    story.send(operator, to=story.fickle)
    story.refused = refused(
        configs["ben"], "reveal", story.by_contract, "--receipt", receipts["ben"], code=2
    )
    take_on_code(story)
    judge(configs["ada"], "reveal", story.by_account)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("receipts")
    with Devnet(folder / "devnet") as devnet:
        devnet.start_daemon()
        devnet.start_studio()
        story = Story(devnet, open_contract(devnet.settings("operator")))
        try:
            play(story, folder)
        except BaseException:
            for log in devnet.folder.glob("*.log"):
                print(f"--- {log.name}\n{log.read_text()[-4000:]}")
            raise
        yield story


def test_an_account_cannot_take_its_receipt_back_by_code(story: Story) -> None:
    assert story.code.startswith(bytes.fromhex("ef0100")), "it did take on code"
    assert story.code[3:] == bytes.fromhex(story.fickle[2:])
    assert story.is_revealed(story.by_account, 1)


def test_a_contract_takes_back_what_was_not_revealed_and_nothing_else(story: Story) -> None:
    assert story.is_revealed(story.by_contract, 1), "what was revealed before stays"
    assert not story.is_revealed(story.by_contract, 2)
    assert f"the studio {story.fickle} does not stand by this receipt" in story.refused
    assert "it is a contract, which can take receipts back" in story.refused
