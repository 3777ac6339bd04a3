"""Whether this machine, its stores and its ledger are fit for a daemon."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import numpy as np

from oracle.api.page import page_routes
from oracle.assembly.accounts import ledger_of
from oracle.assembly.parts import open_content, open_contract, require_device, work_dir
from oracle.checks.account import own_live
from oracle.daemon.work_folder import require_free_folder
from oracle.errors import BadInput, InvalidConfig, Mismatch, NeedsHuman, OracleError, RetryLater
from oracle.paths import path_of
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.settings.config import Settings
from oracle.store.base import ContentStore
from oracle.store.fallback import sources_of
from scoring.installing import slowness
from scoring.submission.image import IMAGE_SIDE, encode_png

MIN_FREE_BYTES = 2 * 1024**3
# The checkpoint of a training by `full` is 598 MiB, the largest there is.
_BYTES_EACH_COMPETITION = 600 * 1024**2
# An image in store and cache, its reconstruction and its heatmap.
_BYTES_EACH_TICKET = 3 * 1024**2
_PROBE = b"judging-oracle: can this be pinned?"


def store(settings: Settings) -> str:
    """Every store and gateway answers, and what is published can be kept."""
    content = open_content(settings)
    for source in sources_of(content):
        try:
            source.check()
        except RetryLater as error:
            hint = error.hint or "start it, or take it out of [store]"
            raise BadInput(f"{source.name} does not work: {error.what}", hint) from error
    if not content.writable:
        raise InvalidConfig(
            f"nothing can be published: {content.name} is read-only",
            "name a folder (dir:PATH) or an IPFS node (kubo:…) in [store] url",
        )
    _require_pinning(content)
    return content.name


def _require_pinning(content: ContentStore) -> None:
    """An IPFS node that answers may still refuse to keep anything."""
    try:
        content.remove(content.put(_PROBE))
    except RetryLater as error:
        raise BadInput(
            f"what is published cannot be kept: {error.what}",
            "see that the IPFS node has room, and that its API lets this machine put blocks",
        ) from error


def ledger(settings: Settings) -> str:
    """It opens, and nobody else sends with it."""
    with ledger_of(settings, open_contract(settings)) as book:
        try:
            book.require_free()
        except NeedsHuman as error:
            hint = f"if that is your own daemon, it runs already; else {error.hint}"
            raise NeedsHuman(error.what, hint) from error
    return "can be written"


def disk(settings: Settings) -> str:
    """The work folder can be written, and there is room for what goes on, there and in stores."""
    folder = work_dir(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "check.tmp"
        probe.write_bytes(b"judge check")
        probe.unlink()
    except OSError as error:
        raise InvalidConfig(
            f"{folder} cannot be used: {error.strerror}",
            "make room there, let this user write there, or choose another [judge] work_dir",
        ) from error
    needed = _bytes_ahead(settings)
    for place in (folder, *_store_folders(settings)):
        free = shutil.disk_usage(place).free
        if free < needed:
            raise BadInput(
                f"{place} has {_gib(free)} free, and what goes on may take {_gib(needed)}",
                "make room, or choose another disk: [judge] work_dir, [store] url",
            )
    return f"room for {_gib(needed)}"


def _bytes_ahead(settings: Settings) -> int:
    """What this machine may write for the competitions that go on, and some more."""
    try:
        live = own_live(settings)
    except OracleError:
        live = []  # another look tells why
    tickets = sum(state.sold for state in live)
    return MIN_FREE_BYTES + len(live) * _BYTES_EACH_COMPETITION + tickets * _BYTES_EACH_TICKET


def _store_folders(settings: Settings) -> list[Path]:
    addresses = (address.strip() for address in settings.store.url.split(","))
    folders = (path_of(a.removeprefix("dir:")) for a in addresses if a.startswith("dir:"))
    return [folder for folder in folders if folder.exists()]


def _gib(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"


def folder(settings: Settings) -> str:
    """No other daemon works in the work folder."""
    require_free_folder(work_dir(settings))
    return f"{work_dir(settings)} is free"


def decoder(_: Settings) -> str:
    """Strangers' images can be opened in the sandbox."""
    pixels = np.full((IMAGE_SIDE, IMAGE_SIDE, 3), 128, np.uint8)
    with SandboxedDecoder() as sandbox:
        if not np.array_equal(sandbox.decode(encode_png(pixels)), pixels):
            raise Mismatch("the sandboxed decoder changed an image", "reinstall this package")
    return "decodes in its sandbox"


def device(settings: Settings) -> str:
    """The GPU that is asked for is there, and its arithmetic is right."""
    require_device(settings.judge.device)
    return settings.judge.device


def ports(settings: Settings) -> str:
    """Nothing listens yet where the daemon will."""
    api = settings.api
    wanted = [port for port in (api.port, api.health_port) if port]
    if len(wanted) != len(set(wanted)):
        raise InvalidConfig(f"api.port and api.health_port are both {api.port}", "change one")
    family = socket.AF_INET6 if ":" in api.host else socket.AF_INET
    for port in wanted:
        try:
            socket.create_server((api.host, port), family=family).close()
        except OSError as error:
            raise InvalidConfig(
                f"cannot listen on {api.host}:{port}: {error.strerror or error}",
                "if that is your own daemon, it runs already; else choose another port in [api]",
            ) from error
    return ", ".join(f"{api.host}:{port}" for port in wanted) or "any free one"


def page(settings: Settings) -> str:
    """The players' page is where the settings say."""
    page_routes(settings)
    return settings.api.page or "none is set"


def speed(settings: Settings) -> str:
    """What makes judging slow here."""
    threads, cores = settings.judge.threads, len(os.sched_getaffinity(0))
    if threads > cores:
        raise InvalidConfig(
            f"judge.threads is {threads}, and this machine lends {cores} cores",
            "set it to 0, which uses all: more threads than cores take each other's time",
        )
    return slowness() or "judges by compiled kernels"
