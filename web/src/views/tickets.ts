// My tickets: where something waits for the player, and what to do without wallet or browser.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { type Competition, hasEnded } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import { arrived } from "../loader.ts";
import { fill, html } from "../words/html.ts";
import { collect } from "./collect.ts";
import { withDays } from "./days.ts";
import { eth, left, plural } from "./format.ts";
import { called } from "./name.ts";
import { part } from "./part.ts";
import { situation } from "./phases.ts";
import { credit } from "./purse.ts";
import { openRecoveryFile } from "./recover.ts";

export function tickets(app: App) {
  const found = arrived(app.competitions) ?? [];
  const mine = found.filter((c) => app.tickets.some(({ id }) => id === c.id));
  const waiting = mine.filter((c) => waitingFor(app, c));
  // What is over stands in the history below.
  const others = mine.filter((c) => !waitingFor(app, c) && !hasEnded(c));
  return html`<h1>My tickets</h1>
    ${app.wallets.connected ? nothing : html`<p class="empty">Connect a wallet to see its tickets.</p>`}
    ${app.wallets.connected && !(mine.length && app.complete) ? html`<p class="empty">${app.complete ? html`No tickets yet. <a href="#/">Find a competition</a>.` : "Reading the chain…"}</p>` : nothing}
    ${part("What you can take", () => collect(app, found))}
    ${part("What waits for you", () => credit(app))}
    ${part("Your disputes", () => disputes(app, found))}
    ${group(app, "Waiting for you", waiting)}
    ${group(app, waiting.length ? "Others" : "", others)}
    ${app.tickets.length && app.complete ? part("Your history", () => withDays(app, ({ past }) => past(app))) : nothing}
    <section class="lost"><h2>Lost your browser or your wallet?</h2>
      <p>With the same wallet, connect it here and reveal: it brings the secret back. With a recovery file anyone can
        reveal for you; the entry, and what it wins, stays yours.</p>
      ${openRecoveryFile(app)}</section>`;
}

/** Disputes of which something can be taken back now, also by who has no ticket. */
function disputes(app: App, found: readonly Competition[]) {
  const stakes = app.stakes.filter(({ id, claim }) => claim && found.some((c) => c.id === id));
  return stakes.length
    ? html`<div class="panel"><h2>From disputes</h2><ul class="rules">${stakes.map(({ id, claim }) => html`<li><a href="#/c/${id}">${eth(claim)} of No. ${id}</a></li>`)}</ul></div>`
    : nothing;
}

const group = (app: App, title: string, rows: readonly Competition[]) =>
  rows.length
    ? html`<section>${title ? html`<h2>${title}</h2>` : nothing}<ul class="cards">${rows.map((c) => card(app, c))}</ul></section>`
    : nothing;

function card(app: App, c: Competition) {
  const own = app.tickets.filter(({ id }) => id === c.id);
  const { name, until } = situation(c, app.clock.now);
  const todo = waitingFor(app, c);
  return html`<li><a class="card" href="#/c/${c.id}"><span class="row"><span class="phase ${c.phase}">${name}</span></span>
    <strong>${called(app, c)}</strong><span>${plural(own.length, "ticket")}${todo ? html` · <b>${todo}</b>` : nothing}</span>
    ${until ? html`<span class="until">${until.words} <b class="num">${left(until.at - app.clock.now)}</b></span>` : nothing}</a></li>`;
}

/** What the player should do, in a few words; empty when nothing. */
function waitingFor(app: App, c: Competition): string {
  const own = app.tickets.filter(({ id }) => id === c.id);
  const count = (test: (ticket: OwnTicket) => boolean) => own.filter(test).length;
  const say = (number: number, key: string) => (number ? fill(key, [plural(number, "image")]) : "");
  switch (c.phase) {
    case "Open":
      return say(
        count((ticket) => !ticket.commitment),
        "{0} to commit",
      );
    case "Revealing":
      return say(
        count((ticket) => ticket.commitment !== null && !ticket.revealed),
        "{0} to reveal",
      );
    case "Void": {
      const unpaid = count((ticket) => !ticket.refunded);
      return unpaid ? fill("{0} to refund", [plural(unpaid, "ticket")]) : "";
    }
    default:
      return "";
  }
}
