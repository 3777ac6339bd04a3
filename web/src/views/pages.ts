// The two quiet pages: my tickets, and how it works.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import { plural } from "./format.ts";
import { phaseName } from "./phases.ts";
import { trustTable } from "./trust.ts";

export function tickets(app: App) {
  const found =
    typeof app.competitions === "object" && "value" in app.competitions
      ? app.competitions.value
      : [];
  const mine = found.filter((c) => app.tickets.some(({ id }) => id === c.id));
  return html`<h1>My tickets</h1>
    ${app.wallets.connected ? nothing : html`<p class="empty">Connect a wallet to see its tickets.</p>`}
    ${app.wallets.connected && !mine.length ? html`<p class="empty">No tickets yet. <a href="#/">Find a competition</a>.</p>` : nothing}
    <ul class="cards">${mine.map((c) => {
      const own = app.tickets.filter(({ id }) => id === c.id);
      const waiting = own.filter((t) =>
        c.phase === "Open"
          ? !t.commitment
          : c.phase === "Revealing"
            ? t.commitment && !t.revealed
            : c.phase === "Void" && !t.refunded,
      );
      return html`<li><a class="card" href="#/c/${c.id}"><span class="row"><span class="phase ${c.phase}">${phaseName(c.phase)}</span></span>
        <strong>Competition ${c.id}</strong><span>${plural(own.length, "ticket")}${waiting.length ? html` · <b>${waiting.length} waiting for you</b>` : nothing}</span></a></li>`;
    })}</ul>`;
}

export const how = html`<div class="prose"><h1>How it works</h1>
  <ol class="steps">
    <li><h2>Buy a ticket</h2><p>The target is sealed: only its hash is known. A ticket is one image.</p></li>
    <li><h2>Recreate the target</h2><p>When the sale ends the target opens. Make your image with whatever you like, and commit to it. Nobody can see or copy it.</p></li>
    <li><h2>Reveal</h2><p>When submissions close, reveal. The secret comes from your wallet, so a lost browser is no loss.</p></li>
    <li><h2>Be judged</h2><p>A block that nobody chose gives the seed. The oracle trains a network on the target and scores every image; anyone can repeat it and get the same bits.</p></li>
    <li><h2>Get paid</h2><p>80 % of the tickets goes to the lowest score. If anyone who must act does not, every ticket is refunded.</p></li>
  </ol><h2>Who is trusted with what</h2>${trustTable}</div>`;
