"""Whether the account can do what its competitions will ask of it."""

from __future__ import annotations

from oracle.accounts.means import newest
from oracle.assembly.accounts import operator_signer, target_secrets
from oracle.assembly.parts import open_contract
from oracle.assembly.series import open_outlook
from oracle.chain.amounts import format_eth, format_gwei
from oracle.chain.state import CompetitionState, Phase
from oracle.daemon.purse import bond_ahead
from oracle.errors import BadInput, InvalidConfig
from oracle.settings.config import Settings

_BEFORE_THE_OPENING = (Phase.SELLING, Phase.OPENING)


def account(settings: Settings) -> str:
    """There is a key, and its account holds something."""
    contract = open_contract(settings)
    signer = operator_signer(settings)
    if signer is None:
        return "no key: dry mode, nothing will be sent"
    signer.check_key()
    balance = contract.client.balance(signer.address)
    if balance == 0:
        raise BadInput(f"{signer.address} holds no ETH", "fund it: gas and bonds are paid from it")
    return f"{signer.address} holds {format_eth(balance)}"


def fees(settings: Settings) -> str:
    """The fee cap is above what the chain asks now."""
    asked = open_contract(settings).client.fees()
    cap = settings.signer.policy.max_fee_cap_wei
    if cap < asked.base_fee_wei:
        raise InvalidConfig(
            f"signer.max_fee_gwei allows {format_gwei(cap)}, and the base fee is "
            f"{format_gwei(asked.base_fee_wei)}",
            "raise it; nothing is mined before the base fee has come down to it",
        )
    return f"up to {format_gwei(cap)}; the base fee is {format_gwei(asked.base_fee_wei)}"


def bonds(settings: Settings) -> str:
    """The bonds that are ahead can be paid, and may be."""
    signer = operator_signer(settings)
    if signer is None:
        return "no key: none is paid"
    most = settings.signer.max_bond_wei
    if most == 0:
        raise InvalidConfig(
            "signer.max_bond_eth is 0: no ranking can be asserted",
            "set it to the highest bond that you are ready to pay, a tenth of a pot",
        )
    contract = open_contract(settings)
    ahead = {s.id: bond_ahead(s) for s in own_live(settings)}
    highest, total = max(ahead.values(), default=0), sum(ahead.values())
    if highest > most:
        raise InvalidConfig(
            f"a bond of {format_eth(highest)} is ahead, and signer.max_bond_eth allows "
            f"{format_eth(most)}",
            "raise it, or the signer refuses to assert",
        )
    balance = contract.client.balance(signer.address)
    if balance < total:
        raise BadInput(
            f"{signer.address} holds {format_eth(balance)}, and bonds of {format_eth(total)} are "
            "ahead",
            f"send it {format_eth(total - balance)}, and some for gas",
        )
    return f"{format_eth(total)} ahead"


def targets(settings: Settings) -> str:
    """The secrets of targets that have to be opened are here, and the key is their operator's."""
    contract, secrets = open_contract(settings), target_secrets(settings)
    signer = operator_signer(settings)
    waiting = [
        s
        for s in newest(contract, contract.client.latest_block())
        if s.phase in _BEFORE_THE_OPENING
    ]
    for state in waiting:
        is_here = secrets.load(state.terms.target_commitment) is not None
        is_own = signer is not None and state.operator == signer.address
        if is_own and not is_here:
            raise BadInput(
                f"the target's secret of competition {state.id} is not on this machine",
                "copy [judge] work_dir/targets from where it was created, before its sale ends",
            )
        if is_here and signer is not None and not is_own:
            raise InvalidConfig(
                f"competition {state.id} was created here by {state.operator}, and the key is "
                f"that of {signer.address}",
                "correct [signer]: only its operator can open the target and assert",
            )
    return f"{len(waiting)} competitions wait to be opened"


def series(settings: Settings) -> str:
    """The next day of the series can be created."""
    if not settings.series.targets:
        return "none is set: competitions are created by hand"
    with open_outlook(settings) as outlook:
        day, problems = outlook.next()
    if problems:
        raise BadInput(f"{day.title}: {problems[0]}", "see: judge series next, docs/series.md")
    return f"next is {day.title}, opening {day.opens_local}"


def own_live(settings: Settings) -> list[CompetitionState]:
    """The configured account's competitions that have not ended, of the newest ones."""
    signer = operator_signer(settings)
    if signer is None:
        return []
    contract = open_contract(settings)
    return [
        state
        for state in newest(contract, contract.client.latest_block())
        if state.operator == signer.address and state.phase not in (Phase.FINAL, Phase.VOID)
    ]
