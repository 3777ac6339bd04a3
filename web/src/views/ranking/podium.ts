// The three best beside the target, as they would hang on a wall.

import { nothing } from "lit-html";
import { getAddress } from "viem";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { Bundle } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { placeOf } from "../../ranking/place.ts";
import { readable } from "../../ranking/score.ts";
import { html } from "../../words/html.ts";
import { short } from "../format.ts";
import { picture } from "../picture.ts";

const PLACES = 3;

export function podium(app: App, c: Competition, { rows, judge }: Bundle) {
  const best = rows.slice(0, PLACES).filter(({ flags }) => !isDisqualified(flags));
  if (!best.length) return nothing;
  return html`<div class="podium">
    <figure class="goal">${picture(app, c.targetDigest, "The target")}<figcaption><b>Target</b></figcaption></figure>
    ${best.map(
      (row) => html`<figure>${picture(app, row.imageDigest, `The image of ticket ${row.ticketId}`)}
      <figcaption><b>${placeOf(row.rank)}</b> <span class="mono">${short(getAddress(row.player))}</span> <span class="num">${readable(judge, row.score)}</span></figcaption></figure>`,
    )}</div>`;
}
