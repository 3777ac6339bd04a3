// On a phone: the time that is left and the next step, at the foot of the screen wherever one has scrolled to.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition, Phase } from "../chain/readCompetitions.ts";
import { html } from "../words/html.ts";
import { left } from "./format.ts";
import { situation } from "./phases.ts";
import { askForWallet } from "./wallet.ts";

const STEPS: Partial<Record<Phase, string>> = {
  Selling: "To the tickets",
  Open: "Play",
  Revealing: "Reveal",
};

export function bar(app: App, c: Competition) {
  const { until } = situation(c, app.clock.now);
  const step = STEPS[c.phase];
  const own = app.tickets.some(
    ({ id, commitment, revealed }) =>
      id === c.id && (c.phase !== "Revealing" || (commitment !== null && !revealed)),
  );
  if (!step || !until || (app.wallets.connected && c.phase !== "Selling" && !own)) return nothing;
  return html`<div class="step-bar"><span class="small">${until.words} <b class="num">${left(until.at - app.clock.now)}</b></span>
    ${
      app.wallets.connected
        ? html`<button @click=${toPanel}>${step}</button>`
        : html`<button @click=${() => askForWallet(app)}>Connect a wallet</button>`
    }</div>`;
}

/** To the step itself, with the keyboard there as well. */
function toPanel(): void {
  const panel = document.querySelector<HTMLElement>(".side .panel");
  panel?.scrollIntoView({ block: "center" });
  panel?.querySelector<HTMLElement>("button, input")?.focus({ preventScroll: true });
}
