"""An operator's or a player's account, put together from settings, for commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from oracle.accounts.disputer import Disputer
from oracle.accounts.means import Means
from oracle.accounts.operator import Operator
from oracle.accounts.player import Player
from oracle.accounts.prompter import Prompter
from oracle.accounts.watch import Watch
from oracle.assembly.parts import open_content, open_contract, work_dir
from oracle.chain.competition import CompetitionContract
from oracle.errors import InvalidConfig
from oracle.judging.progress_note import read_standing
from oracle.ledger.ledger import Ledger, open_ledger
from oracle.sealed.images import SealedImages
from oracle.sending.sender import TransactionSender
from oracle.sending.wallet import Wallet
from oracle.settings.config import Settings
from oracle.signing.policy import auditor_policy, operator_policy, player_policy
from oracle.signing.signer import Hide, Policy, Signer, load_signer
from oracle.studio.client import StudioClient

# No ticket of a sane competition costs more; a typo in a price must not empty a wallet.
MAX_TICKET_WEI = 10**18


def operator_signer(settings: Settings, hide: Hide | None = None) -> Signer | None:
    """The operator's key, or None for a dry run; `hide` receives every secret that is read."""
    policy = operator_policy(
        settings.chain.chain_id,
        settings.require_contract(),
        settings.signer.max_bond_wei,
        settings.signer.max_deposit_wei,
    )
    return load_signer(settings.signer, policy, hide=hide)


def target_secrets(settings: Settings) -> SealedImages:
    """The targets that were committed to on this machine."""
    return SealedImages(work_dir(settings) / "targets")


def means_of(settings: Settings) -> Means:
    """The most that the operator's transactions may take."""
    signer = settings.signer
    return Means(signer.policy.max_fee_cap_wei, signer.max_deposit_wei, signer.max_bond_wei)


@contextmanager
def open_operator(settings: Settings) -> Iterator[Operator]:
    """The operator's account."""
    contract = open_contract(settings)
    with ledger_of(settings, contract) as ledger:
        wallet = _wallet(settings, contract, ledger, _required(operator_signer(settings)))
        secrets, means = target_secrets(settings), means_of(settings)
        yield Operator(contract, open_content(settings), secrets, wallet, means)


@contextmanager
def open_player(settings: Settings) -> Iterator[Player]:
    """A player's account."""
    contract = open_contract(settings)
    with ledger_of(settings, contract) as ledger:
        policy = player_policy(contract.client.chain_id, contract.address, MAX_TICKET_WEI)
        signer = require_signer(settings, policy)
        wallet = _wallet(settings, contract, ledger, signer)
        submissions = SealedImages(work_dir(settings) / "submissions")
        prompter = _prompter(settings, contract, signer)
        yield Player(
            contract, open_content(settings), submissions, wallet, signer, prompter.receipt
        )


@contextmanager
def open_prompter(settings: Settings, poll_seconds: float = 0.5) -> Iterator[Prompter]:
    """A player's account at the configured studio. Raises `InvalidConfig` without one."""
    if not settings.studio.url:
        raise InvalidConfig(
            "studio.url is not set",
            "name the studio's address under [studio] or in JUDGE_STUDIO__URL",
        )
    contract = open_contract(settings)
    policy = player_policy(contract.client.chain_id, contract.address, MAX_TICKET_WEI)
    prompter = _prompter(settings, contract, require_signer(settings, policy))
    yield replace(prompter, poll_seconds=poll_seconds)


def _prompter(settings: Settings, contract: CompetitionContract, signer: Signer) -> Prompter:
    client = StudioClient(settings.studio.url)
    return Prompter(contract, signer, client, work_dir(settings) / "prompts")


@contextmanager
def open_disputer(settings: Settings) -> Iterator[Disputer]:
    """An auditor's account."""
    contract = open_contract(settings)
    with ledger_of(settings, contract) as ledger:
        policy = auditor_policy(
            contract.client.chain_id, contract.address, settings.signer.max_bond_wei
        )
        wallet = _wallet(settings, contract, ledger, require_signer(settings, policy))
        evidence = work_dir(settings) / "evidence"
        yield Disputer(contract, open_content(settings), evidence, wallet)


@contextmanager
def open_watch(settings: Settings) -> Iterator[Watch]:
    """What `judge status` looks at; needs no key."""
    contract = open_contract(settings)
    with ledger_of(settings, contract) as ledger:
        yield Watch(contract, ledger, read_standing(work_dir(settings)))


@contextmanager
def ledger_of(settings: Settings, contract: CompetitionContract) -> Iterator[Ledger]:
    """The ledger of what this machine did on `contract`."""
    ledger = open_ledger(settings.ledger.url, contract.client.chain_id, contract.address)
    try:
        yield ledger
    finally:
        ledger.close()


def require_signer(settings: Settings, policy: Policy, hide: Hide | None = None) -> Signer:
    """The configured key under a policy. Raises `InvalidConfig` when there is none."""
    return _required(load_signer(settings.signer, policy, hide=hide))


def _required(signer: Signer | None) -> Signer:
    if signer is None:
        raise InvalidConfig(
            "no key is configured",
            "set [signer] keystore or key_file, or JUDGE_PRIVATE_KEY in the environment",
        )
    return signer


def _wallet(
    settings: Settings, contract: CompetitionContract, ledger: Ledger, signer: Signer
) -> Wallet:
    sender = TransactionSender(contract.client, signer, ledger, settings.signer.policy)
    return Wallet(signer.address, sender, ledger.transactions)
