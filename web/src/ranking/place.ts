// Where an entry stands in a ranking, in words.
import type { Row } from "./bundle.ts";
import { isDisqualified, reasons } from "./flags.ts";
import { readable } from "./score.ts";

const RULES = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd", other: "th" };

/** "1st", "12th", "103rd". */
export const placeOf = (rank: number): string =>
  `${rank.toLocaleString("en")}${ENDINGS[RULES.select(rank)] ?? "th"}`;

interface Ranked {
  readonly rows: readonly Row[];
  readonly judge: string;
}

/** "3rd of 41 · 0.088 behind the winner": how one row did among all. */
export function standingOf({ rows, judge }: Ranked, row: Row): string {
  if (isDisqualified(row.flags)) return `Disqualified: it ${reasons(row.flags).join(" and ")}`;
  const place = `${placeOf(row.rank)} of ${rows.length.toLocaleString("en")}`;
  const first = rows[0];
  if (row.rank > 1 && first)
    return `${place} · ${readable(judge, row.score - first.score)} behind the winner`;
  const second = rows[1];
  return second && !isDisqualified(second.flags)
    ? `${place} · ${readable(judge, second.score - row.score)} ahead of the next`
    : place;
}
