"""The auditor, put together from settings; needs no key, ledger or API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oracle.assembly.parts import (
    open_cache,
    open_content,
    open_contract,
    open_crew,
    require_device,
    use_threads,
)
from oracle.auditing.auditor import Auditor
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.settings.config import Settings

if TYPE_CHECKING:
    from scoring.judge import Progress


@contextmanager
def open_auditor(
    settings: Settings,
    progress: Progress | None = None,
    *,
    check_code: bool = True,
    tries: int = 1,
    pause_seconds: float = 0.0,
) -> Iterator[Auditor]:
    """An auditor of the configured contract; what is missing is asked for `tries` times."""
    use_threads(settings.judge.threads)
    require_device(settings.judge.device)
    with SandboxedDecoder() as decoder:
        yield Auditor(
            store=open_content(settings),  # before the chain is asked: a package may be missing
            contract=open_contract(settings),
            cache=open_cache(settings),
            decode=decoder.decode,
            progress=progress,
            device=settings.judge.device,
            check_code=check_code,
            tries=tries,
            pause_seconds=pause_seconds,
            crew=open_crew(settings, "audits"),
        )
