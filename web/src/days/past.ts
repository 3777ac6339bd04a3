// A player's own history: what each competition cost and brought, newest first, and all of it together.
import type { Refund, Win } from "../chain/readWins.ts";

export interface PastCompetition<C> {
  readonly c: C;
  readonly ticketIds: readonly bigint[];
  /** All in wei. `spent` is the tickets' price, whoever paid it. */
  readonly spent: bigint;
  readonly won: bigint;
  readonly refunded: bigint;
}

export interface Past<C> {
  readonly rows: readonly PastCompetition<C>[];
  readonly tickets: number;
  readonly wins: number;
  readonly spent: bigint;
  readonly won: bigint;
  readonly refunded: bigint;
}

interface Played {
  readonly id: bigint;
  readonly terms: { readonly ticketPrice: bigint };
}

const sum = <T>(all: readonly T[], of: (one: T) => bigint): bigint =>
  all.reduce((total, one) => total + of(one), 0n);

function grouped<T extends { readonly id: bigint }>(all: readonly T[]): ReadonlyMap<bigint, T[]> {
  const groups = new Map<bigint, T[]>();
  for (const one of all) {
    const here = groups.get(one.id);
    if (here) here.push(one);
    else groups.set(one.id, [one]);
  }
  return groups;
}

/** The history of who holds these tickets; `all` newest first. */
export function pastOf<C extends Played>(
  all: readonly C[],
  tickets: readonly { readonly id: bigint; readonly ticketId: bigint }[],
  payouts: { readonly wins: readonly Win[]; readonly refunds: readonly Refund[] },
): Past<C> {
  const [held, wins, refunds] = [grouped(tickets), grouped(payouts.wins), grouped(payouts.refunds)];
  const rows = all.flatMap((c): PastCompetition<C>[] => {
    const own = held.get(c.id);
    if (!own) return [];
    return [
      {
        c,
        ticketIds: own.map(({ ticketId }) => ticketId),
        spent: c.terms.ticketPrice * BigInt(own.length),
        won: sum(wins.get(c.id) ?? [], ({ prize }) => prize),
        refunded: sum(refunds.get(c.id) ?? [], ({ amount }) => amount),
      },
    ];
  });
  return {
    rows,
    tickets: tickets.length,
    wins: rows.filter(({ won }) => won).length,
    spent: sum(rows, ({ spent }) => spent),
    won: sum(rows, ({ won }) => won),
    refunded: sum(rows, ({ refunded }) => refunded),
  };
}
