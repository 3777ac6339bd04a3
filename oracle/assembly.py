"""From settings to working parts: the one place where the parts are put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from oracle.api import ApiServer, create_app
from oracle.audit import Auditor
from oracle.casework import Casework
from oracle.chain.client import ChainClient
from oracle.chain.competition import CompetitionContract
from oracle.config import Settings
from oracle.cycle import Cycle
from oracle.daemon import Daemon
from oracle.errors import InvalidConfig
from oracle.ledger import Ledger, open_ledger
from oracle.metrics import Metrics
from oracle.operator import Operator
from oracle.player import Player
from oracle.sandbox import SandboxedDecoder
from oracle.sealed import SealedImages
from oracle.sending import Wallet
from oracle.signer import Signer, load_signer
from oracle.signing_policy import operator_policy, player_policy
from oracle.status import Watch
from oracle.steps import Steps
from oracle.store.base import ContentStore
from oracle.store.embedded import EmbeddedStore
from oracle.store.open import open_store
from oracle.tx import TransactionSender
from scoring.judge import Progress

# No ticket of a sane competition costs more; a typo in a price must not empty a wallet.
MAX_TICKET_WEI = 10**18


@contextmanager
def open_contract(settings: Settings) -> Iterator[CompetitionContract]:
    """The configured contract, after the node's chain id was checked."""
    address = settings.require_contract()
    yield CompetitionContract(open_client(settings), address, settings.chain.start_block)


def open_client(settings: Settings) -> ChainClient:
    """The configured node; raises `InvalidConfig` when it serves another chain."""
    chain = settings.chain
    return ChainClient.connect(
        chain.rpc_url,
        chain.chain_id,
        chain.timeout_seconds,
        confirmations=chain.confirmations,
        log_chunk_blocks=chain.log_chunk_blocks,
    )


def open_content(settings: Settings) -> ContentStore:
    """The configured store, then the gateways."""
    addresses = ",".join((settings.store.url, *settings.store.gateways))
    return open_store(addresses, deadline_seconds=settings.store.fetch_seconds)


def work_dir(settings: Settings) -> Path:
    """Where models, cached content and the secrets behind commitments are kept."""
    return Path(settings.judge.work_dir).expanduser()


def operator_signer(settings: Settings) -> Signer | None:
    """The operator's key, or None for a dry run."""
    policy = operator_policy(
        settings.chain.chain_id, settings.require_contract(), settings.signer.max_bond_wei
    )
    return load_signer(settings.signer, policy)


@contextmanager
def open_daemon(settings: Settings, progress: Progress | None = None) -> Iterator[Daemon]:
    """The operator's daemon, ready to run."""
    _use_threads(settings)
    metrics = Metrics()
    store = open_content(settings)
    with (
        open_contract(settings) as contract,
        _ledger(settings, contract) as ledger,
        SandboxedDecoder() as decoder,
    ):
        signer = operator_signer(settings)
        sender = TransactionSender(contract.client, signer, ledger, settings.signer.policy)
        casework = Casework(
            store=store,
            cache=EmbeddedStore(work_dir(settings) / "content"),
            decode=decoder.decode,
            work_dir=work_dir(settings),
            give_up_missing_fraction=settings.judge.give_up_missing_fraction,
            metrics=metrics,
            progress=progress,
        )
        targets = SealedImages(work_dir(settings) / "targets")
        steps = Steps(contract, casework, ledger, targets, sender)
        operator = signer.address if signer is not None else None
        cycle = Cycle(contract, ledger, steps, sender, metrics, operator)
        app = create_app(
            metrics=metrics,
            stale_after_seconds=settings.daemon.stale_after_seconds,
            store=_local(settings),
        )
        api = ApiServer(app, settings.api.host, settings.api.port)
        yield Daemon(cycle, api, metrics, settings.daemon.interval_seconds)


@contextmanager
def open_auditor(
    settings: Settings, progress: Progress | None = None, *, check_code: bool = True
) -> Iterator[Auditor]:
    """An auditor; needs no key, ledger or API."""
    _use_threads(settings)
    with open_contract(settings) as contract, SandboxedDecoder() as decoder:
        yield Auditor(
            contract=contract,
            store=open_content(settings),
            cache=EmbeddedStore(work_dir(settings) / "content"),
            decode=decoder.decode,
            progress=progress,
            check_code=check_code,
        )


@contextmanager
def open_operator(settings: Settings) -> Iterator[Operator]:
    """The operator's account, for commands."""
    with open_contract(settings) as contract, _ledger(settings, contract) as ledger:
        wallet = _wallet(settings, contract, ledger, operator_signer(settings))
        targets = SealedImages(work_dir(settings) / "targets")
        yield Operator(contract, open_content(settings), targets, wallet)


@contextmanager
def open_player(settings: Settings) -> Iterator[Player]:
    """A player's account, for commands."""
    with open_contract(settings) as contract, _ledger(settings, contract) as ledger:
        policy = player_policy(contract.client.chain_id, contract.address, MAX_TICKET_WEI)
        signer = load_signer(settings.signer, policy)
        wallet = _wallet(settings, contract, ledger, signer)
        submissions = SealedImages(work_dir(settings) / "submissions")
        yield Player(contract, open_content(settings), submissions, wallet)


@contextmanager
def open_watch(settings: Settings) -> Iterator[Watch]:
    """What `judge status` looks at; needs no key."""
    with open_contract(settings) as contract, _ledger(settings, contract) as ledger:
        yield Watch(contract, ledger)


@contextmanager
def _ledger(settings: Settings, contract: CompetitionContract) -> Iterator[Ledger]:
    ledger = open_ledger(settings.ledger.url, contract.client.chain_id, contract.address)
    try:
        yield ledger
    finally:
        ledger.close()


def _wallet(
    settings: Settings, contract: CompetitionContract, ledger: Ledger, signer: Signer | None
) -> Wallet:
    if signer is None:
        raise InvalidConfig(
            "no key is configured",
            "set [signer] keystore or key_file, or JUDGE_PRIVATE_KEY in the environment",
        )
    sender = TransactionSender(contract.client, signer, ledger, settings.signer.policy)
    return Wallet(signer.address, sender)


def _local(settings: Settings) -> ContentStore | None:
    """The embedded store, if there is one: the API serves only what is on this machine."""
    for address in settings.store.url.split(","):
        if address.strip().startswith("dir:"):
            return open_store(address.strip())
    return None


def _use_threads(settings: Settings) -> None:
    if settings.judge.threads:
        torch.set_num_threads(settings.judge.threads)
