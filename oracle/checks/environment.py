"""All looks, one after the other; one cause is told once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oracle.checks import account, machine, node, services
from oracle.errors import NeedsHuman, OracleError
from oracle.logs import Redaction
from oracle.settings.config import Settings
from scoring.errors import ScoringError


@dataclass(frozen=True)
class Found:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    hint: str = ""


def check_environment(settings: Settings) -> tuple[Found, ...]:
    """Looks at node, contract, account, content, ledger and machine; contacts all of them.

    What fails for a reason that was told already names the look that told it.
    """
    wrong: dict[str, OracleError | ScoringError] = {}
    return tuple(_looked_at(name, look, settings, wrong) for name, look in _LOOKS.items())


def _looked_at(
    name: str,
    look: Callable[[Settings], str],
    settings: Settings,
    wrong: dict[str, OracleError | ScoringError],
) -> Found:
    """One look, unless what is `wrong` already, by the name of its look, stands in its way."""
    needed = _NEEDS.get(name, "")
    # Who holds the ledger is a daemon, and has its folder and its ports.
    beside = name in _A_DAEMONS and isinstance(wrong.get("ledger"), NeedsHuman)
    if needed in wrong or beside:
        return Found(name, False, f"not looked at: see {'ledger' if beside else needed}")
    try:
        return Found(name, True, look(settings))
    except Exception as raised:
        error = _told(raised, settings)
        same = next((other for other, known in wrong.items() if known.what == error.what), "")
        wrong[name] = error
        if same:
            return Found(name, False, f"not looked at: see {same}")
        return Found(name, False, error.what, error.hint)


def _told(error: Exception, settings: Settings) -> OracleError | ScoringError:
    """What nobody thought of ends one look, not the whole check; its words may hold a secret."""
    if isinstance(error, OracleError | ScoringError):
        return error
    hide = Redaction()
    for secret in settings.secrets():
        hide.hide(secret)
    words = hide(" ".join(str(getattr(error, "strerror", None) or error).split()))[:200]
    return OracleError(
        f"this look broke off: {type(error).__name__}: {words}",
        "correct the setting that it is about; if none is wrong, this is a defect: report it",
    )


# What cannot be looked at without something else.
_NEEDS = {
    **dict.fromkeys(("logs", "bonds", "targets"), "contract"),
    **dict.fromkeys(("nodes", "beacon"), "chain"),
}
_A_DAEMONS = ("folder", "ports")
_LOOKS: Mapping[str, Callable[[Settings], str]] = {
    "chain": node.chain,
    "nodes": node.nodes,
    "contract": node.contract,
    "logs": node.logs,
    "sending": node.sending,
    "quorum": node.quorum,
    "account": account.account,
    "fees": account.fees,
    "bonds": account.bonds,
    "targets": account.targets,
    "store": machine.store,
    "ledger": machine.ledger,
    "disk": machine.disk,
    "folder": machine.folder,
    "decoder": machine.decoder,
    "device": machine.device,
    "ports": machine.ports,
    "page": machine.page,
    "speed": machine.speed,
    "beacon": services.beacon,
    "studio": services.studio,
    "cluster": services.cluster,
    "notices": services.notices,
    "push": services.push,
    "public node": services.public_node,
    "series": account.series,
}
