// What an account can take back of a dispute: its part of the winning side's money, or what it paid.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { isReplaced } from "../dispute.ts";
import { html, say } from "../words/html.ts";
import { send } from "./button.ts";
import { eth } from "./format.ts";
import type { Drawn } from "./part.ts";

export function claim(app: App, c: Competition): Drawn {
  const account = app.wallets.connected?.account;
  if (!account) return nothing;
  const key = `claim:${c.id}`;
  const stake = app.stakes.find(({ id }) => id === c.id);
  const done = app.transactions.of(key);
  if (!stake?.claim)
    return done
      ? html`<div class="panel"><p class="good">Your part of the dispute is paid.</p></div>`
      : lost(c, stake ? stake.against + stake.support : 0n);
  return html`<div class="panel"><h2>${eth(stake.claim)} of the dispute is yours</h2>
    <p>${why(c)}</p>
    ${send(app, key, say`Take ${eth(stake.claim)}`, [{ functionName: "claimBond", args: [c.id, account] }])}</div>`;
}

const lost = (c: Competition, paid: bigint): Drawn =>
  paid && c.dispute.verdict
    ? html`<div class="panel"><p>You paid ${eth(paid)} on the side that lost the dispute. There is nothing to take back.</p></div>`
    : nothing;

function why(c: Competition): string {
  if (!c.dispute.disputedAt)
    return "The pool against the ranking did not fill, so you take back what you paid.";
  if (!c.dispute.verdict) return "There was no verdict, so you take back what you paid.";
  return isReplaced(c)
    ? "The ranking was replaced: what you paid against it, and your share of what the other side and the operator lost."
    : "The ranking was upheld: what you paid for it, and your share of what the other side lost.";
}
