// Where an entry stands in a ranking, in words.
import { say } from "../words/html.ts";
import { localeNow } from "../words/language.ts";
import { listed } from "../words/writing.ts";
import type { Row } from "./bundle.ts";
import { isDisqualified, reasons } from "./flags.ts";
import { readable } from "./score.ts";

const RULES = new Intl.PluralRules("en", { type: "ordinal" });

/** "1st", "12th", "103rd". */
export function placeOf(rank: number): string {
  const number = rank.toLocaleString(localeNow());
  switch (RULES.select(rank)) {
    case "one":
      return say`${number}st`;
    case "two":
      return say`${number}nd`;
    case "few":
      return say`${number}rd`;
    default:
      return say`${number}th`;
  }
}

interface Ranked {
  readonly rows: readonly Row[];
  readonly judge: string;
}

/** Where a score would have stood: behind its equals, which came before it. */
export function placed<R extends Row>(rows: readonly Row[], mine: R): { rows: Row[]; mine: R } {
  const better = rows.filter((row) => !isDisqualified(row.flags) && row.score <= mine.score).length;
  const own = { ...mine, rank: better + 1 };
  const behind = rows.slice(better).map((row) => ({ ...row, rank: row.rank + 1 }));
  return { rows: [...rows.slice(0, better), own, ...behind], mine: own };
}

/** "3rd of 41 · 0.088 behind the winner": how one row did among all. */
export function standingOf({ rows, judge }: Ranked, row: Row): string {
  if (isDisqualified(row.flags)) return say`Disqualified: it ${listed(reasons(row.flags))}`;
  const place = say`${placeOf(row.rank)} of ${rows.length.toLocaleString(localeNow())}`;
  const first = rows[0];
  if (row.rank > 1 && first)
    return say`${place} · ${readable(judge, row.score - first.score)} behind the winner`;
  const second = rows[1];
  return second && !isDisqualified(second.flags)
    ? say`${place} · ${readable(judge, second.score - row.score)} ahead of the next`
    : place;
}
