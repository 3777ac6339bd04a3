"""`judge check`: looks at everything a daemon needs, before it is needed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oracle.assembly.accounts import ledger_of, operator_signer
from oracle.assembly.parts import open_client, open_content, open_contract, work_dir
from oracle.assembly.series import open_outlook
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.quorum import QuorumContract
from oracle.deployment.deploy import verify_deployment
from oracle.errors import BadInput, InvalidConfig, Mismatch, OracleError, RetryLater
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.settings.config import Settings
from scoring.installing import slowness
from scoring.submission.image import IMAGE_SIDE, encode_png

MIN_FREE_BYTES = 2 * 1024**3
MAX_CLOCK_LAG_SECONDS = 600


@dataclass(frozen=True)
class Found:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    hint: str = ""


def check_environment(settings: Settings) -> tuple[Found, ...]:
    """Looks at chain, contract, account, store, ledger, disk and decoder; contacts all of them."""
    return tuple(_looked_at(name, look, settings) for name, look in _LOOKS.items())


def _looked_at(name: str, look: Callable[[Settings], str], settings: Settings) -> Found:
    try:
        return Found(name, True, look(settings))
    except OracleError as error:
        return Found(name, False, error.what, error.hint)


def _chain(settings: Settings) -> str:
    client = open_client(settings)
    head = client.latest_block()
    final = client.finalized_block()
    lag = int(time.time()) - head.timestamp
    if settings.chain.chain_id != DEVNET_CHAIN_ID and abs(lag) > MAX_CLOCK_LAG_SECONDS:
        raise RetryLater(
            f"the newest block is {lag} seconds away from this machine's clock",
            "wait until the node has synced, or set the clock",
        )
    return f"chain {client.chain_id}, block {head.number}, final {final.number}"


def _contract(settings: Settings) -> str:
    contract = open_contract(settings)
    verify_deployment(contract.client, contract.address, contract.client.latest_block())
    return f"{contract.address} holds this package's contract"


def _quorum(settings: Settings) -> str:
    if not settings.chain.quorum:
        return "none is set: name who decides disputes with judge create --arbiter"
    contract = open_contract(settings)
    quorum = QuorumContract(contract.client, settings.chain.quorum)
    charter = quorum.charter(contract.client.latest_block())
    if charter.competition != contract.address:
        raise InvalidConfig(
            f"{quorum.address} decides disputes of {charter.competition}",
            "correct [chain] quorum or [chain] contract",
        )
    return f"{charter.threshold} of {len(charter.members)} auditors at {quorum.address}"


def _account(settings: Settings) -> str:
    contract = open_contract(settings)
    signer = operator_signer(settings)
    if signer is None:
        return "no key: dry mode, nothing will be sent"
    balance = contract.client.balance(signer.address)
    if balance == 0:
        raise BadInput(f"{signer.address} holds no ETH", "fund it: gas and bonds are paid from it")
    return f"{signer.address} holds {balance} wei"


def _store(settings: Settings) -> str:
    store = open_content(settings)
    store.check()
    return store.name


def _ledger(settings: Settings) -> str:
    with ledger_of(settings, open_contract(settings)):
        return "can be written"


def _disk(settings: Settings) -> str:
    folder = work_dir(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise InvalidConfig(
            f"{folder} cannot be used: {error.strerror}", "choose another [judge] work_dir"
        ) from error
    if free < MIN_FREE_BYTES:
        raise BadInput(f"{folder} has {free} bytes free", f"make room for {MIN_FREE_BYTES}")
    return f"{folder} has {free // 1024**3} GiB free"


def _series(settings: Settings) -> str:
    if not settings.series.targets:
        return "none is set: competitions are created by hand"
    with open_outlook(settings) as outlook:
        day, problems = outlook.next()
    if problems:
        raise BadInput(f"{day.title}: {problems[0]}", "see: judge series next, docs/series.md")
    return f"next is {day.title}, opening {day.opens_local}"


def _decoder(settings: Settings) -> str:
    pixels = np.full((IMAGE_SIDE, IMAGE_SIDE, 3), 128, np.uint8)
    with SandboxedDecoder() as decoder:
        if not np.array_equal(decoder.decode(encode_png(pixels)), pixels):
            raise Mismatch("the sandboxed decoder changed an image", "reinstall this package")
    return "decodes in its sandbox"


def _speed(_: Settings) -> str:
    return slowness() or "judges by compiled kernels"


_LOOKS: dict[str, Callable[[Settings], str]] = {
    "chain": _chain,
    "contract": _contract,
    "quorum": _quorum,
    "account": _account,
    "store": _store,
    "ledger": _ledger,
    "disk": _disk,
    "decoder": _decoder,
    "speed": _speed,
    "series": _series,
}
