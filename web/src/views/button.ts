// A button that does one step, and says in place how that goes.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Call } from "../chain/calls.ts";
import type { Progress } from "../wallet/transactions.ts";
import { html, say } from "../words/html.ts";
import { transaction } from "./transaction.ts";
import { askForWallet } from "./wallet.ts";

const WORDS: Record<Progress["state"], string> = {
  signing: "Sign in your wallet. It costs nothing, and makes the secret of your submission.",
  storing: "Looking after your image…",
  checking: "Checking…",
  confirming: "Confirm it in your wallet.",
  pending: "Sent. Waiting for the chain…",
  done: "Done.",
  cancelled: "Cancelled. Nothing was sent.",
  failed: "",
};

export interface StepOptions {
  /** Why it cannot be done now; said beside the disabled button. */
  readonly why?: string;
  readonly quiet?: boolean;
}

export function step(
  app: App,
  key: string,
  label: string,
  act: () => unknown,
  { why, quiet }: StepOptions = {},
) {
  const id = `why-${key.replaceAll(":", "-")}`;
  if (!app.wallets.connected && !why)
    return html`<div class="step"><button class=${quiet ? "quiet" : ""} aria-describedby=${id} @click=${() => askForWallet(app)}>Connect a wallet</button>
    <p id=${id} class="said">Then: ${label}.</p></div>`;
  const reason = why ?? "";
  // Not `disabled`: that would take the focus away, and with it the place of who uses no mouse.
  const off = app.transactions.isBusy(key) || reason !== "";
  return html`<div class="step">
    <button class=${quiet ? "quiet" : ""} aria-disabled=${off ? "true" : "false"} aria-describedby=${id} @click=${() => off || act()}>${label}</button>
    <p id=${id} class="said" role="status">${said(app, key)} ${reason}</p></div>`;
}

export const send = (
  app: App,
  key: string,
  label: string,
  calls: readonly Call[],
  options?: StepOptions,
) =>
  step(
    app,
    key,
    label,
    async () => {
      const wallet = app.wallets.connected;
      if (wallet) await app.transactions.send(key, wallet, ...calls);
      await app.refresh();
    },
    options,
  );

export function said(app: App, key: string) {
  const progress = app.transactions.of(key);
  if (!progress) return nothing;
  const { state, hashes, of, reason, slow } = progress;
  const several = of > 1 && state === "confirming" ? say`${hashes.length + 1} of ${of}.` : "";
  const stop = html`<button class="quiet" @click=${() => app.transactions.stopWaiting(key)}>Stop waiting</button>`;
  return html`<span class=${state}>${reason ?? WORDS[state]} ${several}</span> ${hashes.map((hash) => html`${transaction(app, hash)} `)}${slow ? stop : nothing}`;
}
