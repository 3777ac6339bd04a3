// How the scores are spread: a histogram in SVG, with the reader's own entries marked.

import { nothing, svg } from "lit-html";
import type { App } from "../../app.ts";
import { at } from "../../at.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { readable, unitOf } from "../../ranking/score.ts";
import { html, say } from "../../words/html.ts";
import { plural } from "../format.ts";

const [WIDTH, HEIGHT] = [600, 96];
const STEPS = 48;
const FEWEST = 3; // entries; fewer are no spread
const MANY = 100;

export interface Spread {
  readonly low: number;
  readonly high: number;
  /** Entries in equal steps from `low` to `high`; the last holds those beyond as well. */
  readonly counts: readonly number[];
}

/** The histogram of scores. With many entries the worst hundredth shares the last step. */
export function spreadOf(scores: readonly number[]): Spread {
  const sorted = [...scores].sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const cut = sorted.length > MANY ? 0.99 : 1;
  const high = sorted[Math.ceil(cut * sorted.length) - 1] ?? low;
  const counts: number[] = new Array(STEPS).fill(0);
  for (const score of sorted) {
    const step = stepOf(score, low, high);
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return { low, high, counts };
}

const stepOf = (score: number, low: number, high: number): number =>
  high > low ? Math.min(STEPS - 1, Math.floor(((score - low) / (high - low)) * STEPS)) : 0;

interface Drawn {
  readonly ranked: readonly Row[];
  readonly spread: Spread;
}
const drawn = new WeakMap<Bundle, Drawn>();

/** Worked out once for each bundle: the page is drawn again with every turn of the wheel. */
function drawnOf(bundle: Bundle): Drawn {
  const known = drawn.get(bundle);
  if (known) return known;
  const ranked = bundle.rows.filter((row) => !isDisqualified(row.flags));
  const fresh = { ranked, spread: spreadOf(ranked.map((row) => Number(row.score))) };
  drawn.set(bundle, fresh);
  return fresh;
}

export function plot(app: App, bundle: Bundle) {
  const { ranked, spread } = drawnOf(bundle);
  if (ranked.length < FEWEST) return nothing;
  const { low, high, counts } = spread;
  const most = Math.max(...counts);
  const step = WIDTH / STEPS;
  const account = app.wallets.connected?.account.toLowerCase();
  const mine = ranked.filter((row) => row.player === account);
  const own = new Set(mine.map((row) => stepOf(Number(row.score), low, high)));
  const middle = at(ranked, Math.floor(ranked.length / 2));
  const show = (score: bigint | number) => readable(bundle.judge, BigInt(score));
  const summary = say`${plural(ranked.length, "entry")} from ${show(low)} to ${show(high)}, half of them up to ${show(middle.score)}`;
  const { divisor, marks } = unitOf(bundle.judge);
  const inside = marks.filter(([value]) => value * divisor > low && value * divisor < high);
  const bar = (count: number, i: number) => {
    const height = count ? Math.max(3, (count / most) * (HEIGHT - 8)) : 0;
    return svg`<rect class="bar ${own.has(i) ? "own" : ""}" x=${i * step + 1} y=${HEIGHT - height} width=${step - 2} height=${height} />`;
  };
  const mark = (value: number) => {
    const x = ((value * divisor - low) / (high - low)) * WIDTH;
    return svg`<line class="mark" x1=${x} x2=${x} y1="0" y2=${HEIGHT} />`;
  };
  return html`<figure class="plot">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Scores: ${summary}">
      ${counts.map(bar)} ${inside.map(([value]) => mark(value))}</svg>
    <figcaption><span class="num">${show(low)}</span>
      <span>${mine.length ? html`<i class="own-key"></i>yours` : nothing}${inside.map(([value, words]) => html`<i class="mark-key"></i>${value}: ${words}`)}</span>
      <span class="num">${show(high)}${ranked.length > MANY ? " and more" : ""}</span></figcaption>
  </figure>`;
}
