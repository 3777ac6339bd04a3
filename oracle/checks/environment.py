"""All looks, one after the other; one cause is told once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oracle.checks import account, machine, node
from oracle.errors import OracleError
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
    told: dict[str, str] = {}
    found: dict[str, Found] = {}
    for name, look in _LOOKS.items():
        needed = _NEEDS.get(name, "")
        if needed in found and not found[needed].ok:
            found[name] = Found(name, False, f"not looked at: see {needed}")
        else:
            found[name] = _looked_at(name, look, settings, told)
    return tuple(found.values())


def _looked_at(
    name: str, look: Callable[[Settings], str], settings: Settings, told: dict[str, str]
) -> Found:
    try:
        return Found(name, True, look(settings))
    except (OracleError, ScoringError) as error:
        if error.what in told:
            return Found(name, False, f"not looked at: see {told[error.what]}")
        told[error.what] = name
        return Found(name, False, error.what, error.hint)


# What cannot be looked at without something else.
_NEEDS = dict.fromkeys(("logs", "bonds", "targets"), "contract")
_LOOKS: Mapping[str, Callable[[Settings], str]] = {
    "chain": node.chain,
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
    "decoder": machine.decoder,
    "device": machine.device,
    "ports": machine.ports,
    "page": machine.page,
    "speed": machine.speed,
    "series": account.series,
}
