// The three best beside the target, as they would hang on a wall.

import { nothing } from "lit-html";
import { getAddress } from "viem";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { placeOf } from "../../ranking/place.ts";
import { readable } from "../../ranking/score.ts";
import { html, say } from "../../words/html.ts";
import { short } from "../format.ts";
import { picture } from "../picture.ts";
import { thumbnail } from "../thumbnail.ts";

const PLACES = 3;

/** The first is checked against its digest; the others are as large, and not the news. */
function shown(app: App, { rank, ticketId, imageDigest }: Row) {
  const alt = say`The image of ticket ${ticketId}`;
  return rank === 1 ? picture(app, imageDigest, alt) : thumbnail(app, imageDigest, alt, 256);
}

export function podium(app: App, c: Competition, { rows, judge }: Bundle) {
  const best = rows.slice(0, PLACES).filter(({ flags }) => !isDisqualified(flags));
  if (!best.length) return nothing;
  return html`<div class="podium">
    <figure class="goal">${picture(app, c.targetDigest, "The target")}<figcaption><b>Target</b></figcaption></figure>
    ${best.map(
      (row) => html`<figure>${shown(app, row)}
      <figcaption><b>${placeOf(row.rank)}</b> <span class="mono">${short(getAddress(row.player))}</span> <span class="num">${readable(judge, row.score)}</span></figcaption></figure>`,
    )}</div>`;
}
