// How the visitor did: in a sentence for each entry, and larger for who won.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { prizeOf } from "../../dispute.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import { standingOf } from "../../ranking/place.ts";
import { html } from "../../words/html.ts";
import { eth, plural } from "../format.ts";
import { picture } from "../picture.ts";
import { thumbnail } from "../thumbnail.ts";

const MOST = 5; // sentences; the list has the others
const PIECES = Array.from({ length: 14 }, () => html`<i></i>`);

const isWon = (c: Competition, own: readonly Row[]): Row | undefined =>
  own.find(({ ticketId }) => ticketId === c.winnerTicket);

function ownOf(app: App, { rows }: Bundle): readonly Row[] {
  const account = app.wallets.connected?.account.toLowerCase();
  return account ? rows.filter(({ player }) => player === account) : [];
}

/** A sentence for each entry of who did not win. */
export function mine(app: App, c: Competition, bundle: Bundle) {
  const own = ownOf(app, bundle);
  return !own.length || isWon(c, own) ? nothing : sentences(app, bundle, own);
}

const sentences = (app: App, bundle: Bundle, own: readonly Row[]) =>
  html`<div class="mine-results"><h2>How you did</h2><ul>${own
    .slice(0, MOST)
    .map(
      (row) =>
        html`<li>${thumbnail(app, row.imageDigest)}<span><b>${standingOf(bundle, row)}</b> <span class="small">ticket ${row.ticketId}</span></span></li>`,
    )}</ul>
    ${own.length > MOST ? html`<p class="small">and ${plural(own.length - MOST, "entry")} more of yours</p>` : nothing}</div>`;

/** Who won should feel it. */
export function moment(app: App, c: Competition, bundle: Bundle) {
  const won = isWon(c, ownOf(app, bundle));
  if (!won) return nothing;
  const paid = c.phase === "Final";
  return html`<div class="moment"><div class="confetti" aria-hidden="true">${PIECES}</div>
    <div class="pair">${picture(app, won.imageDigest, "Your image", true)}${picture(app, c.targetDigest, "The target", true)}<span>Yours</span><span>Target</span></div>
    <div><p class="kicker">${paid ? "You won" : "You lead"}</p><p class="sum num">${eth(prizeOf(c))}</p>
      <p><b>${standingOf(bundle, won)}</b></p>
      ${paid ? nothing : html`<p class="small">It is yours once the ranking is final.</p>`}</div></div>`;
}
