// What stands at the front: the day's competition, the next one, and the last that were won.
import type { Series, SeriesDay } from "../border/series.ts";
import type { Phase } from "../chain/readCompetitions.ts";
import { isOverdue, phaseEnds, type Timed } from "../views/phases.ts";

/** What tells whether a competition belongs to the front. */
export interface Candidate extends Timed {
  readonly id: bigint;
  readonly operator: string;
  readonly bundleDigest: string;
}

export interface Front<C> {
  /** Null where no competition is to be shown large. */
  readonly now: C | null;
  /** Today in the series; null without one, or where it does not play today. */
  readonly day: SeriesDay | null;
  /** The next day of the series, with its competition once that is created. */
  readonly next: { readonly day: SeriesDay; readonly c: C | null } | null;
  /** The last that were won, newest first. */
  readonly last: readonly C[];
}

const LAST = 3;
/** What can be played first, then what can be watched. */
const URGENCY: readonly Phase[] = [
  ...(["Open", "Revealing", "Selling", "Opening", "Seeding", "Judging"] as const),
  ...(["Asserted", "Disputed", "Resolved"] as const),
];

/** The front of a page that knows these competitions, newest first, and perhaps a series. */
export function frontOf<C extends Candidate>(
  all: readonly C[],
  series: Series | undefined,
  now: number,
): Front<C> {
  const operator = series?.operator.toLowerCase();
  const own = operator ? all.filter((c) => c.operator.toLowerCase() === operator) : all;
  const find = (day: SeriesDay | null | undefined) =>
    (day && own.find(({ id }) => id === day.competition)) ?? null;
  const [day, next] = [series?.today ?? null, series?.coming[0] ?? null];
  return {
    now: find(day) ?? mostUrgent(own, now, find(next)),
    day,
    next: next && { day: next, c: find(next) },
    last: lastWon(own),
  };
}

/** Those that have a winner, and a bundle that shows the image; not further than there are three. */
function lastWon<C extends Candidate>(own: readonly C[]): C[] {
  const found: C[] = [];
  for (const c of own) {
    if (c.phase === "Final" && BigInt(c.bundleDigest)) found.push(c);
    if (found.length === LAST) break;
  }
  return found;
}

/** Which of those that run is to be looked at first; `not` stands elsewhere already. */
function mostUrgent<C extends Candidate>(all: readonly C[], now: number, not: C | null): C | null {
  const order = byUrgency(now);
  let best: C | null = null;
  for (const c of all) {
    if (c.phase === "Final" || c.phase === "Void" || c === not || !URGENCY.includes(c.phase))
      continue;
    if (!best || order(c, best) < 0) best = c;
  }
  return best;
}

/** An order of those that run: what can be played or bought now comes first, and of two the one that ends first. */
export const byUrgency =
  (now: number) =>
  (a: Timed, b: Timed): number =>
    rankOf(a, now) - rankOf(b, now) || phaseEnds(a) - phaseEnds(b);

const rankOf = (c: Timed, now: number): number =>
  isOverdue(c, now) ? URGENCY.length : URGENCY.indexOf(c.phase);
