"""Keys stay secret, and only what the policy allows is signed."""

from __future__ import annotations

import json
import pickle
import traceback
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from oracle.chain.calls import Call, CompetitionCalls
from oracle.chain.commitments import Domain
from oracle.chain.devnet_keys import DEVNET_ADDRESSES, devnet_accounts
from oracle.errors import InvalidConfig, SignerRefused
from oracle.settings.config import SignerSettings
from oracle.signing.policy import (
    ContractPolicy,
    DeploymentPolicy,
    operator_policy,
    player_policy,
)
from oracle.signing.signer import Signer, UnsignedTransaction, load_signer, parse_key
from oracle.signing.typed_data import PinReceipt, signable

pytestmark = pytest.mark.unit

KEY = keccak(text="a key for these tests alone").hex()
ADDRESS = Account.from_key(KEY).address
CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
CALLS = CompetitionCalls(CONTRACT)
POLICY = operator_policy(1, CONTRACT, 10**18, 10**18)


def signer(policy: ContractPolicy | DeploymentPolicy = POLICY) -> Signer:
    return Signer(parse_key(KEY, "test"), policy)


def unsigned(call: Call, chain_id: int = 1) -> UnsignedTransaction:
    return UnsignedTransaction(chain_id, 4, call, 100_000, 3 * 10**9, 10**9)


def secret_file(folder: Path, text: str, mode: int = 0o600) -> str:
    path = folder / "secret"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def keystore(folder: Path, password: str) -> str:
    path = folder / "keystore.json"
    path.write_text(json.dumps(Account.encrypt(KEY, password, kdf="pbkdf2", iterations=2)))
    path.chmod(0o600)
    return str(path)


# ---------------------------------------------------------------- where keys come from


def test_without_a_key_the_oracle_runs_dry() -> None:
    assert load_signer(SignerSettings(), POLICY, {}) is None


@pytest.mark.parametrize("text", [KEY, "0x" + KEY, f"  0x{KEY}\n"])
def test_a_key_from_the_environment_is_used(text: str) -> None:
    loaded = load_signer(SignerSettings(), POLICY, {"JUDGE_PRIVATE_KEY": text})
    assert loaded is not None
    assert loaded.address == ADDRESS


def test_a_key_file_is_used(tmp_path: Path) -> None:
    loaded = load_signer(SignerSettings(key_file=secret_file(tmp_path, KEY + "\n")), POLICY, {})
    assert loaded is not None
    assert loaded.address == ADDRESS


def test_an_encrypted_keystore_opens_with_its_password_file(tmp_path: Path) -> None:
    settings = SignerSettings(
        keystore=keystore(tmp_path, "open sesame"),
        password_file=secret_file(tmp_path, "open sesame\n"),
    )
    loaded = load_signer(settings, POLICY, {})
    assert loaded is not None
    assert loaded.address == ADDRESS


def test_the_environment_comes_before_the_keystore_and_that_before_the_key_file(
    tmp_path: Path,
) -> None:
    other = Account.create()
    settings = SignerSettings(
        keystore=keystore(tmp_path, "pw"),
        password_file=secret_file(tmp_path, "pw"),
        key_file="/nowhere",
    )
    from_environment = load_signer(settings, POLICY, {"JUDGE_PRIVATE_KEY": other.key.hex()})
    from_keystore = load_signer(settings, POLICY, {})
    assert from_environment is not None and from_environment.address == other.address
    assert from_keystore is not None and from_keystore.address == ADDRESS


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    settings = SignerSettings(key_file=secret_file(tmp_path, KEY, mode))
    with pytest.raises(InvalidConfig, match="others can read") as caught:
        load_signer(settings, POLICY, {})
    assert "chmod 600" in caught.value.hint


def test_a_key_file_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidConfig, match="signer.key_file: /nowhere cannot be read"):
        load_signer(SignerSettings(key_file="/nowhere"), POLICY, {})


def test_a_key_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = Path(secret_file(tmp_path, ""))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidConfig, match="is not text"):
        load_signer(SignerSettings(key_file=str(path)), POLICY, {})


def test_a_keystore_needs_its_password_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="signer.password_file is not"):
        load_signer(SignerSettings(keystore=keystore(tmp_path, "pw")), POLICY, {})


# ------------------------------------------------------------------ keys stay secret


def test_a_key_shows_in_nothing_that_prints() -> None:
    subject = signer()
    signed = subject.sign(unsigned(CALLS.fix_seed_block(1)))
    shown = f"{subject!r} {subject} {vars(type(subject))} {signed!r} {unsigned(Call(None, b''))!r}"
    assert KEY not in shown
    assert ADDRESS in repr(subject)


def test_a_signer_cannot_be_written_down() -> None:
    with pytest.raises(TypeError, match="holds a key"):
        pickle.dumps(signer())


