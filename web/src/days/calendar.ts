// The calendar: which competition opened, or opens, on which day of the visitor's own clock.
import type { Series } from "../border/series.ts";

export interface Happens {
  /** Null while nothing is on the chain. */
  readonly id: bigint | null;
  readonly opensAt: number; // unix seconds
  /** Its phase on the chain, or the series' word for a day without a competition. */
  readonly state: string;
}

export interface CalendarDay {
  readonly date: number; // of the month, from 1
  readonly isToday: boolean;
  readonly happens: readonly Happens[];
}

export interface Month {
  readonly year: number;
  readonly month: number; // from 1
  /** Days of the week before the first, from Monday. */
  readonly before: number;
  readonly days: readonly CalendarDay[];
}

interface Opening {
  readonly id: bigint;
  readonly phase: string;
  readonly terms: { readonly saleEnds: number };
}

type ByDay = ReadonlyMap<string, readonly Happens[]>;
const made = new WeakMap<object, { readonly series: Series | undefined; readonly days: ByDay }>();

const keyOf = (at: Date): string => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;

/** Worked out once for what is known: ten thousand dates are too many for every second. */
function byDay(all: readonly Opening[], series: Series | undefined): ByDay {
  const known = made.get(all);
  if (known && known.series === series) return known.days;
  const days = new Map<string, Happens[]>();
  const add = (one: Happens) => {
    const key = keyOf(new Date(one.opensAt * 1000));
    const here = days.get(key);
    if (here) here.push(one);
    else days.set(key, [one]);
  };
  const created = new Set<bigint>();
  for (const { id, phase, terms } of all) {
    created.add(id);
    add({ id, opensAt: terms.saleEnds, state: phase });
  }
  const told = series
    ? [...series.last, ...(series.today ? [series.today] : []), ...series.coming]
    : [];
  const seen = new Set<string>();
  for (const { day, opensAt, state, competition } of told) {
    if (seen.has(day) || (competition !== null && created.has(competition))) continue;
    seen.add(day);
    add({ id: null, opensAt, state });
  }
  for (const here of days.values()) here.sort((a, b) => a.opensAt - b.opensAt);
  made.set(all, { series, days });
  return days;
}

/** A month; `year` and `month` (from 1) in the visitor's time zone, `now` in unix seconds. */
export function monthOf(
  all: readonly Opening[],
  series: Series | undefined,
  year: number,
  month: number,
  now: number,
): Month {
  const days = byDay(all, series);
  const today = keyOf(new Date(now * 1000));
  const count = new Date(year, month, 0).getDate();
  return {
    year,
    month,
    before: (new Date(year, month - 1, 1).getDay() + 6) % 7,
    days: Array.from({ length: count }, (_, i) => {
      const key = `${year}-${month}-${i + 1}`;
      return { date: i + 1, isToday: key === today, happens: days.get(key) ?? [] };
    }),
  };
}

const YEARS = [2015, 2999] as const;

/** The month that an address names, `2026-11`; otherwise the one of a moment in unix seconds. */
export function monthNamed(name: string, now: number): readonly [year: number, month: number] {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(name) ?? [];
  const [y, m] = [Number(year), Number(month)];
  if (y >= YEARS[0] && y <= YEARS[1] && m >= 1 && m <= 12) return [y, m];
  const at = new Date(now * 1000);
  return [at.getFullYear(), at.getMonth() + 1];
}

/** The address of the month so many months later. */
export function monthLater(year: number, month: number, later: number): string {
  const at = new Date(Date.UTC(year, month - 1 + later, 1));
  return `#/calendar/${at.getUTCFullYear()}-${String(at.getUTCMonth() + 1).padStart(2, "0")}`;
}
