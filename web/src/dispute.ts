// The money of a dispute: two pools, of which one takes from the other.
import { parseEther } from "viem";
import type { Competition } from "./chain/readCompetitions.ts";

export type Side = "against" | "support";

/** What decides who gets what. */
export interface Stakes extends Pick<Competition, "pot" | "bond"> {
  readonly dispute: Pick<Competition["dispute"], "against" | "support">;
}

/**
 * What an account's part in a side would bring if that side won, with `paid` there already and `more` to
 * come: see contracts/parts/Disputes.sol. Who wins against a ranking shares the operator's fee as well.
 */
export function payoutOf(c: Stakes, side: Side, paid: bigint, more: bigint): bigint {
  const against = c.dispute.against + (side === "against" ? more : 0n);
  // Nothing is decided before the pool against the ranking holds as much as the operator's bond.
  const pools = {
    against: against > c.bond ? against : c.bond,
    support: (c.dispute.support || c.bond) + (side === "support" ? more : 0n),
  };
  const won = pools[side];
  const lost = side === "against" ? pools.support + c.pot / 5n : pools.against;
  return ((paid + more) * (won + lost - lost / 2n)) / won;
}

const REPLACED = 2; // ICompetition.Verdict

export const isReplaced = ({ dispute }: Pick<Competition, "dispute">): boolean =>
  dispute.verdict === REPLACED;

/** What the winner gets, or got: a replaced ranking's operator loses the deposit to it. */
export const prizeOf = (c: Pick<Competition, "pot" | "deposit" | "dispute">): bigint =>
  c.pot - c.pot / 5n + (isReplaced(c) ? c.deposit : 0n);

/** The amount of ether that was typed, in wei; null when it is none above zero. */
export function amountIn(typed: string): bigint | null {
  const text = typed.trim().replace(",", ".");
  const wei = /^\d{1,9}(\.\d{1,18})?$/.test(text) ? parseEther(text) : 0n;
  return wei > 0n ? wei : null;
}
