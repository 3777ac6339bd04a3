// All that an account can take back, from everywhere, with one button.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Call } from "../chain/calls.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { together } from "../chain/together.ts";
import { html, say } from "../words/html.ts";
import { step } from "./button.ts";
import { eth, plural } from "./format.ts";
import type { Drawn } from "./part.ts";

interface Owed {
  readonly calls: readonly Call[];
  readonly wei: bigint;
}

/** Refunds first, then disputes; what could not be delivered last. */
export function owedTo(app: App, all: readonly Competition[]): Owed {
  const account = app.wallets.connected?.account;
  if (!account) return { calls: [], wei: 0n };
  const voided = new Map(all.filter(({ phase }) => phase === "Void").map((c) => [c.id, c]));
  const refunds = app.tickets.filter(({ id, refunded }) => voided.has(id) && !refunded);
  const stakes = app.stakes.filter(({ claim }) => claim);
  const credit = app.purse?.credit ?? 0n;
  const calls: Call[] = [
    ...refunds.map(({ id, ticketId }): Call => ({ functionName: "refund", args: [id, ticketId] })),
    ...stakes.map(({ id }): Call => ({ functionName: "claimBond", args: [id, account] })),
    ...(credit ? [{ functionName: "withdraw", args: [account] } satisfies Call] : []),
  ];
  const prices = refunds.map(({ id, refund }) => refund || voided.get(id)?.terms.ticketPrice || 0n);
  const sums = [...prices, ...stakes.map(({ claim }) => claim), credit];
  return { calls, wei: sums.reduce((sum, wei) => sum + wei, 0n) };
}

export function collect(app: App, all: readonly Competition[]): Drawn {
  const { calls, wei } = owedTo(app, all);
  const key = "collect";
  const said = app.transactions.of(key);
  if (calls.length < 2)
    return said?.state === "done"
      ? html`<div class="panel credit"><p class="good">All that was yours is paid.</p></div>`
      : nothing;
  const act = async () => {
    const [wallet, reader] = [app.wallets.connected, app.reader];
    if (wallet && reader)
      await app.transactions.run(key, wallet, () => together(reader, app.config, calls));
    await app.refresh();
  };
  return html`<div class="panel credit"><h2>${eth(wei)} is yours to take</h2>
    <p>${plural(calls.length, "payment")}: refunds, disputes, and what could not be delivered. In one transaction where this chain can, else one after the other.</p>
    ${step(app, key, say`Take all ${plural(calls.length, "payment")}`, act)}</div>`;
}
