"""Push reminders from settings: the desk on its thread, and what browsers subscribe at."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from oracle.api.push import Push
from oracle.api.rate_limit import RateLimit
from oracle.assembly.parts import open_contract, work_dir
from oracle.push.book import FILE_NAME, SubscriptionBook
from oracle.push.courier import Courier, courier_of
from oracle.push.desk import PushDesk
from oracle.settings.config import Settings
from oracle.settings.secret_file import read_secret
from oracle.signing.signer import Hide

_PER_MINUTE, _AT_ONCE = 20, 8


def push_of(settings: Settings, running: ExitStack, hide: Hide | None = None) -> Push | None:
    """Reminders, ended with `running`; None without a key. `hide` receives the key."""
    own = settings.push
    if not own.key_file:
        return None
    courier = courier_from(settings, hide)
    book = SubscriptionBook(book_path(settings), own.most)
    desk = PushDesk(open_contract(settings), book, courier, own.interval_seconds)
    desk.start()
    running.callback(desk.stop)
    return Push(desk, own.services, RateLimit(_PER_MINUTE, _AT_ONCE))


def book_path(settings: Settings) -> Path:
    """Where subscriptions are kept."""
    return work_dir(settings) / FILE_NAME


def courier_from(settings: Settings, hide: Hide | None = None) -> Courier:
    """Who signs with the key in [push] key_file. Raises InvalidConfig when that is no key."""
    pem = read_secret(settings.push.key_file, "push.key_file")
    if hide is not None:
        for line in pem.splitlines():
            if line and not line.startswith("-"):
                hide(line)
    return courier_of(pem, settings.push.contact)
