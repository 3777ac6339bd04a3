"""What to bid for a place in a block; pure."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.wire import Fees

# Nodes take a replacement only if it raises both fees by a tenth.
MIN_BUMP_PERCENT = 10
# From nothing, percents lead nowhere: after a refusal at least so much is added.
MIN_STEP_WEI = 10**8


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """Bounds and patience of the transaction sender."""

    max_fee_cap_wei: int = 200 * 10**9  # most wei per gas that is ever bid
    bump_percent: int = 15  # raise of both fees when a transaction is stuck, at least 10
    stuck_after_seconds: float = 60.0  # patience with a transaction before its fees are raised
    deadline_margin_seconds: int = 15  # nothing is sent this close to its deadline
    gas_margin_percent: int = 25  # gas limit above the estimate


@dataclass(frozen=True, slots=True)
class Bid:
    """The two fees of an EIP-1559 transaction, in wei per gas."""

    max_fee_wei: int
    priority_fee_wei: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a node found too low in a bid, and what it asks for, where it says so (else 0)."""

    tip: bool
    tip_wei: int = 0
    fee_wei: int = 0


def above(refused: Bid, lacking: Lacking) -> Bid:
    """The least to offer after a refusal: what is lacking, and in steps that get somewhere."""
    tip = refused.priority_fee_wei
    if lacking.tip:
        tip = max(2 * tip, tip + MIN_STEP_WEI, lacking.tip_wei)
    more = tip - refused.priority_fee_wei
    fee = refused.max_fee_wei
    return Bid(max(fee + more, fee + MIN_STEP_WEI, fee * 5 // 4, lacking.fee_wei * 5 // 4), tip)


def bid(
    now: Fees, policy: SendingPolicy, outbid: Bid | None = None, least: Bid | None = None
) -> Bid | None:
    """What to offer now, above an earlier bid if there is one; None when the cap forbids it.

    `outbid` may be in a pool, so that both fees have to be raised above it; `least` is what a
    refusal asks for, as far as the cap allows. A first bid is never None: with a cap below the
    market it waits for the market.
    """
    cap = policy.max_fee_cap_wei
    wanted_tip = now.priority_fee_wei
    wanted_fee = 2 * now.base_fee_wei + wanted_tip
    if least is not None:
        wanted_tip = max(wanted_tip, least.priority_fee_wei)
        wanted_fee = max(wanted_fee, least.max_fee_wei)
    if outbid is None:
        return Bid(min(wanted_fee, cap), min(wanted_tip, wanted_fee, cap))
    step = max(policy.bump_percent, MIN_BUMP_PERCENT)
    fee = max(wanted_fee, _raised(outbid.max_fee_wei, step))
    tip = max(wanted_tip, _raised(outbid.priority_fee_wei, step))
    offer = Bid(min(fee, cap), min(tip, fee, cap))
    if offer.max_fee_wei < _raised(outbid.max_fee_wei, MIN_BUMP_PERCENT):
        return None
    if offer.priority_fee_wei < _raised(outbid.priority_fee_wei, MIN_BUMP_PERCENT):
        return None
    return offer


def _raised(wei: int, percent: int) -> int:
    # From nothing to one: a pool that takes no tip of zero takes that.
    return max(wei + 1, -(-wei * (100 + percent) // 100))
