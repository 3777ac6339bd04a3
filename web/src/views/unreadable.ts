// While the chain is read for the first time, and when it cannot be read.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { html } from "../words/html.ts";

export function unreadable(app: App) {
  const found = app.competitions;
  if (found === "loading") return html`<p class="empty" role="status">Reading the chain…</p>`;
  const { connected } = app.wallets;
  const wrong = connected && connected.chainId !== app.config.chainId;
  return html`<div class="notice bad" role="alert"><p>${"error" in found ? found.error : ""} The page keeps trying.</p>
    ${wrong && !app.config.rpcUrl ? html`<button @click=${() => app.transactions.switchChain(connected).then(() => app.refresh())}>Switch to ${app.config.chainName}</button>` : nothing}</div>`;
}
