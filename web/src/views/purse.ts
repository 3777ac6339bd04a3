// Money of the connected account that waits in the contract.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { html, say } from "../words/html.ts";
import { send } from "./button.ts";
import { eth } from "./format.ts";

export function credit(app: App) {
  const { connected } = app.wallets;
  const waiting = app.purse?.credit ?? 0n;
  const said = app.transactions.of("withdraw");
  if (!connected || (!waiting && !said)) return nothing;
  return html`<div class="panel credit"><h2>${waiting ? say`${eth(waiting)} waits for you` : "Nothing waits for you"}</h2>
    <p>A payment that could not be delivered, or a fee or bond, stays in the contract until you withdraw it.</p>
    ${send(app, "withdraw", waiting ? say`Withdraw ${eth(waiting)}` : "Withdraw", [{ functionName: "withdraw", args: [connected.account] }], { why: waiting || said?.state === "pending" ? "" : "It is withdrawn." })}</div>`;
}
