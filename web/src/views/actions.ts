// What can be done in a competition now: the player's own steps, and those anyone can take.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Call } from "../chain/calls.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import { prizeOf } from "../dispute.ts";
import { Note } from "../note.ts";
import { isOurs } from "../ours.ts";
import { html, say } from "../words/html.ts";
import { localeNow } from "../words/language.ts";
import { send } from "./button.ts";
import { chooser } from "./chooser.ts";
import { claim } from "./claim.ts";
import { committed } from "./committed.ts";
import { configured } from "./configured.ts";
import { dispute } from "./dispute.ts";
import { inputOf } from "./events.ts";
import { saveCalendar } from "./files.ts";
import { aboutEth, eth, plural, when } from "./format.ts";
import { part } from "./part.ts";
import { isOverdue, situation } from "./phases.ts";
import { factsOf, remarks } from "./remarks.ts";
import { reveal, revealAll } from "./reveal.ts";
import { timesOf } from "./schedule.ts";
import { seeding } from "./seeding.ts";
import { beforeBuying, wasLookedAt } from "./stranger.ts";
import { hasStudio, studioWhy, withStudio } from "./studio.ts";

const MOST_AT_ONCE = 20;
/** How many tickets are to be bought, as it was typed. */
const counts = new Note<string>();

export function actions(app: App, c: Competition) {
  const mine = app.tickets.filter(({ id }) => id === c.id);
  const recovered = app.recovered
    .filter(({ id }) => id === c.id)
    .filter(({ ticketId }) => !mine.some((ticket) => ticket.ticketId === ticketId));
  return html`${anyone(app, c)}${part("What you can take back", () => claim(app, c))}${part("The seed", () => seeding(app, c))}
    ${c.phase === "Selling" ? buy(app, c, mine.length) : nothing}
    ${c.phase === "Revealing" ? revealAll(app, mine) : nothing}
    ${mine.map((ticket) => ticketPanel(app, c, ticket))}
    ${recovered.map((ticket) => ticketPanel(app, c, ticket, " from your recovery file"))}
    ${mine.length + recovered.length ? nothing : withoutTicket(app, c)}
    ${part("The dispute", () => dispute(app, c))}`;
}

const TAKING_PART = new Set(["Open", "Revealing"]);

function withoutTicket(app: App, c: Competition) {
  if (app.wallets.connected)
    return c.phase === "Selling"
      ? nothing
      : html`<p class="empty">This account has no ticket in this competition.</p>`;
  return TAKING_PART.has(c.phase) || c.phase === "Void"
    ? html`<p class="empty">${c.phase === "Void" ? "Connect the wallet that bought your ticket to get it refunded." : "Connect the wallet that bought your ticket to take part."}</p>`
    : nothing;
}

function buy(app: App, c: Competition, owned: number) {
  if (!isOurs(app, c) && !wasLookedAt(app, c)) return beforeBuying(app, c);
  const typed = counts.get(app, String(c.id)) ?? "1";
  const left = Math.max(0, c.terms.maxTickets - c.sold);
  const most = Math.min(MOST_AT_ONCE, left);
  const count = countIn(typed, most);
  const found = factsOf(app, c);
  const price = c.terms.ticketPrice * BigInt(count ?? 1);
  const call: Call = { functionName: "buyTicket", args: [c.id], value: c.terms.ticketPrice };
  const poor = app.purse && app.purse.balance <= price;
  const studio = studioWhy(app, c);
  const why =
    studio ||
    (left === 0
      ? "All tickets are sold."
      : count === null
        ? say`Write a number from 1 to ${most}.`
        : poor
          ? say`This account has ${aboutEth(app.purse?.balance ?? 0n)}: too little for ${eth(price)} and the network fee.`
          : found === "loading"
            ? "Reading who decides disputes…"
            : "");
  const name =
    count === null
      ? "Buy"
      : count > 1
        ? say`Buy ${plural(count, "ticket")} for ${eth(price)}`
        : say`Buy a ticket for ${eth(price)}`;
  return html`<div class="panel">
  <h2>${owned ? "Another ticket" : "Take part"}</h2>
  <p>One ticket is one image${hasStudio(c) ? say`, made with at most ${plural(c.terms.promptLimit, "prompt")}` : ""}. ${owned ? say`You have ${plural(owned, "ticket")}.` : ""} ${left ? say`${plural(left, "ticket")} of ${c.terms.maxTickets.toLocaleString(localeNow())} left.` : "Sold out."}</p>
  ${part("What speaks against it", () => remarks(app, c, found))}
  ${studio || !left ? nothing : html`${howMany(app, c, typed, count)}${configured(app, "price", ({ fees }) => fees(app))}`}
  ${send(app, `buy:${c.id}`, name, Array<Call>(count ?? 0).fill(call), { why })}</div>`;
}

