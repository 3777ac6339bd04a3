"""What strangers may hand in, and where their images wait."""

from __future__ import annotations

from oracle.api.intake import Intake
from oracle.api.rate_limit import RateLimit
from oracle.api.uploads import Uploads
from oracle.assembly.parts import open_contract, open_uploads
from oracle.ledger.ledger import Ledger
from oracle.reveals.desk import RevealDesk
from oracle.reveals.waiting_images import WaitingImages
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.preparer import Preparer
from oracle.settings.config import Settings
from oracle.signing.signer import Signer
from oracle.store.open import open_store

# A store of the operator's own takes an image at once, and the cycle waits for it.
_PUT_SECONDS = 10.0


def open_waiting(settings: Settings, ledger: Ledger) -> WaitingImages | None:
    """Images that wait for their reveal; None where no store could take them then.

    Also where uploads are no longer taken: those that were promised something wait on.
    """
    seconds = min(settings.store.fetch_seconds, _PUT_SECONDS)
    store = open_store(settings.store.url, deadline_seconds=seconds)
    if not store.writable:
        return None
    return WaitingImages(
        folder=open_uploads(settings),
        store=store,
        book=ledger.pins,
        max_bytes=settings.uploads.max_total_mib << 20,
        keep_seconds=settings.uploads.keep_hours * 3600,
    )


def intake_of(
    settings: Settings,
    ledger: Ledger,
    waiting: WaitingImages | None,
    signer: Signer | None,
    decoder: SandboxedDecoder,
) -> Intake | None:
    """What strangers may hand in, with a chain client of its own: it works on other threads."""
    limits = settings.uploads
    if not limits.max_total_mib or waiting is None:
        return None
    contract = open_contract(settings)
    uploads = Uploads(Preparer(decoder).prepare, waiting, signer, contract.domain)
    margin = settings.signer.deadline_margin_seconds
    desk = RevealDesk(contract, ledger.reveals, signer.address, margin) if signer else None
    # Apart: slow uploads must keep no player from revealing.
    images, reveals = (RateLimit(limits.per_minute, limits.at_once) for _ in range(2))
    return Intake(uploads, desk, images, reveals, limits.max_file_mib << 20, limits.seconds)
