"""Geth's own words for every state of a transaction, and its limits of logs, are understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, DevnetAccount
from oracle.chain.fees import SendingPolicy
from oracle.chain.node_errors import SendAnswer
from oracle.chain.wire import Fees
from oracle.errors import ChainUnavailable, ContractRefused, InsufficientFunds, NotFinalYet
from oracle.ledger.ledger import open_ledger
from oracle.ledger.transaction import TxStatus
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import SignedTransaction, Signer, UnsignedTransaction, parse_key
from tests.integration.chain.played_competition import PRICE, Play
from tests.integration.deployed_contract import AnyPolicy, Deployed, deploy_on
from tests.integration.second_client.consensus import Fork
from tests.integration.second_client.geth import Geth, GethProcess

pytestmark = pytest.mark.integration

GWEI = 10**9
NOBODY = "0x" + "22" * 20
RANGE_LIMIT = 40
STATE_BLOCKS = 128


@pytest.fixture
def waiting(geth: Geth) -> Iterator[Geth]:
    """No block comes until the test asks for one."""
    geth.settle()
    geth.set_automine(False)
    yield geth
    geth.set_automine(True)
    geth.mine()


def signed(
    deployed: Deployed,
    account: DevnetAccount,
    *,
    nonce: int | None = None,
    fee: int = 10 * GWEI,
    tip: int = GWEI,
    gas: int = 30_000,
    value: int = 1,
) -> SignedTransaction:
    """A transfer of a wei to nobody."""
    signer = Signer(parse_key(account.key, "devnet"), AnyPolicy())
    if nonce is None:
        nonce = deployed.client.nonce(account.address)
    call = Call(to=NOBODY, data=b"", value_wei=value)
    return signer.sign(UnsignedTransaction(DEVNET_CHAIN_ID, nonce, call, gas, fee, tip))


def answer(deployed: Deployed, sent: SignedTransaction) -> SendAnswer:
    return deployed.client.send_raw(sent.raw)[0]


def test_a_nonce_that_is_used(on_geth: Deployed) -> None:
    player = on_geth.players[0]
    first = signed(on_geth, player)
    assert answer(on_geth, first) is SendAnswer.ACCEPTED
    on_geth.anvil.settle()
    again = signed(on_geth, player, nonce=on_geth.client.nonce(player.address) - 1, value=2)
    assert answer(on_geth, again) is SendAnswer.NONCE_TOO_LOW
    assert answer(on_geth, first) in (SendAnswer.NONCE_TOO_LOW, SendAnswer.ALREADY_KNOWN)


def test_the_same_transaction_twice_and_one_that_hardly_outbids_it(
    on_geth: Deployed, waiting: Geth
) -> None:
    player = on_geth.players[1]
    first = signed(on_geth, player)
    assert answer(on_geth, first) is SendAnswer.ACCEPTED
    assert answer(on_geth, first) is SendAnswer.ALREADY_KNOWN
    assert on_geth.client.knows_transaction(first.hash)
    hardly = signed(on_geth, player, fee=10 * GWEI + 1, tip=GWEI + 1)
    assert answer(on_geth, hardly) is SendAnswer.REPLACEMENT_UNDERPRICED
    tenth = signed(on_geth, player, fee=11 * GWEI, tip=11 * GWEI // 10)
    assert answer(on_geth, tenth) is SendAnswer.ACCEPTED
    waiting.mine()
    assert on_geth.client.receipt(first.hash) is None
    receipt = on_geth.client.receipt(tenth.hash)
    assert receipt is not None and receipt.succeeded


def test_a_tip_below_what_the_pool_takes(on_geth: Deployed) -> None:
    nothing = signed(on_geth, on_geth.players[2], tip=0)
    assert answer(on_geth, nothing) is SendAnswer.FEE_TOO_LOW


def test_what_no_tip_was_bid_for_gets_into_the_pool_and_then_into_a_block(
    on_geth: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    player, base = on_geth.players[5], on_geth.client.fees().base_fee_wei
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, "no tip")
    signer = Signer(parse_key(player.key, "devnet"), AnyPolicy())
    impatient = SendingPolicy(stuck_after_seconds=0)
    sender = TransactionSender(on_geth.client, signer, ledger, impatient)
    with monkeypatch.context() as quiet:
        quiet.setattr(ChainClient, "fees", lambda self: Fees(base, 0))
        sent = sender.submit("gift", Call(to=NOBODY, data=b"", value_wei=1))
    record = ledger.transactions.find("gift")
    assert record is not None
    refused, taken = (attempt.priority_fee_wei for attempt in record.attempts)
    assert refused == 0 and taken >= 1  # geth's least; a raise has a least step of its own
    assert sent.hash is not None and on_geth.client.knows_transaction(sent.hash)
    done = sender.wait("gift", timeout_seconds=30)  # the market's tip now, which geth mines for
    ledger.close()
    assert done.status is TxStatus.MINED


def test_a_fee_below_the_base_fee_waits_and_can_be_outbid(on_geth: Deployed, waiting: Geth) -> None:
    player = on_geth.players[2]
    base = on_geth.client.fees().base_fee_wei
    low = signed(on_geth, player, fee=base // 8, tip=1)
    assert answer(on_geth, low) is SendAnswer.ACCEPTED
    waiting.mine()
    assert on_geth.client.receipt(low.hash) is None and on_geth.client.knows_transaction(low.hash)
    enough = signed(on_geth, player, fee=10 * GWEI)
    assert answer(on_geth, enough) is SendAnswer.ACCEPTED
    waiting.mine()
    assert on_geth.client.receipt(enough.hash) is not None


def test_an_account_that_holds_too_little(on_geth: Deployed) -> None:
    poor = DevnetAccount("0x3325A78425F17a7E487Eb5666b2bFd93aBb06c70", "0x" + "0a" * 32)
    assert answer(on_geth, signed(on_geth, poor)) is SendAnswer.INSUFFICIENT_FUNDS
    call = Call(to=NOBODY, data=b"", value_wei=PRICE)
    for asked in (on_geth.client.simulate, on_geth.client.estimate_gas):
        with pytest.raises(InsufficientFunds, match="holds too little"):
            asked(poor.address, call)


@pytest.mark.parametrize(
    "change", [{"gas": 20_000}, {"gas": 2**24 + 1}, {"fee": GWEI, "tip": 2 * GWEI}]
)
def test_what_no_fee_makes_good_is_refused(on_geth: Deployed, change: dict[str, int]) -> None:
    assert answer(on_geth, signed(on_geth, on_geth.players[3], **change)) is SendAnswer.REFUSED


def test_the_contracts_reasons_are_read(on_geth: Deployed) -> None:
    play = Play(on_geth)
    player = on_geth.players[0].address
    cheap = on_geth.contract.calls.buy_ticket(play.id, PRICE // 2)
    for asked in (on_geth.client.simulate, on_geth.client.estimate_gas):
        with pytest.raises(ContractRefused, match=r"0\.005 ETH was paid for a ticket of 0\.01"):
            asked(player, cheap)
    unknown = Call(to=on_geth.contract.address, data=b"\xde\xad\xbe\xef")
    with pytest.raises(ContractRefused, match="without a reason"):
        on_geth.client.simulate(player, unknown)


def test_state_is_read_at_a_block_that_a_reorganisation_took_away_no_more(
    on_geth: Deployed, waiting: Geth
) -> None:
    waiting.finalize()
    waiting.mine(2)
    waiting.prepare_reorg()
    client, player = on_geth.client, on_geth.players[4]
    sent = signed(on_geth, player)
    assert answer(on_geth, sent) is SendAnswer.ACCEPTED
    waiting.mine(2)
    block = client.latest_block()
    assert client.is_canonical(block.number, block.hash)
    held = client.balance(player.address, block.hash)
    waiting.reorg()
    assert not client.is_canonical(block.number, block.hash)
    with pytest.raises(ChainUnavailable, match="canonical"):
        client.balance(player.address, block.hash)
    assert client.balance(player.address) >= held


def test_only_what_consensus_made_final_is_built_on(on_geth: Deployed, waiting: Geth) -> None:
    waiting.finalize()
    client = on_geth.client
    final = client.finalized_block()
    assert client.block("safe") == final
    assert client.latest_block().number == final.number + 2
    waiting.mine(40)
    assert client.finalized_block() == final, "blocks alone make nothing final"
    waiting.finalize()
    assert client.finalized_block().number == final.number + 42


def test_a_chain_that_stopped_finalizing_is_waited_for(on_geth: Deployed, waiting: Geth) -> None:
    """A node serves the state of the last 128 blocks, and the final one is older by then."""
    client, player = on_geth.client, on_geth.players[6].address
    final = client.finalized_block()
    assert client.nonce(player, final.hash) == client.nonce(player)
    waiting.mine(STATE_BLOCKS + 2)
    assert client.finalized_block() == final
    with pytest.raises(ChainUnavailable, match="not available"):
        client.nonce(player, final.hash)
    waiting.finalize()
    assert client.nonce(player, client.finalized_block().hash) == client.nonce(player)


def test_before_anything_is_final_we_wait(binary: str, tmp_path: Path) -> None:
    with GethProcess(binary, tmp_path, Fork.OSAKA) as geth:
        client = ChainClient.connect(geth.url, DEVNET_CHAIN_ID)
        assert client.latest_block().number == 0
        with pytest.raises(NotFinalYet, match="no block finalized yet"):
            client.finalized_block()


def test_a_range_of_logs_that_is_too_wide_is_halved(binary: str, tmp_path: Path) -> None:
    with Geth(binary, tmp_path, "--rpc.rangelimit", str(RANGE_LIMIT)) as geth:
        deployed = deploy_on(geth)
        play = Play(deployed)
        geth.mine(3 * RANGE_LIMIT)
        play.sell()
        last = deployed.client.latest_block()
        with pytest.raises(ChainUnavailable, match="exceed maximum block range"):
            request = {"address": NOBODY, "fromBlock": "0x0", "toBlock": hex(last.number)}
            geth.rpc("eth_getLogs", request)
        history = deployed.contract.history(play.id, last)
        assert history.created is not None and len(history.bought) == 3
