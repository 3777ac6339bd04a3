// How a posted ranking stands: final or not, disputed, upheld, replaced, or void.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { isReplaced } from "../dispute.ts";
import { html, say } from "../words/html.ts";
import { eth, short, when } from "./format.ts";
import { evidenceOf, lastOf } from "./history.ts";

export function standing(app: App, c: Competition) {
  switch (c.phase) {
    case "Asserted":
      if (app.clock.now >= c.livenessEnds) return nothing; // "Ready to pay" stands above
      return html`<p class="notice">Not final yet. Until ${when(c.livenessEnds)} anyone who recomputes something else can
        pay against it; with ${eth(c.bond)} together it is disputed. Else the winner is paid after that.</p>`;
    case "Disputed":
      return disputed(app, c);
    case "Resolved":
      return html`<p class="notice">${verdict(c)}</p>`;
    case "Final":
      return html`<p class="small">${c.dispute.verdict ? verdict(c) : "This ranking was not disputed."} ${paid(app, c)}</p>`;
    case "Void":
      return html`<p class="notice">This ranking does not count: the competition is void, and every ticket is refunded.</p>`;
    default:
      return nothing;
  }
}

function disputed(app: App, c: Competition) {
  const reports = evidenceOf(app, c);
  return html`<div class="notice"><p><b>This ranking is disputed</b> since ${when(c.dispute.disputedAt)}: ${eth(c.dispute.against)} were paid against it,
      and ${eth(c.dispute.support)} stand for it, the oracle's bond among them.</p>
    <p>The arbiter <span class="mono">${short(c.terms.arbiter)}</span>, named before the first ticket was sold, decides until
      ${when(c.dispute.verdictEnds)}. It upholds this ranking or replaces it; the side that is wrong loses what it paid.
      Without a verdict the competition is void, every ticket is refunded, and the oracle's bond goes to the ticket holders.</p>
    ${reports.length ? html`<p>${reports.length === 1 ? "The disputers' report" : "The disputers' reports"}: ${reports.map((cid) => html`${report(app, cid)} `)}</p>` : nothing}</div>`;
}

function report(app: App, cid: string) {
  const gateway = app.config.gateways[0];
  return gateway
    ? html`<a class="hash" href="${gateway}/ipfs/${cid}" rel="noreferrer">${cid}</a>`
    : html`<span class="hash">${cid}</span>`;
}

const verdict = (c: Competition): string =>
  isReplaced(c)
    ? "A dispute was decided against the oracle: this is the arbiter's ranking, and the oracle lost bond, fee and deposit."
    : "A dispute was decided for the oracle: this is its ranking, upheld by the arbiter.";

function paid(app: App, c: Competition): string {
  const end = lastOf(app, c, "CompetitionFinalized");
  return end
    ? say`${eth(end.args.prize)} went to ticket ${end.args.ticketId}, ${end.args.fee ? eth(end.args.fee) : "nothing"} to the operator.`
    : "";
}
