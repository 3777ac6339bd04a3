// How a posted ranking stands: final or not, disputed, upheld, replaced, or void.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { eth, short, when } from "./format.ts";
import { evidenceOf, lastOf } from "./history.ts";

const REPLACED = 2; // ICompetition.Verdict

export function standing(app: App, c: Competition) {
  switch (c.phase) {
    case "Asserted":
      if (app.clock.now >= c.livenessEnds) return nothing; // "Ready to pay" stands above
      return html`<p class="notice">Not final yet. Until ${when(c.livenessEnds)} anyone who recomputes something else can
        dispute it with a bond of ${eth(c.bond)}; after that the winner is paid.</p>`;
    case "Disputed":
      return disputed(app, c);
    case "Resolved":
      return html`<p class="notice">${verdict(c)}</p>`;
    case "Final":
      return html`<p class="small">${c.dispute.verdict ? verdict(c) : "Nobody disputed this ranking."} ${paid(app, c)}</p>`;
    case "Void":
      return html`<p class="notice">This ranking does not count: the competition is void, and every ticket is refunded.</p>`;
    default:
      return nothing;
  }
}

function disputed(app: App, c: Competition) {
  const evidence = evidenceOf(app, c);
  const gateway = app.config.gateways[0];
  return html`<div class="notice"><p><b>This ranking is disputed</b>, by <span class="mono">${short(c.dispute.disputer)}</span>
      on ${when(c.dispute.disputedAt)}. Both sides have a bond of ${eth(c.bond)} at stake.</p>
    <p>The arbiter <span class="mono">${short(c.terms.arbiter)}</span>, named before the first ticket was sold, decides until
      ${when(c.dispute.verdictEnds)}. It upholds this ranking or replaces it; the side that is wrong loses its bond.
      Without a verdict the competition is void, and every ticket is refunded.</p>
    ${evidence ? html`<p>The disputer's report: ${gateway ? html`<a class="hash" href="${gateway}/ipfs/${evidence}" rel="noreferrer">${evidence}</a>` : html`<span class="hash">${evidence}</span>`}</p>` : nothing}</div>`;
}

const verdict = (c: Competition): string =>
  c.dispute.verdict === REPLACED
    ? "A dispute was decided against the oracle: this is the arbiter's ranking, and the oracle lost its bond."
    : "A dispute was decided for the oracle: this is its ranking, upheld by the arbiter.";

function paid(app: App, c: Competition): string {
  const end = lastOf(app, c, "CompetitionFinalized");
  return end
    ? `${eth(end.args.prize)} went to ticket ${end.args.ticketId}, ${eth(end.args.fee)} to the operator.`
    : "";
}
