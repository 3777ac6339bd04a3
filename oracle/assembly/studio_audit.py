"""Checking a studio's log, put together from settings; needs no key, only chain, store and log."""

from __future__ import annotations

from contextlib import closing

from oracle.assembly.parts import open_content, open_contract
from oracle.auditing.report import AuditReport
from oracle.auditing.studio_log import check_studio_log
from oracle.chain.state import Phase
from oracle.errors import BadInput, InvalidConfig, Mismatch, NotFinalYet, RetryLater
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.preparer import Preparer
from oracle.settings.config import Settings
from oracle.studio.backends.base import Parameters
from oracle.studio.backends.opening import open_backend
from oracle.studio.client import StudioClient, require_field
from oracle.studio.log import PromptRecord
from oracle.studio.publishing import read_log
from scoring.digest import Digest

_REDRAW_SECONDS = 60.0
_EXACT_BACKEND = "sketch"
_LOG = "studio's log"


def audit_studio_log(
    settings: Settings, competition_id: int, digest: bytes | None = None
) -> AuditReport:
    """Every check of a competition's log; without a `digest` the configured studio is asked.

    Raises `BadInput` for a competition without a studio, `NotFinalYet` before the log is published.
    """
    contract = open_contract(settings)
    block = contract.client.finalized_block()
    state = contract.state(competition_id, block)
    if int(state.terms.studio, 16) == 0:
        raise BadInput(
            f"competition {competition_id} has no studio", "there is no log to be checked"
        )
    named = Digest(digest) if digest is not None else _published(settings, competition_id)
    log = read_log(open_content(settings), named, contract.domain, competition_id)
    report = AuditReport(competition_id, state.phase)
    entries = contract.entries(competition_id, block)
    with closing(open_backend(_EXACT_BACKEND)) as backend, SandboxedDecoder() as decoder:
        model = backend.model(seconds=_REDRAW_SECONDS).digest.hex()
        prepare = Preparer(decoder).prepare

        def redraw(record: PromptRecord) -> bytes | None:
            if (record.backend, record.model_digest) != (_EXACT_BACKEND, model):
                return None
            words = record.prompt or ""
            parameters = Parameters(**record.parameters)
            return prepare(
                backend.generate(words, record.seed, parameters, seconds=_REDRAW_SECONDS)
            )

        check_studio_log(
            report, state, entries, log, contract.domain, contract.client, block, redraw
        )
    return report


def studio_report(
    settings: Settings, competition_id: int, digest: bytes | None = None
) -> AuditReport:
    """As `audit_studio_log` of a competition that has a studio, with its troubles as checks.

    A log that nobody named, or that is not due yet, decides nothing.
    """
    contract = open_contract(settings)
    state = contract.state(competition_id, contract.client.finalized_block())
    report = AuditReport(competition_id, state.phase)
    if state.phase not in (Phase.FINAL, Phase.VOID):
        why = "it is published once the competition is final or void; audit again then"
        report.later(_LOG, "published", why)
    elif digest is None and not settings.studio.url:
        why = "nobody said where it is: name it with --log, or its studio with [studio] url"
        report.later(_LOG, "published", why)
    else:
        try:
            return audit_studio_log(settings, competition_id, digest)
        except Mismatch as error:
            report.compare(_LOG, "whole", error.what)
        except (RetryLater, BadInput) as error:
            report.unknown(_LOG, "published", f"{error.what}; {error.hint or 'ask the studio'}")
    return report


def _published(settings: Settings, competition_id: int) -> Digest:
    if not settings.studio.url:
        raise InvalidConfig("studio.url is not set", "name the studio, or the log with --log")
    answer = StudioClient(settings.studio.url).ask("GET", f"/studio/logs/{competition_id}")
    if answer.get("log_digest") is None:
        raise NotFinalYet(
            f"the studio has not published its log of competition {competition_id}",
            "it does so once the competition is final or void",
        )
    text = str(require_field(answer, "log_digest", str))
    try:
        return Digest(bytes.fromhex(text.removeprefix("0x")))
    except ValueError as error:
        raise BadInput("the studio names a log that is no digest", "ask it again") from error
