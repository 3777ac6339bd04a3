"""Whether this machine, its stores and its ledger are fit for a daemon."""

from __future__ import annotations

import shutil
import socket

import numpy as np

from oracle.api.page import page_routes
from oracle.assembly.accounts import ledger_of
from oracle.assembly.parts import open_content, open_contract, require_device, work_dir
from oracle.errors import BadInput, InvalidConfig, Mismatch, RetryLater
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.settings.config import Settings
from oracle.store.fallback import sources_of
from scoring.installing import slowness
from scoring.submission.image import IMAGE_SIDE, encode_png

MIN_FREE_BYTES = 2 * 1024**3


def store(settings: Settings) -> str:
    """Every store and gateway answers."""
    content = open_content(settings)
    for source in sources_of(content):
        try:
            source.check()
        except RetryLater as error:
            hint = error.hint or "start it, or take it out of [store]"
            raise BadInput(f"{source.name} does not work: {error.what}", hint) from error
    return content.name


def ledger(settings: Settings) -> str:
    """It opens, and nobody else sends with it."""
    with ledger_of(settings, open_contract(settings)) as book:
        book.require_free()
    return "can be written"


def disk(settings: Settings) -> str:
    """There is room in the work folder, and it can be written."""
    folder = work_dir(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "check.tmp"
        probe.write_bytes(b"judge check")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise InvalidConfig(
            f"{folder} cannot be used: {error.strerror}", "choose another [judge] work_dir"
        ) from error
    if free < MIN_FREE_BYTES:
        raise BadInput(f"{folder} has {free} bytes free", f"make room for {MIN_FREE_BYTES}")
    return f"{folder} has {free // 1024**3} GiB free"


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


def speed(_: Settings) -> str:
    """What makes judging slow here."""
    return slowness() or "judges by compiled kernels"
