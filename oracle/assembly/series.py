"""A series, put together from settings: for the daemon, and for the operator's commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from oracle.accounts.operator import Operator
from oracle.assembly.accounts import ledger_of, means_of, operator_signer, target_secrets
from oracle.assembly.parts import open_content, open_contract, work_dir
from oracle.chain.commitments import Domain
from oracle.chain.competition import CompetitionContract
from oracle.daemon.logged_sender import LoggedSender
from oracle.errors import InvalidConfig
from oracle.ledger.ledger import Ledger
from oracle.metrics import Metrics
from oracle.paths import path_of
from oracle.sending.sender import TransactionSender
from oracle.sending.wallet import Wallet
from oracle.series.chain_time import ChainTime
from oracle.series.choosing import Chooser
from oracle.series.creation import TAKEN, DayMaker
from oracle.series.daily import Daily
from oracle.series.outlook import Outlook
from oracle.series.publication import Publication
from oracle.series.restoring import Restorer
from oracle.series.secret import SecretKeeper
from oracle.series.targets import TargetList
from oracle.series.template import Template, calendar_of
from oracle.series.trial import why_not_judged
from oracle.settings.config import Settings
from scoring.progress import Progress


def daily_of(
    settings: Settings,
    contract: CompetitionContract,
    ledger: Ledger,
    sender: TransactionSender | None,
    address: str | None,
    metrics: Metrics,
    progress: Progress,
    chain_time: ChainTime,
) -> Daily | None:
    """What the daemon does for the series; None without targets, or without a key."""
    if not settings.series.targets or sender is None or address is None:
        return None
    keeper, template = secret_keeper(settings, ledger), Template.of(settings)
    wallet = Wallet(address, sender, ledger.transactions)
    means = means_of(settings)
    operator = Operator(contract, open_content(settings), target_secrets(settings), wallet, means)
    calendar, targets = calendar_of(settings.series), target_list(settings)
    maker = DayMaker(
        operator=operator,
        sender=LoggedSender(sender),
        ledger=ledger,
        calendar=calendar,
        template=template,
        chooser=chooser(settings, ledger, template, keeper, contract.domain, address, targets),
        keeper=keeper,
        means=means,
    )
    restorer = Restorer(operator, ledger, calendar, targets, keeper)

    def trial(image: bytes) -> str:
        return why_not_judged(image, template.spec, progress)

    return Daily(maker, restorer, trial, metrics, chain_time)


def publication_of(
    settings: Settings,
    contract: CompetitionContract,
    ledger: Ledger,
    address: str | None,
    chain_time: ChainTime,
) -> Publication | None:
    """What is public of the series; None without targets, or without a key."""
    if not settings.series.targets or address is None:
        return None
    return Publication(
        calendar_of(settings.series),
        Template.of(settings),
        ledger.series,
        secret_keeper(settings, ledger),
        contract.domain,
        address,
        chain_time,
    )


@contextmanager
def open_outlook(settings: Settings) -> Iterator[Outlook]:
    """The operator's view of the series. Raises InvalidConfig when the settings describe none."""
    if not settings.series.targets:
        raise InvalidConfig(
            "the settings describe no series",
            "name a folder of targets under [series] targets; see docs/series.md",
        )
    contract = open_contract(settings)
    signer = operator_signer(settings)
    address = "" if signer is None else signer.address

    def balance() -> int | None:
        return contract.client.balance(address) if address else None

    def now() -> int:
        return contract.client.latest_block().timestamp

    with ledger_of(settings, contract) as ledger:
        keeper, template = secret_keeper(settings, ledger), Template.of(settings)
        targets = target_list(settings)
        yield Outlook(
            ledger=ledger,
            calendar=calendar_of(settings.series),
            template=template,
            chooser=chooser(settings, ledger, template, keeper, contract.domain, address, targets),
            keeper=keeper,
            means=means_of(settings),
            operator=address,
            balance=balance,
            now=now,
        )


def chooser(
    settings: Settings,
    ledger: Ledger,
    template: Template,
    keeper: SecretKeeper,
    domain: Domain,
    address: str,
    targets: TargetList,
) -> Chooser:
    """Chooses targets in the settings' order."""

    def draw_seed(day: date) -> bytes:
        return keeper.get().draw_seed(domain, address, day)

    drawn = settings.series.order == "drawn"
    digest = template.spec.digest()
    return Chooser(targets, ledger.series, digest, draw_seed if drawn else None)


def target_list(settings: Settings) -> TargetList:
    """The files that the settings name."""
    return TargetList(tuple(path_of(place) for place in settings.series.targets))


def secret_keeper(settings: Settings, ledger: Ledger) -> SecretKeeper:
    """The secret in the folder to work in; it is in use once a day was committed to."""

    def is_in_use() -> bool:
        return any(day.commitment and day.state in TAKEN for day in ledger.series.days())

    return SecretKeeper(work_dir(settings), is_in_use)
