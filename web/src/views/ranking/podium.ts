// The three best beside the target, and what the first one's score says.

import { nothing } from "lit-html";
import { getAddress } from "viem";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { placeOf } from "../../ranking/place.ts";
import { looksLike, nearer, readable } from "../../ranking/score.ts";
import { html, say } from "../../words/html.ts";
import { short } from "../format.ts";
import { picture } from "../picture.ts";
import { PLACES, podiumOf } from "../podium.ts";
import { thumbnail } from "../thumbnail.ts";

/** The first is checked against its digest; the others are as large, and not the news. */
function shown(app: App, { rank, ticketId, imageDigest }: Row) {
  const alt = say`The image of ticket ${ticketId}`;
  return rank === 1 ? picture(app, imageDigest, alt, true) : thumbnail(app, imageDigest, alt, 256);
}

export function podium(app: App, c: Competition, { rows, judge }: Bundle) {
  const best = rows.slice(0, PLACES).filter(({ flags }) => !isDisqualified(flags));
  const figures = best.map(
    (row) => html`<figure>${shown(app, row)}
      <figcaption><b>${placeOf(row.rank)}</b> <span class="mono">${short(getAddress(row.player))}</span> <span class="num">${readable(judge, row.score)}</span></figcaption></figure>`,
  );
  const first = best[0];
  const looks = first ? looksLike(judge, first.score) : "";
  return html`${podiumOf(app, c, figures)}
    ${first && looks ? html`<p class="verdict"><b class="num">${readable(judge, first.score)}</b> ${looks} ${nearer(judge, first.score)}</p>` : nothing}`;
}