const howMany = (app: App, c: Competition, typed: string, count: number | null) => html`
  <p class="count"><label for="count">Tickets</label>
    <input id="count" inputmode="numeric" autocomplete="off" .value=${typed} aria-invalid=${count === null ? "true" : "false"}
      @input=${(event: Event) => counts.set(app, String(c.id), inputOf(event).value)} />
    ${count !== null && count > 1 ? html`<span class="small">${count} transactions, one after the other</span>` : nothing}</p>`;

/** The number that was typed, if so many can be bought. */
function countIn(typed: string, most: number): number | null {
  const count = /^\d{1,3}$/.test(typed.trim()) ? Number(typed) : 0;
  return count >= 1 && count <= most ? count : null;
}

function ticketPanel(app: App, c: Competition, ticket: OwnTicket, whose = "") {
  const name = say`Ticket ${String(ticket.ticketId)}`;
  return html`<div class="panel"><h2>${name}${whose}</h2>${part(name, () => ticketBody(app, c, ticket))}</div>`;
}

function ticketBody(app: App, c: Competition, ticket: OwnTicket) {
  const own = app.wallets.connected?.account === ticket.player;
  switch (c.phase) {
    case "Selling":
    case "Opening":
      return isOverdue(c, app.clock.now)
        ? html`<p>Yours. Its price comes back once the competition is void.</p>`
        : html`<p>Yours. Come back when the target opens: ${when(timesOf(c).opens)}.</p>
          <button class="quiet" @click=${() => saveCalendar(c, location.href)}>Calendar entry</button>
          ${configured(app, "push", ({ reminding }) => reminding(app, c))}`;
    case "Open":
      if (hasStudio(c) && own) return withStudio(app, ({ bench }) => bench(app, c, ticket));
      return html`${ticket.commitment ? committed(app, c, ticket) : html`<p>${hasStudio(c) ? "Connect the wallet that bought this ticket." : "Choose your image."} Only a sealed commitment goes on-chain until you reveal.</p>`}
        ${own && !hasStudio(c) ? chooser(app, c, ticket) : nothing}`;
    case "Revealing":
      return html`${reveal(app, c, ticket)}${own ? past(app, c, ticket) : nothing}`;
    case "Void":
      return ticket.refunded ? html`<p class="good">Refunded.</p>` : refund(app, c, ticket);
    case "Final":
      return html`<p class=${BigInt(c.winnerTicket) === ticket.ticketId ? "good" : ""}>${ended(c, ticket)}</p>
        ${own ? past(app, c, ticket) : nothing}`;
    default:
      return html`<p>${ticket.revealed ? inJudging(c) : "Not revealed: this ticket is not judged."}</p>
        ${own ? past(app, c, ticket) : nothing}`;
  }
}

/** The price, and a share of what the operator forfeited. */
function refund(app: App, c: Competition, { ticketId, refund }: OwnTicket) {
  const price = c.terms.ticketPrice;
  const amount = refund || price; // read a moment before the competition was void
  return html`${amount > price ? html`<p>The price of ${eth(price)}, and ${eth(amount - price)} as your share of what the operator lost.</p>` : nothing}
    ${send(app, `refund:${c.id}:${ticketId}`, say`Refund ${eth(amount)}`, [{ functionName: "refund", args: [c.id, ticketId] }])}`;
}
/** What a ticket had made, after the hour. */
const past = (app: App, c: Competition, ticket: OwnTicket) =>
  hasStudio(c) ? withStudio(app, ({ pastImages }) => pastImages(app, c, ticket)) : nothing;

const inJudging = ({ phase }: Competition): string =>
  phase === "Seeding" || phase === "Judging"
    ? "Revealed: your image is in the judging."
    : "Your image is in the ranking below.";

const ended = (c: Competition, ticket: OwnTicket): string =>
  BigInt(c.winnerTicket) === ticket.ticketId
    ? say`This ticket won ${eth(prizeOf(c))}.`
    : ticket.revealed
      ? "This ticket did not win. Its row below says why."
      : "This ticket was not revealed, so it was not judged.";

/** What anybody may do with the money: it rests on the chain alone, never on content. */
function anyone(app: App, c: Competition) {
  switch (situation(c, app.clock.now).anyone) {
    case "void":
      return html`<div class="panel"><h2>Get the tickets refunded</h2><p>Anyone can void the competition, so that every ticket is refunded.</p>
      ${send(app, `void:${c.id}`, "Void the competition", [{ functionName: "voidCompetition", args: [c.id] }])}</div>`;
    case "finalize":
      return html`<div class="panel"><h2>Pay the winner</h2><p>Anyone can do it.</p>
      ${send(app, `finalize:${c.id}`, "Pay the winner", [{ functionName: "finalize", args: [c.id] }])}</div>`;
    default:
      return nothing;
  }
}
