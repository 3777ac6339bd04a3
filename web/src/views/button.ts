// A button that sends one transaction, and says in place how that goes.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Call, Progress } from "../wallet/transactions.ts";
import { short } from "./format.ts";

const WORDS: Record<Progress["state"], string> = {
  checking: "Checking…",
  confirming: "Confirm it in your wallet.",
  pending: "Sent. Waiting for the chain…",
  done: "Done.",
  cancelled: "Cancelled.",
  failed: "",
};

export function step(
  app: App,
  key: string,
  label: string,
  act: () => unknown,
  why = "",
  quiet = false,
) {
  const busy = app.transactions.isBusy(key);
  const reason = why || (app.wallets.connected ? "" : "Connect a wallet first.");
  return html`<div class="step">
    <button class=${quiet ? "quiet" : ""} ?disabled=${busy || reason !== ""} aria-describedby="why-${key}" @click=${act}>${label}</button>
    <p id="why-${key}" class="said" role="status">${reason || said(app, key)}</p></div>`;
}

export const send = (app: App, key: string, label: string, call: Call, why = "", quiet = false) =>
  step(
    app,
    key,
    label,
    async () => {
      const wallet = app.wallets.connected;
      if (wallet) await app.transactions.send(key, wallet, call);
      await app.refresh();
    },
    why,
    quiet,
  );

function said(app: App, key: string) {
  const progress = app.transactions.of(key);
  if (!progress) return nothing;
  const { state, hash, reason } = progress;
  const name = hash ? short(hash) : "";
  const link =
    app.config.explorer && hash
      ? html`<a href="${app.config.explorer}/tx/${hash}" rel="noreferrer">${name}</a>`
      : html`<span class="mono">${name}</span>`;
  return html`<span class=${state}>${reason ?? WORDS[state]}</span> ${hash ? link : nothing}`;
}
