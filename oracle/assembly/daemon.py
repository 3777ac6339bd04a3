"""The operator's daemon, put together from settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from oracle.api.app import create_app
from oracle.api.looks import Looks
from oracle.api.openapi import openapi_routes
from oracle.api.page import page_config, page_headers, page_index, page_routes
from oracle.api.previews import Previews
from oracle.api.series import series_routes
from oracle.api.server import ApiServer
from oracle.api.share.result import Results
from oracle.api.share.routes import Share
from oracle.assembly.accounts import ledger_of, operator_signer, target_secrets
from oracle.assembly.beacon import open_beacon
from oracle.assembly.health import health_limits, health_server
from oracle.assembly.intake import intake_of, open_waiting
from oracle.assembly.parts import (
    open_cache,
    open_content,
    open_contract,
    open_crew,
    open_local,
    require_device,
    use_threads,
    warn_if_slow,
    work_dir,
)
from oracle.assembly.practice import model_shelf, practice_of
from oracle.assembly.push import push_of
from oracle.assembly.series import daily_of, publication_of
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.judging import OperatorJudging
from oracle.daemon.logged_sender import LoggedSender
from oracle.daemon.operator_cycle import OperatorCycle
from oracle.daemon.purse import Purse
from oracle.daemon.schedule import Daemon
from oracle.daemon.steps import Steps
from oracle.daemon.work_folder import hold_work_folder
from oracle.judging.looks import LooksBook
from oracle.judging.prefetch import Prefetch
from oracle.judging.progress_note import ProgressNote
from oracle.ledger.standby import once_free
from oracle.metrics import Metrics
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sending.dry_run import DryRunSender
from oracle.sending.sender import Sender, TransactionSender
from oracle.series.chain_time import ChainTime
from oracle.series.days import title_of
from oracle.series.publication import Publication
from oracle.settings.config import Settings
from oracle.settings.values import zone_of
from oracle.signing.signer import Hide
from oracle.store.shelves import Shelves

if TYPE_CHECKING:
    from scoring.judge import Progress


@contextmanager
def open_daemon(
    settings: Settings,
    progress: Progress | None = None,
    hide: Hide | None = None,
    *,
    standby: bool = False,
) -> Iterator[Daemon]:
    """The daemon, ready to run; `hide` receives every secret that is read for it.

    With `standby` it waits for as long as another one works in its folder or sends with its ledger.
    """
    use_threads(settings.judge.threads)
    require_device(settings.judge.device)
    warn_if_slow()
    contract = open_contract(settings)
    signer = operator_signer(settings, hide)
    folder = work_dir(settings)
    with (
        # Before the right to send: taken from a daemon that works on here, nobody would have it.
        once_free(lambda: hold_work_folder(folder)) if standby else hold_work_folder(folder),
        ledger_of(settings, contract) as ledger,
        # Two daemons on one ledger would do everything twice.
        ledger.writer.wait() if standby else ledger.hold_writer(),
        SandboxedDecoder() as decoder,
        # A decoder of its own, of one worker: strangers' images must not hold up the judging.
        SandboxedDecoder(at_once=1) as uploads_decoder,
        ExitStack() as running,
    ):
        metrics = Metrics(limits=health_limits(settings))
        metrics.watch_disk(work_dir(settings))
        sender: Sender = DryRunSender()
        transactions: TransactionSender | None = None
        if signer is not None:
            sender = transactions = TransactionSender(
                contract.client, signer, ledger, settings.signer.policy
            )
        noted = ProgressNote(folder, metrics, progress)
        interruptible = InterruptibleProgress(settings.daemon.interval_seconds, noted)
        store, cache = open_content(settings), open_cache(settings)
        looks = LooksBook(work_dir(settings) / "looks")
        judging = OperatorJudging(
            store=store,
            cache=cache,
            decode=decoder.decode,
            work_dir=work_dir(settings),
            give_up_missing_fraction=settings.judge.give_up_missing_fraction,
            metrics=metrics,
            progress=interruptible,
            # A store of its own: it works on other threads.
            prefetch=running.enter_context(
                Prefetch(open_content(settings), cache, metrics=metrics)
            ),
            device=settings.judge.device,
            crew=open_crew(settings, "judgings", metrics.workers_seen, publishes=True),
            give_up_after_seconds=settings.judge.give_up_after_seconds,
            practice=model_shelf(settings),
            looks=looks,
            noted=noted,
        )
        steps = Steps(
            contract,
            judging,
            ledger,
            target_secrets(settings),
            LoggedSender(sender),
            partial(open_beacon, settings),
        )
        operator = signer.address if signer is not None else None
        waiting = open_waiting(settings, ledger)
        intake = intake_of(settings, ledger, waiting, signer, uploads_decoder)
        chain_time = ChainTime()
        series = daily_of(
            settings, contract, ledger, transactions, operator, metrics, interruptible, chain_time
        )
        purse = None
        if operator is not None:
            above = settings.signer.withdraw_above_wei
            purse = Purse(contract, operator, ledger.transactions, steps.sender, metrics, above)
        cycle = OperatorCycle(
            contract,
            sender,
            ledger,
            metrics,
            interruptible,
            steps,
            operator,
            waiting,
            series,
            purse,
        )
        public = publication_of(settings, contract, ledger, operator, chain_time)
        share = _share(settings, uploads_decoder, public)
        # Content on this machine alone: who asks for it makes the daemon fetch nothing. What waits
        # for its reveal is shown to who knows its name: its player, on another device too.
        places = (waiting.folder if waiting is not None else None, open_local(settings))
        shelves = [place for place in places if place is not None]
        previews = Previews([*shelves, open_cache(settings)], uploads_decoder.decode)
        practice = practice_of(settings, running)
        push = push_of(settings, running, hide)
        app = create_app(
            metrics=metrics,
            stale_after_seconds=settings.daemon.stale_after_seconds,
            store=Shelves(shelves) if shelves else None,
            routes=[
                *(intake.routes() if intake is not None else ()),
                *(series_routes(public) if public is not None else ()),
                *(share.routes() if share is not None else ()),
                *previews.routes(),
                *Looks(looks).routes(),
                *(push.routes() if push is not None else ()),
                *(practice.routes() if practice is not None else ()),
                *openapi_routes(),
                *page_routes(settings, operator),
            ],
        )
        api = ApiServer(app, settings.api.host, settings.api.port)
        if settings.api.health_port:
            running.enter_context(health_server(settings, metrics))
        yield Daemon(cycle, api, metrics, settings.daemon.interval_seconds)


def _share(
    settings: Settings, decoder: SandboxedDecoder, public: Publication | None
) -> Share | None:
    """Links to competitions that show what they lead to; there have to be pages to lead to."""
    if not settings.api.page:
        return None
    zone = zone_of("series.zone", settings.series.zone)

    def named(number: int, opens_at: int) -> str:
        return title_of(datetime.fromtimestamp(opens_at, zone).date(), number)

    def card(number: int, target: bytes) -> Mapping[str, str]:
        return public.card(number, target) if public is not None else {}

    store = open_local(settings) or open_content(settings)
    results = Results(open_contract(settings), store, named, card)
    index, policy = page_index(settings), page_headers(page_config(settings))
    read = partial(index.read_text, "utf-8")
    return Share(results, store, decoder.decode, read, policy, settings.series.url)