@pytest.mark.parametrize("text", [KEY[:-2], KEY + "00", "zz" + KEY[2:], "00" * 32, "ff" * 32])
def test_a_key_that_is_none_is_not_quoted_in_the_error(text: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_signer(SignerSettings(), POLICY, {"JUDGE_PRIVATE_KEY": text})
    whole = "".join(traceback.format_exception(caught.value))
    assert text not in whole
    assert text not in caught.value.what + caught.value.hint


def test_a_wrong_password_is_not_quoted_in_the_error(tmp_path: Path) -> None:
    settings = SignerSettings(
        keystore=keystore(tmp_path, "right"), password_file=secret_file(tmp_path, "HUSH")
    )
    with pytest.raises(InvalidConfig, match="does not open") as caught:
        load_signer(settings, POLICY, {})
    assert "HUSH" not in "".join(traceback.format_exception(caught.value))


# ------------------------------------------------------------------------- the policy


def test_an_allowed_call_is_signed_for_the_account() -> None:
    signed = signer().sign(unsigned(CALLS.fix_seed_block(1)))
    assert Account.recover_transaction(signed.raw) == ADDRESS
    assert keccak(signed.raw) == signed.hash


@pytest.mark.parametrize(
    ("call", "chain_id", "words"),
    [
        (CALLS.fix_seed_block(1), 5, "chain 5"),
        (CompetitionCalls("0x" + "11" * 20).fix_seed_block(1), 1, "calls to 0x1111"),
        (Call(to=None, data=b"\x00"), 1, "calls to None"),
        (CALLS.withdraw_to("0x" + "22" * 20), 1, "function 0x"),
        (CALLS.buy_ticket(1, 0), 1, "function 0x"),
        (Call(to=CONTRACT, data=b"", value_wei=5), 1, "function 0x"),
        (Call(to=CONTRACT, data=CALLS.finalize(1).data, value_wei=1), 1, "at most 0 wei"),
    ],
)
def test_whatever_else_is_refused(call: Call, chain_id: int, words: str) -> None:
    with pytest.raises(SignerRefused, match=words):
        signer().sign(unsigned(call, chain_id))


def test_a_bond_above_the_limit_is_refused() -> None:
    selector = next(s for s, most in POLICY.max_value_wei.items() if most)
    signer().check(1, Call(CONTRACT, selector, 10**18))
    with pytest.raises(SignerRefused, match="at most 1000000000000000000 wei"):
        signer().check(1, Call(CONTRACT, selector, 10**18 + 1))


def test_a_player_signs_tickets_up_to_a_price_and_no_ranking() -> None:
    player = signer(player_policy(1, CONTRACT, 10**16))
    player.check(1, CALLS.buy_ticket(1, 10**16))
    with pytest.raises(SignerRefused):
        player.check(1, CALLS.buy_ticket(1, 10**16 + 1))
    with pytest.raises(SignerRefused):
        player.check(1, CALLS.pin_seed(1))


def test_a_deployment_signs_its_own_code_and_nothing_else() -> None:
    factory = "0x" + "4e" * 20
    deployer = signer(DeploymentPolicy(1, factory, bytes(32), b"code"))
    deployer.check(1, Call(None, b"code"))
    deployer.check(1, Call(factory, bytes(32) + b"code"))
    for call in (
        Call(None, b"other"),
        Call(factory, b"code"),
        Call("0x" + "11" * 20, bytes(32) + b"code"),
        Call(None, b"code", 1),
    ):
        with pytest.raises(SignerRefused, match="deployment"):
            deployer.check(1, call)
    with pytest.raises(SignerRefused, match="chain 2"):
        deployer.check(2, Call(None, b"code"))


def test_a_cancellation_sends_nothing_to_oneself() -> None:
    signed = signer().sign_cancellation(unsigned(Call(to=ADDRESS, data=b"")))
    assert Account.recover_transaction(signed.raw) == ADDRESS
    for call in (Call(to=ADDRESS, data=b"", value_wei=1), Call(to=CONTRACT, data=b"")):
        with pytest.raises(SignerRefused, match="cancellation"):
            signer().sign_cancellation(unsigned(call))


# -------------------------------------------------------------------- the devnet's keys


def test_published_devnet_accounts_are_all_known() -> None:
    assert {account.address for account in devnet_accounts()} == DEVNET_ADDRESSES
    assert devnet_accounts()[0].address == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert devnet_accounts()[0].key not in repr(devnet_accounts())


@pytest.mark.parametrize("place", [0, 9, 19])
def test_a_devnet_key_is_refused_on_every_other_chain(place: int) -> None:
    account = parse_key(devnet_accounts()[place].key, "test")
    call = CALLS.fix_seed_block(1)
    with pytest.raises(SignerRefused, match="published devnet account"):
        Signer(account, POLICY).sign(unsigned(call))
    devnet = Signer(account, operator_policy(31337, CONTRACT, 0, 0))
    assert devnet.sign(unsigned(call, 31337)).raw


# ---------------------------------------------------------------- receipts

RECEIPT = PinReceipt(bytes(32), 7, 8)


def test_receipts_of_the_operators_own_contract_are_signed() -> None:
    signature = signer().sign_message(RECEIPT, Domain(1, CONTRACT))
    message = signable(RECEIPT, Domain(1, CONTRACT))
    assert Account.recover_message(message, signature=signature) == ADDRESS


@pytest.mark.parametrize(
    ("policy", "domain"),
    [
        (POLICY, Domain(2, CONTRACT)),
        (POLICY, Domain(1, ADDRESS)),
        (player_policy(1, CONTRACT, 1), Domain(1, CONTRACT)),
        (DeploymentPolicy(1, CONTRACT, bytes(32), b""), Domain(1, CONTRACT)),
    ],
)
def test_no_other_receipt_is_signed(
    policy: ContractPolicy | DeploymentPolicy, domain: Domain
) -> None:
    with pytest.raises(SignerRefused):
        signer(policy).sign_message(RECEIPT, domain)
