"""Who may prompt where the ticket's account is a contract, or a key with a contract's code."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from oracle.signing.typed_data import signable
from oracle.studio.permits import StudioSession
from oracle.studio.running import RunningStudio
from tests.integration.competition_world import PRICE_WEI, World
from tests.integration.studio.desk import LIMIT, Page, open_session, opened, permit_for

pytestmark = pytest.mark.integration

WALLET = "0x" + "ee" * 20
OWNER: LocalAccount = Account.from_key(bytes([7] * 32))
STRANGER: LocalAccount = Account.from_key(bytes([8] * 32))
DELEGATION = bytes.fromhex("ef0100")


def wallet_code(owner: str) -> str:
    """A contract wallet's runtime code: ERC-1271 says yes to what `owner`'s key signed.

    It calls the precompile 1 (ecrecover) with digest, v, r and s, and answers the selector times
    one or zero.
    """
    return (
        "0x"
        "600435600052"  # memory 0: the digest
        "60a43560f81c602052"  # 32: v, the signature's last byte
        "606435604052"  # 64: r
        "608435606052"  # 96: s
        "60206080608060006001" "5afa50"  # staticcall ecrecover, its answer at 128
        "608051" "73" + owner[2:].lower() + "14"  # is it the owner?
        "631626ba7e60e01b02600052"  # the selector, or nothing
        "60206000f3"
    )  # fmt: skip


DEAF_CODE = "0x00"  # stops: answers nothing at all
REVERTING_CODE = "0x60006000fd"


@dataclass
class Signed:
    """A session's permit of one ticket, and how others sign it."""

    world: World
    permit: StudioSession

    def by(self, account: LocalAccount) -> bytes:
        message = signable(self.permit, self.world.contract.domain)
        return bytes(account.sign_message(message).signature)


def account_of(world: World, player: int) -> LocalAccount:
    account: LocalAccount = Account.from_key(world.deployed.players[player].key)
    return account


def with_wallets_ticket(world: World) -> Signed:
    """An open competition whose first ticket is a contract wallet's."""
    world.anvil.rpc("anvil_setCode", WALLET, wallet_code(OWNER.address))
    studio = world.deployed.players[9].address
    number = world.create(studio=studio, prompt_limit=LIMIT)
    call = world.contract.calls.buy_ticket_for(number, to_checksum_address(WALLET), PRICE_WEI)
    world.deployed.act(world.deployed.players[0], call)
    with world.daemon() as daemon:
        world.play_until_open(daemon, number)
    return Signed(world, permit_for(world, number, 1))


def delegate(world: World, player: int, code: str) -> None:
    """The player's key takes on a contract's code, by a transaction of its own (EIP-7702)."""
    world.anvil.rpc("anvil_setCode", WALLET, code)
    account, client = account_of(world, player), world.contract.client
    nonce = client.nonce(account.address)
    wallet = to_checksum_address(WALLET)
    # The transaction itself uses the first nonce, what it authorises the next.
    authorization = account.sign_authorization(
        {"chainId": 31337, "address": wallet, "nonce": nonce + 1}
    )
    transaction = {
        "type": 4,
        "chainId": 31337,
        "nonce": nonce,
        "to": account.address,
        "value": 0,
        "data": "0x",
        "gas": 200_000,
        "maxFeePerGas": 10**11,
        "maxPriorityFeePerGas": 10**9,
        "authorizationList": [authorization],
    }
    raw = account.sign_transaction(transaction).raw_transaction
    answer, words = client.send_raw(bytes(raw))
    assert answer.value == "accepted", words
    world.settle()
    code_now = client.code(account.address, client.latest_block().hash)
    assert code_now == DELEGATION + bytes.fromhex(WALLET[2:])


def refused(studio: RunningStudio, signed: Signed, signature: bytes) -> bool:
    answer = open_session(studio.api.url, signed.permit, signature)
    assert answer.status_code in (201, 422), answer.text
    assert answer.status_code == 201 or "not a signature of" in answer.json()["what"]
    return answer.status_code == 422


def test_a_contract_wallets_owner_prompts_for_its_ticket_and_nobody_else(
    world: World, studio: RunningStudio
) -> None:
    signed = with_wallets_ticket(world)
    good = signed.by(OWNER)
    assert refused(studio, signed, signed.by(STRANGER))
    assert refused(studio, signed, good[:-1])
    assert refused(studio, signed, good[:-1] + bytes([good[-1] ^ 1]))
    assert refused(studio, signed, bytes(65))
    # Signed for another ticket, by the right key.
    other = Signed(world, StudioSession(1, 2, signed.permit.studio, signed.permit.deadline))
    assert refused(studio, signed, other.by(OWNER))

    answer = open_session(studio.api.url, signed.permit, good)
    assert answer.status_code == 201
    assert answer.json()["player"] == to_checksum_address(WALLET)
    page = Page(world, studio.api.url, 1, token=answer.json()["token"])
    told = page.drawn("a red house")
    assert (told["state"], told["index"]) == ("done", 0)


@pytest.mark.parametrize("code", [DEAF_CODE, REVERTING_CODE, "0x600160005260206000f3"])
def test_a_wallet_that_answers_anything_else_opens_no_session(
    world: World, studio: RunningStudio, code: str
) -> None:
    signed = with_wallets_ticket(world)
    world.anvil.rpc("anvil_setCode", WALLET, code)
    assert refused(studio, signed, signed.by(OWNER))


def test_a_key_with_a_contracts_code_signs_itself_or_by_that_code(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world, players=1)
    delegate(world, 0, wallet_code(OWNER.address))
    signed = Signed(world, permit_for(world, number, 1))
    assert refused(studio, signed, signed.by(STRANGER))
    assert not refused(studio, signed, signed.by(account_of(world, 0)))
    assert not refused(studio, signed, signed.by(OWNER))


def test_a_key_whose_code_answers_nothing_still_signs_itself(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world, players=1)
    delegate(world, 0, DEAF_CODE)
    signed = Signed(world, permit_for(world, number, 1))
    assert not refused(studio, signed, signed.by(account_of(world, 0)))
    assert refused(studio, signed, signed.by(OWNER))
