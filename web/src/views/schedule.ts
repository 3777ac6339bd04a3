// When what happens in a competition, by the visitor's own clock; and the same for a calendar.

import { nothing } from "lit-html";
import type { Competition } from "../chain/readCompetitions.ts";
import { html } from "../words/html.ts";
import { when } from "./format.ts";

type Timed = Pick<Competition, "openEnds" | "revealEnds"> & {
  readonly terms: Pick<Competition["terms"], "saleEnds" | "openSeconds" | "revealSeconds">;
};

export interface Times {
  readonly opens: number;
  readonly closes: number;
  readonly revealEnds: number;
  /** Whether the target is open, so that the times are fixed; else they are the earliest. */
  readonly exact: boolean;
}

/** In unix seconds. */
export function timesOf({ openEnds, revealEnds, terms }: Timed): Times {
  const closes = openEnds || terms.saleEnds + terms.openSeconds;
  return {
    opens: openEnds ? openEnds - terms.openSeconds : terms.saleEnds,
    closes,
    revealEnds: revealEnds || closes + terms.revealSeconds,
    exact: openEnds > 0,
  };
}

const SHOWN: ReadonlySet<Competition["phase"]> = new Set([
  "Selling",
  "Opening",
  "Open",
  "Revealing",
]);

export function schedule(c: Competition) {
  if (!SHOWN.has(c.phase)) return nothing;
  const { opens, closes, revealEnds, exact } = timesOf(c);
  return html`<dl class="schedule small"><div><dt>Target opens</dt><dd>${when(opens)}</dd></div>
    <div><dt>Submissions close</dt><dd>${when(closes)}</dd></div><div><dt>Reveal until</dt><dd>${when(revealEnds)}</dd></div></dl>
    ${exact ? nothing : html`<p class="small">By your own clock, if the operator opens the target as soon as the sale ends.</p>`}`;
}
