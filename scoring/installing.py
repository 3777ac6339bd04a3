"""How a missing optional package is installed: a command that works where this package stands."""

from __future__ import annotations

import json
import os
import shlex
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

_NAME = "judging-oracle"


def install_command(extra: str = "") -> str:
    """The command that installs this package anew, from the same place, with an extra if named.

    The place is a checkout, a wheel, or an index: installers note where a package came from (PEP
    610); without that it came from an index.
    """
    source, options = _source()
    wanted = f"{source}[{extra}]" if extra else source
    return f"pip install {options}{shlex.quote(wanted)}"


def slowness() -> str:
    """What makes judging slow here, and what to do about it; empty when nothing does."""
    if find_spec("numba") is not None:
        if os.environ.get("NUMBA_DISABLE_JIT", "0") == "0":
            return ""
        return (
            "numba is switched off: judging takes about ten times as long; unset NUMBA_DISABLE_JIT"
        )
    return (
        "numba is not installed: judging takes about ten times as long; "
        f"install it with: {install_command('fast')}"
    )


def _source() -> tuple[str, str]:
    # Imported here: it takes as long as everything else that `judge --help` imports.
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        noted = json.loads(distribution(_NAME).read_text("direct_url.json") or "{}")
        url, folder = urlsplit(noted["url"]), noted.get("dir_info", {})
    except (PackageNotFoundError, OSError, ValueError, KeyError, TypeError):
        return _NAME, ""
    if url.scheme != "file":
        return _NAME, ""
    return unquote(url.path), "--editable " if folder.get("editable") else ""
