"""An auditor who votes, put together from settings: by command, and as a daemon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from oracle.accounts.member import Member
from oracle.api.app import create_app
from oracle.api.server import ApiServer
from oracle.assembly.accounts import ledger_of, require_signer
from oracle.assembly.health import health_limits, health_server
from oracle.assembly.parts import (
    open_cache,
    open_content,
    open_contract,
    open_local,
    require_device,
    use_threads,
    warn_if_slow,
    work_dir,
)
from oracle.auditing.auditor import Auditor
from oracle.chain.quorum import Charter, QuorumContract
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.logged_sender import LoggedSender
from oracle.daemon.schedule import Daemon
from oracle.deployment.deploy import verify_deployment
from oracle.errors import InvalidConfig
from oracle.metrics import Metrics
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sealed.votes import SealedVotes
from oracle.sending.sender import TransactionSender
from oracle.sending.wallet import Wallet
from oracle.settings.config import Settings
from oracle.signing.policy import member_policy, voter_policy
from oracle.signing.signer import Hide
from oracle.voting.arrivals import Arrivals
from oracle.voting.cycle import VotingCycle
from oracle.voting.exchange import Exchange
from oracle.voting.gas_money import GasMoney
from oracle.voting.voter import Voter
from oracle.voting.watcher import Watcher

if TYPE_CHECKING:
    from scoring.judge import Progress


@contextmanager
def open_voting(
    settings: Settings,
    progress: Progress | None = None,
    hide: Hide | None = None,
    *,
    only: int | None = None,
) -> Iterator[VotingCycle]:
    """Cycles over all disputes of the configured quorum, or over one; `hide` receives secrets.

    Raises `InvalidConfig` when the quorum is another contract's or the account no member of it, and
    `Mismatch` where no such quorum, or no such contract, stands.
    """
    use_threads(settings.judge.threads)
    require_device(settings.judge.device)
    warn_if_slow()
    contract = open_contract(settings)
    quorum = QuorumContract(contract.client, settings.require_quorum())
    block = contract.client.latest_block()
    # A vote is worth what these two contracts make of it, so both are looked at.
    verify_deployment(contract.client, contract.address, block)
    charter = quorum.charter(block)
    policy = voter_policy(contract.client.chain_id, contract.address, quorum.address)
    signer = require_signer(settings, policy, hide)
    _check_membership(charter, contract.address, signer.address)
    interruptible = InterruptibleProgress(settings.daemon.interval_seconds, progress)
    cache = open_cache(settings)
    store = open_content(settings)
    with (
        ledger_of(settings, contract) as ledger,
        # Two voters on one ledger would vote twice.
        ledger.hold_writer(),
        SandboxedDecoder() as decoder,
    ):
        auditor = Auditor(
            contract=contract,
            store=store,
            cache=cache,
            decode=decoder.decode,
            progress=interruptible,
            device=settings.judge.device,
            check_code=False,
            keep=cache.put,
        )
        sender = TransactionSender(contract.client, signer, ledger, settings.signer.policy)
        voter = Voter(
            contract=contract,
            quorum=quorum,
            charter=charter,
            account=signer.address,
            auditor=auditor,
            votes=SealedVotes(work_dir(settings) / "votes"),
            watcher=Watcher(
                contract,
                quorum.address,
                auditor,
                Exchange(store, cache),
                Arrivals(work_dir(settings) / "arrivals"),
            ),
            sender=LoggedSender(sender),
            give_up_missing_fraction=settings.judge.give_up_missing_fraction,
        )
        metrics = Metrics(limits=health_limits(settings))
        money = GasMoney(contract, signer.address, metrics, settings.signer.policy.max_fee_cap_wei)
        if only is not None:
            ledger.resume(only)  # who calls for this vote has looked
        yield VotingCycle(voter, sender, ledger, metrics, interruptible, money, only)


@contextmanager
def open_member(settings: Settings) -> Iterator[Member]:
    """The account of a quorum's member, for commands; may stake what [signer] max_bond_eth allows.

    Raises `Mismatch` where no such quorum stands.
    """
    contract = open_contract(settings)
    quorum = QuorumContract(contract.client, settings.require_quorum())
    quorum.charter(contract.client.latest_block())
    most = settings.signer.max_bond_wei
    policy = member_policy(contract.client.chain_id, quorum.address, most)
    signer = require_signer(settings, policy)
    with ledger_of(settings, contract) as ledger:
        sender = TransactionSender(contract.client, signer, ledger, settings.signer.policy)
        yield Member(quorum, Wallet(signer.address, sender, ledger.transactions))


@contextmanager
def open_watch_daemon(settings: Settings, hide: Hide | None = None) -> Iterator[Daemon]:
    """The auditor's daemon, ready to run."""
    with open_voting(settings, hide=hide) as cycle:
        app = create_app(
            metrics=cycle.metrics,
            stale_after_seconds=settings.daemon.stale_after_seconds,
            store=open_local(settings),
        )
        api = ApiServer(app, settings.api.host, settings.api.port)
        with ExitStack() as running:
            if settings.api.health_port:
                running.enter_context(health_server(settings, cycle.metrics))
            yield Daemon(cycle, api, cycle.metrics, settings.daemon.interval_seconds)


def _check_membership(charter: Charter, contract: str, account: str) -> None:
    if charter.competition != contract:
        raise InvalidConfig(
            f"the quorum decides disputes of {charter.competition}, not of {contract}",
            "correct [chain] quorum or [chain] contract",
        )
    if account not in charter.members:
        raise InvalidConfig(
            f"{account} is not a member of this quorum",
            "use the key of one of: " + ", ".join(charter.members),
        )
