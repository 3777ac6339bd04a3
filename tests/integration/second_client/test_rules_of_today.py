"""What the contract asks of a chain, on geth: precompiles, history, keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.crypto import keccak

from oracle.beacon.rounds import QUICKNET, prove_round
from oracle.chain.calls import Call
from oracle.chain.commitments import hash_submission
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, DevnetAccount
from oracle.errors import ChainUnavailable
from oracle.ledger.ledger import open_ledger
from oracle.ledger.transaction import TxStatus
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from oracle.signing.typed_data import CommitPermit, StudioReceipt
from tests.integration.beacon_on_chain import deploy_beacon_on
from tests.integration.chain.played_competition import PRICE, Play, digest, salt
from tests.integration.deployed_contract import AnyPolicy, Deployed
from tests.integration.second_client.geth import Geth

pytestmark = pytest.mark.integration

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "beacon.json").read_text())
NO_COMMITMENT = bytes(32)


def delegate(deployed: Deployed, account: DevnetAccount, code_of: str) -> None:
    """Gives an account the code of a contract, by EIP-7702."""
    nonce = deployed.client.nonce(account.address)
    wallet = Account.from_key(account.key)
    authorization = wallet.sign_authorization(
        {"chainId": DEVNET_CHAIN_ID, "address": code_of, "nonce": nonce + 1}
    )
    signed = wallet.sign_transaction(
        {
            "type": 4,
            "chainId": DEVNET_CHAIN_ID,
            "nonce": nonce,
            "to": deployed.players[9].address,
            "value": 0,
            "data": "0x",
            "gas": 200_000,
            "maxFeePerGas": 10**10,
            "maxPriorityFeePerGas": 10**9,
            "authorizationList": [authorization],
        }
    )
    deployed.received(
        bytes.fromhex(
            deployed.anvil.rpc(
                "eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex()
            )[2:]
        )
    )
    code = deployed.client.code(account.address, deployed.client.latest_block().hash)
    assert code == bytes.fromhex("ef0100" + code_of[2:])


def _call(deployed: Deployed, address: str, signature: str, *arguments: object) -> bytes:
    types = signature.split("(")[1].rstrip(")").split(",")
    data = keccak(text=signature)[:4] + encode(types, arguments)
    said = deployed.anvil.rpc("eth_call", {"to": address, "data": "0x" + data.hex()}, "latest")
    return bytes(decode(["bytes32"], bytes.fromhex(said[2:]))[0])


def test_rounds_that_quicknet_published_are_verified_and_others_refused(
    on_geth: Deployed,
) -> None:
    verifier = deploy_beacon_on(on_geth.anvil, on_geth.client, QUICKNET)
    for published in VECTORS["quicknet"]["rounds"]:
        compressed = bytes.fromhex(published["compressed"][2:])
        proven = prove_round(QUICKNET, published["round"], compressed)
        arguments: tuple[Any, ...] = (proven.number, proven.signature)
        signature = "randomnessOf(uint64,bytes)"
        assert _call(on_geth, verifier, signature, *arguments) == proven.randomness
        with pytest.raises(ChainUnavailable, match="revert"):
            _call(on_geth, verifier, signature, proven.number + 1, proven.signature)


def test_a_seed_block_older_than_256_is_read_from_the_history_contract(
    on_geth: Deployed, geth: Geth
) -> None:
    play = Play(on_geth)
    play.until_revealed()
    play.to(play.state().reveal_ends)
    on_geth.act(on_geth.operator, on_geth.contract.calls.fix_seed_block(play.id))
    number = play.state().seed_block
    geth.mine(number - on_geth.client.latest_block().number + 300)
    on_geth.act(on_geth.operator, on_geth.contract.calls.pin_seed(play.id))
    state, latest = play.state(), on_geth.client.latest_block()
    assert latest.number - number > 256
    assert on_geth.contract.seed(state, latest).hex()


def test_a_delegated_players_signature_is_relayed(on_geth: Deployed) -> None:
    play = Play(on_geth)
    play.sell()
    play.open()
    player, contract = on_geth.players[0], on_geth.contract
    delegate(on_geth, player, contract.address)
    commitment = hash_submission(contract.domain, play.id, 1, player.address, digest(1), salt(1))
    deadline = play.state().open_ends
    permit = CommitPermit(play.id, 1, commitment, NO_COMMITMENT, deadline)
    signature = Signer(parse_key(player.key, "x"), AnyPolicy()).sign_message(
        permit, contract.domain
    )
    call = contract.calls.commit_submission_for(
        play.id, 1, commitment, NO_COMMITMENT, deadline, signature
    )
    on_geth.act(on_geth.players[5], call)
    assert contract.commitment(play.id, 1, on_geth.client.latest_block()) == commitment


def test_a_delegated_studios_receipt_still_counts(on_geth: Deployed) -> None:
    """The contract at its address accepts no signature; the key's own does not need that."""
    studio, contract = on_geth.players[7], on_geth.contract
    play = Play(on_geth, studio=studio.address)
    play.sell()
    play.open()
    play.commit(1)
    receipt = StudioReceipt(play.id, 1, on_geth.players[0].address, digest(1), 7)
    signature = Signer(parse_key(studio.key, "x"), AnyPolicy()).sign_message(
        receipt, contract.domain
    )
    delegate(on_geth, studio, contract.address)
    play.to(play.state().open_ends)
    call = contract.calls.reveal_submission_with_receipt(
        play.id, 1, digest(1), salt(1), 7, signature
    )
    on_geth.act(on_geth.players[5], call)
    assert play.state().revealed == 1
    assert play.state().entries_hash != NO_COMMITMENT


def test_a_delegated_account_sends_one_transaction_after_the_other(
    on_geth: Deployed, geth: Geth
) -> None:
    """Geth's pool holds one at a time of such an account, and lets the next wait outside."""
    play, account = Play(on_geth), on_geth.players[6]
    delegate(on_geth, account, on_geth.contract.address)
    signer = Signer(parse_key(account.key, "x"), AnyPolicy())
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, "delegated")
    sender = TransactionSender(on_geth.client, signer, ledger)
    buy: Call = on_geth.contract.calls.buy_ticket(play.id, PRICE)
    geth.set_automine(False)
    try:
        assert sender.submit("first", buy).status is TxStatus.PENDING
        second = sender.submit("second", buy)
        assert second.status is TxStatus.PENDING and second.hash is not None
        assert not on_geth.client.knows_transaction(second.hash)
    finally:
        geth.set_automine(True)
    geth.settle()
    sender.advance()
    geth.settle()
    found = {result.key: result.status for result in sender.advance()}
    ledger.close()
    assert found == {"first": TxStatus.MINED, "second": TxStatus.MINED}
    assert play.state().sold == 2
