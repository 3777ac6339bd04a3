// What can be done in a competition now: the player's own steps, and those anyone can take.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Call } from "../chain/calls.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import { Note } from "../note.ts";
import { send } from "./button.ts";
import { chooser } from "./chooser.ts";
import { committed } from "./committed.ts";
import { inputOf } from "./events.ts";
import { aboutEth, eth, plural } from "./format.ts";
import { isOverdue, tooFew } from "./phases.ts";
import { reveal, revealAll } from "./reveal.ts";

const MOST_AT_ONCE = 20;
/** How many tickets are to be bought. */
const counts = new Note<number>();

export function actions(app: App, c: Competition) {
  const mine = app.tickets.filter(({ id }) => id === c.id);
  const recovered = app.recovered
    .filter(({ id }) => id === c.id)
    .filter(({ ticketId }) => !mine.some((ticket) => ticket.ticketId === ticketId));
  return html`${c.phase === "Selling" ? buy(app, c, mine.length) : nothing}
    ${anyone(app, c)}
    ${c.phase === "Revealing" ? revealAll(app, mine) : nothing}
    ${mine.map((ticket) => ticketPanel(app, c, ticket))}
    ${recovered.map((ticket) => ticketPanel(app, c, ticket, " from your recovery file"))}
    ${mine.length + recovered.length ? nothing : withoutTicket(app, c)}`;
}

const TAKING_PART = new Set(["Open", "Revealing"]);

function withoutTicket(app: App, c: Competition) {
  if (app.wallets.connected)
    return c.phase === "Selling"
      ? nothing
      : html`<p class="empty">This account has no ticket in this competition.</p>`;
  return TAKING_PART.has(c.phase) || c.phase === "Void"
    ? html`<p class="empty">Connect the wallet that bought your ticket${c.phase === "Void" ? " to get it refunded" : " to take part"}.</p>`
    : nothing;
}

function buy(app: App, c: Competition, owned: number) {
  const count = counts.get(app, String(c.id)) ?? 1;
  const price = c.terms.ticketPrice * BigInt(count);
  const call: Call = { functionName: "buyTicket", args: [c.id], value: c.terms.ticketPrice };
  const poor = app.purse && app.purse.balance <= price;
  const choose = (event: Event) => {
    const wish = Math.round(Number(inputOf(event).value));
    counts.set(app, String(c.id), Math.min(MOST_AT_ONCE, Math.max(1, wish || 1)));
  };
  return html`<div class="panel">
  <h2>${owned ? "Another ticket" : "Take part"}</h2>
  <p>One ticket is one image. ${owned ? `You have ${plural(owned, "ticket")}.` : ""}</p>
  <p class="count"><label for="count">Tickets</label>
    <input id="count" type="number" min="1" max=${MOST_AT_ONCE} step="1" .value=${String(count)} @change=${choose} />
    ${count > 1 ? html`<span class="small">${count} transactions, one after the other</span>` : nothing}</p>
  ${send(app, `buy:${c.id}`, `Buy ${count > 1 ? plural(count, "ticket") : "a ticket"} for ${eth(price)}`, Array<Call>(count).fill(call), { why: poor ? `This account has ${aboutEth(app.purse?.balance ?? 0n)}: too little for ${eth(price)} and the network fee.` : "" })}</div>`;
}

function ticketPanel(app: App, c: Competition, ticket: OwnTicket, whose = "") {
  const body = ticketBody(app, c, ticket);
  return html`<div class="panel"><h2>Ticket ${ticket.ticketId}${whose}</h2>${body}</div>`;
}

function ticketBody(app: App, c: Competition, ticket: OwnTicket) {
  const own = app.wallets.connected?.account === ticket.player;
  switch (c.phase) {
    case "Selling":
    case "Opening":
      return isOverdue(c, app.clock.now)
        ? html`<p>Yours. Its price comes back once the competition is void.</p>`
        : html`<p>Yours. Come back when the target opens.</p>`;
    case "Open":
      return html`${ticket.commitment ? committed(app, c, ticket) : html`<p>Choose your image. Only a sealed commitment goes on-chain until you reveal.</p>`}
        ${own ? chooser(app, c, ticket) : nothing}`;
    case "Revealing":
      return reveal(app, ticket);
    case "Void":
      return ticket.refunded
        ? html`<p class="good">Refunded.</p>`
        : send(app, `refund:${c.id}:${ticket.ticketId}`, `Refund ${eth(c.terms.ticketPrice)}`, [
            { functionName: "refund", args: [c.id, ticket.ticketId] },
          ]);
    case "Final":
      return html`<p class=${BigInt(c.winnerTicket) === ticket.ticketId ? "good" : ""}>${ended(c, ticket)}</p>`;
    default:
      return html`<p>${ticket.revealed ? "Revealed: your image is in the judging." : "Not revealed: this ticket is not judged."}</p>`;
  }
}

const ended = (c: Competition, ticket: OwnTicket): string =>
  BigInt(c.winnerTicket) === ticket.ticketId
    ? `This ticket won ${eth(c.pot - c.pot / 5n)}.`
    : ticket.revealed
      ? "This ticket did not win. Its row below says why."
      : "This ticket was not revealed, so it was not judged.";

function anyone(app: App, c: Competition) {
  const args = [c.id] as const;
  if (isOverdue(c, app.clock.now)) {
    const few = c.phase === "Seeding" && tooFew(c);
    return html`<div class="panel"><h2>${few ? "Too few images" : "Overdue"}</h2><p>${few ? "Fewer images were revealed than the rules ask for." : "A deadline was missed."} Anyone can void the competition, so that every ticket is refunded.</p>
      ${send(app, `void:${c.id}`, "Void the competition", [{ functionName: "voidCompetition", args }])}</div>`;
  }
  const decided = c.phase === "Resolved";
  if (decided || (c.phase === "Asserted" && app.clock.now >= c.livenessEnds))
    return html`<div class="panel"><h2>Ready to pay</h2><p>${decided ? "The arbiter has decided." : "Nobody disputed the result."} Anyone can have the winner paid.</p>
      ${send(app, `finalize:${c.id}`, "Pay the winner", [{ functionName: "finalize", args }])}</div>`;
  return nothing;
}
