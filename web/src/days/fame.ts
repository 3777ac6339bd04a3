// The hall of fame: who won how often, and how much, over all competitions that are final. What is
// void has no winner and does not count.
import type { Address } from "viem";
import type { Win } from "../chain/readWins.ts";

export interface Famous {
  /** From 1; equal wins and winnings share a place. */
  readonly place: number;
  readonly player: Address;
  readonly wins: number;
  readonly won: bigint; // wei
  /** The newest competition that was won. */
  readonly lastId: bigint;
}

/** By wins, then by winnings; of equals, who won last comes first. */
export function hallOf(wins: readonly Win[]): Famous[] {
  const players = new Map<Address, Omit<Famous, "place">>();
  for (const { winner, prize, id } of wins) {
    const known = players.get(winner) ?? { player: winner, wins: 0, won: 0n, lastId: 0n };
    const lastId = id > known.lastId ? id : known.lastId;
    players.set(winner, { ...known, wins: known.wins + 1, won: known.won + prize, lastId });
  }
  const down = (a: bigint, b: bigint) => (a < b ? 1 : a > b ? -1 : 0);
  const sorted = [...players.values()].sort(
    (a, b) => b.wins - a.wins || down(a.won, b.won) || down(a.lastId, b.lastId),
  );
  let place = 0;
  return sorted.map((one, i) => {
    const before = sorted[i - 1];
    if (!before || before.wins !== one.wins || before.won !== one.won) place = i + 1;
    return { ...one, place };
  });
}
